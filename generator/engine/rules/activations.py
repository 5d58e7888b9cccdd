"""Activations, and what each method of ``engine.methods`` does to the signal at them.

A *curve* is an activation function with its slope; a rule says how a signal comes back through it.

- ``gradient`` multiplies the signal by the slope at the forward value (Simonyan et al. 2014, section 3).
- ``deconvnet`` ignores the forward value and sends the signal itself through the rectifier (Zeiler & Fergus
  2013, section 2.1). For ReLU6 and thresholded ReLU it also uses the plain ReLU, because the signal's scale
  differs from the activation's. For a leaky or parametric ReLU it uses the same leaky function.
- ``guided`` does both: the ReLU of the signal, times the slope (Springenberg et al. 2014, section 3).

Question: what does a deconvnet do at smooth rectifiers, that is swish (Ramachandran et al. 2017), GELU
(Hendrycks & Gimpel 2016), hard swish (Howard et al. 2019), ELU (Clevert et al. 2015), mish (Misra 2019) and
softplus? Options: refuse them; use their derivative; use the ReLU that they smooth. Choice: the ReLU of the
signal, so that networks trained with either give comparable pictures. Cost: no paper defines this; the
definition is ours.

The curves in ``squashing`` do not rectify, and come back by their derivative in every method.
"""

from __future__ import annotations

import math
from abc import ABC, abstractmethod
from dataclasses import dataclass, replace

from keras import ops

from generator.engine.methods import METHODS, Method
from generator.engine.rules.rule import Memory, Pointwise, RowValues, Rule, Tensor, own_channels, times

_BEND = math.sqrt(2 / math.pi)  # and 0.044715: Hendrycks & Gimpel 2016, section 2


class Curve(ABC):
    """An activation function."""

    @abstractmethod
    def value(self, x: Tensor) -> Tensor:
        """Return the activation at ``x``."""

    @abstractmethod
    def slope(self, x: Tensor) -> Tensor:
        """Return the derivative at ``x``, as numbers or, if it is 0 or 1, as a mask: one byte, not four."""

    def rectify(self, signal: Tensor) -> Tensor:
        """Return the rectified signal of a deconvnet."""
        return ops.relu(signal)

    @property
    def is_shared_by_channels(self) -> bool:
        """Whether all channels have the same curve."""
        return True


@dataclass(frozen=True)
class Rectifier(Pointwise):
    """An activation that rectifies: the only rule that depends on the method.

    The memory is the slope if the method needs it.
    """

    curve: Curve
    method: Method = METHODS["deconvnet"]

    def by(self, method: Method) -> Rule:
        return replace(self, method=method)

    def forward(self, *inputs: Tensor) -> tuple[Tensor, Memory]:
        slope = self.curve.slope(inputs[0]) if self.method.needs_slopes else None
        return self.curve.value(inputs[0]), slope

    def backward(self, signal: Tensor, memory: Memory) -> tuple[Tensor, ...]:
        if not self.method.needs_slopes:
            return (self.curve.rectify(signal),)
        # Guided uses the plain ReLU even for a leaky curve: the paper keeps only positive values.
        kept = ops.relu(signal) if self.method.rectifies else signal
        return (times(kept, memory),)

    def backward_single_channel(self, signal: RowValues, memory: Memory) -> RowValues | None:
        if self.method.needs_slopes:
            (values,) = self.backward(signal.values, own_channels(memory, signal.channels))
        elif self.curve.is_shared_by_channels:
            (values,) = self.backward(signal.values, None)
        else:
            return None
        return signal._replace(values=values)


@dataclass(frozen=True)
class Derivative(Pointwise):
    """Multiply the signal by the slope, in every method. The memory is the slope."""

    curve: Curve

    def forward(self, *inputs: Tensor) -> tuple[Tensor, Memory]:
        return self.curve.value(inputs[0]), self.curve.slope(inputs[0])

    def backward(self, signal: Tensor, memory: Memory) -> tuple[Tensor, ...]:
        return (times(signal, memory),)

    def backward_single_channel(self, signal: RowValues, memory: Memory) -> RowValues | None:
        (values,) = self.backward(signal.values, own_channels(memory, signal.channels))
        return signal._replace(values=values)


