"""The uses of operations in a Keras model, each a node of its graph, and what they were called with."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import keras

from generator.errors import EngineError


def nodes(model: keras.Model) -> Iterator[Any]:
    """Yield every use of an operation, after the operations that its inputs come from."""
    depths = graph_of(model)._nodes_by_depth  # private, but Keras has no public way to walk a graph
    for depth in sorted(depths, reverse=True):
        yield from (node for node in depths[depth] if not node.is_input)


def graph_of(operation: Any) -> Any:
    """Return the graph of a functional or sequential model, ``None`` for anything else."""
    graph = getattr(operation, "_functional", operation)  # a Sequential keeps its graph there
    return graph if hasattr(graph, "_nodes_by_depth") else None


def operands(node: Any) -> tuple[Any, ...]:
    """Return the tensors and constants that an operation was called with, in order."""
    keywords = {key: value for key, value in node.arguments.kwargs.items() if key not in ("training", "mask")}
    flat = keras.tree.flatten((node.arguments.args, keywords))
    return tuple(operand for operand in flat if operand is not None)


def output_shape(node: Any, inputs: tuple[tuple[int, ...], ...], place: int, name: str) -> tuple[int, ...]:
    """Return the shape of one of an operation's outputs for inputs of these shapes.

    A nested model may have been built with an open height and width. The shapes recorded in its graph are
    then open too, so each operation is asked again with the fixed shapes.
    """
    where, operation = f"layer '{name}'", node.operation
    if inputs == tuple(tuple(tensor.shape[1:]) for tensor in node.input_tensors):
        return static_shape(where, node.outputs[place])
    fixed = {
        id(tensor): keras.KerasTensor((tensor.shape[0], *shape), tensor.dtype)
        for tensor, shape in zip(node.input_tensors, inputs, strict=True)
    }
    positional, keywords = node.arguments.fill_in(fixed)
    outputs = keras.tree.flatten(operation.compute_output_spec(*positional, **keywords))
    return static_shape(where, outputs[place])


def static_shape(where: str, tensor: Any) -> tuple[int, ...]:
    """Return the shape of a tensor without the batch axis; refuse an open one."""
    shape = tuple(tensor.shape[1:])
    if None in shape:
        raise EngineError(f"{where}: the shape {shape} is open; the engine needs a fixed height and width")
    return shape
