"""The maximum of every feature map of some layers, for several pictures at once.

A maximum is that of the map as it is; below zero it is that of a map that a rectifier would silence. Infinity
passes every rectifier and pooling. NaN does not, because libraries differ in ``max(0, NaN)``; as weights are
finite, it comes with infinity in another place.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from keras import ops

from generator.engine.batches import BATCH, Batches
from generator.engine.graph import Step

__all__ = ["BATCH", "Maxima"]

Tensor = Any


class Maxima(Batches):
    """Computes the maxima (N, features of all layers) of some layers; compiled once.

    Args:
        steps: the steps of a network.
        layers: the names of the steps, in the order of the maxima.
        dtype: the type in which the network is computed.
    """

    def __init__(self, steps: Sequence[Step], layers: Sequence[str], dtype: str) -> None:
        super().__init__(steps, [(layer, _maximum) for layer in layers], dtype)


def _maximum(maps: Tensor) -> Tensor:
    """Return the maximum of each map, (N, features), for maps (N, ..., features)."""
    # Axis by axis, from the innermost: on a processor TensorFlow takes two thirds of the time for 112 x 112 x
    # 64 so. A max pooling of the map's size would be as fast, but loses NaN.
    for axis in reversed(range(1, len(maps.shape) - 1)):
        maps = ops.max(maps, axis=axis)
    return maps
