"""Builders for poolings, and for maxima and means over whole pictures."""

from __future__ import annotations

from collections.abc import Callable

from generator.engine import rules
from generator.engine.translation.call import Call, only, picture, refusal, windows

Over = Callable[[int, int, bool], rules.Rule]


def max_pooling(call: Call) -> rules.Rule:
    """Build a max pooling, dilated or not; the faster ``TiledMaxPooling`` if its windows lie side by side."""
    picture(call)
    layer = call.operation
    dilation = getattr(layer, "dilation_rate", 1)
    pooling = rules.MaxPooling(*windows(call, layer.pool_size, layer.strides or layer.pool_size, dilation))
    return rules.TiledMaxPooling(pooling) if rules.TiledMaxPooling.covers(pooling) else pooling


def average_pooling(call: Call) -> rules.Rule:
    """Build an average pooling."""
    picture(call)
    layer = call.operation
    return rules.AveragePooling(*windows(call, layer.pool_size, layer.strides or layer.pool_size))


def globally(rule: Over) -> Callable[[Call], rules.Rule]:
    """Return a builder for a layer that pools the whole picture."""

    def build(call: Call) -> rules.Rule:
        picture(call)
        height, width, _features = call.inputs[0]
        return rule(height, width, call.operation.keepdims)

    return build


def over_pixels(rule: Over) -> Callable[[Call], rules.Rule]:
    """Return a builder for a bare ``mean`` or ``max`` over both spatial axes."""

    def build(call: Call) -> rules.Rule:
        axes = call.operation.axis
        rank = len(call.inputs[0]) + 1
        if rank != 4 or sorted(axis % rank for axis in axes or ()) != [1, 2]:
            raise refusal(call, f"axis={axes}", "axis=(1, 2) of a picture")
        only(call, "initial", getattr(call.operation, "initial", None), None)
        height, width, _features = call.inputs[0]
        return rule(height, width, call.operation.keepdims)

    return build
