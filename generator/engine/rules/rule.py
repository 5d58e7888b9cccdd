"""What a rule is, and the two that hold for any tensor."""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import Any

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
