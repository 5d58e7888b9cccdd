"""The public function ``deconvolve``: for one picture, or for several.

Question: what does a list of pictures give? Options: a list of results, whose arrays are all in memory; a
sequence that computes an item whenever it is asked for; an iterator. Choice: the iterator, because a result
has megabytes for each layer, and nothing is computed twice unnoticed. It goes on after a picture that fails.
Cost: results that are needed twice must be kept, with ``list``.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import partial
from itertools import starmap
from typing import TYPE_CHECKING, Any, overload

from generator.analysis import inspection
from generator.analysis.deconvolution import Deconvolution
from generator.analysis.feeding import path_of
from generator.analysis.forward_pass import refuse_unknown
from generator.api import arguments
from generator.api.displayed import Displayed
from generator.api.loading import network_of
from generator.engine.methods import one_of
from generator.errors import EngineError, ImageError, NetworkError, SelectionError
from generator.records.choices import BIASES, FITS, METHODS, SEEDS, Bias, Fit, Method, Seed

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from PIL.Image import Image

    from generator.api.loaded import LoadedNetwork

    Picture = str | os.PathLike[str] | Image | NDArray[Any]


@overload
def deconvolve(
    network: Any,
    image: Picture,
    layers: Iterable[str] | None = None,
    top_features: int = 3,
    features: Mapping[str, Sequence[int] | NDArray[Any]] | None = None,
    method: Method = "deconvnet",
    seed: Seed = "map",
    bias: Bias = "none",
    full: bool = True,
    memory_budget: int | None = None,
    sweep_rows: int | None = None,
    fit: Fit = "crop",
) -> Displayed: ...


@overload
def deconvolve(
    network: Any,
    image: Sequence[Picture] | Iterator[Picture],
    layers: Iterable[str] | None = None,
    top_features: int = 3,
    features: Mapping[str, Sequence[int] | NDArray[Any]] | None = None,
    method: Method = "deconvnet",
    seed: Seed = "map",
    bias: Bias = "none",
    full: bool = True,
    memory_budget: int | None = None,
    sweep_rows: int | None = None,
    fit: Fit = "crop",
) -> Iterator[Displayed]: ...


def deconvolve(
    network: Any,
    image: Picture | Sequence[Picture] | Iterator[Picture],
    layers: Iterable[str] | None = None,
    top_features: int = 3,
    features: Mapping[str, Sequence[int] | NDArray[Any]] | None = None,
    method: Method = "deconvnet",
    seed: Seed = "map",
    bias: Bias = "none",
    full: bool = True,
    memory_budget: int | None = None,
    sweep_rows: int | None = None,
    fit: Fit = "crop",
) -> Displayed | Iterator[Displayed]:
    """Return the reconstructions of the strongest features of each layer (Zeiler & Fergus 2013).

    The network is computed with the weights that its model has now. Compiled functions are kept for the next
    call as long as the weights stay the same.

    Args:
        network: from ``load_network``; or the name of a known network, which is loaded with its first choice
            of weights and kept until another name is given; or a ``keras.Model``.
        image: an (H, W, 3) uint8 RGB array, a grey one of (H, W) or (H, W, 1), a PIL image or a path, which
            is fitted to the network's input by ``fit``, and becomes grey if that has one channel; or a float
            array of the input's shape (H, W, C), with or without a batch axis, used as it is. For a network
            with C channels other than 1 or 3: an (H, W, C) array of uint8, or of floats used as they are,
            which is fitted; or a path or PIL image with C channels. A list, a tuple
            or an iterator of such pictures gives an iterator of their results. It computes one picture at a
            time and keeps nothing. If a picture fails, the error names its path or its index, as in
            ``image[3]``, and the iterator goes on with the next picture.
        layers: names of layers, by default the keys of ``features`` or the network's pools. ``predictions``
            is the logits: its features are the likeliest classes, by the mean over the map if it has one.
        top_features: the number of features of each layer, strongest first by the L2 norm of the activation
            map. Of equal norms, in float32, the lower number comes first. A layer with fewer gives all.
        features: layer -> features to show instead, in this order.
        method: ``deconvnet`` rectifies the signal, ``gradient`` masks it by the activation, ``guided``
            does both (Springenberg et al. 2014).
        seed: ``map`` starts from the whole activation map, ``peak`` from its maximum alone, ``unit`` from
            1.0 at its maximum.
        bias: ``none`` for the adjoint; ``subtract`` takes the bias off before each transposed convolution.
        full: whether layers share sweeps; ``False`` makes at least one for each. The numbers are the same.
        memory_budget: the bytes that a sweep may take; more rows go in several sweeps, with the same numbers.
            By default half of the device's free memory at the first call with these layers.
        sweep_rows: the most rows of a sweep, at least 1. On a GPU, and under JAX, a graph is compiled for
            each number of rows; with 1, the graph of a layer serves any number of its features.
        fit: how the picture gets the size of the input: ``crop`` takes the largest central part with the
            input's proportions, ``pad`` the whole picture with mid-grey at two sides, ``stretch`` the whole
            picture in other proportions. A float array is used as it is.

    Raises:
        EngineError: the method, seed, bias or fit is unknown, ``full``, ``memory_budget`` or ``sweep_rows``
            is wrong, memory is too small for one row, or a number overflows.
        ImageError: the picture cannot be read or has the wrong type or shape.
        NetworkError: no such network or layer, or an operation of a ``keras.Model`` has no rule.
        SelectionError: a feature that its layer does not have, or less than one feature.
        WeightsError: the weights of a network given by name are missing or damaged.
    """
    one_of("method", method, METHODS)
    one_of("seed", seed, SEEDS)
    one_of("bias", bias, BIASES)
    one_of("fit", fit, FITS)
    named = arguments.feature_numbers(features)
    wanted = arguments.layer_names(layers)
    count = arguments.whole_number("top_features", top_features, " of at least 1", SelectionError)
    is_full = arguments.truth("full", full)
    budget = _optional("memory_budget", memory_budget, " of bytes, or None")
    rows = _optional("sweep_rows", sweep_rows, " of at least 1, or None")
    opened = network_of(network)
    chosen = chosen_layers(opened, wanted, named)
    run = Deconvolution(chosen, named, count, method, seed, bias, is_full, budget, rows, fit)
    if not isinstance(image, list | tuple | Iterator) or hasattr(
        image, "read"
    ):  # an open file is one picture
        return _one(run, opened, image)
    refuse_unknown(opened, chosen, bias)  # now, and not at the first picture
    return starmap(partial(_numbered, run, opened), enumerate(image))  # a generator would end at an error


def _optional(option: str, value: Any, unit: str) -> int | None:
    return None if value is None else arguments.whole_number(option, value, unit, EngineError)


def chosen_layers(
    network: LoadedNetwork, layers: tuple[str, ...] | None, features: Mapping[str, tuple[int, ...]]
) -> tuple[str, ...]:
    """Return the layers asked for, or the default."""
    wanted = layers if layers is not None else tuple(features or _pools(network))
    unused = sorted(set(features) - set(wanted))
    if unused:
        raise NetworkError(f"`features` names the layer {unused[0]!r}, which is not among `layers`: {wanted}")
    if not wanted:
        raise NetworkError(f"`layers` is empty; expected layers of {network.name}")
    return wanted


def _pools(network: LoadedNetwork) -> tuple[str, ...]:
    """Return the layers shown by default."""
    return inspection.pools(network.model) if network.pools is None else network.pools


def _one(run: Deconvolution, network: LoadedNetwork, image: Any) -> Displayed:
    return Displayed(**vars(run.of(network, image)), of=network, path=path_of(image))


def _numbered(run: Deconvolution, network: LoadedNetwork, index: int, image: Any) -> Displayed:
    """Return the result of one of several pictures; an error names the picture."""
    try:
        return _one(run, network, image)
    except (EngineError, ImageError) as error:
        place = path_of(image) or f"`image[{index}]`"
        text = str(error)
        raise type(error)(text if text.startswith(f"{place}: ") else f"{place}: {text}") from error
