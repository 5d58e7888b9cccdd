"""Normalizations whose statistics are those of the picture.

Question: how does a signal come back through a statistic? Options: hold it constant, as relevance methods do;
differentiate it. Choice: differentiate it, in every method. A normalization does not rectify, and like a gate
or a product it comes back by its derivative at this picture; and ``gradient`` must be the gradient. Cost: the
signal loses what only moves the mean or the deviation, because that changes no output.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import reduce

from keras import ops

from generator.engine.field import Field
from generator.engine.rules.rule import Memory, Rule, Tensor


@dataclass(frozen=True)
class Standardize(Rule):
    """Subtract the mean along some axes and divide by the deviation; back by the derivative.

    ``axes`` are counted with the batch axis as 0. ``epsilon`` is added to the variance. If not ``centred``,
    no mean is subtracted, and the deviation is the root of the mean square. The memory is the output, and one
    over the deviation.
    """

    axes: tuple[int, ...]
    epsilon: float
    centred: bool = True

    def forward(self, *inputs: Tensor) -> tuple[Tensor, Memory]:
        deviations = inputs[0] - self._mean(inputs[0]) if self.centred else inputs[0]
        inverse = ops.rsqrt(self._mean(ops.square(deviations)) + self.epsilon)
        output = deviations * inverse
        return output, (output, inverse)

    def backward(self, signal: Tensor, memory: Memory) -> tuple[Tensor, ...]:
        output, inverse = memory
        kept = signal - output * self._mean(signal * output)
        return ((kept - self._mean(signal) if self.centred else kept) * inverse,)

    def field(self, *inputs: Field) -> Field:
        return whole(inputs[0], self.axes)

    def _mean(self, values: Tensor) -> Tensor:
        return ops.mean(values, axis=self.axes, keepdims=True)


@dataclass(frozen=True)
class UnitLength(Rule):
    """Divide by the length along some axes, which is ``shortest`` at least; back by the derivative.

    ``axes`` are counted with the batch axis as 0. A vector of zeros, as after a ReLU, has no direction and
    receives nothing; the derivative of TensorFlow is NaN there. The memory is the output, and one over the
    length, or 0 for such a vector.
    """

    axes: tuple[int, ...]
    shortest: float

    def forward(self, *inputs: Tensor) -> tuple[Tensor, Memory]:
        squares = ops.sum(ops.square(inputs[0]), axis=self.axes, keepdims=True)
        inverse = ops.minimum(ops.rsqrt(squares), 1 / self.shortest)
        output = inputs[0] * inverse
        return output, (output, ops.where(squares > 0, inverse, ops.zeros_like(inverse)))

    def backward(self, signal: Tensor, memory: Memory) -> tuple[Tensor, ...]:
        output, inverse = memory
        along = output * ops.sum(signal * output, axis=self.axes, keepdims=True)
        # A vector that is too short is divided by a constant.
        return (inverse * ops.where(inverse < 1 / self.shortest, signal - along, signal),)

    def field(self, *inputs: Field) -> Field:
        return whole(inputs[0], self.axes)


@dataclass(frozen=True)
class Softmax(Rule):
    """A softmax inside a network, along some axes; back by the derivative. The memory is the output.

    ``axes`` are counted with the batch axis as 0. A softmax that ends a model is left out instead.
    """

    axes: tuple[int, ...]

    def forward(self, *inputs: Tensor) -> tuple[Tensor, Memory]:
        powers = ops.exp(inputs[0] - ops.max(inputs[0], axis=self.axes, keepdims=True))
        output = powers / ops.sum(powers, axis=self.axes, keepdims=True)
        return output, output

    def backward(self, signal: Tensor, memory: Memory) -> tuple[Tensor, ...]:
        return (memory * (signal - ops.sum(signal * memory, axis=self.axes, keepdims=True)),)

    def field(self, *inputs: Field) -> Field:
        return whole(inputs[0], self.axes)


def whole(field: Field, axes: Sequence[int]) -> Field:
    """Return the unions along some axes, counted with the batch axis as 0."""
    return reduce(lambda seen, axis: seen.across(axis - 1, seen.shape[axis - 1]), axes, field)
