"""Convolutions: plain, grouped, depthwise and transposed, strided or dilated.

Question: how does a signal go back through a strided convolution? Options: the backend's transposed
convolution; a plain convolution of the signal, with zeros between its pixels, by the flipped kernel. Choice:
the plain one, because it compiles under XLA, runs the same on every backend and is faster at stride 1. Cost:
at stride s it does s x s times as many multiplications as necessary.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import product

import numpy as np
from keras import ops

from generator.engine.field import Field
from generator.engine.rules.rule import FORMAT, Memory, RowValues, Rule, Tensor
from generator.engine.windows import Window


@dataclass(frozen=True)
class Convolution(Rule):
    """Two-dimensional convolution; back by the transposed convolution.

    ``kernel`` is (kh, kw, inputs / groups, features). ``offset``, if given, is the bias that is subtracted
    from the arriving signal first. ``adjoint`` is the flipped kernel, with inputs and features exchanged
    within each group, (kh, kw, features / groups, inputs).
    """

    kernel: Tensor
    bias: Tensor | None
    rows: Window
    columns: Window
    offset: Tensor | None = None
    groups: int = 1
    adjoint: Tensor = field(init=False, repr=False)

    def __post_init__(self) -> None:
        # Made once, because in a loop over rows every row would make it again.
        object.__setattr__(self, "adjoint", _adjoint(self.kernel, self.groups))

    def forward(self, *inputs: Tensor) -> tuple[Tensor, Memory]:
        output = ops.conv(
            inputs[0],
            self.kernel,
            strides=(self.rows.stride, self.columns.stride),
            padding=self.rows.padding,
            dilation_rate=(self.rows.dilation, self.columns.dilation),
            data_format=FORMAT,
        )
        return (output if self.bias is None else output + self.bias), None

    def backward(self, signal: Tensor, memory: Memory) -> tuple[Tensor, ...]:
        signal = signal if self.offset is None else signal - self.offset
        spread = spread_apart(signal, self.rows.stride, self.columns.stride)
        margins = margins_of(self.rows), margins_of(self.columns)
        dilation = self.rows.dilation, self.columns.dilation
        # With the margins of "same" padding, the convolution pads by itself, which saves a padded copy.
        if all(
            2 * before == 2 * after == window.span - 1
            for window, (before, after) in zip((self.rows, self.columns), margins, strict=True)
        ):
            return (ops.conv(spread, self.adjoint, 1, "same", FORMAT, dilation),)
        spread = ops.pad(spread, ((0, 0), *margins, (0, 0)))
        return (ops.conv(spread, self.adjoint, 1, "valid", FORMAT, dilation),)

    def backward_single_channel(self, signal: RowValues, memory: Memory) -> RowValues | None:
        """Multiply each feature's map by the feature's own kernel: one matrix product over the taps.

        A full convolution would multiply all features, and all but one are zero.
        """
        if self.offset is not None or self.groups != 1:
            return None  # an offset fills the other channels, and groups read only a part of the inputs
        height, width, inputs, _ = self.kernel.shape
        kernels = ops.take(ops.reshape(self.kernel, (height * width, inputs, -1)), signal.channels, axis=-1)
        seen = self._seen_by_taps(signal.values)
        flat = ops.reshape(seen, (-1, self.rows.length * self.columns.length, height * width))
        values = ops.matmul(flat, ops.transpose(kernels, (2, 0, 1)))
        return RowValues(ops.reshape(values, (-1, self.rows.length, self.columns.length, inputs)))

    def field(self, *inputs: Field) -> Field:
        seen = inputs[0].along(0, self.rows.taps).along(1, self.columns.taps)
        _, _, each, features = self.kernel.shape
        if self.groups == 1:
            return seen.across(-1, features)
        group = np.arange(features) // (features // self.groups)
        return seen.along(2, group[:, None] * each + np.arange(each))

    def field_of_adjoint(self, field: Field) -> Field:
        """Return the receptive fields of the way back, from the output to the input."""
        reached = field.along(0, self.rows.covering).along(1, self.columns.covering)
        return reached.across(-1, self.kernel.shape[2])  # a transposed convolution has no groups

    def _seen_by_taps(self, maps: Tensor) -> Tensor:
        """Return the value that reaches each pixel through each tap: (K, h, w, 1) to (K, H, W, taps)."""
        spread = spread_apart(maps, self.rows.stride, self.columns.stride)
        spread = padded(spread, margins_of(self.rows), margins_of(self.columns))
        starts = product(_starts(self.rows), _starts(self.columns))
        height, width = self.rows.length, self.columns.length
        return ops.concatenate(
            [spread[:, top : top + height, left : left + width, :] for top, left in starts], axis=-1
        )


@dataclass(frozen=True)
class DepthwiseConvolution(Rule):
    """A convolution of each channel by itself; back by each channel's transposed convolution.

    ``kernel`` is (kh, kw, inputs, multiplier). Channel c gives the features from c * multiplier to
    (c + 1) * multiplier - 1, and receives the sum of what they send back.
    """

    kernel: Tensor
    bias: Tensor | None
    rows: Window
    columns: Window
    offset: Tensor | None = None

    def forward(self, *inputs: Tensor) -> tuple[Tensor, Memory]:
        output = ops.depthwise_conv(
            inputs[0],
            self.kernel,
            strides=(self.rows.stride, self.columns.stride),
            padding=self.rows.padding,
            dilation_rate=(self.rows.dilation, self.columns.dilation),
            data_format=FORMAT,
        )
        return (output if self.bias is None else output + self.bias), None

    def backward(self, signal: Tensor, memory: Memory) -> tuple[Tensor, ...]:
        signal = signal if self.offset is None else signal - self.offset
        # Each feature goes back by itself; then the features of a channel are added.
        height, width, channels, multiplier = self.kernel.shape
        adjoint = ops.reshape(ops.flip(self.kernel, axis=(0, 1)), (height, width, channels * multiplier, 1))
        spread = spread_apart(signal, self.rows.stride, self.columns.stride)
        spread = padded(spread, margins_of(self.rows), margins_of(self.columns))
        dilation = self.rows.dilation, self.columns.dilation
        back = ops.depthwise_conv(spread, adjoint, 1, "valid", FORMAT, dilation)
        if multiplier == 1:
            return (back,)
        return (ops.sum(ops.reshape(back, (-1, *back.shape[1:3], channels, multiplier)), axis=-1),)

    def field(self, *inputs: Field) -> Field:
        channels, multiplier = self.kernel.shape[2:]
        seen = inputs[0].along(0, self.rows.taps).along(1, self.columns.taps)
        return seen.along(2, np.repeat(np.arange(channels), multiplier)[:, None])


@dataclass(frozen=True)
class TransposedConvolution(Rule):
    """The adjoint of a convolution; back by the convolution itself.

    ``convolution`` maps this rule's output to its input, so its kernel is (kh, kw, features, inputs).
    """

    convolution: Convolution
    bias: Tensor | None
    offset: Tensor | None = None

    def forward(self, *inputs: Tensor) -> tuple[Tensor, Memory]:
        (output,) = self.convolution.backward(inputs[0], None)
        return (output if self.bias is None else output + self.bias), None

    def backward(self, signal: Tensor, memory: Memory) -> tuple[Tensor, ...]:
        signal = signal if self.offset is None else signal - self.offset
        back, _ = self.convolution.forward(signal)
        return (back,)

    def field(self, *inputs: Field) -> Field:
        return self.convolution.field_of_adjoint(inputs[0])


def _adjoint(kernel: Tensor, groups: int) -> Tensor:
    """Return the kernel of the adjoint of a convolution in groups."""
    flipped = ops.flip(kernel, axis=(0, 1))
    if groups == 1:
        return ops.transpose(flipped, (0, 1, 3, 2))
    height, width, inputs, features = kernel.shape
    each = features // groups
    flipped = ops.reshape(flipped, (height, width, inputs, groups, each))
    return ops.reshape(ops.transpose(flipped, (0, 1, 4, 3, 2)), (height, width, each, groups * inputs))


def spread_apart(signal: Tensor, vertical: int, horizontal: int) -> Tensor:
    """Return the signal with its pixels a stride apart and zeros between them."""
    if vertical == horizontal == 1:
        return signal
    height, width, features = signal.shape[1:]
    apart = ops.reshape(signal, (-1, height, 1, width, 1, features))
    apart = ops.pad(apart, ((0, 0), (0, 0), (0, vertical - 1), (0, 0), (0, horizontal - 1), (0, 0)))
    apart = ops.reshape(apart, (-1, height * vertical, width * horizontal, features))
    return apart[:, : (height - 1) * vertical + 1, : (width - 1) * horizontal + 1, :]


def _starts(window: Window) -> list[int]:
    """Return where each tap starts in the padded, spread signal, the last tap first because of the flip."""
    return [tap * window.dilation for tap in reversed(range(window.size))]


def margins_of(window: Window) -> tuple[int, int]:
    """Return the padding with which a convolution of the spread signal gives exactly ``length`` pixels."""
    before = window.span - 1 - window.before
    return before, window.length + window.span - 1 - window.reach - before


def padded(signal: Tensor, rows: tuple[int, int], columns: tuple[int, int]) -> Tensor:
    """Return the signal with zeros around it."""
    if (*rows, *columns) == (0, 0, 0, 0):
        return signal
    return ops.pad(signal, ((0, 0), rows, columns, (0, 0)))
