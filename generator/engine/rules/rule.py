"""What a rule is, and the two that hold for any tensor."""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import Any, NamedTuple

from keras import ops

from generator.engine.methods import Method

Tensor = Any
Memory = Any


class Lone(NamedTuple):
    """Rows that are zero in all channels but one: ``values`` (K, h, w, 1) of the ``channels`` (K,) int32.

    A joining feature starts like this. ``features`` is how many channels there are; without ``channels`` the
    values are whole, (K, h, w, c).
    """

    values: Tensor
    channels: Tensor | None = None
    features: int = 0


class Rule(ABC):
    """How one operation passes a signal forward and back."""

    @abstractmethod
    def forward(self, *inputs: Tensor) -> tuple[Tensor, Memory]:
        """Return the output and what ``backward`` must remember of this picture, or ``None``."""

    @abstractmethod
    def backward(self, signal: Tensor, memory: Memory) -> tuple[Tensor, ...]:
        """Return what reaches each of the inputs, for rows of signal at the output."""

    def backward_lone(self, signal: Lone, memory: Memory) -> Lone | None:
        """Return what reaches the one input, without work on channels that are zero.

        ``None`` where there is no shorter way; the signal then goes back whole.
        """
        return None

    def by(self, method: Method) -> Rule:
        """Return this rule for a method; only a rectifier's depends on it."""
        return self


def own(memory: Tensor, channels: Tensor) -> Tensor:
    """Return each row's own channel of one picture's tensor (1, ..., c), (K, ..., 1)."""
    chosen = ops.take(memory, channels, axis=-1)
    return ops.expand_dims(ops.moveaxis(chosen[0], -1, 0), -1)


def whole(signal: Lone) -> Tensor:
    """Return a signal with all of its channels, (K, ..., c)."""
    if signal.channels is None:
        return signal.values
    places = ops.one_hot(signal.channels, signal.features, dtype=signal.values.dtype)
    spread = (-1, *[1] * (len(signal.values.shape) - 2), signal.features)
    return signal.values * ops.reshape(places, spread)


@dataclass(frozen=True)
class Identity(Rule):
    """Pass both ways unchanged: dropout, linear activations, and the softmax that ends a model."""

    def forward(self, *inputs: Tensor) -> tuple[Tensor, Memory]:
        return inputs[0], None

    def backward(self, signal: Tensor, memory: Memory) -> tuple[Tensor, ...]:
        return (signal,)

    def backward_lone(self, signal: Lone, memory: Memory) -> Lone | None:
        return signal


@dataclass(frozen=True)
class Chain(Rule):
    """Linear rules of one input, one after the other; back through the last one first."""

    links: tuple[Rule, ...]

    def forward(self, *inputs: Tensor) -> tuple[Tensor, Memory]:
        output = inputs[0]
        for link in self.links:
            output, _ = link.forward(output)
        return output, None

    def backward(self, signal: Tensor, memory: Memory) -> tuple[Tensor, ...]:
        for link in reversed(self.links):
            (signal,) = link.backward(signal, None)
        return (signal,)
