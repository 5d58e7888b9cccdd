"""Translations of operators on two tensors, or on a tensor and a constant."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import numpy as np
from keras import layers

from generator.networks.onnx.call import Call
from generator.networks.onnx.constants import place_in
from generator.networks.onnx.tensors import Tensor, layout

if TYPE_CHECKING:
    from generator.records import Array

Line = tuple[Any, Any]
"""The scale and the shift that an operator with a constant is."""


def add(call: Call) -> Tensor:
    """Translate a sum."""
    return _merged(call, layers.Add, lambda constant, _: (1.0, constant))


def subtract(call: Call) -> Tensor:
    """Translate a difference."""
    return _merged(call, layers.Subtract, lambda one, is_first: (-1.0, one) if is_first else (1.0, -one))


def multiply(call: Call) -> Tensor:
    """Translate a product."""
    return _merged(call, layers.Multiply, lambda constant, _: (constant, 0.0))


def divide(call: Call) -> Tensor:
    """Translate a division by a constant."""
    if call.is_constant(0) or not call.is_constant(1):
        raise call.refused("a division by a tensor", "one by a constant")
    with np.errstate(divide="ignore"):
        return _merged(call, None, lambda constant, _: (1 / constant, 0.0))


def concatenate(call: Call) -> Tensor:
    """Translate tensors one after the other."""
    tensors = [call.tensor(place) for place in range(len(call.inputs))]
    ranks = {tensor.rank for tensor in tensors}
    if len(ranks) > 1:
        raise call.refused(f"tensors of {sorted(ranks)} axes", "as many for each")
    if len(tensors) == 1:
        return tensors[0]
    axes = layout(ranks.pop())
    place = axes.index(place_in(call.node, call.node.whole("axis", 0), len(axes)))
    if place == 0:
        raise call.refused("a concatenation of pictures", "one along another axis")
    layer = layers.Concatenate(axis=place, name=call.named())
    return Tensor(layer([call.ordered(tensor, axes) for tensor in tensors]), axes)


def _merged(call: Call, layer: Any, line: Callable[[Array, bool], Line]) -> Tensor:
    """Translate an operator on two tensors by a layer, or on a tensor and a constant by scale and shift."""
    if call.is_constant(0) or call.is_constant(1):
        place = 0 if call.is_constant(0) else 1
        tensor = call.tensor(1 - place)
        return _scaled(call, tensor, *line(_beside(call, place, tensor), place == 0))
    first, second = call.tensor(0), call.tensor(1)
    if first.rank != second.rank:
        raise call.refused(f"tensors of {first.rank} and {second.rank} axes", "as many for both")
    axes = first.axes if first.axes == second.axes else layout(first.rank)
    made = layer(name=call.named())([call.ordered(first, axes), call.ordered(second, axes)])
    return Tensor(made, axes)


def _scaled(call: Call, tensor: Tensor, scale: Any, shift: Any) -> Tensor:
    made = layers.Rescaling(_float(scale), _float(shift), name=call.named())(tensor.keras)
    return tensor.like(made)


def _beside(call: Call, place: int, tensor: Tensor) -> Array:
    """Return a constant with its axes in the order of a tensor, in float64."""
    constant = np.asarray(call.constant(place), np.float64)
    lengths = (1,) * (tensor.rank - constant.ndim) + constant.shape
    shape = tensor.shape
    if len(lengths) != tensor.rank or any(
        one not in (1, own) for one, own in zip(lengths, shape, strict=True)
    ):
        raise call.refused(f"a constant of shape {constant.shape} beside {shape}", "one that keeps its shape")
    ordered: Array = constant.reshape(lengths).transpose(tensor.axes)[0]
    return ordered


def _float(value: Any) -> Any:
    """Return a number for one that is the same everywhere, otherwise an array in float32."""
    numbers = np.asarray(value, np.float32)
    return float(numbers.item()) if numbers.size == 1 else numbers
