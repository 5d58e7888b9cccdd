"""Compute what does not depend on the picture: shapes, and constants made from constants.

The exporters of PyTorch leave such nodes in a graph, for the arguments of a ``Reshape`` or ``Resize``. Only
these operators are computed, and only if what they make is small, so that no file can make a large array.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from math import prod
from typing import TYPE_CHECKING, Any

import numpy as np
from onnx import TensorProto

from generator.networks.onnx.node import Node
from generator.networks.onnx.reading import type_name

if TYPE_CHECKING:
    from generator.records import Array

LARGEST = 2**28
"""The most numbers of a computed constant, or of a tensor of the model."""
_FLOATS = {TensorProto.FLOAT, TensorProto.DOUBLE}
_WHOLES = {TensorProto.INT32, TensorProto.INT64, TensorProto.BOOL}

Compute = Callable[[Node, Sequence[Any]], Any]


def computed(node: Node, inputs: Sequence[Any]) -> tuple[Array, ...]:
    """Return the outputs of a node whose inputs are constants, ``None`` for an input that was left out.

    Raises:
        NetworkError: the operator is not computed, or makes too much.
    """
    if node.operator not in COMPUTED:
        raise node.refused("an operator on constants alone", ", ".join(COMPUTED))
    _refuse_large(node, inputs)
    with np.errstate(all="ignore"):
        made = COMPUTED[node.operator](node, inputs)
    return tuple(map(np.asarray, made)) if isinstance(made, list) else (np.asarray(made),)


def cast_type(node: Node) -> type:
    """Return the type that a ``Cast`` makes: of numbers or of whole numbers."""
    to = node.whole("to", 0)
    if to in _FLOATS:
        return np.float32
    if to in _WHOLES:
        return np.bool_ if to == TensorProto.BOOL else np.int64
    raise node.refused(f"a cast to {type_name(to)}", "float32")


def axes_of(node: Node, inputs: Sequence[Any], rank: int) -> tuple[int, ...]:
    """Return the axes of a node: an attribute before opset 13, an input since."""
    given = node.wholes("axes") if "axes" in node.attributes else inputs[1] if len(inputs) > 1 else None
    if given is None:
        return ()
    return tuple(place_in(node, int(axis), rank) for axis in np.ravel(given))


def place_in(node: Node, place: int, length: int, what: str = "axis") -> int:
    """Return a place counted from the front; a negative one counts from the back.

    Raises:
        NetworkError: there is no such place.
    """
    if not -length <= place < length:
        raise node.refused(f"the {what} {place} of {length}")
    return place % length


def ranges(node: Node, inputs: Sequence[Any], shape: Sequence[int]) -> dict[int, slice]:
    """Return what a ``Slice`` leaves of each axis that it cuts."""
    if "starts" in node.attributes:
        starts, ends = (list(node.wholes(key)) for key in ("starts", "ends"))
        axes, steps = list(node.wholes("axes", tuple(range(len(starts))))), [1] * len(starts)
    else:
        starts, ends = _list(inputs[1]), _list(inputs[2])
        rest = [*inputs[3:], None, None]
        axes = list(range(len(starts))) if rest[0] is None else _list(rest[0])
        steps = [1] * len(starts) if rest[1] is None else _list(rest[1])
    rank = len(shape)
    found = {}
    for start, end, given, step in zip(starts, ends, axes, steps, strict=True):
        axis = place_in(node, given, rank)
        first, last, by = slice(start, end, step).indices(shape[axis])
        found[axis] = slice(first, None if last < 0 else last, by)  # -1 would mean the last place
    return found


def _list(numbers: Any) -> list[int]:
    return [int(one) for one in np.ravel(numbers)]


def reshaped(node: Node, shape: Sequence[int], target: Any) -> tuple[int, ...]:
    """Return the shape that a ``Reshape`` makes; 0 keeps a length, -1 is what is left."""
    wanted = [int(length) for length in np.ravel(target)]
    keeps = not node.whole("allowzero", 0)
    if any(length == 0 and place >= len(shape) for place, length in enumerate(wanted)) and keeps:
        raise node.refused(f"the shape {wanted} of {tuple(shape)}")
    found = [shape[place] if length == 0 and keeps else length for place, length in enumerate(wanted)]
    if found.count(-1) == 1:
        known = -prod(found)
        found[found.index(-1)] = prod(shape) // known if known > 0 else 0
    if prod(found) != prod(shape) or min(found, default=1) < 0:
        raise node.refused(f"the shape {wanted} of {tuple(shape)}")
    return tuple(found)


def _refuse_large(node: Node, inputs: Sequence[Any]) -> None:
    """Refuse what would make a large array out of a few numbers."""
    shapes = [np.shape(one) for one in inputs if one is not None]
    if node.operator == "ConstantOfShape":
        elements = prod(int(length) for length in np.ravel(inputs[0]))
    elif node.operator == "Range":
        start, limit, delta = (float(np.ravel(one)[0]) for one in inputs)
        elements = int(min(abs((limit - start) / delta), LARGEST + 1)) if delta else LARGEST + 1
    elif node.operator == "Expand":
        elements = prod(np.broadcast_shapes(shapes[0], tuple(int(length) for length in np.ravel(inputs[1]))))
    elif node.operator == "Concat":
        elements = sum(prod(shape) for shape in shapes)
    elif node.operator == "Gather":
        axis = place_in(node, node.whole("axis", 0), len(shapes[0]))
        elements = prod(shapes[1]) * prod(shapes[0][:axis]) * prod(shapes[0][axis + 1 :])
    elif node.operator in _POINTWISE:
        elements = prod(np.broadcast_shapes(*shapes))
    else:
        elements = 0
    if not 0 <= elements <= LARGEST:
        raise node.refused(f"{elements} numbers made from few")


def _constant(node: Node, _inputs: Sequence[Any]) -> Any:
    for key in ("value", "value_float", "value_int", "value_floats", "value_ints"):
        if key in node.attributes:
            return np.asarray(node.attributes[key], np.float32 if "float" in key else None)
    raise node.refused("a constant without numbers")


def _filled(node: Node, inputs: Sequence[Any]) -> Any:
    value = np.ravel(node.attributes.get("value", np.zeros(1, np.float32)))
    return np.full([int(length) for length in np.ravel(inputs[0])], value[0])


def _gathered(node: Node, inputs: Sequence[Any]) -> Any:
    return np.take(inputs[0], np.asarray(inputs[1], np.int64), axis=node.whole("axis", 0))


def _squeezed(node: Node, inputs: Sequence[Any]) -> Any:
    axes = axes_of(node, inputs, max(inputs[0].ndim, 1))
    return np.squeeze(inputs[0], axis=axes or None)


def _unsqueezed(node: Node, inputs: Sequence[Any]) -> Any:
    count = len(node.wholes("axes")) if "axes" in node.attributes else np.size(inputs[1])
    return np.expand_dims(inputs[0], axes_of(node, inputs, inputs[0].ndim + count))


def _sliced(node: Node, inputs: Sequence[Any]) -> Any:
    cut = ranges(node, inputs, inputs[0].shape)
    return inputs[0][tuple(cut.get(axis, slice(None)) for axis in range(inputs[0].ndim))]


def _divided(_node: Node, inputs: Sequence[Any]) -> Any:
    first, second = map(np.asarray, inputs)
    if first.dtype.kind == "f":
        return first / second
    return np.trunc(first / np.where(second == 0, 1, second)).astype(np.int64)


def _transposed(node: Node, inputs: Sequence[Any]) -> Any:
    return np.transpose(inputs[0], node.wholes("perm") or None)


def _of(function: Callable[..., Any]) -> Compute:
    return lambda _node, inputs: function(*inputs)


_POINTWISE: Mapping[str, Compute] = {
    "Add": _of(np.add),
    "Div": _divided,
    "Equal": _of(np.equal),
    "Mul": _of(np.multiply),
    "Pow": _of(np.power),
    "Sub": _of(np.subtract),
    "Where": _of(np.where),
}
COMPUTED: Mapping[str, Compute] = {
    **_POINTWISE,
    "Cast": lambda node, inputs: np.asarray(inputs[0]).astype(cast_type(node)),
    "Ceil": _of(np.ceil),
    "Concat": lambda node, inputs: np.concatenate(inputs, axis=node.whole("axis", 0)),
    "Constant": _constant,
    "ConstantOfShape": _filled,
    "Expand": lambda _, inputs: (
        inputs[0] * np.ones([int(one) for one in np.ravel(inputs[1])], inputs[0].dtype)
    ),
    "Floor": _of(np.floor),
    "Gather": _gathered,
    "Identity": lambda _, inputs: inputs[0],
    "Neg": _of(np.negative),
    "Range": _of(np.arange),
    "Reshape": lambda node, inputs: inputs[0].reshape(reshaped(node, inputs[0].shape, inputs[1])),
    "Shape": lambda node, inputs: shape_of(node, np.shape(inputs[0])),
    "Slice": _sliced,
    "Sqrt": _of(np.sqrt),
    "Squeeze": _squeezed,
    "Transpose": _transposed,
    "Unsqueeze": _unsqueezed,
}
"""Operators on constants -> what they make."""


def shape_of(node: Node, shape: Sequence[int]) -> Array:
    """Return what a ``Shape`` makes of a tensor of this shape."""
    end = node.whole("end", len(shape))
    return np.asarray(shape, np.int64)[node.whole("start", 0) : end]