@dataclass(frozen=True)
class ReLU(Curve):
    """The rectifiers that are straight lines: plain, clipped (ReLU6), thresholded, leaky and parametric.

    The fields are those of Keras. ``negative_slope`` is a number, or a tensor for a PReLU (He et al. 2015).
    At a corner, where the slope is undefined, the flat side counts, as in TensorFlow.
    """

    max_value: float | None = None
    negative_slope: Tensor | float = 0.0
    threshold: float = 0.0

    def value(self, x: Tensor) -> Tensor:
        above = x if self.max_value is None else ops.minimum(x, self.max_value)
        if self.leaks:
            return ops.where(x > self.threshold, above, (x - self.threshold) * self.negative_slope)
        if self.threshold == 0:
            return ops.relu(above)
        return ops.where(x > self.threshold, above, ops.zeros_like(x))

    def slope(self, x: Tensor) -> Tensor:
        above = x > self.threshold
        open_ = above if self.max_value is None else ops.logical_and(above, x < self.max_value)
        if not self.leaks:
            return open_  # a mask
        return ops.where(above, ops.cast(open_, x.dtype), ops.ones_like(x) * self.negative_slope)

    def rectify(self, signal: Tensor) -> Tensor:
        if not self.leaks:
            return ops.relu(signal)
        return ops.where(signal > 0, signal, signal * self.negative_slope)

    @property
    def is_shared_by_channels(self) -> bool:
        """Whether all channels have the same curve; those of a PReLU may have learned different slopes."""
        return isinstance(self.negative_slope, int | float)

    @property
    def leaks(self) -> bool:
        """Whether values below the threshold pass, scaled."""
        return not (isinstance(self.negative_slope, int | float) and self.negative_slope == 0)


@dataclass(frozen=True)
class Silu(Curve):
    """Swish: ``x * sigmoid(x)``."""

    def value(self, x: Tensor) -> Tensor:
        return x * ops.sigmoid(x)

    def slope(self, x: Tensor) -> Tensor:
        gate = ops.sigmoid(x)
        return gate + x * gate * ops.sigmoid(-x)


@dataclass(frozen=True)
class Gelu(Curve):
    """``x`` times the share of the normal distribution below ``x``, or its approximation by a tanh."""

    approximate: bool = False

    # Written out, because TensorFlow's own has the constants in float32, also for float64.

    def value(self, x: Tensor) -> Tensor:
        return x * self._share(x)

    def slope(self, x: Tensor) -> Tensor:
        if self.approximate:
            bent = 2 * self._share(x) - 1
            return self._share(x) + 0.5 * x * (1 - bent**2) * _BEND * (1 + 3 * 0.044715 * x**2)
        return self._share(x) + x * ops.exp(-0.5 * x**2) / math.sqrt(2 * math.pi)

    def _share(self, x: Tensor) -> Tensor:
        if self.approximate:
            return 0.5 * (1 + ops.tanh(_BEND * (x + 0.044715 * x**3)))
        return 0.5 * (1 + ops.erf(x / math.sqrt(2)))


@dataclass(frozen=True)
class HardSilu(Curve):
    """Hard swish: ``x * relu6(x + 3) / 6``."""

    def value(self, x: Tensor) -> Tensor:
        return x * ops.relu6(x + 3) / 6

    def slope(self, x: Tensor) -> Tensor:
        inside = ops.cast(ops.logical_and(x > -3, x < 3), x.dtype)
        return ops.relu6(x + 3) / 6 + x * inside / 6


@dataclass(frozen=True)
class Elu(Curve):
    """``x`` above zero, ``alpha * (exp(x / width) - 1)`` below, all times ``scale``: ELU, SELU and CELU."""

    alpha: float = 1.0
    scale: float = 1.0
    width: float = 1.0

    def value(self, x: Tensor) -> Tensor:
        return self.scale * ops.where(x > 0, x, self.alpha * ops.expm1(self._below(x)))

    def slope(self, x: Tensor) -> Tensor:
        below = self.alpha / self.width * ops.exp(self._below(x))
        return self.scale * ops.where(x > 0, ops.ones_like(x), below)

    def _below(self, x: Tensor) -> Tensor:
        # ``where`` computes both sides: without the minimum, exp of a large x would overflow.
        return ops.minimum(x, 0) / self.width


@dataclass(frozen=True)
class Softplus(Curve):
    """``log(exp(x) + 1)``."""

    def value(self, x: Tensor) -> Tensor:
        return ops.softplus(x)

    def slope(self, x: Tensor) -> Tensor:
        return ops.sigmoid(x)


@dataclass(frozen=True)
class Squareplus(Curve):
    """``(x + sqrt(x^2 + b)) / 2``."""

    b: float = 4.0

    def value(self, x: Tensor) -> Tensor:
        return (x + ops.sqrt(ops.square(x) + self.b)) / 2

    def slope(self, x: Tensor) -> Tensor:
        return (1 + x * ops.rsqrt(ops.square(x) + self.b)) / 2


@dataclass(frozen=True)
class SparsePlus(Curve):
    """``x`` above 1, zero below -1, and the parabola ``(x + 1)^2 / 4`` between."""

    def value(self, x: Tensor) -> Tensor:
        return ops.where(x < 1, ops.square(ops.relu(x + 1)) / 4, x)

    def slope(self, x: Tensor) -> Tensor:
        return ops.clip((x + 1) / 2, 0, 1)


@dataclass(frozen=True)
class Mish(Curve):
    """``x * tanh(softplus(x))``."""

    def value(self, x: Tensor) -> Tensor:
        return x * ops.tanh(ops.softplus(x))

    def slope(self, x: Tensor) -> Tensor:
        gate = ops.tanh(ops.softplus(x))
        return gate + x * (1 - ops.square(gate)) * ops.sigmoid(x)
