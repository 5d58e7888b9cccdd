"""A Keras model as a tuple of steps, in the order of the forward pass.

Nested models are flattened, and fused activations become steps of their own: the activated output keeps the
layer's name, the linear half is called ``name:linear``. A softmax at the end of a model is left out, so that
classes start at their logits. The picture is called ``image``, and is not a step.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Any

import keras

from generator.engine.methods import Method
from generator.engine.rules import Identity, Rule
from generator.engine.translation import Call, activation_of, fused_rule, linear_rule
from generator.errors import EngineError

IMAGE = "image"
LINEAR = ":linear"

Refuse = Callable[[EngineError], None]


@dataclass(frozen=True)
class Step:
    """A rule at its place in the graph; ``shape`` is that of its output, without the batch axis."""

    name: str
    inputs: tuple[str, ...]
    rule: Rule
    shape: tuple[int, ...]


def read(model: keras.Model, bias: str = "none") -> tuple[Step, ...]:
    """Return the steps of a functional or sequential model; ``bias`` is one of ``BIASES``.

    Raises:
        EngineError: the model has more than one input, one of open size, or an operation without a rule.
    """
    return _read(model, bias, _raise)


def by_method(steps: Iterable[Step], method: Method) -> tuple[Step, ...]:
    """Return the steps with their rules for a method."""
    return tuple(replace(step, rule=step.rule.by(method)) for step in steps)


def unsupported(model: keras.Model) -> list[str]:
    """Return the reasons why a model is refused: a line for each operation without a rule, and others."""
    problems: list[str] = []
    try:
        _read(model, "none", lambda error: problems.append(str(error).partition("; rules exist")[0]))
    except EngineError as error:
        problems.append(str(error))
    return problems


def _read(model: keras.Model, bias: str, refuse: Refuse) -> tuple[Step, ...]:
    if _graph(model) is None:
        raise EngineError(f"model '{model.name}' is neither functional nor sequential; its graph is hidden")
    if len(model.inputs) != 1:
        raise EngineError(f"model '{model.name}' has {len(model.inputs)} inputs; expected one picture")
    reader = _Reader(bias == "subtract", refuse)
    reader.shapes[IMAGE] = _static(f"the input of model '{model.name}'", model.inputs[0])
    reader.model(model, (IMAGE,))
    return tuple(reader.steps)


def _raise(error: EngineError) -> None:
    raise error


class _Reader:
    """A collector of the steps of one model; it gives errors to ``refuse``, which may raise them."""

    def __init__(self, subtracts_bias: bool, refuse: Refuse) -> None:
        self.subtracts_bias = subtracts_bias
        self.refuse = refuse
        self.steps: list[Step] = []
        self.shapes: dict[str, tuple[int, ...]] = {}
        self.ended: set[str] = set()

    def model(self, model: keras.Model, inputs: tuple[str, ...]) -> tuple[str, ...]:
        """Add the steps of a model with the named inputs, and return the names of its outputs."""
        names = {id(tensor): name for tensor, name in zip(model.inputs, inputs, strict=True)}
        for node in _nodes(model):
            sources = tuple(names[id(tensor)] for tensor in node.input_tensors)
            nested = _graph(node.operation) is not None
            if nested and node.arguments.kwargs.get("training"):
                self.refuse(EngineError(f"model '{node.operation.name}': is called with training=True"))
            made = self.model(node.operation, sources) if nested else self.call(node, sources)
            names.update(zip((id(tensor) for tensor in node.outputs), made, strict=True))
        return tuple(names[id(tensor)] for tensor in model.outputs)

    def call(self, node: Any, sources: tuple[str, ...]) -> tuple[str, ...]:
        """Add one operation and return the names of its outputs."""
        name = self._unused(node.operation.name)
        self.shapes[name] = tuple(node.outputs[0].shape[1:])
        try:
            inputs = tuple(self.shapes[source] for source in sources)
            self.shapes[name] = _output(node, inputs)
            self._check(node, sources)
            training = bool(node.arguments.kwargs.get("training"))
            operands, output = _operands(node), self.shapes[name]
            call = Call(node.operation, inputs, output, operands, training, self.subtracts_bias)
            self.steps += _split(name, sources, call)
        except EngineError as error:
            self.refuse(error)
        if activation_of(node.operation) == "softmax":
            self.ended.add(name)
        return (name,) * len(node.outputs)

    def _check(self, node: Any, sources: tuple[str, ...]) -> None:
        """Refuse an operation that reads a softmax."""
        if not self.ended.isdisjoint(sources):
            raise EngineError(
                f"layer '{node.operation.name}': reads a softmax; "
                "a softmax is supported at the end of a model only"
            )

    def _unused(self, name: str) -> str:
        """Return the name, numbered if it is taken, as for a shared layer: ``conv``, ``conv@2``."""
        candidate, number = name, 1
        while candidate in self.shapes:
            number += 1
            candidate = f"{name}@{number}"
        return candidate


def _nodes(model: keras.Model) -> Iterator[Any]:
    """Yield every use of an operation, inputs before the operations that read them."""
    depths = _graph(model)._nodes_by_depth
    for depth in sorted(depths, reverse=True):
        yield from (node for node in depths[depth] if not node.is_input)


def _graph(operation: Any) -> Any:
    """Return the graph of a functional model or the one inside a Sequential, ``None`` for anything else."""
    graph = getattr(operation, "_functional", operation)
    return graph if hasattr(graph, "_nodes_by_depth") else None


def _operands(node: Any) -> tuple[Any, ...]:
    """Return the operands of a call in order, constants included."""
    keywords = {key: value for key, value in node.arguments.kwargs.items() if key not in ("training", "mask")}
    flat = keras.tree.flatten((node.arguments.args, keywords))
    return tuple(operand for operand in flat if operand is not None)


def _output(node: Any, inputs: tuple[tuple[int, ...], ...]) -> tuple[int, ...]:
    """Return the shape of an operation's output for inputs of these shapes.

    A nested model may have been built with an open height and width. Its operations then compute their
    shapes again, from the fixed ones.
    """
    where, operation = f"layer '{node.operation.name}'", node.operation
    if inputs == tuple(tuple(tensor.shape[1:]) for tensor in node.input_tensors):
        return _static(where, node.outputs[0])
    fixed = {
        id(tensor): keras.KerasTensor((tensor.shape[0], *shape), tensor.dtype)
        for tensor, shape in zip(node.input_tensors, inputs, strict=True)
    }
    positional, keywords = node.arguments.fill_in(fixed)
    return _static(where, operation.compute_output_spec(*positional, **keywords))


def _split(name: str, sources: tuple[str, ...], call: Call) -> Iterator[Step]:
    """Yield one step, or two if an activation is fused."""
    linear, activation = linear_rule(call), activation_of(call.operation)
    if activation in ("linear", "softmax"):
        yield Step(name, sources, linear, call.output)
        return
    rectifier = fused_rule(activation, call)
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
