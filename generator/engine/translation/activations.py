"""Builders for activations: fused into a layer, layers themselves, or bare operations.

A function is recognized by its name, and only if Keras or TensorFlow defines it: a user's function called
``relu`` may do anything. So may a ``functools.partial``, which is refused like a ``lambda``.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from generator.engine import rules
from generator.engine.translation.call import Call, axes_of, only, refusal

RECTIFYING: Mapping[str, rules.Curve] = {
    "celu": rules.Elu(),  # which differ only in alpha
    "elu": rules.Elu(),
    "gelu": rules.Gelu(),
    "hard_silu": rules.HardSilu(),
    "leaky_relu": rules.ReLU(negative_slope=0.2),  # the default of the function in Keras
    "mish": rules.Mish(),
    "relu": rules.ReLU(),
    "relu6": rules.ReLU(max_value=6.0),
    # Klambauer et al. 2017: with these two constants, activations keep mean 0 and variance 1.
    "selu": rules.Elu(alpha=1.6732632423543772, scale=1.0507009873554805),
    "silu": rules.Silu(),
    "softplus": rules.Softplus(),
    "sparse_plus": rules.SparsePlus(),
    "squareplus": rules.Squareplus(),
}
SQUASHING: Mapping[str, rules.Curve] = {
    "exponential": rules.Exponential(),
    "hard_shrink": rules.HardShrink(),
    "hard_sigmoid": rules.HardSigmoid(),
    "hard_tanh": rules.HardTanh(),
    "log_sigmoid": rules.LogSigmoid(),
    "sigmoid": rules.Sigmoid(),
    "soft_shrink": rules.SoftShrink(),
    "softsign": rules.Softsign(),
    "sparse_sigmoid": rules.SparseSigmoid(),
    "tanh": rules.Tanh(),
    "tanh_shrink": rules.TanhShrink(),
}

ACTIVATIONS = tuple(sorted([*RECTIFYING, *SQUASHING, "softmax"]))

APPROXIMATE_GELU = "keras.ops.gelu"
"""The function of this name approximates by default, unlike that in ``keras.activations``."""

_TENSORFLOW: Mapping[str, str] = {
    **{name: name for name in ("elu", "gelu", "leaky_relu", "relu", "relu6", "selu")},
    **{name: name for name in ("sigmoid", "softmax", "softplus", "tanh")},
    "identity": "linear",
    "softmax_v2": "softmax",
    "swish": "silu",
}
"""Names of TensorFlow's functions -> their names in ``keras.activations``, where they do the same."""


def activation_of(operation: Any) -> Any:
    """Return the activation of an operation: its name in ``keras.activations``, or what a user gave."""
    if _is_keras(operation, "SpectralNormalization"):
        return activation_of(operation.layer)
    activation = getattr(operation, "activation", None)
    if activation is None:
        return "linear"
    if _is_keras(activation, "Activation"):
        return activation_of(activation)
    if _is_keras(activation, "Softmax") and activation.axis == -1:
        return "softmax"
    return _known_name(activation) or activation


def _is_keras(operation: Any, kind: str) -> bool:
    """Tell whether an operation is Keras's own of this kind."""
    return type(operation).__name__ == kind and type(operation).__module__.startswith("keras.")


def _known_name(function: Any) -> str | None:
    """Return the name in ``keras.activations`` of a function that does the same, ``None`` if none does."""
    module = str(getattr(function, "__module__", ""))
    name: str | None = getattr(function, "__name__", None)
    if module.startswith("tensorflow.python.ops."):
        return _TENSORFLOW.get(name or "")
    if module.startswith("keras.src.ops.") and name == "gelu":
        return APPROXIMATE_GELU
    return name if module.startswith("keras.") else None


def activation_rule(name: str, call: Call) -> rules.Rule:
    """Return the rule of an activation function by its name.

    Raises:
        EngineError: there is no rule for the function.
    """
    if name == APPROXIMATE_GELU:
        return rules.Rectifier(rules.Gelu(approximate=True))
    if name == "softmax":
        return rules.Softmax((len(call.output),))
    if name in SQUASHING:
        return rules.Derivative(SQUASHING[name])
    if name in RECTIFYING:
        return rules.Rectifier(RECTIFYING[name])
    raise refusal(call, f"the activation {name}", ", ".join(ACTIVATIONS))


def softmax(call: Call) -> rules.Rule:
    """Build a softmax along some axes of the picture; ``graph`` leaves it out at the end of a model."""
    if len(call.inputs) != 1:
        raise refusal(call, "a mask", "a softmax of everything")
    axis = call.operation.axis
    return rules.Softmax(axes_of(call, axis if axis is not None else tuple(range(len(call.output) + 1))))


def named(name: str) -> Callable[[Call], rules.Rule]:
    """Return a builder for an activation without options."""
    return lambda call: activation_rule(name, call)


def relu(call: Call) -> rules.Rule:
    """Build a ReLU layer, or a bare ``relu`` with options."""
    layer = call.operation
    curve = rules.ReLU(
        getattr(layer, "max_value", None),
        _number(getattr(layer, "negative_slope", 0.0)),
        _number(getattr(layer, "threshold", 0.0)),
    )
    return rules.Rectifier(curve)


def prelu(call: Call) -> rules.Rule:
    """Build a parametric ReLU, whose slopes are learned."""
    return rules.Rectifier(rules.ReLU(negative_slope=call.weight(call.operation.alpha)))


def elu(call: Call) -> rules.Rule:
    """Build an ELU."""
    return rules.Rectifier(rules.Elu(float(call.operation.alpha)))


def celu(call: Call) -> rules.Rule:
    """Build a bare ``celu``."""
    alpha = float(call.operation.alpha)
    return rules.Rectifier(rules.Elu(alpha, width=alpha))


def squareplus(call: Call) -> rules.Rule:
    """Build a bare ``squareplus``."""
    return rules.Rectifier(rules.Squareplus(float(call.operation.b)))


def threshold(call: Call) -> rules.Rule:
    """Build a bare ``threshold`` that gives zero below it, which is a ReLU with a threshold."""
    only(call, "default_value", call.operation.default_value, 0)
    return rules.Rectifier(rules.ReLU(threshold=float(call.operation.threshold)))


def shrink(curve: Callable[[float], rules.Curve]) -> Callable[[Call], rules.Rule]:
    """Return a builder for a bare shrinking by a threshold."""
    return lambda call: rules.Derivative(curve(float(call.operation.threshold)))


def gelu(call: Call) -> rules.Rule:
    """Build a bare ``gelu``, exact or approximate."""
    return rules.Rectifier(rules.Gelu(call.operation.approximate))


def clip(call: Call) -> rules.Rule:
    """Build a bare ``clip`` from zero, which is a ReLU with a maximum."""
    lowest, highest = call.operation.x_min, call.operation.x_max
    if lowest != 0:
        raise refusal(call, f"x_min={lowest}", "x_min=0")
    return rules.Rectifier(rules.ReLU(float(highest)))


def _number(value: Any) -> float:
    """Return a number of Keras, which may be an array or ``None``."""
    return float(value or 0.0)
