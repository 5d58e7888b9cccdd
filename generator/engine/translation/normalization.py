"""Builders for normalizations with statistics of the picture, and for layers that normalize weights."""

from __future__ import annotations

from keras import ops

from generator.engine import rules
from generator.engine.translation.affine import affine
from generator.engine.translation.call import Call, Shape, Tensor, axes_of, only

SHORTEST = 1e-12
"""The least length that a ``UnitNormalization`` divides by, as in Keras."""


def layer_normalization(call: Call) -> rules.Rule:
    """Build a normalization of each picture, or of each of its pixels."""
    layer = call.operation
    only(call, "rms_scaling", getattr(layer, "rms_scaling", False), False)
    axes = axes_of(call, layer.axis)
    shape = tuple(length if axis in axes else 1 for axis, length in enumerate(call.output, 1))
    return _scaled(call, rules.Standardize(axes, layer.epsilon), layer.gamma, layer.beta, shape)


def group_normalization(call: Call) -> rules.Rule:
    """Build a normalization of groups of features, each over all its pixels."""
    layer, rank = call.operation, len(call.output) + 1
    (axis,) = axes_of(call, layer.axis)
    before, length, after = call.output[: axis - 1], call.output[axis - 1], call.output[axis:]
    grouped = (*before, layer.groups, length // layer.groups, *after)
    others = tuple(each for each in range(1, rank + 1) if each != axis)
    normalize = (
        rules.Reshape(call.output, grouped),
        rules.Standardize(others, layer.epsilon),
        rules.Reshape(grouped, call.output),
    )
    return _scaled(call, rules.Chain(normalize), layer.gamma, layer.beta, (length, *[1] * len(after)))


def rms_normalization(call: Call) -> rules.Rule:
    """Build a division by the root of the mean square; Keras's scale always meets the last axes."""
    layer = call.operation
    normalize = rules.Standardize(axes_of(call, layer.axis), layer.epsilon, centred=False)
    return _scaled(call, normalize, layer.scale, None, tuple(layer.scale.shape))


def unit_normalization(call: Call) -> rules.Rule:
    """Build a division by the length."""
    return rules.UnitLength(axes_of(call, call.operation.axis), SHORTEST)


def layer_scale(call: Call) -> rules.Rule:
    """Build the scale of each feature in a block of a ConvNeXt."""
    return affine(call, call.weight(call.operation.gamma), ops.zeros((), dtype=call.dtype))


def _scaled(call: Call, normalize: rules.Rule, gamma: Tensor, beta: Tensor, shape: Shape) -> rules.Rule:
    """Return a normalization followed by its scale and shift, of this shape, if the layer has them."""
    if gamma is None and beta is None:
        return normalize
    scale = ops.ones((), dtype=call.dtype) if gamma is None else ops.reshape(call.weight(gamma), shape)
    shift = ops.zeros((), dtype=call.dtype) if beta is None else ops.reshape(call.weight(beta), shape)
    return rules.Chain((normalize, affine(call, scale, shift)))
