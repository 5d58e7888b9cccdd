"""Look inside a layer or a model of a user's own: call it on symbolic tensors, and read what it did.

Question: how does the engine know what a custom layer computes? Options: refuse it; trace it in the backend;
run its ``call`` on symbolic tensors. Choice: the last, because it gives Keras's own layers and operations,
which have rules, with the layer's own variables. Cost: a ``call`` that leaves ``keras.ops``, or that decides
by the values of its input, cannot be followed and is refused.

Names must be the same in every process, but Keras numbers layers and operations as they are made. So a name
that Keras has made is replaced by the attribute that holds the layer, or else by the kind of the operation:
``block.conv1``, ``block.add``. What a layer returns has the name of the layer.
"""

from __future__ import annotations

import inspect
import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import keras

from generator.engine.translation import RULES, is_registered, kind_of
from generator.errors import EngineError

Shape = tuple[int, ...]
_KERAS = "keras."
_OPERATORS = ("__add__", "__sub__", "__mul__", "__truediv__", "__matmul__", "__pow__")


def is_custom(operation: Any) -> bool:
    """Tell whether an operation is a layer or a subclassed model that must be looked into."""
    kind = type(operation)
    if not isinstance(operation, keras.Layer) or kind.__module__.startswith(_KERAS):
        return False
    return kind_of(operation) not in RULES and not is_registered(kind)


def unrolled(node: Any, name: str, shapes: tuple[Shape, ...]) -> keras.Model:
    """Return a functional model that computes the same as one use of a custom layer, with its variables.

    Args:
        node: the use of the layer.
        name: the layer's name for messages.
        shapes: the shapes of its inputs, in order, without the batch axis.

    Raises:
        EngineError: the layer's ``call`` cannot be followed.
    """
    layer, options = node.operation, dict(node.arguments.kwargs)
    if options.pop("training", False):
        raise EngineError(f"layer '{name}': is called with training=True")
    images = [
        keras.Input(shape, dtype=tensor.dtype)
        for shape, tensor in zip(shapes, node.input_tensors, strict=True)
    ]
    fixed = {id(tensor): image for tensor, image in zip(node.input_tensors, images, strict=True)}
    positional, keywords = node.arguments.fill_in(fixed)
    keywords.pop("training", None)
    keywords.pop("mask", None)
    if "training" in inspect.signature(layer.call).parameters:
        keywords["training"] = False
    try:
        # In a scope without state, because a layer that counts its calls must not count this one.
        with keras.StatelessScope(), _symbolic_variables():
            return keras.Model(images, keras.tree.flatten(layer.call(*positional, **keywords)))
    except Exception as error:  # a user's code raises anything
        lines = [line.strip() for line in str(error).splitlines() if line.strip()]
        why = f"{type(error).__name__}: {lines[0][:200]}" if lines else type(error).__name__
        raise EngineError(
            f"layer '{name}': the call of {kind_of(layer)} cannot be followed ({why}); use Keras's layers "
            "and keras.ops in it, or register_rule"
        ) from error


@contextmanager
def _symbolic_variables() -> Iterator[None]:
    """Let ``variable * tensor`` work for symbolic tensors, as ``tensor * variable`` does.

    Keras's variables refuse a symbolic operand instead of leaving the operation to it.
    """
    kind = keras.Variable
    own = {name: vars(kind).get(name) for name in _OPERATORS}
    for name in _OPERATORS:
        setattr(kind, name, _leaving(getattr(kind, name)))
    try:
        yield
    finally:
        for name, method in own.items():
            if method is None:
                delattr(kind, name)
            else:
                setattr(kind, name, method)


def _leaving(method: Callable[[Any, Any], Any]) -> Callable[[Any, Any], Any]:
    """Return an operator that leaves symbolic operands to their own class."""

    def operator(variable: Any, other: Any) -> Any:
        return NotImplemented if isinstance(other, keras.KerasTensor) else method(variable, other)

    return operator


def names_inside(model: Any, scope: str, owner: Any = None) -> Mapping[int, str]:
    """Return the names of the operations in a model by their ids.

    Args:
        model: the model of a custom layer, or a model that one uses.
        scope: the name of the layer; empty for a whole model, whose layers have no prefix.
        owner: the custom layer, whose attributes name its layers.
    """
    graph = getattr(model, "_functional", model)
    held = {id(layer): attribute for attribute, layer in _attributes(owner)}
    last = model.outputs[0]._keras_history.operation if len(model.outputs) == 1 else None
    names = {}
    for operation in graph.operations:
        is_output = operation is last and scope and len(_uses(graph, operation)) == 1
        label = _label(operation, held)
        names[id(operation)] = scope if is_output else f"{scope}.{label}" if scope else label
    return names


def _uses(graph: Any, operation: Any) -> list[Any]:
    nodes = (node for depth in graph._nodes_by_depth.values() for node in depth)
    return [node for node in nodes if node.operation is operation]


def _label(operation: Any, held: Mapping[int, str]) -> str:
    """Return the name that a user gave, or the attribute that holds a layer, or the kind."""
    kind = _snake_case(type(operation).__name__)
    if not re.fullmatch(rf"{kind}(_\d+)?", operation.name):
        return str(operation.name)
    return held.get(id(operation), kind)


def _attributes(owner: Any) -> Iterator[tuple[str, Any]]:
    """Yield the layers that a layer holds as attributes, in lists or in mappings, with their names."""
    for name, value in vars(owner).items() if owner is not None else ():
        if name.startswith("_"):
            continue
        if isinstance(value, keras.Layer):
            yield name, value
        elif isinstance(value, Mapping):
            yield from ((f"{name}.{key}", one) for key, one in value.items())
        elif isinstance(value, list | tuple):
            yield from ((f"{name}.{place}", one) for place, one in enumerate(value))


def _snake_case(name: str) -> str:
    """Return a class's name as Keras writes it in the names of layers.

    >>> _snake_case("MaxPooling2D"), _snake_case("ReLU")
    ('max_pooling2d', 're_lu')
    """
    name = re.sub("(.)([A-Z][a-z]+)", r"\1_\2", name)
    return re.sub("([a-z])([A-Z])", r"\1_\2", name).lower()
