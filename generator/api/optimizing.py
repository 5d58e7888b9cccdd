"""The public function ``optimize``: pictures that raise features, found from noise."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, Literal

import numpy as np

from generator.analysis.optimization.maximization import Maximizer, Settings
from generator.api import arguments
from generator.api.loading import network_of
from generator.engine.methods import one_of
from generator.errors import EngineError, SelectionError
from generator.records.choices import PARAMETRIZATIONS

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from generator.records.choices import Parametrization

SMALLEST_PX, LARGEST_PX = 4, 1024


def optimize(
    network: Any,
    features: Mapping[str, Sequence[int] | NDArray[Any]],
    size: int = 128,
    steps: int = 128,
    parametrization: Parametrization = "fourier",
    random_seed: int = 0,
    sign: Literal[1, -1] = 1,
) -> dict[str, NDArray[np.uint8]]:
    """Return pictures that raise features most, found from noise by their gradient (Olah et al. 2017).

    A picture does not depend on what else is asked for. The bytes are the same again with the same packages
    on the same kind of processor if the backend computes in one thread.

    Args:
        network: as for ``deconvolve``.
        features: layer -> features. ``predictions`` are the classes, by their logits; of any other layer the
            mean of the feature's map is raised, before the layer's last rectifiers.
        size: the longer side of the pictures in pixels, which have the proportions of the network's input
            and are no larger.
        steps: of the optimization.
        parametrization: ``fourier``, free coefficients of waves; ``phase``, waves with the amplitudes of
            photographs, of which only the phases are free (Fel et al. 2023), which suits classes.
        random_seed: of the noise; another gives another picture of the same feature.
        sign: -1 for what lowers the features.

    Returns:
        layer -> (K, H, W, C) uint8, in the order of its features; C is 3 for red, green and blue, 1 for grey,
        or the number of the network's channels.

    Raises:
        EngineError: a number or name is wrong, or an activation overflows.
        NetworkError: no such network or layer, or an operation of a ``keras.Model`` has no rule.
        SelectionError: a feature that its layer does not have, or no features.
        WeightsError: the weights of a network given by name are missing or damaged.
    """
    chosen = arguments.feature_numbers(features)
    if not chosen or not all(chosen.values()):
        raise SelectionError("`features` must name at least one feature of each layer")
    one_of("parametrization", parametrization, PARAMETRIZATIONS)
    side = _within("size", size, SMALLEST_PX, LARGEST_PX)
    count = _within("steps", steps, 1, 100_000)
    seed = arguments.whole_number("random_seed", random_seed, "", EngineError)
    if sign not in (1, -1):
        raise EngineError(f"`sign` must be 1 or -1. Received: {sign!r}")
    opened = network_of(network)
    settings = Settings(side, count, parametrization, sign)
    ready = {layer: Maximizer(opened, layer, settings) for layer in chosen}
    return {
        layer: np.stack([one.picture for one in ready[layer].optimized((number, seed) for number in numbers)])
        for layer, numbers in chosen.items()
    }


def _within(option: str, value: Any, least: int, most: int) -> int:
    number = arguments.whole_number(option, value, f" from {least} to {most}", EngineError)
    if not least <= number <= most:
        raise EngineError(f"`{option}` must be a whole number from {least} to {most}. Received: {number}")
    return number
