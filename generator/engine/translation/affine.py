"""Builders for scales and shifts: batch normalization, rescaling, normalization, constants."""

from __future__ import annotations

from typing import Any

import keras
from keras import ops

from generator.engine import rules
from generator.engine.translation.call import Call, at_inference, refusal


def batch_normalization(call: Call) -> rules.Rule:
    """Build a batch normalization with its moving statistics, as at inference."""
    at_inference(call)
    layer, rank = call.operation, len(call.output) + 1
    if layer.axis % rank != rank - 1:
        raise refusal(call, f"axis={layer.axis}", "the last axis")
    scale = ops.rsqrt(call.weight(layer.moving_variance) + layer.epsilon)
    scale = scale if layer.gamma is None else scale * call.weight(layer.gamma)
    shift = -call.weight(layer.moving_mean) * scale
    return affine(call, scale, shift if layer.beta is None else shift + call.weight(layer.beta))


def rescaling(call: Call) -> rules.Rule:
    """Build a rescaling."""
    layer = call.operation
    return affine(call, _cast(call, layer.scale), _cast(call, layer.offset))


def normalization(call: Call) -> rules.Rule:
    """Build a normalization by a mean and a variance, or its inverse."""
    layer = call.operation
    mean, variance = _cast(call, layer.mean), _cast(call, layer.variance)
    deviation = ops.maximum(ops.sqrt(variance), keras.config.epsilon())  # as the layer itself does
    if layer.invert:
        return affine(call, deviation, mean)
    return affine(call, 1 / deviation, -mean / deviation)


def affine(call: Call, scale: Any, shift: Any) -> rules.Rule:
    """Return a scale and a shift, which must not change the shape of the input."""
    if call.output != call.inputs[0]:
        raise refusal(
            call,
            f"a constant that changes the shape {call.inputs[0]} to {call.output}",
            "constants that keep it",
        )
    scale, shift = call.finite("scale", scale), call.finite("shift", shift)
    return rules.Affine(scale, shift, call.offset(shift))


def _cast(call: Call, numbers: Any) -> Any:
    """Return the constants of a layer; even in float64 Keras reads them in float32 first."""
    return ops.cast(ops.convert_to_tensor(numbers), call.dtype)
