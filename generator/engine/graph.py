"""A Keras model as a tuple of steps, in the order the forward pass takes.

Nested models are flattened and fused activations split off here, once: the activated output keeps the
layer's name, the linear half is ``name:linear``. A softmax that ends the model is left out, so that
classes are seen at their logits. The picture is the step named ``image`` that no rule makes.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import keras

from generator.engine.rules import Identity, Rule
from generator.engine.translation import Call, Options, activation_of, activation_rule, linear_rule
from generator.errors import EngineError

IMAGE = "image"
LINEAR = ":linear"


@dataclass(frozen=True)
class Step:
    """One rule at its place in the graph; ``shape`` is its output without the batch axis."""

    name: str
    inputs: tuple[str, ...]
    rule: Rule
    shape: tuple[int, ...]


def read(model: keras.Model, options: Options) -> tuple[Step, ...]:
    """Return the steps of a functional or sequential model.

    Raises:
        EngineError: the model has not one input of fixed size, or an operation without a rule.
    """
    if len(model.inputs) != 1:
        raise EngineError(f"model '{model.name}' has {len(model.inputs)} inputs; expected one picture")
    _static(f"the input of model '{model.name}'", model.inputs[0])
    reader = _Reader(options)
    reader.model(model, (IMAGE,))
    return tuple(reader.steps)


class _Reader:
    """Collects the steps of one model."""

    def __init__(self, options: Options) -> None:
        self.options = options
        self.steps: list[Step] = []
        self.ended: set[str] = set()

    def model(self, model: keras.Model, inputs: tuple[str, ...]) -> tuple[str, ...]:
        """Add the steps of a model that reads the named inputs; return the names of its outputs."""
        names = {id(tensor): name for tensor, name in zip(model.inputs, inputs, strict=True)}
        for node in _nodes(model):
            sources = tuple(names[id(tensor)] for tensor in node.input_tensors)
            nested = isinstance(node.operation, keras.Model)
            made = self.model(node.operation, sources) if nested else (self.call(node, sources),)
            names.update(zip((id(tensor) for tensor in node.outputs), made, strict=True))
        return tuple(names[id(tensor)] for tensor in model.outputs)

    def call(self, node: Any, sources: tuple[str, ...]) -> str:
        """Add one operation and return the name of its output."""
        operation = node.operation
        where = f"layer '{operation.name}'"
        if not self.ended.isdisjoint(sources):
            raise EngineError(f"{where}: reads a softmax; a softmax is supported at the end of a model only")
        shapes = tuple(_static(where, tensor) for tensor in node.input_tensors)
        call = Call(operation, shapes, _static(where, node.outputs[0]))
        name = self._unused(operation.name)
        self.steps += _split(name, sources, call, self.options)
        if activation_of(operation) == "softmax":
            self.ended.add(name)
        return name

    def _unused(self, name: str) -> str:
        """Return the name, numbered where it is taken, as when a layer is shared: ``conv``, ``conv@2``."""
        taken = {step.name for step in self.steps} | {IMAGE}
        candidate, number = name, 1
        while candidate in taken:
            number += 1
            candidate = f"{name}@{number}"
        return candidate


def _nodes(model: keras.Model) -> Iterator[Any]:
    """Yield every use of an operation, inputs before what reads them."""
    graph = getattr(model, "_functional", model)  # where a Sequential keeps its graph
    for depth in sorted(graph._nodes_by_depth, reverse=True):
        yield from (node for node in graph._nodes_by_depth[depth] if not node.is_input)


def _split(name: str, sources: tuple[str, ...], call: Call, options: Options) -> Iterator[Step]:
    """Yield one step, or two where an activation is fused."""
    linear, activation = linear_rule(call, options), activation_of(call.operation)
    if activation in ("linear", "softmax"):
        yield Step(name, sources, linear, call.output)
        return
    rectifier = activation_rule(activation, call.operation, options)
    if isinstance(linear, Identity):
        yield Step(name, sources, rectifier, call.output)
        return
    yield Step(name + LINEAR, sources, linear, call.output)
    yield Step(name, (name + LINEAR,), rectifier, call.output)


def _static(where: str, tensor: Any) -> tuple[int, ...]:
    shape = tuple(tensor.shape[1:])
    if None in shape:
        raise EngineError(f"{where}: the shape {shape} is open; the engine needs a fixed height and width")
    return shape
