"""The base class of rules, the values that they carry, and two rules for tensors of any shape."""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass
from functools import reduce
from typing import Any, NamedTuple

from keras import ops

from generator.engine.field import Field
from generator.engine.methods import Method

Tensor = Any
Memory = Any

FORMAT = "channels_last"
"""The axes of every tensor: (rows, height, width, channels), whatever ``keras.json`` says."""


class RowValues(NamedTuple):
    """The values of K rows of signal, with all channels or one channel each.

    A feature starts as a row that is zero in every channel except its own. Such rows are kept as ``values``
    (K, h, w, 1) of the ``channels`` (K,) int32, out of ``features`` channels. If ``channels`` is ``None``,
    the values have all channels, (K, h, w, c).
    """

    values: Tensor
    channels: Tensor | None = None
    features: int = 0


class Rule(ABC):
    """One operation, forward and back.

    A rule is frozen and keeps nothing of a picture: what ``backward`` needs, ``forward`` returns as memory.
    """

    @abstractmethod
    def forward(self, *inputs: Tensor) -> tuple[Tensor, Memory]:
        """Return the output, and the memory of this picture that ``backward`` needs, or ``None``."""

    def output(self, *inputs: Tensor) -> Tensor:
        """Return the output alone, for any number of pictures (N, ...), where nothing will go back."""
        return self.forward(*inputs)[0]

    @abstractmethod
    def backward(self, signal: Tensor, memory: Memory) -> tuple[Tensor, ...]:
        """Return the signal at each input, for rows of signal at the output."""

    @abstractmethod
    def field(self, *inputs: Field) -> Field:
        """Return the receptive fields of the output, for those of the inputs."""

    def backward_single_channel(self, signal: RowValues, memory: Memory) -> RowValues | None:
        """Return the signal at the only input, without computing the channels that are zero.

        ``None`` if the rule has no such shortcut; ``backward`` then takes the rows with all channels.
        """
        return None

    def by(self, method: Method) -> Rule:
        """Return this rule for a method; only rectifiers depend on it."""
        return self


def own_channels(memory: Tensor, channels: Tensor) -> Tensor:
    """Return the channel of each row from one picture's tensor: (1, ..., c) to (K, ..., 1)."""
    chosen = ops.take(memory, channels, axis=-1)
    return ops.expand_dims(ops.moveaxis(chosen[0], -1, 0), -1)


def times(values: Tensor, factor: Tensor) -> Tensor:
    """Return the values times a factor; a mask keeps the values where it is true."""
    if ops.dtype(factor) != "bool":
        return values * factor
    # A cast of the mask, or zeros of its shape, would take the memory of one more signal.
    return ops.where(factor, values, ops.cast(0, values.dtype))


def all_channels(signal: RowValues) -> Tensor:
    """Return the values with all channels, (K, ..., c)."""
    if signal.channels is None:
        return signal.values
    places = ops.one_hot(signal.channels, signal.features, dtype=signal.values.dtype)
    spread = (-1, *[1] * (len(signal.values.shape) - 2), signal.features)
    return signal.values * ops.reshape(places, spread)


class Pointwise(Rule):
    """A rule with one input, of which each value of the output depends on the value in its place."""

    def field(self, *inputs: Field) -> Field:
        return inputs[0]


@dataclass(frozen=True)
class Identity(Pointwise):
    """Pass unchanged both ways: dropout, linear activations, and the softmax that ends a model."""

    def forward(self, *inputs: Tensor) -> tuple[Tensor, Memory]:
        return inputs[0], None

    def backward(self, signal: Tensor, memory: Memory) -> tuple[Tensor, ...]:
        return (signal,)

    def backward_single_channel(self, signal: RowValues, memory: Memory) -> RowValues | None:
        return signal


@dataclass(frozen=True)
class Chain(Rule):
    """Rules with one input, one after the other; back through the last one first.

    The memory is that of each link that has one, by its place; ``None`` if none has.
    """

    links: tuple[Rule, ...]

    def forward(self, *inputs: Tensor) -> tuple[Tensor, Memory]:
        output, memories = inputs[0], {}
        for place, link in enumerate(self.links):
            output, memory = link.forward(output)
            if memory is not None:
                memories[str(place)] = memory
        return output, memories or None

    def output(self, *inputs: Tensor) -> Tensor:
        return reduce(lambda values, link: link.output(values), self.links, inputs[0])

    def backward(self, signal: Tensor, memory: Memory) -> tuple[Tensor, ...]:
        for place, link in reversed([*enumerate(self.links)]):
            (signal,) = link.backward(signal, (memory or {}).get(str(place)))
        return (signal,)

    def field(self, *inputs: Field) -> Field:
        return reduce(lambda field, link: link.field(field), self.links, inputs[0])
