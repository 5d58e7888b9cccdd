"""Convert a picture to the values a network was trained on, and signals back to RGB order."""

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

    ``mean`` and ``scale`` are in the network's channel order. The steps are those of Keras's
    ``preprocess_input``, in its order, so that the result is equal to the last bit.
    """

    order: str = "rgb"
    mean: Channels = (0.0, 0.0, 0.0)
    scale: Channels = (1.0, 1.0, 1.0)
    unit: float = 1.0

    def __str__(self) -> str:
        """Return a description for provenance and pages.

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
"""BGR minus ImageNet's mean, for networks first trained in Caffe (Simonyan & Zisserman 2014, 2.1)."""

HED = Preprocessing("bgr", (104.00699, 116.66877, 122.67892))
"""The same with more digits, for HED (Xie & Tu 2015)."""

TENSORFLOW = Preprocessing(mean=(1.0, 1.0, 1.0), unit=127.5)
"""Values from -1 to 1, for networks first trained in TensorFlow."""

TORCH = Preprocessing(mean=(0.485, 0.456, 0.406), scale=(0.229, 0.224, 0.225), unit=255.0)
"""ImageNet's mean and standard deviation of values 0 to 1, for networks first trained in Torch."""

LITE = Preprocessing(mean=(127.0, 127.0, 127.0), scale=(128.0, 128.0, 128.0))
"""Values from nearly -1 to 1, a shift and a power of two, for EfficientNet-Lite."""
