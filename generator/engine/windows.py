"""The arithmetic of sliding windows: which pixels a convolution or a pooling sees.

A ``Window`` describes one spatial axis. All its numbers are plain integers, so that everything built on
them compiles to fixed shapes.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Window:
    """A window of ``size`` taps, ``dilation`` apart, moved by ``stride`` along ``length`` pixels.

    ``padding`` is Keras's: ``valid`` keeps windows inside, ``same`` gives ceil(length / stride) positions. If
    ``same`` needs an odd number of pixels, the odd one comes last, as in TensorFlow.

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
        """Pixels from the first tap to the last, both included."""
        return (self.size - 1) * self.dilation + 1

    @property
    def positions(self) -> int:
        """Number of positions of the window."""
        if self.padding == "same":
            return -(-self.length // self.stride)
        return (self.length - self.span) // self.stride + 1

    @property
    def before(self) -> int:
        """Pixels of padding before the first pixel."""
        return self._padded_pixels // 2

    @property
    def after(self) -> int:
        """Pixels of padding after the last pixel."""
        return self._padded_pixels - self.before

    @property
    def reach(self) -> int:
        """Pixels from the first tap of the first position to the first tap of the last, both included."""
        return (self.positions - 1) * self.stride + 1

    @property
    def _padded_pixels(self) -> int:
        if self.padding == "valid":
            return 0
        return max(self.reach - 1 + self.span - self.length, 0)
