"""Rules that only move values: reshaping, permuting, padding, cropping and taking. Back by the inverse."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from keras import ops

from generator.engine.field import Field
from generator.engine.rules.rule import Memory, Rule, Tensor

Margins = tuple[tuple[int, int], ...]


@dataclass(frozen=True)
class Reshape(Rule):
    """Another shape for the same values; back to the shape before."""

    before: tuple[int, ...]
    after: tuple[int, ...]

    def forward(self, *inputs: Tensor) -> tuple[Tensor, Memory]:
        return ops.reshape(inputs[0], (-1, *self.after)), None

    def backward(self, signal: Tensor, memory: Memory) -> tuple[Tensor, ...]:
        return (ops.reshape(signal, (-1, *self.before)),)

    def field(self, *inputs: Field) -> Field:
        return inputs[0].reshaped(self.after)


@dataclass(frozen=True)
class Permute(Rule):
    """The axes in another order; back to the order before. ``axes`` starts with the batch axis, 0."""

    axes: tuple[int, ...]

    def forward(self, *inputs: Tensor) -> tuple[Tensor, Memory]:
        return ops.transpose(inputs[0], self.axes), None

    def backward(self, signal: Tensor, memory: Memory) -> tuple[Tensor, ...]:
        return (ops.transpose(signal, sorted(range(len(self.axes)), key=self.axes.__getitem__)),)

    def field(self, *inputs: Field) -> Field:
        return inputs[0].permuted(self.axes)


@dataclass(frozen=True)
class Pad(Rule):
    """A constant around the picture; back by cropping. One pair of margins for each axis after the batch."""

    margins: Margins
    value: float = 0.0

    def forward(self, *inputs: Tensor) -> tuple[Tensor, Memory]:
        return ops.pad(inputs[0], ((0, 0), *self.margins), constant_values=self.value), None

    def backward(self, signal: Tensor, memory: Memory) -> tuple[Tensor, ...]:
        return (_inside(signal, self.margins),)

    def field(self, *inputs: Field) -> Field:
        return _moved(inputs[0], self.margins, 1)


@dataclass(frozen=True)
class Crop(Rule):
    """The inside of the picture; back with zeros around it. Margins as in ``Pad``."""

    margins: Margins

    def forward(self, *inputs: Tensor) -> tuple[Tensor, Memory]:
        return _inside(inputs[0], self.margins), None

    def backward(self, signal: Tensor, memory: Memory) -> tuple[Tensor, ...]:
        return (ops.pad(signal, ((0, 0), *self.margins)),)

    def field(self, *inputs: Field) -> Field:
        return _moved(inputs[0], self.margins, -1)


@dataclass(frozen=True)
class Take(Rule):
    """The values at some places along an axis, in their order; back to these places, with zeros at others.

    ``axis`` is counted with the batch axis as 0. No place is taken twice; ``length`` is that of the axis.
    """

    axis: int
    places: tuple[int, ...]
    length: int

    def forward(self, *inputs: Tensor) -> tuple[Tensor, Memory]:
        return ops.take(inputs[0], np.array(self.places, np.int32), axis=self.axis), None

    def backward(self, signal: Tensor, memory: Memory) -> tuple[Tensor, ...]:
        sources = np.full(self.length, len(self.places), np.int32)  # there the padding has a zero
        sources[list(self.places)] = np.arange(len(self.places))
        margins = [(0, int(axis == self.axis)) for axis in range(len(signal.shape))]
        return (ops.take(ops.pad(signal, margins), sources, axis=self.axis),)

    def field(self, *inputs: Field) -> Field:
        return inputs[0].along(self.axis - 1, np.array(self.places)[:, None])


def _inside(image: Tensor, margins: Margins) -> Tensor:
    ends = [
        slice(before, length - after)
        for (before, after), length in zip(margins, image.shape[1:], strict=True)
    ]
    return image[(slice(None), *ends)]


def _moved(field: Field, margins: Margins, sign: int) -> Field:
    """Return the receptive fields with margins added, or taken away if the sign is -1."""
    for axis, (before, after) in enumerate(margins):
        length = field.shape[axis]
        places = np.arange(-sign * before, length + sign * after)
        field = field.along(axis, np.where((places >= 0) & (places < length), places, -1)[:, None])
    return field
