"""Builders for activations: fused into a layer, layers themselves, or bare operations.

A function is recognized by its name, and only if Keras or TensorFlow defines it: a user's function called
``relu`` may do anything. So may a ``functools.partial``, which is refused like a ``lambda``.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from generator.engine import rules
from generator.engine.translation.call import Call, refusal

RECTIFYING: Mapping[str, rules.Curve] = {
    "elu": rules.Elu(),
    "gelu": rules.Gelu(),
    "hard_silu": rules.HardSilu(),
    "leaky_relu": rules.ReLU(negative_slope=0.2),  # the default of the function in Keras
    "relu": rules.ReLU(),
    "relu6": rules.ReLU(max_value=6.0),
    # Klambauer et al. 2017: with these two constants, activations keep mean 0 and variance 1.
    "selu": rules.Elu(alpha=1.6732632423543772, scale=1.0507009873554805),
    "silu": rules.Silu(),
    "softplus": rules.Softplus(),
}
SQUASHING: Mapping[str, rules.Curve] = {
    "hard_sigmoid": rules.HardSigmoid(),
    "sigmoid": rules.Sigmoid(),
    "tanh": rules.Tanh(),
}


ACTIVATIONS = tuple(sorted([*RECTIFYING, *SQUASHING]))

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
    if _is_keras(operation, "Softmax"):
        return "softmax"
    activation = getattr(operation, "activation", None)
    if activation is None:
        return "linear"
    if _is_keras(activation, "Activation") or (_is_keras(activation, "Softmax") and activation.axis == -1):
        return activation_of(activation)
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
    if name in SQUASHING:
        return rules.Derivative(SQUASHING[name])
    if name in RECTIFYING:
        return rules.Rectifier(RECTIFYING[name])
    raise refusal(call, f"the activation {name}", ", ".join(ACTIVATIONS))


def softmax(call: Call) -> rules.Rule:
    """Build a softmax over the features, which is left out; ``graph`` allows one only at the end."""
    axis, rank = call.operation.axis, len(call.output) + 1
    axes = axis if isinstance(axis, Sequence) else (axis,)
    if any(one is None or one % rank != rank - 1 for one in axes):
        raise refusal(call, f"a softmax along axis={axis}", "the last axis")
    return rules.Identity()


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
