"""Linear maps of the values: scales, shifts, matrices.

Batch normalization at inference, rescaling and normalization are a scale and a shift. The shift is their
bias, which ``bias: subtract`` subtracts from the arriving signal first.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from keras import ops

from generator.engine.field import Field
from generator.engine.rules.rule import Memory, Pointwise, Rule, Tensor


@dataclass(frozen=True)
class Affine(Pointwise):
    """``scale * x + shift``; back by the scale. Both broadcast to the input's shape and keep it."""

    scale: Tensor
    shift: Tensor
    offset: Tensor | None = None

    def forward(self, *inputs: Tensor) -> tuple[Tensor, Memory]:
        return inputs[0] * self.scale + self.shift, None

    def backward(self, signal: Tensor, memory: Memory) -> tuple[Tensor, ...]:
        signal = signal if self.offset is None else signal - self.offset
        return (signal * self.scale,)


@dataclass(frozen=True)
class Dense(Rule):
    """A fully connected layer along the last axis; back by the transposed matrix."""

    kernel: Tensor
    bias: Tensor | None
    offset: Tensor | None = None

    def forward(self, *inputs: Tensor) -> tuple[Tensor, Memory]:
        output = ops.matmul(inputs[0], self.kernel)
        return (output if self.bias is None else output + self.bias), None

    def backward(self, signal: Tensor, memory: Memory) -> tuple[Tensor, ...]:
        signal = signal if self.offset is None else signal - self.offset
        return (ops.matmul(signal, ops.transpose(self.kernel)),)

    def field(self, *inputs: Field) -> Field:
        return inputs[0].across(-1, self.kernel.shape[-1])


@dataclass(frozen=True)
class Rounding(Rule):
    """Round to the integers of a quantized layer and back to their numbers; the signal passes unchanged.

    ``quantizer`` returns integers and their scale for a tensor, a scale for each vector along the last axis.
    """

    quantizer: Callable[..., tuple[Tensor, Tensor]]

    def forward(self, *inputs: Tensor) -> tuple[Tensor, Memory]:
        whole, scale = self.quantizer(inputs[0], axis=-1)
        return ops.cast(whole, inputs[0].dtype) / scale, None

    def backward(self, signal: Tensor, memory: Memory) -> tuple[Tensor, ...]:
        return (signal,)

    def field(self, *inputs: Field) -> Field:
        return inputs[0].across(-1, inputs[0].shape[-1])  # the scale is that of the whole vector


@dataclass(frozen=True)
class Resize(Rule):
    """Another size by interpolation, as two matrices; back by the transposed matrices.

    ``rows`` is (height after, height before), ``columns`` (width after, width before).
    """

    rows: Tensor
    columns: Tensor

    def forward(self, *inputs: Tensor) -> tuple[Tensor, Memory]:
        return _resized(inputs[0], self.rows, self.columns), None

    def backward(self, signal: Tensor, memory: Memory) -> tuple[Tensor, ...]:
        return (_resized(signal, ops.transpose(self.rows), ops.transpose(self.columns)),)

    def field(self, *inputs: Field) -> Field:
        return inputs[0].along(0, _taps(self.rows)).along(1, _taps(self.columns))


def _resized(image: Tensor, rows: Tensor, columns: Tensor) -> Tensor:
    wide = ops.matmul(columns, image)  # interpolates within each row of pixels
    high = ops.matmul(rows, ops.reshape(wide, (-1, wide.shape[1], wide.shape[2] * wide.shape[3])))
    return ops.reshape(high, (-1, high.shape[1], *wide.shape[2:]))


def _taps(matrix: Tensor) -> np.ndarray:
    """Return the places that are not zero in each row of a matrix, -1 where a row has fewer than others."""
    numbers = ops.convert_to_numpy(matrix) != 0
    places = np.argsort(~numbers, axis=1, kind="stable")[:, : max(numbers.sum(axis=1))]
    return np.where(np.take_along_axis(numbers, places, axis=1), places, -1)
