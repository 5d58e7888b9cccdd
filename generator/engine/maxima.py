"""The maximum of every feature map of some layers, for several pictures at once.

Question: how many pictures go through the network together? Options: as many as fit; a fixed number. Choice:
always 8, the last ones filled up with zeros. A library chooses its algorithm by the size of a batch: of
SqueezeNet's maxima one in six differs between 1 and 8 pictures, by 2e-6, so that a table would depend on how
many pictures come last. Cost: up to seven pictures of zeros.

The maxima are taken inside the compiled graph, and leave it as one tensor: maps of all layers are a thousand
times as large.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from keras import ops

from generator.engine.compiled import compiled
from generator.engine.graph import IMAGE, Step
from generator.engine.subgraph import up_to

Array = np.ndarray
Tensor = Any

BATCH = 8
"""The number of pictures that go through the network together."""


class Maxima:
    """Computes the maxima of some layers; compiled once.

    Args:
        steps: the steps of a network.
        layers: the names of the steps, in the order of the maxima.
        dtype: the type in which the network is computed.
    """

    def __init__(self, steps: Sequence[Step], layers: Sequence[str], dtype: str) -> None:
        self._dtype = dtype
        self._run = compiled(_maxima_of(up_to(steps, layers), tuple(layers)))

    def of(self, images: Array) -> Array:
        """Return the maxima (N, features of all layers) float32 for N inputs (N, H, W, C), at most 8.

        A maximum is that of the map as it is; below zero it is that of a map that a rectifier would silence.
        Infinity passes every rectifier and pooling. NaN does not, because libraries differ in
        ``max(0, NaN)``; as weights are finite, it comes with infinity in another place.
        """
        batch = images
        if len(images) < BATCH:
            batch = np.concatenate([images, np.zeros((BATCH - len(images), *images.shape[1:]), images.dtype)])
        maxima = ops.convert_to_numpy(self._run(ops.convert_to_tensor(batch, dtype=self._dtype)))
        return np.asarray(maxima[: len(images)], np.float32)


def _maxima_of(steps: Sequence[Step], layers: Sequence[str]) -> Callable[[Tensor], Tensor]:
    last = {source: step.name for step in steps for source in step.inputs}

    def run(images: Tensor) -> Tensor:
        maps, maxima = {IMAGE: images}, {}
        for step in steps:
            maps[step.name] = step.rule.output(*(maps[name] for name in step.inputs))
            if step.name in layers:
                maxima[step.name] = _maximum(maps[step.name])
            for name in {name for name in step.inputs if last[name] == step.name}:
                del maps[name]  # without a compiler, the memory of all maps would be held until the end
        return ops.concatenate([maxima[name] for name in layers], axis=-1)

    return run


def _maximum(maps: Tensor) -> Tensor:
    """Return the maximum of each map, (N, features), for maps (N, ..., features)."""
    # Axis by axis, from the innermost: on a processor TensorFlow takes two thirds of the time for 112 x 112 x
    # 64 so. A max pooling of the map's size would be as fast, but loses NaN.
    for axis in reversed(range(1, len(maps.shape) - 1)):
        maps = ops.max(maps, axis=axis)
    return maps
