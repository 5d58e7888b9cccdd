"""Convert a picture to the values a network was trained on, and signals back to RGB order.

Question: which grey does a network with one channel see of a colour picture? Options: the luma of ITU-R
BT.601, 0.299 R + 0.587 G + 0.114 B, of the gamma-coded values; the luminance of linear light. Choice: the
former, in Pillow's integers, because Keras, TensorFlow and torchvision make grey pictures so, and a network
is shown what it was trained on. A grey picture stays as it is, to the last bit. Cost: saturated colours, blue
above all, look darker or lighter than to the eye.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from generator.records import Array

Channels = tuple[float, ...]

GREY, STORED = "grey", "channels as stored"
"""The order of a single channel, and of any number but one and three."""

LUMA, LUMA_BITS = (19595, 38470, 7471), 16
"""The weights of red, green and blue in grey, as numerators of ``2 ** LUMA_BITS``, as in Pillow."""


def grey(rgb: Array) -> Array:
    """Return the grey (H, W, 1) uint8 of a picture (H, W, 3) uint8 RGB, as Pillow converts it to its mode L.

    >>> grey(np.array([[[255, 0, 0], [0, 255, 0], [0, 0, 255], [9, 9, 9]]], np.uint8)).ravel().tolist()
    [76, 150, 29, 9]
    """
    weighted = rgb.astype(np.uint32) @ np.array(LUMA, np.uint32) + (1 << (LUMA_BITS - 1))
    return (weighted >> LUMA_BITS).astype(np.uint8)[..., np.newaxis]


def seen(rgb: Array, channels: int) -> Array:
    """Return a picture as a network with this number of channels sees it; grey still has three, all equal."""
    return np.repeat(grey(rgb), 3, axis=-1) if channels == 1 else rgb


@dataclass(frozen=True)
class Preprocessing:
    """The order of the channels, and how the values 0 to 255 are changed: ``(value / unit - mean) / scale``.

    ``order`` is ``rgb``, ``bgr``, ``grey`` or ``channels as stored``. ``mean`` and ``scale`` are in the
    network's channel order, or one for all channels. The steps are those of Keras's ``preprocess_input``, in
    its order, so that results are equal to the last bit.
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
        >>> str(Preprocessing("grey", mean=(1.0,), scale=(1.0,), unit=127.5))
        'Grey, value / 127.5 - 1'
        """
        words = "value" if self.unit == 1 else f"value / {self.unit:g}"
        if any(self.mean):
            words = f"{words} - {_listed(self.mean)}"
        if any(number != 1.0 for number in self.scale):
            words = f"({words}) / {_listed(self.scale)}"
        return f"{self.order.capitalize() if self.order in (GREY, STORED) else self.order.upper()}, {words}"

    @property
    def is_scaled(self) -> bool:
        """Whether it changes the values 0 to 255 of pictures."""
        return self.unit != 1.0 or any(self.mean) or any(number != 1.0 for number in self.scale)

    def apply(self, rgb: Array) -> Array:
        """Return the network's input (1, H, W, C) float32 for a picture (H, W, 3) uint8 RGB.

        For the order ``channels as stored`` the picture is (H, W, C).
        """
        mean, scale = np.asarray(self.mean, np.float32), np.asarray(self.scale, np.float32)
        values = (grey(rgb) if self.order == GREY else self._reordered(rgb)).astype(np.float32) / np.float32(
            self.unit
        )
        return ((values - mean) / scale)[np.newaxis]

    def colours(self, signal: Array) -> Array:
        """Return a signal (..., C) at the network's input in RGB order; grey stays grey."""
        return self._reordered(signal)

    def _reordered(self, values: Array) -> Array:
        return np.ascontiguousarray(values[..., ::-1]) if self.order == "bgr" else values


def _listed(numbers: Channels) -> str:
    listed = ", ".join(f"{number:g}" for number in numbers)
    return listed if len(numbers) == 1 else f"({listed})"


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
