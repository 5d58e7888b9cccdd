"""Numbers of some layers, for several pictures at once.

Question: how many pictures go through the network together? Options: as many as fit; a fixed number. Choice:
always 8, the last ones filled up with zeros. A library chooses its algorithm by the size of a batch: of
SqueezeNet's maxima one in six differs between 1 and 8 pictures, by 2e-6, so that what is found would depend
on how many pictures come last. Cost: up to seven pictures of zeros.

The numbers are taken inside the compiled graph, and leave it as one tensor: maps of all layers are a thousand
times as large.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from keras import ops

from generator.engine.compiled import compiled
from generator.engine.graph import IMAGE, Step
from generator.engine.subgraph import up_to, walk

Array = np.ndarray
Tensor = Any
Measure = Callable[[Tensor], Tensor]
"""Gives numbers (N, K) of the maps (N, ..., features) of a layer."""

BATCH = 8
"""The number of pictures that go through the network together."""


class Batches:
    """Computes numbers of some layers; compiled once.

    Args:
        steps: the steps of a network.
        measures: the name of a step and what is taken of its maps, in the order of the numbers.
        dtype: the type in which the network is computed.
    """

    def __init__(self, steps: Sequence[Step], measures: Sequence[tuple[str, Measure]], dtype: str) -> None:
        self._dtype = dtype
        self._steps = up_to(steps, [name for name, _ in measures])
        self._measures = tuple(measures)
        self._run = compiled(self._numbers)

    def of(self, images: Array) -> Array:
        """Return the numbers (N, K) float32 for N inputs (N, H, W, C), at most 8."""
        batch = images
        if len(images) < BATCH:
            batch = np.concatenate([images, np.zeros((BATCH - len(images), *images.shape[1:]), images.dtype)])
        numbers = ops.convert_to_numpy(self._run(ops.convert_to_tensor(batch, dtype=self._dtype)))
        return np.asarray(numbers[: len(images)], np.float32)

    def _numbers(self, images: Tensor) -> Tensor:
        found: dict[int, Tensor] = {}
        for name, maps in walk(self._steps, {IMAGE: images}):
            for place, (layer, measure) in enumerate(self._measures):
                if layer == name:
                    found[place] = measure(maps)
        return ops.concatenate([found[place] for place in range(len(self._measures))], axis=-1)


def mean(maps: Tensor) -> Tensor:
    """Return the mean (N, features) of each map; of classes, the logits of the whole picture."""
    places = tuple(range(1, len(maps.shape) - 1))
    return ops.mean(maps, axis=places) if places else maps


def norm(maps: Tensor) -> Tensor:
    """Return the L2 norm (N, features) of each map: the strengths of the features."""
    places = tuple(range(1, len(maps.shape) - 1))
    return ops.sqrt(ops.sum(ops.square(maps), axis=places)) if places else ops.abs(maps)
