"""From a picture to what a network was trained on, and signals back to the picture's colours."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from generator.records import Array

Channels = tuple[float, float, float]


@dataclass(frozen=True)
class Preprocessing:
    """The order of the channels, and how the values 0 to 255 are changed: ``(value / unit - mean) / scale``.

    ``mean`` and ``scale`` are in the network's order. The steps are those of Keras, so that every bit agrees.
    """

    order: str = "rgb"
    mean: Channels = (0.0, 0.0, 0.0)
    scale: Channels = (1.0, 1.0, 1.0)
    unit: float = 1.0

    def __str__(self) -> str:
        """Return it in words.

        >>> str(TORCH)
        'RGB, (value / 255 - (0.485, 0.456, 0.406)) / (0.229, 0.224, 0.225)'
        >>> str(CAFFE)
        'BGR, value - (103.939, 116.779, 123.68)'
        """
        words = "value" if self.unit == 1 else f"value / {self.unit:g}"
        if any(self.mean):
            words = f"{words} - {_triple(self.mean)}"
        if self.scale != (1.0, 1.0, 1.0):
            words = f"({words}) / {_triple(self.scale)}"
        return f"{self.order.upper()}, {words}"

    def apply(self, rgb: Array) -> Array:
        """Return the network's input (1, H, W, 3) float32 for a picture (H, W, 3) uint8 RGB."""
        mean, scale = np.asarray(self.mean, np.float32), np.asarray(self.scale, np.float32)
        values = self._reordered(rgb).astype(np.float32) / np.float32(self.unit)
        return ((values - mean) / scale)[np.newaxis]

    def colours(self, signal: Array) -> Array:
        """Return a signal (..., 3) at the network's input in RGB order."""
        return self._reordered(signal)

    def _reordered(self, values: Array) -> Array:
        return values if self.order == "rgb" else np.ascontiguousarray(values[..., ::-1])


def _triple(numbers: Channels) -> str:
    return f"({', '.join(f'{number:g}' for number in numbers)})"


CAFFE = Preprocessing("bgr", (103.939, 116.779, 123.68))
"""ImageNet's mean colour, as networks first trained in Caffe take it (Simonyan & Zisserman 2014, 2.1)."""

HED = Preprocessing("bgr", (104.00699, 116.66877, 122.67892))
"""The same to more digits, as HED takes it (Xie & Tu 2015)."""

TENSORFLOW = Preprocessing(mean=(1.0, 1.0, 1.0), unit=127.5)
"""From -1 to 1, as networks first trained in TensorFlow take it."""

TORCH = Preprocessing(mean=(0.485, 0.456, 0.406), scale=(0.229, 0.224, 0.225), unit=255.0)
"""ImageNet's mean and standard deviation, of values 0 to 1, as networks first trained in Torch take it."""

LITE = Preprocessing(mean=(127.0, 127.0, 127.0), scale=(128.0, 128.0, 128.0))
"""Nearly -1 to 1, exact in eight bits, as EfficientNet-Lite takes it."""
