"""Merging branches: sums, products, concatenations and stacks.

A sum sends its signal to every branch. A product sends each branch the signal times the other factors of this
picture (the product rule); the gates of squeeze-and-excitation come back like this in every method. A branch
that was broadcast receives the sum over the positions it was broadcast to.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import reduce
from operator import add, mul

from keras import ops

from generator.engine.field import Field
from generator.engine.rules.rule import Memory, Rule, Tensor

Shape = tuple[int, ...]


@dataclass(frozen=True)
class WeightedSum(Rule):
    """The sum of branches, each times its weight; back the signal times each branch's weight.

    Add, subtract and average are such sums. ``shapes`` are those of the branches, without the batch axis.
    """

    shapes: tuple[Shape, ...]
    weights: tuple[float, ...]

    def forward(self, *inputs: Tensor) -> tuple[Tensor, Memory]:
        return reduce(add, map(_weighted, inputs, self.weights)), None

    def backward(self, signal: Tensor, memory: Memory) -> tuple[Tensor, ...]:
        return tuple(
            _weighted(_gathered(signal, shape), weight)
            for shape, weight in zip(self.shapes, self.weights, strict=True)
        )

    def field(self, *inputs: Field) -> Field:
        return Field.merged(inputs)


@dataclass(frozen=True)
class Product(Rule):
    """The product of branches; back by the product rule. The memory is all factors."""

    shapes: tuple[Shape, ...]

    def forward(self, *inputs: Tensor) -> tuple[Tensor, Memory]:
        return reduce(mul, inputs), inputs

    def backward(self, signal: Tensor, memory: Memory) -> tuple[Tensor, ...]:
        leaving = []
        for place, shape in enumerate(self.shapes):
            others = (*memory[:place], *memory[place + 1 :])
            leaving.append(_gathered(reduce(mul, others, signal), shape))
        return tuple(leaving)

    def field(self, *inputs: Field) -> Field:
        return Field.merged(inputs)


@dataclass(frozen=True)
class Concatenate(Rule):
    """Join along an axis, by default the channels; back by splitting.

    ``features`` are the lengths of the branches along the axis, which is counted from the end.
    """

    features: tuple[int, ...]
    axis: int = -1

    def forward(self, *inputs: Tensor) -> tuple[Tensor, Memory]:
        return ops.concatenate(inputs, axis=self.axis), None

    def backward(self, signal: Tensor, memory: Memory) -> tuple[Tensor, ...]:
        ends = [sum(self.features[: index + 1]) for index in range(len(self.features))]
        after = (slice(None),) * (-1 - self.axis)
        return tuple(
            signal[(..., slice(end - size, end), *after)]
            for end, size in zip(ends, self.features, strict=True)
        )

    def field(self, *inputs: Field) -> Field:
        return Field.joined(inputs, self.axis)


@dataclass(frozen=True)
class Stack(Rule):
    """Join along a new axis, which is counted with the batch axis as 0; back by taking apart."""

    axis: int

    def forward(self, *inputs: Tensor) -> tuple[Tensor, Memory]:
        return ops.stack(inputs, axis=self.axis), None

    def backward(self, signal: Tensor, memory: Memory) -> tuple[Tensor, ...]:
        before = (slice(None),) * self.axis
        return tuple(signal[(*before, place)] for place in range(signal.shape[self.axis]))

    def field(self, *inputs: Field) -> Field:
        before, after = inputs[0].shape[: self.axis - 1], inputs[0].shape[self.axis - 1 :]
        return Field.joined([seen.reshaped((*before, 1, *after)) for seen in inputs], self.axis - 1)


def _weighted(tensor: Tensor, weight: float) -> Tensor:
    return tensor if weight == 1 else tensor * weight


def _gathered(signal: Tensor, shape: Shape) -> Tensor:
    """Return the signal, summed over the axes along which a branch of this shape was broadcast."""
    axes = tuple(
        axis for axis, (wide, own) in enumerate(zip(signal.shape[1:], shape, strict=True), 1) if wide != own
    )
    return ops.sum(signal, axis=axes, keepdims=True) if axes else signal
