"""Canvases as Fourier coefficients: free ones, or free phases with the amplitudes of photographs.

Question: what is changed at each step, pixels or waves? Options: pixels; the coefficients of waves, those
that are low in frequency scaled up; their phases alone. Choice: coefficients for features, after Olah et al.
2017 ("Feature Visualization", Distill, section on preconditioning): steepest ascent in pixels ends in a
high-frequency pattern. For classes also phases, after Fel et al. 2023 ("Unlocking Feature Visualization for
Deeper Networks with MAgnitude Constrained Optimization", section 3): amplitudes that stay those of
photographs keep a picture of a whole scene. Cost: two ways to explain.

Everything here is NumPy, with adjoints that ``tests`` compares with differences in float64.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from generator.analysis.optimization.colours import decorrelated

if TYPE_CHECKING:
    from generator.records import Array

START_DEVIATION = 0.01
"""The standard deviation of free coefficients at the start: nearly grey."""


@dataclass(frozen=True)
class Parametrization(ABC):
    """Makes canvases (N, H, W, C) with pixels from 0 to 1 of parameters, and carries gradients back.

    Attributes:
        size: height and width in pixels.
        channels: of the canvas.
        dtype: of the pixels, ``float32`` or, for checks, ``float64``.
    """

    size: tuple[int, int]
    channels: int
    dtype: str = "float32"

    @abstractmethod
    def start(self, random: np.random.Generator) -> Array:
        """Return the parameters of one canvas, drawn at random."""

    @abstractmethod
    def waves(self, parameters: Array) -> Array:
        """Return the coefficients (N, C, H, W // 2 + 1), complex, of parameters (N, ...)."""

    @abstractmethod
    def waves_adjoint(self, parameters: Array, gradient: Array) -> Array:
        """Return the gradient in the parameters for that in the coefficients, as real + imaginary parts."""

    def pixels(self, parameters: Array) -> Array:
        """Return the canvases (N, H, W, C) of parameters (N, ...)."""
        values = np.fft.irfft2(self.waves(parameters), self.size, axes=(-2, -1))
        mixed = np.moveaxis(values, 1, -1).astype(self.dtype) @ self._colours
        pixels: Array = (1 / (1 + np.exp(-mixed))).astype(self.dtype)
        return pixels

    def adjoint(self, parameters: Array, pixels: Array, gradient: Array) -> Array:
        """Return the gradient in the parameters for that in the pixels (N, H, W, C)."""
        mixed = (gradient * pixels * (1 - pixels)) @ self._colours.T
        waves = np.fft.rfft2(np.moveaxis(mixed, -1, 1), axes=(-2, -1)) * self._weights
        return self.waves_adjoint(parameters, waves).astype(self.dtype)

    @cached_property
    def frequencies(self) -> Array:
        """The frequency of each coefficient (H, W // 2 + 1), in cycles a pixel."""
        height, width = self.size
        found: Array = np.hypot(np.fft.fftfreq(height)[:, np.newaxis], np.fft.rfftfreq(width))
        return found

    @cached_property
    def _colours(self) -> Array:
        return decorrelated(self.channels).astype(self.dtype)

    @cached_property
    def _weights(self) -> Array:
        """How often a coefficient is in the whole transform, over the number of pixels."""
        height, width = self.size
        counts = np.full(width // 2 + 1, 2.0)
        counts[0] = 1
        if width % 2 == 0:
            counts[-1] = 1
        return (counts / (height * width)).astype(self.dtype)

    @property
    def _complex(self) -> str:
        return "complex64" if self.dtype == "float32" else "complex128"


@dataclass(frozen=True)
class Fourier(Parametrization):
    """Free coefficients; parameters (2, C, H, W // 2 + 1) are their real and imaginary parts.

    ``decay`` is the power of the frequency by which they are divided.
    """

    decay: float = 1.0

    def start(self, random: np.random.Generator) -> Array:
        drawn = random.normal(scale=START_DEVIATION, size=(2, self.channels, *self.frequencies.shape))
        return drawn.astype(self.dtype)

    def waves(self, parameters: Array) -> Array:
        return (self._scale * (parameters[:, 0] + 1j * parameters[:, 1])).astype(self._complex)

    def waves_adjoint(self, parameters: Array, gradient: Array) -> Array:
        return np.stack([gradient.real * self._scale, gradient.imag * self._scale], axis=1)

    @cached_property
    def _scale(self) -> Array:
        height, width = self.size
        lowest = np.maximum(self.frequencies, 1 / max(height, width))
        scale: Array = (np.sqrt(height * width) / lowest**self.decay / 4).astype(self.dtype)
        return scale


@dataclass(frozen=True)
class Phases(Parametrization):
    """Free phases; parameters (C, H, W // 2 + 1) are angles. The amplitudes are fixed.

    ``spectrum`` is the mean amplitude (C, S) of independent colours over photographs at S frequencies from 0
    to ``sqrt(1 / 2)`` cycles a pixel; only its shape counts. ``deviation`` is that of the canvas's values
    before the colours.
    """

    spectrum: tuple[tuple[float, ...], ...] = ()
    deviation: float = 1.0

    def start(self, random: np.random.Generator) -> Array:
        return random.normal(size=(self.channels, *self.frequencies.shape)).astype(self.dtype)

    def waves(self, parameters: Array) -> Array:
        return (self._amplitudes * np.exp(1j * parameters)).astype(self._complex)

    def waves_adjoint(self, parameters: Array, gradient: Array) -> Array:
        waves = self.waves(parameters)
        found: Array = gradient.imag * waves.real - gradient.real * waves.imag
        return found

    @cached_property
    def _amplitudes(self) -> Array:
        height, width = self.size
        own = np.array(self.spectrum)
        places = np.linspace(0, np.sqrt(0.5), own.shape[1])
        found = np.stack([np.interp(self.frequencies, places, channel) for channel in own])
        found[:, 0, 0] = 0  # the mean stays grey
        counts = self._weights.astype(np.float64) * height * width
        variance = (counts * found**2).sum() / (self.channels * (height * width) ** 2)
        amplitudes: Array = (found / np.sqrt(variance) * self.deviation).astype(self.dtype)
        return amplitudes
