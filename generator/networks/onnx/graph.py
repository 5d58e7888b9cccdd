"""Translate a graph node by node, only those that its outputs need."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from math import prod
from typing import TYPE_CHECKING, Any

import keras
import onnx

from generator.errors import MOST_LINES, GalleryError, NetworkError, shown
from generator.networks.onnx import constants
from generator.networks.onnx.call import Call
from generator.networks.onnx.curves import Curve, Curves
from generator.networks.onnx.layer_names import LayerNames
from generator.networks.onnx.node import Node
from generator.networks.onnx.operators import OPERATORS, curve
from generator.networks.onnx.reading import Stored, type_name
from generator.networks.onnx.tensors import CHANNELS_LAST, Tensor, layout, plain

if TYPE_CHECKING:
    from generator.records import Array

Size = tuple[int, int]
_COLOURS = (1, 3, 4)


def open_sides(stored: Stored) -> tuple[bool, bool]:
    """Return whether the height and the width of the picture are open."""
    shape = _input(stored)[1]
    first = 1 if _is_channels_last(stored) else 2
    return shape[first] is None, shape[first + 1] is None


def translated(stored: Stored, size: Size | None = None) -> keras.Model:
    """Return a graph as a Keras model; ``size`` (height, width) takes the place of open sides.

    Raises:
        NetworkError: its input is not one picture of fixed size, or a node has no translation.
    """
    return _Translator(stored).model(size)


class _Translator:
    """Holds the tensors and constants of a graph while it is translated."""

    def __init__(self, stored: Stored) -> None:
        self.stored = stored
        self.constants: dict[str, Array] = dict(stored.constants)
        self.tensors: dict[str, Tensor] = {}
        self.nodes = [Node.of(each) for each in stored.graph.node]
        self.names = LayerNames(self.nodes)

    def model(self, size: Size | None) -> keras.Model:
        """Return the whole graph as a model."""
        outputs = [each.name for each in self.stored.graph.output]
        self.nodes = _reached(self.nodes, outputs)
        self._fold()
        makers = {name: node for node in self.nodes for name in node.outputs if name}
        needed, curves = _needed(self.nodes, outputs, Curves(makers, self.constants))
        image = self._image(size)
        for node in needed:
            self._add(node, curves.get(node.outputs[0]))
        ends = {name: self._end(name) for name in outputs}
        return keras.Model(image, ends if len(ends) > 1 else ends[outputs[0]], name="onnx")

    def _fold(self) -> None:
        """Compute the nodes whose inputs are constants."""
        for node in self.nodes:
            if all(name in self.constants for name in node.inputs if name):
                self._compute(node)

    def _compute(self, node: Node) -> None:
        inputs = [self.constants[name] if name else None for name in node.inputs]
        made = _words(node, lambda: constants.computed(node, inputs))
        self.constants.update(zip(node.outputs, made, strict=False))

    def _image(self, size: Size | None) -> Any:
        """Make the input of the model."""
        name, shape = _input(self.stored)
        axes = plain(4) if _is_channels_last(self.stored) else CHANNELS_LAST
        sides = dict(zip((1, 2) if axes == plain(4) else (2, 3), size or (None, None), strict=True))
        lengths = [shape[axis] or sides.get(axis) for axis in axes[1:]]
        if lengths[2] is None:
            raise NetworkError("the number of channels of its input is open")
        if None in lengths:
            raise NetworkError("the input has no fixed size; set one with `input_size`")
        image = keras.Input(lengths, name=self.names.unused("input"))
        self.tensors[name] = Tensor(image, axes)
        return image

    def _add(self, node: Node, found: Curve | None) -> None:
        """Translate one node, or compute it if it asks only for a shape."""
        if node.outputs[0] in self.constants:
            return
        if found:
            inputs: tuple[Tensor | Array | None, ...] = (self._value(node, found.root),)
            self._keep(node, _words(node, lambda: curve(self._call(node, inputs), found)))
            return
        inputs = tuple(self._value(node, name) if name else None for name in node.inputs)
        first = inputs[0] if inputs else None
        if node.operator == "Shape" and isinstance(first, Tensor):
            self.constants[node.outputs[0]] = constants.shape_of(node, first.shape)
        elif not any(isinstance(one, Tensor) for one in inputs):
            self._compute(node)
        elif node.operator not in OPERATORS:
            raise node.refused(f"the operator {shown(node.operator)[1:-1]}", ", ".join(sorted(OPERATORS)))
        else:
            self._keep(node, _words(node, lambda: OPERATORS[node.operator](self._call(node, inputs))))

    def _call(self, node: Node, inputs: tuple[Tensor | Array | None, ...]) -> Call:
        return Call(node, inputs, self.stored.opset, self.names)

    def _value(self, node: Node, name: str) -> Tensor | Array:
        if name in self.tensors:
            return self.tensors[name]
        if name in self.constants:
            return self.constants[name]
        raise node.refused(f"the input {shown(name)}, which nothing before it makes")

    def _keep(self, node: Node, made: Tensor | list[Tensor]) -> None:
        """Keep the outputs of a node; refuse a tensor that no machine has memory for, or an empty one."""
        found = made if isinstance(made, list) else [made]
        for tensor in found:
            if not 0 < prod(tensor.shape) <= constants.LARGEST:
                raise node.refused(f"an output of shape {tensor.shape}")
        self.tensors.update(zip(node.outputs, found, strict=False))

    def _end(self, name: str) -> Any:
        """Return an output of the graph, its features on the last axis."""
        if name not in self.tensors:
            raise NetworkError(f"its output {shown(name)} does not depend on the picture")
        tensor = self.tensors[name]
        last = Node("Identity", name, (name,), (name,), {})
        return self._call(last, (tensor,)).ordered(tensor, layout(tensor.rank))


def _reached(nodes: Sequence[Node], outputs: Iterable[str]) -> list[Node]:
    """Return the nodes that the outputs are computed from; others are not even computed."""
    wanted, reached = {*outputs}, list[Node]()
    for node in reversed(nodes):
        if not wanted.isdisjoint(node.outputs):
            reached.append(node)
            wanted.update(node.inputs)
    return reached[::-1]


def _needed(
    nodes: Sequence[Node], outputs: Iterable[str], curves: Curves
) -> tuple[list[Node], Mapping[str, Curve]]:
    """Return the nodes that the outputs need, and those among them that end an activation."""
    wanted, found, needed = {*outputs}, dict[str, Curve](), list[Node]()
    for node in reversed(nodes):
        if not node.outputs or wanted.isdisjoint(node.outputs):
            continue
        needed.append(node)
        end = curves.ending_in(node.outputs[0])
        if end:
            found[node.outputs[0]] = end
        wanted.update([end.root] if end else node.inputs)
    return needed[::-1], found


def _input(stored: Stored) -> tuple[str, tuple[int | None, ...]]:
    """Return the name and the shape of the one picture; ``None`` for a length that is open."""
    inputs = [each for each in stored.graph.input if each.name not in stored.constants]
    if len(inputs) != 1:
        raise NetworkError(f"has {len(inputs)} inputs; expected one picture")
    kind = inputs[0].type.tensor_type
    shape = tuple(each.dim_value if each.dim_value > 0 else None for each in kind.shape.dim)
    if kind.elem_type != onnx.TensorProto.FLOAT:
        found = type_name(kind.elem_type)
        raise NetworkError(f"its input is of type {found}; export the model with an input in float32")
    if len(shape) != 4:
        raise NetworkError(f"its input has the shape {shape}; expected (batch, channels, height, width)")
    if shape[0] not in (None, 1):
        raise NetworkError(f"its input is a batch of {shape[0]} pictures; export the model with one")
    return inputs[0].name, shape


def _is_channels_last(stored: Stored) -> bool:
    """Tell whether the picture has its channels last and is transposed first, as by TensorFlow's exporter."""
    name, shape = _input(stored)
    readers = [node for node in stored.graph.node if name in node.input]
    orders = [[*each.ints] for node in readers if node.op_type == "Transpose" for each in node.attribute]
    return shape[3] in _COLOURS and len(readers) == 1 and orders == [[0, 3, 1, 2]]


def _words(node: Node, make: Any) -> Any:
    """Return what is made; an error of a library becomes one in words that names the node."""
    try:
        return make()
    except GalleryError:
        raise
    except Exception as error:  # Keras and NumPy raise nearly any exception
        lines = [line.strip() for line in str(error).splitlines()[:MOST_LINES] if line.strip()]
        told = shown(lines[0]) if lines else type(error).__name__
        raise NetworkError(f"{node.where}: cannot be built: {told}") from error
