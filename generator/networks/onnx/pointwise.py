"""Translations of activations and normalizations, which change each value where it is."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import numpy as np
from keras import layers, ops

from generator.networks.onnx.call import Call
from generator.networks.onnx.constants import place_in
from generator.networks.onnx.curves import Curve
from generator.networks.onnx.tensors import Tensor, plain

if TYPE_CHECKING:
    from generator.records import Array

_SIXTH = 1 / 6


def activation(name: str) -> Callable[[Call], Tensor]:
    """Return the translation of an activation without options."""

    def translate(call: Call) -> Tensor:
        tensor = call.tensor()
        return tensor.like(layers.Activation(name, name=call.named())(tensor.keras))

    return translate


def curve(call: Call, found: Curve) -> Tensor:
    """Translate an activation or normalization that was spelled out as several nodes."""
    if found.activation == "layer_normalization":
        _last(call, found.axis)
        return _normalized(call, found.epsilon, None, None)
    tensor = call.tensor()
    function: Any = ops.gelu if found.activation == "approximate_gelu" else found.activation
    return tensor.like(layers.Activation(function, name=call.named())(tensor.keras))


def relu(call: Call) -> Tensor:
    """Translate a ReLU."""
    return _rectified(call, layers.ReLU)


def leaky_relu(call: Call) -> Tensor:
    """Translate a leaky ReLU."""
    return _rectified(call, layers.LeakyReLU, negative_slope=call.node.decimal("alpha", 0.01))


def elu(call: Call) -> Tensor:
    """Translate an ELU."""
    return _rectified(call, layers.ELU, alpha=call.node.decimal("alpha", 1.0))


def clip(call: Call) -> Tensor:
    """Translate a clipping from zero, which is a ReLU with a maximum."""
    low, high = (_bound(call, place, key) for place, key in ((1, "min"), (2, "max")))
    if low != 0 or high is None or high <= 0:
        raise call.refused(f"a clipping from {low} to {high}", "one from 0 to a positive number")
    return _rectified(call, layers.ReLU, max_value=None if math.isinf(high) else high)


def gelu(call: Call) -> Tensor:
    """Translate a GELU, exact or approximate."""
    tensor, how = call.tensor(), call.node.text("approximate", "none")
    function: Any = ops.gelu if how == "tanh" else "gelu"  # the bare function approximates by default
    return tensor.like(layers.Activation(function, name=call.named())(tensor.keras))


def hard_sigmoid(call: Call) -> Tensor:
    """Translate a hard sigmoid with the slope of Keras, a sixth."""
    alpha, beta = call.node.decimal("alpha", 0.2), call.node.decimal("beta", 0.5)
    if not math.isclose(alpha, _SIXTH, rel_tol=1e-6) or beta != 0.5:
        raise call.refused(f"alpha={alpha:g} and beta={beta:g}", "alpha=1/6 and beta=0.5")
    return activation("hard_sigmoid")(call)


def prelu(call: Call) -> Tensor:
    """Translate a ReLU whose slopes are learned, one for each channel or one for all."""
    tensor, slope = call.laid_out(), call.constant(1)
    channels = tensor.keras.shape[-1]
    is_one_each = tensor.rank == 4 and slope.shape in ((channels, 1, 1), (1, channels, 1, 1))
    if not (slope.size == 1 or is_one_each or (tensor.rank == 2 and slope.shape[-1:] == (channels,))):
        raise call.refused(f"slopes of shape {slope.shape}", f"one for each of {channels} channels")
    layer = layers.PReLU(shared_axes=list(range(1, tensor.rank - 1)) or None, name=call.named())
    made = layer(tensor.keras)
    shape = (*(1,) * (tensor.rank - 2), channels)
    layer.set_weights([np.broadcast_to(np.ravel(slope), shape)])
    return tensor.like(made)


def softmax(call: Call) -> Tensor:
    """Translate a softmax over the features."""
    tensor, is_old = call.laid_out(), call.opset < 13
    axis = place_in(call.node, call.node.whole("axis", 1 if is_old else -1), tensor.rank)
    if is_old and tensor.rank != 2:
        raise call.refused(f"a softmax of {tensor.rank} axes before opset 13", "one of (batch, classes)")
    if tensor.place(axis) != tensor.rank - 1:
        raise call.refused(f"a softmax along the axis {axis} of {tensor.rank}", "one over the features")
    return tensor.like(layers.Activation("softmax", name=call.named())(tensor.keras))


def batch_normalization(call: Call) -> Tensor:
    """Translate a batch normalization at inference."""
    call.node.only("training_mode", call.node.whole("training_mode", 0), 0)
    call.node.only("spatial", call.node.whole("spatial", 1), 1)
    tensor, weights = call.laid_out(), [call.constant(place) for place in range(1, 5)]
    if tensor.rank not in (2, 4):
        raise call.refused(f"a batch normalization of {tensor.rank} axes", "one of 2 or 4")
    for weight in weights:
        call.fits("statistics", weight.size, tensor.keras.shape[-1])
    layer = layers.BatchNormalization(epsilon=call.node.decimal("epsilon", 1e-5), name=call.named())
    made = layer(tensor.keras)
    layer.set_weights([np.ravel(weight) for weight in weights])
    return tensor.like(made)


def layer_normalization(call: Call) -> Tensor:
    """Translate a layer normalization along the last axis."""
    _last(call, call.node.whole("axis", -1))
    return _normalized(call, call.node.decimal("epsilon", 1e-5), call.constant(1), call.optional(2))


def _last(call: Call, axis: int) -> None:
    """Refuse a normalization that begins at another axis than the last."""
    rank = call.tensor().rank
    if place_in(call.node, axis, rank) != rank - 1:
        raise call.refused(f"a normalization from the axis {axis} of {rank}", "one along the last axis")


def _normalized(call: Call, epsilon: float, scale: Array | None, shift: Array | None) -> Tensor:
    tensor = call.tensor()
    axes = tensor.axes if tensor.place(-1) == tensor.rank - 1 else plain(tensor.rank)
    weights = [np.ravel(weight) for weight in (scale, shift) if weight is not None]
    for weight in weights:
        call.fits("a scale", weight.size, tensor.shape[-1])
    layer = layers.LayerNormalization(
        epsilon=epsilon, scale=scale is not None, center=shift is not None, name=call.named()
    )
    made = layer(call.ordered(tensor, axes))
    layer.set_weights(weights)
    return Tensor(made, axes)


def _rectified(call: Call, layer: Any, **options: Any) -> Tensor:
    tensor = call.tensor()
    return tensor.like(layer(**options, name=call.named())(tensor.keras))


def _bound(call: Call, place: int, key: str) -> float | None:
    """Return a bound of a ``Clip``: an attribute before opset 11, an input since."""
    if key in call.node.attributes:
        return call.node.decimal(key, 0.0)
    found = call.optional(place)
    if found is None:
        return None if place == 1 else math.inf
    if found.size != 1:
        raise call.refused(f"bounds of shape {found.shape}", "a number")
    return float(found.item())
