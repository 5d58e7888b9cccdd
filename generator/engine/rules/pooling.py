"""Poolings: a maximum comes back to its switch, an average spreads evenly.

The switch is the first maximum of its window in row-major order (Zeiler & Fergus 2013, section 2.1; the paper
does not say which of equal values counts). An average divides by the number of pixels that its window covers,
without padding, as in TensorFlow; its adjoint spreads each value over those pixels.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import product

import numpy as np
from keras import ops

from generator.engine.field import Field
from generator.engine.rules.convolution import margins_of, padded, spread_apart
from generator.engine.rules.rule import FORMAT, Memory, RowValues, Rule, Tensor, own_channels, times
from generator.engine.windows import Window


@dataclass(frozen=True)
class MaxPooling(Rule):
    """Max pooling; back by unpooling: each value returns to its switch, and values with the same switch add.

    The memory is the switches, (1, h, w, features) int32: for each output the row-major number of the first
    maximum in its window.
    """

    rows: Window
    columns: Window

    def forward(self, *inputs: Tensor) -> tuple[Tensor, Memory]:
        # keras.ops has no pooling that returns indices, so the window is walked tap by tap.
        image = self._padded(inputs[0])
        offsets = list(product(range(self.rows.size), range(self.columns.size)))
        pooled = self._seen_at(image, *offsets[0])
        switches = ops.zeros_like(pooled, dtype="int32")
        # Offset by offset, because the max pooling of backends does not say where the maximum was. Only a
        # strictly larger value moves the switch, so that the first of equal values keeps it.
        for number, offset in enumerate(offsets[1:], start=1):
            candidate = self._seen_at(image, *offset)
            larger = candidate > pooled  # strictly: of equal values the first stays
            pooled = ops.where(larger, candidate, pooled)
            switches = ops.where(larger, number, switches)
        return pooled, switches

    def output(self, *inputs: Tensor) -> Tensor:
        rows, columns = self.rows, self.columns
        if rows.dilation != 1 or columns.dilation != 1 or rows.padding != columns.padding:
            return self.forward(*inputs)[0]
        size, strides = (rows.size, columns.size), (rows.stride, columns.stride)
        return ops.max_pool(inputs[0], size, strides, rows.padding, FORMAT)

    def backward(self, signal: Tensor, memory: Memory) -> tuple[Tensor, ...]:
        # Not by a scatter, which on a GPU adds in no fixed order. Pixels whose row and column leave the same
        # remainders over the strides form a phase: the same taps reach all of them.
        vertical, horizontal = self.rows.stride, self.columns.stride
        phases = [
            self._phase(signal, memory, *phase) for phase in product(range(vertical), range(horizontal))
        ]
        height, width, features = phases[0].shape[1:]
        grid = ops.reshape(ops.stack(phases, axis=3), (-1, height, width, vertical, horizontal, features))
        grid = ops.transpose(grid, (0, 1, 3, 2, 4, 5))
        unpooled = ops.reshape(grid, (-1, height * vertical, width * horizontal, features))
        return (fitted(unpooled, self.rows, self.columns),)

    def backward_single_channel(self, signal: RowValues, memory: Memory) -> RowValues | None:
        (unpooled,) = self.backward(signal.values, own_channels(memory, signal.channels))
        return signal._replace(values=unpooled)

    def field(self, *inputs: Field) -> Field:
        return inputs[0].along(0, self.rows.taps).along(1, self.columns.taps)

    def _padded(self, image: Tensor) -> Tensor:
        margins = (self.rows.before, self.rows.after), (self.columns.before, self.columns.after)
        if margins == ((0, 0), (0, 0)):
            return image
        # Padding must never be the maximum; a zero would be, among negative values.
        return ops.pad(image, ((0, 0), *margins, (0, 0)), constant_values=float("-inf"))

    def _seen_at(self, image: Tensor, row: int, column: int) -> Tensor:
        """Return the pixel of every window at one of its taps."""
        top, left = row * self.rows.dilation, column * self.columns.dilation
        vertical = slice(top, top + self.rows.reach, self.rows.stride)
        horizontal = slice(left, left + self.columns.reach, self.columns.stride)
        return image[:, vertical, horizontal, :]

    def _phase(self, signal: Tensor, switches: Tensor, first_row: int, first_column: int) -> Tensor:
        """Return the unpooled pixels of one phase; values with the same switch add."""
        further = (self.rows.span - 1) // self.rows.stride, (self.columns.span - 1) // self.columns.stride
        offsets = product(_taps(self.rows, first_row), _taps(self.columns, first_column))
        total = None
        for row, column in offsets:
            kept = times(signal, ops.equal(switches, row * self.columns.size + column))
            down = row * self.rows.dilation // self.rows.stride
            right = column * self.columns.dilation // self.columns.stride
            shifts = (0, 0), (down, further[0] - down), (right, further[1] - right), (0, 0)
            part = kept if further == (0, 0) else ops.pad(kept, shifts)
            total = part if total is None else total + part
        if total is None:  # no window covers these pixels, because the stride is longer than the window
            return ops.pad(ops.zeros_like(signal), ((0, 0), (0, further[0]), (0, further[1]), (0, 0)))
        return total


@dataclass(frozen=True)
class AveragePooling(Rule):
    """The mean of the pixels that each window covers; back by spreading each value over them."""

    rows: Window
    columns: Window

    def forward(self, *inputs: Tensor) -> tuple[Tensor, Memory]:
        margins = (self.rows.before, self.rows.after), (self.columns.before, self.columns.after)
        strides = self.rows.stride, self.columns.stride
        mean = self._mean(padded(inputs[0], *margins), strides)
        return mean * self._share(mean), None  # the mean has divided by the padding too

    def backward(self, signal: Tensor, memory: Memory) -> tuple[Tensor, ...]:
        spread = spread_apart(signal * self._share(signal), self.rows.stride, self.columns.stride)
        return (self._mean(padded(spread, margins_of(self.rows), margins_of(self.columns)), (1, 1)),)

    def field(self, *inputs: Field) -> Field:
        return inputs[0].along(0, self.rows.taps).along(1, self.columns.taps)

    def _mean(self, image: Tensor, strides: tuple[int, int]) -> Tensor:
        size = self.rows.size, self.columns.size
        return ops.average_pool(image, size, strides=strides, padding="valid", data_format=FORMAT)

    def _share(self, like: Tensor) -> Tensor:
        """Return the ratio of a window's pixels to those inside the picture, (1, h, w, 1)."""
        area = self.rows.size * self.columns.size
        seen = np.outer(_seen(self.rows), _seen(self.columns))
        return ops.convert_to_tensor((area / seen)[None, :, :, None], dtype=like.dtype)


