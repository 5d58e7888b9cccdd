"""Which rule a Keras operation gets: the one table to extend for a new layer type.

An operation is first split into its linear half and its activation, so that a fused
``Conv2D(activation="relu")`` and a convolution followed by a bare ``keras.ops.relu`` become the same two
steps. An operation, an activation or an option without a rule is refused by name.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from keras import ops

from generator.engine import rules
from generator.engine.windows import Window
from generator.errors import EngineError

Shape = tuple[int, ...]

RECTIFIERS: Mapping[str, type[rules.Rule]] = {
    "deconvnet": rules.DeconvnetReLU,
    "guided": rules.GuidedReLU,
    "gradient": rules.GradientReLU,
}
BIASES = ("none", "subtract")


@dataclass(frozen=True)
class Call:
    """One use of a Keras operation in a graph; shapes are without the batch axis."""

    operation: Any
    inputs: tuple[Shape, ...]
    output: Shape


@dataclass(frozen=True)
class Options:
    """What the choice of rules depends on besides the operation."""

    method: str = "deconvnet"
    bias: str = "none"


def linear_rule(call: Call, options: Options) -> rules.Rule:
    """Return the rule of an operation without its activation.

    Raises:
        EngineError: the operation, or an option it was made with, has no rule.
    """
    kind = kind_of(call.operation)
    if kind not in RULES:
        raise EngineError(
            f"layer '{call.operation.name}': no rule for the operation {kind}; "
            f"rules exist for {', '.join(RULES)}"
        )
    return RULES[kind](call, options)


def kind_of(operation: Any) -> str:
    """Return the name of an operation's class; a bare ``keras.ops.relu`` is a ``Relu``."""
    return type(operation).__name__


def activation_of(operation: Any) -> str:
    """Return the name of an operation's activation function, ``linear`` for none."""
    if kind_of(operation) == "Softmax":
        return "softmax"
    activation = getattr(operation, "activation", None)
    return "linear" if activation is None else str(getattr(activation, "__name__", activation))


def activation_rule(name: str, operation: Any, options: Options) -> rules.Rule:
    """Return the rule of an activation function.

    Raises:
        EngineError: the function has no rule.
    """
    if name == "relu":
        return RECTIFIERS[options.method]()
    raise EngineError(f"layer '{operation.name}': no rule for the activation {name}; rules exist for relu")


def _convolution(call: Call, options: Options) -> rules.Rule:
    layer = call.operation
    if layer.groups != 1:
        raise EngineError(
            f"layer '{layer.name}': no rule for groups={layer.groups}; rules exist for groups=1"
        )
    _channels_last(layer)
    bias = ops.convert_to_tensor(layer.bias) if layer.use_bias else None
    rows, columns = (
        Window(length, size, stride, dilation, layer.padding)
        for length, size, stride, dilation in zip(
            call.inputs[0][:2], layer.kernel_size, layer.strides, layer.dilation_rate, strict=True
        )
    )
    offset = bias if options.bias == "subtract" else None
    return rules.Convolution(ops.convert_to_tensor(layer.kernel), bias, rows, columns, offset)


def _dense(call: Call, options: Options) -> rules.Rule:
    layer = call.operation
    bias = ops.convert_to_tensor(layer.bias) if layer.use_bias else None
    return rules.Dense(
        ops.convert_to_tensor(layer.kernel), bias, bias if options.bias == "subtract" else None
    )


def _max_pooling(call: Call, _: Options) -> rules.Rule:
    layer = call.operation
    _channels_last(layer)
    rows, columns = (
        Window(length, size, stride, padding=layer.padding)
        for length, size, stride in zip(call.inputs[0][:2], layer.pool_size, layer.strides, strict=True)
    )
    return rules.MaxPooling(rows, columns)


def _global_average(call: Call, _: Options) -> rules.Rule:
    _channels_last(call.operation)
    height, width, _features = call.inputs[0]
    return rules.GlobalAverage(height, width, call.operation.keepdims)


def _flatten(call: Call, _: Options) -> rules.Rule:
    return rules.Reshape(call.inputs[0], call.output)


def _concatenate(call: Call, _: Options) -> rules.Rule:
    axis, rank = call.operation.axis, len(call.output) + 1
    if axis % rank != rank - 1:
        raise EngineError(
            f"layer '{call.operation.name}': no rule for axis={axis}; rules exist for the last axis"
        )
    return rules.Concatenate(tuple(shape[-1] for shape in call.inputs))


def _relu(call: Call, options: Options) -> rules.Rule:
    layer = call.operation
    for option, plain in (("max_value", None), ("negative_slope", 0.0), ("threshold", 0.0)):
        value = getattr(layer, option, plain)
        if value != plain:
            raise EngineError(
                f"layer '{layer.name}': no rule for {option}={value}; rules exist for {option}={plain}"
            )
    return RECTIFIERS[options.method]()


def _identity(_call: Call, _: Options) -> rules.Rule:
    return rules.Identity()


def _channels_last(layer: Any) -> None:
    if layer.data_format != "channels_last":
        raise EngineError(
            f"layer '{layer.name}': no rule for data_format={layer.data_format}; "
            "rules exist for channels_last"
        )


RULES: Mapping[str, Callable[[Call, Options], rules.Rule]] = {
    "Activation": _identity,
    "Concatenate": _concatenate,
    "Conv2D": _convolution,
    "Dense": _dense,
    "Dropout": _identity,
    "Flatten": _flatten,
    "GlobalAveragePooling2D": _global_average,
    "MaxPooling2D": _max_pooling,
    "ReLU": _relu,
    "Relu": _relu,
    "Softmax": _identity,
}
