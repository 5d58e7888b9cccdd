"""The public function ``occlude``: what a network loses when a part of the picture is covered."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from generator.analysis import selection
from generator.analysis.occlusion import GRID, Occluder
from generator.api import arguments
from generator.api.loading import network_of
from generator.engine.methods import one_of
from generator.errors import EngineError, SelectionError
from generator.records.choices import FITS, Fit

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from generator.analysis.occlusion import Occlusion


def occlude(
    network: Any,
    image: Any,
    features: Mapping[str, Sequence[int] | NDArray[Any]] | None = None,
    patch: int | None = None,
    grid: int = GRID,
    fit: Fit = "crop",
) -> Occlusion:
    """Cover each place of a picture and return what classes and features lose (Zeiler & Fergus 2013, 4.2).

    Args:
        network: as for ``deconvolve``.
        image: as for ``deconvolve``, but one.
        features: layer -> features whose strengths are followed, besides the classes.
        patch: the side of the covering square in pixels of the input, of the mean colour of the picture; by
            default a fifth of the longer side.
        grid: the number of places in each direction; the square lies around the middle of each.
        fit: as for ``deconvolve``.

    Returns:
        A record: ``logits`` (grid, grid, classes) float32 says how much each logit falls, ``strengths`` maps
        each layer to (grid, grid, K), how much the strength of its K features falls, ``seen`` (grid, grid) is
        the likeliest class at each place, ``whole`` (classes,) are the logits of the whole picture, ``patch``
        the side of the square.

    Raises:
        EngineError: ``patch`` or ``grid`` is out of range, or an activation overflows.
        ImageError: the picture cannot be read or has the wrong type or shape.
        NetworkError: no such network or layer, an operation of a ``keras.Model`` has no rule, or there are
            neither classes nor features.
        SelectionError: a feature that its layer does not have.
        WeightsError: the weights of a network given by name are missing or damaged.
    """
    chosen = arguments.feature_numbers(features)
    side = None if patch is None else arguments.whole_number("patch", patch, ", or None", EngineError)
    count = arguments.whole_number("grid", grid, "", EngineError)
    one_of("fit", fit, FITS)
    if not all(chosen.values()):
        raise SelectionError("`features` must name at least one feature of each layer")
    found = Occluder(network_of(network), [*chosen], side, count).occlude(image, fit)
    for layer, numbers in chosen.items():
        selection.refuse_unknown(numbers, found.strengths[layer].shape[-1], layer)
    followed = {layer: found.strengths[layer][..., list(numbers)] for layer, numbers in chosen.items()}
    return replace(found, strengths=followed)
