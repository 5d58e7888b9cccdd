"""Pictures optimized for features: activation maximization (Erhan et al. 2009, Olah et al. 2017).

Question: do the features of a layer go together? Options: one by one; in batches of what is asked for.
Choice: batches of at most 8, the last one filled up to 2, because a library takes another algorithm for one
picture and the same one for more: then the picture of a feature does not depend on what else is asked for.
Cost: one feature alone takes the time of two.

Every canvas has a random generator of its own, seeded by the names of layer and feature. The bytes
are the same again with the same packages on the same kind of processor in one thread; 128 steps make chaos
of a last bit.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from hashlib import sha256
from itertools import product
from typing import TYPE_CHECKING

import numpy as np

from generator.analysis.forward_pass import engine_of, step_of
from generator.analysis.optimization import views
from generator.analysis.optimization.adam import Adam
from generator.analysis.optimization.colours import InputColours
from generator.analysis.optimization.parametrization import Fourier, Parametrization

if TYPE_CHECKING:
    from generator.networks.network import Network
    from generator.records import Array

BATCH, SMALLEST_BATCH = 8, 2


@dataclass(frozen=True)
class Settings:
    """How pictures are optimized.

    Attributes:
        size: the longer side of the canvas in pixels.
        steps: of the optimization.
        count: of pictures for each feature, from different noise.
        sign: 1 for what raises a feature, -1 for what lowers it.
        random_seed: of all noise.
    """

    size: int = 128
    steps: int = 128
    count: int = 1
    sign: int = 1
    random_seed: int = 0


RATE = 0.05


@dataclass(frozen=True, eq=False)
class Optimized:
    """Pictures (count, H, W, C) uint8 optimized for a feature, and its mean for each (count,)."""

    feature: int
    pictures: Array
    means: Array


class Maximizer:
    """Optimizes pictures for the features of a layer; compiled at the first.

    Raises:
        EngineError: an operation of the network has no rule.
        NetworkError: the network does not have the layer.
    """

    def __init__(self, network: Network, layer: str, settings: Settings) -> None:
        from generator.engine.ascent import Ascent

        engine = engine_of(network)
        height, width, channels = network.input_shape
        longer = max(height, width)
        self._canvas = (round(settings.size * height / longer), round(settings.size * width / longer))
        self._input = (height, width)
        self._layer, self._settings = layer, settings
        self._colours = InputColours(network.preprocessing, channels)
        self._parametrization: Parametrization = Fourier(self._canvas, channels)
        self._ascent = Ascent(engine.steps, step_of(network, engine, layer), engine.dtype)

    def optimized(self, features: Sequence[int]) -> Iterator[Optimized]:
        """Yield the pictures of each feature, in their order."""
        count = self._settings.count
        jobs = product(features, range(count))
        found = (one for batch in _batches(jobs) for one in self._together(batch))
        for feature in features:
            pairs = [next(found) for _ in range(count)]
            pictures, means = zip(*pairs, strict=True)
            yield Optimized(feature, np.stack(pictures), np.array(means))

    def _together(self, jobs: Sequence[tuple[int, int]]) -> Iterator[tuple[Array, float]]:
        """Yield the picture and the mean of each feature and number, optimized side by side."""
        padded = [*jobs, *[jobs[0]] * (SMALLEST_BATCH - len(jobs))]
        features = [feature for feature, _ in padded]
        draws = [self._random(*job) for job in padded]
        parameters = np.stack([self._parametrization.start(random) for random in draws])
        adam = Adam(parameters, RATE)
        for _ in range(self._settings.steps):
            canvases = self._parametrization.pixels(parameters)
            seen = [views.drawn(random, self._canvas, self._input) for random in draws]
            inputs = np.stack([view.pixels(one) for view, one in zip(seen, canvases, strict=True)])
            _, slope = self._ascent(self._colours.values(inputs), features)
            up = self._colours.adjoint(slope.astype(inputs.dtype)) * self._settings.sign
            gradient = np.stack([view.adjoint(one) for view, one in zip(seen, up, strict=True)])
            parameters = adam.step(parameters, self._parametrization.adjoint(parameters, canvases, gradient))
        pictures = np.rint(self._parametrization.pixels(parameters) * 255).astype(np.uint8)
        means = self._means(pictures, features)
        yield from list(zip(pictures, means, strict=True))[: len(jobs)]

    def _means(self, pictures: Array, features: Sequence[int]) -> Array:
        """Return the mean over the map of a feature for each picture (N, H, W, C) uint8 as it is kept."""
        view = views.straight(self._canvas, self._input)
        inputs = np.stack([view.pixels(one) for one in pictures.astype(np.float32) / 255])
        means, _ = self._ascent(self._colours.values(inputs), features)
        return means

    def _random(self, feature: int, number: int) -> np.random.Generator:
        name = f"{self._settings.random_seed}/{self._layer}/{feature}/{number}"
        return np.random.default_rng([*sha256(name.encode()).digest()])


def _batches(jobs: Iterator[tuple[int, int]]) -> Iterator[Sequence[tuple[int, int]]]:
    while batch := [job for _, job in zip(range(BATCH), jobs, strict=False)]:
        yield batch
