"""One small rule per layer type: how a signal goes forward through it, and how it comes back.

A rule is frozen and holds no state between calls: what its backward needs of the picture, its forward
returns as *memory*. Linear rules come back by their exact adjoint; biases play no part in it unless a
rule is told to subtract them. Max pooling sends each value back to its switch (Zeiler & Fergus 2013,
section 2.1); the three rectifiers are where the methods differ.

Tensors are batch first, channels last. Forward sees one picture, backward any number of rows.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass
from itertools import product
from typing import Any

from keras import ops

from generator.engine.windows import Window

Tensor = Any
Memory = Any


class Rule(ABC):
    """How one operation passes a signal forward and back."""

    @abstractmethod
    def forward(self, *inputs: Tensor) -> tuple[Tensor, Memory]:
        """Return the output and what ``backward`` must remember of this picture, or ``None``."""

    @abstractmethod
    def backward(self, signal: Tensor, memory: Memory) -> tuple[Tensor, ...]:
        """Return what reaches each of the inputs, for rows of signal at the output."""


@dataclass(frozen=True)
class Identity(Rule):
    """Pass both ways unchanged: dropout, and activations that are linear."""

    def forward(self, *inputs: Tensor) -> tuple[Tensor, Memory]:
        return inputs[0], None

    def backward(self, signal: Tensor, memory: Memory) -> tuple[Tensor, ...]:
        return (signal,)


@dataclass(frozen=True)
class Convolution(Rule):
    """Two-dimensional convolution; back by the transposed convolution.

    ``kernel`` is (kh, kw, inputs, features). ``offset``, when given, is the bias that comes off the
    arriving signal first.
    """

    kernel: Tensor
    bias: Tensor | None
    rows: Window
    columns: Window
    offset: Tensor | None = None

    def forward(self, *inputs: Tensor) -> tuple[Tensor, Memory]:
        output = ops.conv(
            inputs[0],
            self.kernel,
            strides=(self.rows.stride, self.columns.stride),
            padding=self.rows.padding,
            dilation_rate=(self.rows.dilation, self.columns.dilation),
        )
        return (output if self.bias is None else output + self.bias), None

    def backward(self, signal: Tensor, memory: Memory) -> tuple[Tensor, ...]:
        signal = signal if self.offset is None else signal - self.offset
        adjoint = ops.transpose(ops.flip(self.kernel, axis=(0, 1)), (0, 1, 3, 2))
        spread = _spread(signal, self.rows.stride, self.columns.stride)
        margins = _margins(self.rows), _margins(self.columns)
        dilation = self.rows.dilation, self.columns.dilation
        if all(
            2 * before == 2 * after == window.span - 1
            for window, (before, after) in zip((self.rows, self.columns), margins, strict=True)
        ):
            return (ops.conv(spread, adjoint, padding="same", dilation_rate=dilation),)
        spread = ops.pad(spread, ((0, 0), *margins, (0, 0)))
        return (ops.conv(spread, adjoint, padding="valid", dilation_rate=dilation),)


@dataclass(frozen=True)
class MaxPooling(Rule):
    """Max pooling; back by unpooling: each value returns to its switch, and shared switches add.

    The memory is the switches: for each output the row-major number of the first maximum in its window,
    (1, h, w, features).
    """

    rows: Window
    columns: Window

    def forward(self, *inputs: Tensor) -> tuple[Tensor, Memory]:
        image = self._padded(inputs[0])
        offsets = list(product(range(self.rows.size), range(self.columns.size)))
        pooled = self._seen_at(image, *offsets[0])
        switches = ops.zeros_like(pooled, dtype="int32")
        for number, offset in enumerate(offsets[1:], start=1):
            candidate = self._seen_at(image, *offset)
            larger = candidate > pooled
            pooled = ops.where(larger, candidate, pooled)
            switches = ops.where(larger, number, switches)
        return pooled, switches

    def backward(self, signal: Tensor, memory: Memory) -> tuple[Tensor, ...]:
        vertical, horizontal = self.rows.stride, self.columns.stride
        phases = [
            self._phase(signal, memory, *phase) for phase in product(range(vertical), range(horizontal))
        ]
        height, width, features = phases[0].shape[1:]
        grid = ops.reshape(ops.stack(phases, axis=3), (-1, height, width, vertical, horizontal, features))
        grid = ops.transpose(grid, (0, 1, 3, 2, 4, 5))
        unpooled = ops.reshape(grid, (-1, height * vertical, width * horizontal, features))
        return (_fitted(_fitted(unpooled, self.rows, axis=1), self.columns, axis=2),)

    def _padded(self, image: Tensor) -> Tensor:
        margins = (self.rows.before, self.rows.after), (self.columns.before, self.columns.after)
        if margins == ((0, 0), (0, 0)):
            return image
        return ops.pad(image, ((0, 0), *margins, (0, 0)), constant_values=float("-inf"))

    def _seen_at(self, image: Tensor, row: int, column: int) -> Tensor:
        """Return what every window sees at one of its offsets."""
        vertical = slice(row, row + self.rows.reach, self.rows.stride)
        horizontal = slice(column, column + self.columns.reach, self.columns.stride)
        return image[:, vertical, horizontal, :]

    def _phase(self, signal: Tensor, switches: Tensor, first_row: int, first_column: int) -> Tensor:
        """Return the unpooled pixels at every stride-th place from one corner; overlaps add."""
        further = (self.rows.size - 1) // self.rows.stride, (self.columns.size - 1) // self.columns.stride
        offsets = product(
            range(first_row, self.rows.size, self.rows.stride),
            range(first_column, self.columns.size, self.columns.stride),
        )
        total = None
        for row, column in offsets:
            chosen = ops.cast(ops.equal(switches, row * self.columns.size + column), signal.dtype)
            down, right = row // self.rows.stride, column // self.columns.stride
            shifts = (0, 0), (down, further[0] - down), (right, further[1] - right), (0, 0)
            part = signal * chosen if further == (0, 0) else ops.pad(signal * chosen, shifts)
            total = part if total is None else total + part
        if total is None:  # a stride longer than the window leaves pixels that no window sees
            return ops.pad(ops.zeros_like(signal), ((0, 0), (0, further[0]), (0, further[1]), (0, 0)))
        return total


@dataclass(frozen=True)
class GlobalAverage(Rule):
    """The mean over all pixels; back by spreading each value evenly."""

    height: int
    width: int
    keepdims: bool

    def forward(self, *inputs: Tensor) -> tuple[Tensor, Memory]:
        return ops.mean(inputs[0], axis=(1, 2), keepdims=self.keepdims), None

    def backward(self, signal: Tensor, memory: Memory) -> tuple[Tensor, ...]:
        share = ops.reshape(signal, (-1, 1, 1, signal.shape[-1])) / (self.height * self.width)
        return (ops.tile(share, (1, self.height, self.width, 1)),)


@dataclass(frozen=True)
class Dense(Rule):
    """A fully connected layer over the last axis; back by the transposed matrix."""

    kernel: Tensor
    bias: Tensor | None
    offset: Tensor | None = None

    def forward(self, *inputs: Tensor) -> tuple[Tensor, Memory]:
        output = ops.matmul(inputs[0], self.kernel)
        return (output if self.bias is None else output + self.bias), None

    def backward(self, signal: Tensor, memory: Memory) -> tuple[Tensor, ...]:
        signal = signal if self.offset is None else signal - self.offset
        return (ops.matmul(signal, ops.transpose(self.kernel)),)


@dataclass(frozen=True)
class Reshape(Rule):
    """Another shape for the same numbers: flatten."""

    before: tuple[int, ...]
    after: tuple[int, ...]

    def forward(self, *inputs: Tensor) -> tuple[Tensor, Memory]:
        return ops.reshape(inputs[0], (-1, *self.after)), None

    def backward(self, signal: Tensor, memory: Memory) -> tuple[Tensor, ...]:
        return (ops.reshape(signal, (-1, *self.before)),)


@dataclass(frozen=True)
class Concatenate(Rule):
    """Join along the channels; back by cutting them apart."""

    features: tuple[int, ...]

    def forward(self, *inputs: Tensor) -> tuple[Tensor, Memory]:
        return ops.concatenate(inputs, axis=-1), None

    def backward(self, signal: Tensor, memory: Memory) -> tuple[Tensor, ...]:
        ends = [sum(self.features[: index + 1]) for index in range(len(self.features))]
        return tuple(signal[..., end - size : end] for end, size in zip(ends, self.features, strict=True))


@dataclass(frozen=True)
class DeconvnetReLU(Rule):
    """Rectify the signal itself on its way back (Zeiler & Fergus 2013, section 2.1)."""

    def forward(self, *inputs: Tensor) -> tuple[Tensor, Memory]:
        return ops.relu(inputs[0]), None

    def backward(self, signal: Tensor, memory: Memory) -> tuple[Tensor, ...]:
        return (ops.relu(signal),)


@dataclass(frozen=True)
class GradientReLU(Rule):
    """Let the signal through where the activation was positive: the gradient."""

    def forward(self, *inputs: Tensor) -> tuple[Tensor, Memory]:
        return ops.relu(inputs[0]), inputs[0] > 0

    def backward(self, signal: Tensor, memory: Memory) -> tuple[Tensor, ...]:
        return (signal * ops.cast(memory, signal.dtype),)


@dataclass(frozen=True)
class GuidedReLU(Rule):
    """Rectify, and mask by the activation: guided backpropagation (Springenberg et al. 2014, section 3)."""

    def forward(self, *inputs: Tensor) -> tuple[Tensor, Memory]:
        return ops.relu(inputs[0]), inputs[0] > 0

    def backward(self, signal: Tensor, memory: Memory) -> tuple[Tensor, ...]:
        return (ops.relu(signal) * ops.cast(memory, signal.dtype),)


def _spread(signal: Tensor, vertical: int, horizontal: int) -> Tensor:
    """Return the signal with its pixels a stride apart and zeros between."""
    if vertical == horizontal == 1:
        return signal
    height, width, features = signal.shape[1:]
    apart = ops.reshape(signal, (-1, height, 1, width, 1, features))
    apart = ops.pad(apart, ((0, 0), (0, 0), (0, vertical - 1), (0, 0), (0, horizontal - 1), (0, 0)))
    apart = ops.reshape(apart, (-1, height * vertical, width * horizontal, features))
    return apart[:, : (height - 1) * vertical + 1, : (width - 1) * horizontal + 1, :]


def _margins(window: Window) -> tuple[int, int]:
    """Return the padding with which a plain convolution of the spread signal gives back ``length`` pixels."""
    before = window.span - 1 - window.before
    return before, window.length + window.span - 1 - window.reach - before


def _fitted(unpooled: Tensor, window: Window, axis: int) -> Tensor:
    """Return the pixels of the picture: without the padding before it, and zeros where no window reached."""
    missing = window.before + window.length - unpooled.shape[axis]
    if missing > 0:
        margins = [(0, 0)] * 4
        margins[axis] = (0, missing)
        unpooled = ops.pad(unpooled, margins)
    inside = [slice(None)] * 4
    inside[axis] = slice(window.before, window.before + window.length)
    return unpooled[tuple(inside)]
