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

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import TYPE_CHECKING

import numpy as np

from generator.analysis import selection
from generator.analysis.forward_pass import engine_of, step_of
from generator.analysis.optimization import views
from generator.analysis.optimization.adam import Adam
from generator.analysis.optimization.colours import InputColours
from generator.analysis.optimization.parametrization import Fourier, Parametrization, Phases
from generator.analysis.optimization.spectrum import spectrum
from generator.errors import EngineError

if TYPE_CHECKING:
    from generator.networks.network import Network
    from generator.records import Array

BATCH, SMALLEST_BATCH = 8, 2

RATES = {"fourier": 0.05, "phase": 0.3}
"""Parametrization -> rate of the steps."""

DEVIATION = 1.5
"""Of the values of a canvas with the amplitudes of photographs: 1 is pale, 2 oversaturated."""


@dataclass(frozen=True)
class Settings:
    """How pictures are optimized.

    Attributes:
        size: the longer side of the canvas in pixels, at most that of the network's input.
        steps: of the optimization.
        parametrization: ``fourier``, free coefficients of waves; ``phase``, free phases of waves that have
            the amplitudes of photographs.
        sign: 1 for what raises a feature, -1 for what lowers it.
    """

    size: int = 128
    steps: int = 128
    parametrization: str = "fourier"
    sign: int = 1


@dataclass(frozen=True, eq=False)
class Optimized:
    """A picture (H, W, C) uint8 and the mean of its feature's map, before the layer's last rectifiers."""

    picture: Array
    mean: float


class Maximizer:
    """Optimizes pictures for the features of a layer; compiled at the first.

    Raises:
        EngineError: an operation of the network has no rule.
        NetworkError: the network does not have the layer.
    """

    def __init__(self, network: Network, layer: str, settings: Settings) -> None:
        from generator.engine.ascent import Ascent
        from generator.networks.resizing import at_size

        whole = engine_of(network)
        self._features = whole.shapes[step_of(network, whole, layer)][-1]
        self._layer, self._settings = layer, settings
        self._canvas = canvas_size(network, settings.size)
        sized = at_size(network, layer, self._canvas)
        engine = engine_of(sized)
        self._input, channels = sized.input_shape[:2], sized.input_shape[2]
        self._colours = InputColours(network.preprocessing, channels)
        self._parametrization = _parametrization(settings.parametrization, self._canvas, channels)
        self._ascent = Ascent(engine.steps, step_of(sized, engine, layer), engine.dtype)

    def optimized(self, jobs: Iterable[tuple[int, int]]) -> Iterator[Optimized]:
        """Yield a picture for each pair of a feature and the seed of its noise, in their order.

        Raises:
            EngineError: an activation overflows.
            SelectionError: the layer does not have a feature.
        """
        pairs = [*jobs]
        selection.refuse_unknown([feature for feature, _ in pairs], self._features, self._layer)
        for start in range(0, len(pairs), BATCH):
            yield from self._together(pairs[start : start + BATCH])

    def _together(self, jobs: Sequence[tuple[int, int]]) -> Sequence[Optimized]:
        """Return the pictures of at most ``BATCH`` pairs, optimized side by side."""
        padded = [*jobs, *[jobs[0]] * (SMALLEST_BATCH - len(jobs))]
        features = [feature for feature, _ in padded]
        draws = [self._random(*job) for job in padded]
        parameters = np.stack([self._parametrization.start(random) for random in draws])
        adam = Adam(parameters, RATES[self._settings.parametrization])
        for _ in range(self._settings.steps):
            canvases = self._parametrization.pixels(parameters)
            seen = [views.drawn(random, self._canvas, self._input) for random in draws]
            _, up = self._climbed(canvases, seen, features)
            higher = self._parametrization.adjoint(parameters, canvases, up * self._settings.sign)
            parameters = adam.step(parameters, higher)
        pictures = np.rint(self._parametrization.pixels(parameters) * 255).astype(np.uint8)
        straight = [views.straight(self._canvas, self._input)] * len(padded)
        means, _ = self._climbed(pictures.astype(np.float32) / 255, straight, features)
        return [Optimized(one, float(mean)) for one, mean in zip(pictures, means, strict=True)][: len(jobs)]

    def _climbed(
        self, canvases: Array, seen: Sequence[views.View], features: Sequence[int]
    ) -> tuple[Array, Array]:
        """Return the mean (N,) of each canvas's feature in a view of it, and its gradient in the canvas."""
        inputs = np.stack([view.pixels(one) for view, one in zip(seen, canvases, strict=True)])
        means, slope = self._ascent(self._colours.values(inputs), features)
        if not (np.isfinite(means).all() and np.isfinite(slope).all()):
            raise EngineError(f"layer '{self._layer}': its activations overflow while a picture is optimized")
        up = self._colours.adjoint(slope.astype(inputs.dtype))
        return means, np.stack([view.adjoint(one) for view, one in zip(seen, up, strict=True)])

    def _random(self, feature: int, seed: int) -> np.random.Generator:
        return np.random.default_rng([*sha256(f"{seed}/{self._layer}/{feature}".encode()).digest()])


def canvas_size(network: Network, longer: int) -> tuple[int, int]:
    """Return height and width of a canvas with the proportions of a network's input, and no larger."""
    height, width = network.input_shape[:2]
    share = min(longer / max(height, width), 1)
    return max(round(height * share), 1), max(round(width * share), 1)


def _parametrization(name: str, size: tuple[int, int], channels: int) -> Parametrization:
    if name == "phase":
        return Phases(size, channels, spectrum=spectrum(channels), deviation=DEVIATION)
    return Fourier(size, channels)