@dataclass(frozen=True)
class GlobalAverage(Rule):
    """The mean of all pixels; back by spreading each value evenly."""

    height: int
    width: int
    keepdims: bool

    def forward(self, *inputs: Tensor) -> tuple[Tensor, Memory]:
        return ops.mean(inputs[0], axis=(1, 2), keepdims=self.keepdims), None

    def backward(self, signal: Tensor, memory: Memory) -> tuple[Tensor, ...]:
        share = ops.reshape(signal, (-1, 1, 1, signal.shape[-1])) / (self.height * self.width)
        return (ops.tile(share, (1, self.height, self.width, 1)),)

    def field(self, *inputs: Field) -> Field:
        seen = inputs[0].across(0, 1).across(1, 1)
        return seen if self.keepdims else seen.reshaped(seen.shape[2:])


@dataclass(frozen=True)
class GlobalMaximum(Rule):
    """The maximum of all pixels; back to its switch. The memory is 1 at switches, else 0, (1, H, W, c)."""

    height: int
    width: int
    keepdims: bool

    def forward(self, *inputs: Tensor) -> tuple[Tensor, Memory]:
        image = inputs[0]
        pixels, features = self.height * self.width, image.shape[-1]
        first = ops.argmax(ops.reshape(image, (-1, pixels, features)), axis=1)
        switches = ops.one_hot(first, pixels, axis=1, dtype=image.dtype)
        switches = ops.reshape(switches, (-1, self.height, self.width, features))
        return ops.max(image, axis=(1, 2), keepdims=self.keepdims), switches

    def backward(self, signal: Tensor, memory: Memory) -> tuple[Tensor, ...]:
        return (ops.reshape(signal, (-1, 1, 1, signal.shape[-1])) * memory,)

    def field(self, *inputs: Field) -> Field:
        seen = inputs[0].across(0, 1).across(1, 1)
        return seen if self.keepdims else seen.reshaped(seen.shape[2:])


def _taps(window: Window, phase: int) -> list[int]:
    """Return the taps over pixels of one phase: their position leaves it as remainder over the stride."""
    return [tap for tap in range(window.size) if tap * window.dilation % window.stride == phase]


def _seen(window: Window) -> np.ndarray:
    """Return the number of pixels inside the picture for each position of the window."""
    first = np.arange(window.positions) * window.stride - window.before
    seen: np.ndarray = np.minimum(first + window.size, window.length) - np.maximum(first, 0)
    return seen


def fitted(unpooled: Tensor, rows: Window, columns: Window) -> Tensor:
    """Return the picture's pixels: cut off the padding, and add zeros where no window reached."""
    return _fitted(_fitted(unpooled, rows, axis=1), columns, axis=2)


def _fitted(unpooled: Tensor, window: Window, axis: int) -> Tensor:
    """Do the same along one axis."""
    if unpooled.shape[axis] == window.length:
        return unpooled
    missing = window.before + window.length - unpooled.shape[axis]
    if missing > 0:
        margins = [(0, 0)] * 4
        margins[axis] = (0, missing)
        unpooled = ops.pad(unpooled, margins)
    inside = [slice(None)] * 4
    inside[axis] = slice(window.before, window.before + window.length)
    return unpooled[tuple(inside)]
