"""From a picture to what a network was trained on, and signals back to the picture's colours."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from generator.records import Array


@dataclass(frozen=True)
class Preprocessing:
    """The order of the channels, and the mean that is taken off each, in that order and in 0 to 255."""

    order: str = "rgb"
    mean: tuple[float, float, float] = (0.0, 0.0, 0.0)

    def apply(self, rgb: Array) -> Array:
        """Return the network's input (1, H, W, 3) float32 for a picture (H, W, 3) uint8 RGB."""
        values = self._reordered(rgb).astype(np.float32) - np.asarray(self.mean, np.float32)
        return values[np.newaxis]

    def colours(self, signal: Array) -> Array:
        """Return a signal (..., 3) at the network's input in RGB order."""
        return self._reordered(signal)

    def _reordered(self, values: Array) -> Array:
        return values if self.order == "rgb" else np.ascontiguousarray(values[..., ::-1])


CAFFE = Preprocessing("bgr", (103.939, 116.779, 123.68))
"""ImageNet's mean colour, as networks first trained in Caffe take it (Simonyan & Zisserman 2014, 2.1)."""

HED = Preprocessing("bgr", (104.00699, 116.66877, 122.67892))
"""The same to more digits, as HED takes it (Xie & Tu 2015)."""
