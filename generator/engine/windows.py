"""The arithmetic of sliding windows: which pixels a convolution or a pooling covers.

A ``Window`` describes one spatial axis. All its numbers are static integers, so that everything built on them
compiles to fixed shapes.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class Window:
    """A window of ``size`` taps, ``dilation`` pixels apart, that moves by ``stride`` along ``length`` pixels.

    ``padding`` is as in Keras: with ``valid`` the window stays inside; with ``same`` it has
    ceil(length / stride) positions, and an odd pixel of padding goes to the end.

    >>> Window(length=5, size=3, stride=2, padding="same").positions
    3
    """

    length: int
    size: int
    stride: int = 1
    dilation: int = 1
    padding: str = "valid"

    @property
    def span(self) -> int:
        """The number of pixels from the first tap to the last, both included."""
        return (self.size - 1) * self.dilation + 1

    @property
    def positions(self) -> int:
        """The number of positions of the window."""
        if self.padding == "same":
            return -(-self.length // self.stride)
        return (self.length - self.span) // self.stride + 1

    @property
    def before(self) -> int:
        """The pixels of padding before the first pixel."""
        return self._padded_pixels // 2

    @property
    def after(self) -> int:
        """The pixels of padding after the last pixel."""
        return self._padded_pixels - self.before

    @property
    def reach(self) -> int:
        """The number of pixels from the first position to the last, both included."""
        return (self.positions - 1) * self.stride + 1

    @property
    def taps(self) -> np.ndarray:
        """The pixels of each position of the window, (positions, size), -1 outside."""
        first = np.arange(self.positions)[:, None] * self.stride - self.before
        pixels = first + np.arange(self.size) * self.dilation
        return np.where((pixels >= 0) & (pixels < self.length), pixels, -1)

    @property
    def covering(self) -> np.ndarray:
        """The positions of the window that cover each pixel, (length, size), -1 for none."""
        first = np.arange(self.length)[:, None] + self.before - np.arange(self.size) * self.dilation
        positions, between = np.divmod(first, self.stride)
        return np.where((between == 0) & (positions >= 0) & (positions < self.positions), positions, -1)

    @property
    def _padded_pixels(self) -> int:
        if self.padding == "valid":
            return 0
        return max(self.reach - 1 + self.span - self.length, 0)
