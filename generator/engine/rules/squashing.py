"""Activations that do not rectify: they gate, squash or shrink, and come back by their derivative."""

from __future__ import annotations

from dataclasses import dataclass

from keras import ops

from generator.engine.rules.activations import Curve
from generator.engine.rules.rule import Tensor


@dataclass(frozen=True)
class Sigmoid(Curve):
    """The logistic function."""

    def value(self, x: Tensor) -> Tensor:
        return ops.sigmoid(x)

    def slope(self, x: Tensor) -> Tensor:
        return ops.sigmoid(x) * ops.sigmoid(-x)  # 1 - sigmoid(x) would round to 0 for large x


@dataclass(frozen=True)
class HardSigmoid(Curve):
    """``relu6(x + 3) / 6``."""

    def value(self, x: Tensor) -> Tensor:
        return ops.relu6(x + 3) / 6

    def slope(self, x: Tensor) -> Tensor:
        return ops.cast(ops.logical_and(x > -3, x < 3), x.dtype) / 6


@dataclass(frozen=True)
class Tanh(Curve):
    """The hyperbolic tangent."""

    def value(self, x: Tensor) -> Tensor:
        return ops.tanh(x)

    def slope(self, x: Tensor) -> Tensor:
        return 4 * ops.sigmoid(2 * x) * ops.sigmoid(-2 * x)  # 1 - tanh(x)^2 would round to 0 for large x


@dataclass(frozen=True)
class HardTanh(Curve):
    """``x`` between -1 and 1, constant outside."""

    def value(self, x: Tensor) -> Tensor:
        return ops.clip(x, -1, 1)

    def slope(self, x: Tensor) -> Tensor:
        return ops.logical_and(x > -1, x < 1)


@dataclass(frozen=True)
class SparseSigmoid(Curve):
    """``(x + 1) / 2`` between -1 and 1, constant outside."""

    def value(self, x: Tensor) -> Tensor:
        return ops.clip((x + 1) / 2, 0, 1)

    def slope(self, x: Tensor) -> Tensor:
        return ops.cast(ops.logical_and(x > -1, x < 1), x.dtype) / 2


@dataclass(frozen=True)
class Softsign(Curve):
    """``x / (1 + abs(x))``."""

    def value(self, x: Tensor) -> Tensor:
        return x / (1 + ops.abs(x))

    def slope(self, x: Tensor) -> Tensor:
        return 1 / ops.square(1 + ops.abs(x))


@dataclass(frozen=True)
class LogSigmoid(Curve):
    """The logarithm of the logistic function."""

    def value(self, x: Tensor) -> Tensor:
        return -ops.softplus(-x)

    def slope(self, x: Tensor) -> Tensor:
        return ops.sigmoid(-x)


@dataclass(frozen=True)
class Exponential(Curve):
    """``exp(x)``."""

    def value(self, x: Tensor) -> Tensor:
        return ops.exp(x)

    def slope(self, x: Tensor) -> Tensor:
        return ops.exp(x)


@dataclass(frozen=True)
class TanhShrink(Curve):
    """``x - tanh(x)``."""

    def value(self, x: Tensor) -> Tensor:
        return x - ops.tanh(x)

    def slope(self, x: Tensor) -> Tensor:
        return ops.square(ops.tanh(x))


@dataclass(frozen=True)
class SoftShrink(Curve):
    """Zero up to the threshold on both sides; beyond it, ``x`` moved towards zero by the threshold."""

    threshold: float = 0.5

    def value(self, x: Tensor) -> Tensor:
        return x - ops.clip(x, -self.threshold, self.threshold)

    def slope(self, x: Tensor) -> Tensor:
        return ops.abs(x) > self.threshold


@dataclass(frozen=True)
class HardShrink(Curve):
    """Zero up to the threshold on both sides, ``x`` beyond it."""

    threshold: float = 0.5

    def value(self, x: Tensor) -> Tensor:
        return ops.where(ops.abs(x) > self.threshold, x, ops.zeros_like(x))

    def slope(self, x: Tensor) -> Tensor:
        return ops.abs(x) > self.threshold
