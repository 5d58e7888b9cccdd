"""The colours of a canvas: decorrelated channels to pixels, and pixels to the values of a network's input."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from generator.networks.preprocessing import Preprocessing

if TYPE_CHECKING:
    from generator.records import Array

_CORRELATION = np.array([[0.26, 0.09, 0.02], [0.27, 0.00, -0.05], [0.27, -0.09, 0.03]])
"""Red, green and blue of the three independent colours of ImageNet's pixels (Olah et al. 2017, appendix)."""


def decorrelated(channels: int) -> Array:
    """Return the matrix (C, C) float64 from independent channels to those of a picture.

    Without three channels it is the identity, because nothing is known of how they go together.
    """
    if channels != 3:
        return np.eye(channels)
    matrix: Array = (_CORRELATION / np.linalg.norm(_CORRELATION, axis=0).max()).T
    return matrix


@dataclass(frozen=True)
class InputColours:
    """How pixels from 0 to 1 become the values of a network's input; every channel by a factor and a shift.

    The canvas of a network with one channel is grey itself. A model without ``preprocessing`` takes the
    values 0 to 255.
    """

    preprocessing: Preprocessing | None
    channels: int

    @cached_property
    def _factor_and_shift(self) -> tuple[Array, Array]:
        own = self.preprocessing or Preprocessing("", (0.0,), (1.0,))
        scale = np.broadcast_to(np.asarray(own.scale, np.float64), self.channels)
        mean = np.broadcast_to(np.asarray(own.mean, np.float64), self.channels)
        return 255 / own.unit / scale, -mean / scale

    def values(self, pixels: Array) -> Array:
        """Return the values (..., C) of pixels (..., C), in their dtype."""
        factor, shift = self._factor_and_shift
        ordered = self._ordered(pixels)
        values: Array = ordered * factor.astype(pixels.dtype) + shift.astype(pixels.dtype)
        return values

    def adjoint(self, gradient: Array) -> Array:
        """Return the gradient in the pixels for the gradient in the values."""
        factor, _ = self._factor_and_shift
        return self._ordered(gradient * factor.astype(gradient.dtype))

    def _ordered(self, values: Array) -> Array:
        return self.preprocessing.colours(values) if self.preprocessing else values
