"""What four filters make of a white picture, worked out a second time: one channel, plain NumPy, float64.

Nothing here is the engine's. All four kernels are symmetric, so a transposed convolution is the convolution
itself; all values are positive or zero, so that no ReLU changes any.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[Any]

CONVOLUTIONS = (2, 2, 3, 3, 3)
"""How many convolutions each block of VGG16 has before its pooling."""


@dataclass(frozen=True)
class Plain:
    """One layer with both its pictures.

    ``convolutions`` lie below its output; ``inside`` says that the unit in its middle sees no border.
    """

    name: str
    convolutions: int
    inside: bool
    activation: Array
    reconstruction: Array


def layers(kernel: Array, side_px: int) -> Iterator[Plain]:
    """Yield every convolution and pooling of VGG16 over ones, and what its activation map comes back as."""
    values, convolutions, field_px = np.ones((side_px, side_px)), 0, 1
    way: list[Array | None] = []
    for block, count in enumerate(CONVOLUTIONS, start=1):
        for number in range(1, count + 1):
            values, convolutions = convolve(values, kernel), convolutions + 1
            way.append(None)
            field_px += 2 << (block - 1)
            inside = _inside(side_px, field_px, 1 << (block - 1))
            name = f"block{block}_conv{number}"
            yield Plain(name, convolutions, inside, values, _back(values, way, kernel))
        values, switches = pool(values)
        way.append(switches)
        field_px += 1 << (block - 1)
        inside = _inside(side_px, field_px, 1 << block)
        yield Plain(f"block{block}_pool", convolutions, inside, values, _back(values, way, kernel))


def convolve(values: Array, kernel: Array) -> Array:
    """Return a picture (h, w) under a 3 x 3 kernel, zeros beyond its borders."""
    height, width = values.shape
    padded = np.pad(values, 1)
    shifted = (
        kernel[row, column] * padded[row : row + height, column : column + width]
        for row in range(3)
        for column in range(3)
    )
    return sum(shifted, np.zeros_like(values))


def pool(values: Array) -> tuple[Array, Array]:
    """Return the maxima of windows of 2 x 2, and a map of ones at the first of each window's maxima.

    >>> pool(np.array([[1.0, 2.0], [2.0, 0.0]]))[1].tolist()
    [[0.0, 1.0], [0.0, 0.0]]
    """
    height, width = values.shape[0] // 2, values.shape[1] // 2
    windows = values[: 2 * height, : 2 * width].reshape(height, 2, width, 2).transpose(0, 2, 1, 3)
    flat = windows.reshape(height, width, 4)
    marks = np.eye(4)[flat.argmax(axis=-1)].reshape(height, width, 2, 2).transpose(0, 2, 1, 3)
    switches = np.zeros_like(values)
    switches[: 2 * height, : 2 * width] = marks.reshape(2 * height, 2 * width)
    return flat.max(axis=-1), switches


def unpool(values: Array, switches: Array) -> Array:
    """Return each value at its switch, zeros elsewhere."""
    spread = np.zeros_like(switches)
    large = values.repeat(2, axis=0).repeat(2, axis=1)
    spread[: large.shape[0], : large.shape[1]] = large
    return spread * switches


def _inside(side_px: int, field_px: int, apart_px: int) -> bool:
    """Return whether the unit in the middle, of many ``apart_px``, sees a field that lies in the picture."""
    start_px = side_px // apart_px // 2 * apart_px
    beyond_px = (field_px - apart_px) // 2
    return start_px >= beyond_px and start_px + apart_px + beyond_px <= side_px


def _back(values: Array, way: list[Array | None], kernel: Array) -> Array:
    for switches in reversed(way):
        values = convolve(values, kernel) if switches is None else unpool(values, switches)
    return values
