"""What a rule is, and the rules that fit any tensor: ``Identity`` and ``Chain``."""

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

    A feature joins the sweep like this. ``features`` is the number of channels. Without ``channels`` the
    values are whole, (K, h, w, c).
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
        """Return the output for one picture, and the memory that ``backward`` needs of it, or ``None``."""

    @abstractmethod
    def backward(self, signal: Tensor, memory: Memory) -> tuple[Tensor, ...]:
        """Return the signal at each of the inputs, for rows of signal at the output."""

    def backward_lone(self, signal: Lone, memory: Memory) -> Lone | None:
        """Return the signal at the one input, without computing channels that are zero.

        ``None`` means that the rule has no such shortcut; the signal then goes back whole.
        """
        return None

    def by(self, method: Method) -> Rule:
        """Return this rule for a method; only rectifiers depend on it."""
        return self


def own(memory: Tensor, channels: Tensor) -> Tensor:
    """Return the channel of each row, (K, ..., 1), of one picture's tensor (1, ..., c)."""
    chosen = ops.take(memory, channels, axis=-1)
    return ops.expand_dims(ops.moveaxis(chosen[0], -1, 0), -1)


def whole(signal: Lone) -> Tensor:
    """Return a signal with all its channels, (K, ..., c)."""
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
    """Linear rules with one input, one after the other; back through the last one first."""

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
