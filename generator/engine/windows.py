"""The arithmetic of sliding windows: which pixels a convolution or a pooling covers.

A ``Window`` describes one spatial axis. All its numbers are static integers, so that everything built on them
compiles to fixed shapes.
"""

from __future__ import annotations

from dataclasses import dataclass


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
    def _padded_pixels(self) -> int:
        if self.padding == "valid":
            return 0
        return max(self.reach - 1 + self.span - self.length, 0)
