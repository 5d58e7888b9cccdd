"""A Keras model as a tuple of steps, in the order of the forward pass.

Nested models are flattened, and so is what ``unrolling`` finds in custom layers. A fused activation becomes a
step of its own. The activated output keeps the layer's name; the preactivation before it is named
``name:preactivation``. A softmax over the features that ends the model is left out, so that classes are seen
at their logits; ``end`` says what ends the model. The picture is an input of steps, not a step.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

import keras

from generator.engine import rules, uses
from generator.engine.end import HIDDEN, End, copied, find_end, passes_features_on
from generator.engine.methods import Method
from generator.engine.rules import Identity, Rule, Softmax
from generator.engine.translation import (
    Call,
    activation_of,
    fused_rule,
    is_registered,
    linear_rule,
    registered_rule,
)
from generator.engine.translation.call import refusal
from generator.engine.unrolling import is_custom, names_inside, unrolled
from generator.errors import EngineError

IMAGE = f"{HIDDEN}image"
"""The name of the picture."""

PREACTIVATION = ":preactivation"

FLOATS = ("bfloat16", "float16", "float32", "float64")

EXACT = (
    *(rules.Concatenate, rules.Crop, rules.GlobalMaximum, rules.Identity, rules.MaxPooling, rules.Pad),
    *(rules.Permute, rules.Reshape, rules.Stack, rules.Take, rules.TiledMaxPooling),
)
"""Rules that give integers as Keras does; others would not wrap around, as 0 - 1 is 255 in uint8."""

Refuse = Callable[[EngineError], None]


@dataclass(frozen=True)
class Step:
    """One rule at its place in the graph; ``shape`` is the shape of its output without the batch axis."""

    name: str
    inputs: tuple[str, ...]
    rule: Rule
    shape: tuple[int, ...]

    @property
    def preactivation(self) -> str:
        """The name of the step before it if it is the activation of a layer."""
        return self.name + PREACTIVATION


@dataclass(frozen=True)
class Graph:
    """The steps of a model, how it ends, and the layers that the steps come from.

    ``end`` is ``None`` for a model with several outputs, none of which was chosen. ``layers`` has no bare
    operations.
    """

    steps: tuple[Step, ...]
    end: End | None
    layers: Mapping[str, keras.Layer]


def read(model: keras.Model, bias: str = "none") -> tuple[Step, ...]:
    """Return the steps of a functional or sequential model; ``bias`` is one of ``BIASES``.

    Raises:
        EngineError: the model has several inputs, an input of open size, or an operation without a rule.
    """
    return read_graph(model, bias).steps


def read_graph(model: keras.Model, bias: str = "none", output: int | None = None) -> Graph:
    """Return the steps of a model with its end and its layers; arguments and errors as for ``read``.

    ``output`` is the place of the output that ends the model, among several. If other steps read values
    after its softmax or sigmoid, they read copies of these, so that they do not get the logits.
    """
    reader, outputs = _read(model, bias, _raise)
    chosen = outputs[output or 0] if output is not None or len(set(outputs)) == 1 else None
    softmax = reader.softmaxed.get(chosen or "")
    ends = {name for name, one in reader.softmaxed.items() if one == softmax}
    softmaxed = {name for name, one in reader.softmaxed.items() if one not in reader.inside} | ends
    steps = tuple(_without_softmaxes(copied(reader.steps, ends), softmaxed))
    end = find_end(steps, chosen, softmaxed) if chosen else None
    return Graph(steps, end, reader.layers)


def dtype_of(model: keras.Model) -> str:
    """Return the type in which the engine computes a model: its widest, but at least float32.

    So a model of mixed precision is computed with its float32 weights, and layers of several types are
    computed in one.
    """
    kept = [tensor.dtype for tensor in (*model.inputs, *model.weights)]
    floats = [dtype for dtype in map(keras.backend.standardize_dtype, kept) if dtype in FLOATS]
    return str(keras.backend.result_type("float32", *floats))


def by_method(steps: Iterable[Step], method: Method) -> tuple[Step, ...]:
    """Return the steps with their rules set to a method."""
    return tuple(replace(step, rule=step.rule.by(method)) for step in steps)


def unsupported(model: keras.Model) -> list[str]:
    """Return one line for each reason to refuse the model, such as an operation without a rule."""
    problems: list[str] = []
    try:
        _read(model, "none", lambda error: problems.append(str(error).partition("; rules exist")[0]))
    except EngineError as error:
        problems.append(str(error))
    return [*dict.fromkeys(problems)]  # an operation with several outputs is refused for each


def _read(model: keras.Model, bias: str, refuse: Refuse) -> tuple[_Reader, tuple[str, ...]]:
    """Return a reader with the steps of a model, and the names of the model's outputs."""
    if uses.graph_of(model) is None:
        raise EngineError(f"model '{model.name}' is neither functional nor sequential: its graph is unknown")
    if len(model.inputs) != 1:
        raise EngineError(f"model '{model.name}' has {len(model.inputs)} inputs; expected one picture")
    reader = _Reader(bias == "subtract", refuse, dtype_of(model))
    reader.shapes[IMAGE] = uses.static_shape(f"the input of model '{model.name}'", model.inputs[0])
    used = [node.operation for node in uses.nodes(model)]
    if len(used) == 1 and isinstance(used[0], keras.Model) and is_custom(used[0]):
        reader.names[id(used[0])] = ""  # a whole subclassed model: its layers have no prefix
    return reader, reader.model(model, (IMAGE,))


def _raise(error: EngineError) -> None:
    raise error


class _Reader:
    """Collects the steps of one model; calls ``refuse`` with an error for each part that it cannot read.

    ``softmaxed`` are the steps with the values of a softmax, each with the name of that softmax; those
    ``inside`` the model are read by a step that does more than pass them on.
    """

    def __init__(self, subtracts_bias: bool, refuse: Refuse, dtype: str) -> None:
        self.subtracts_bias = subtracts_bias
        self.dtype = dtype
        self.refuse = refuse
        self.steps: list[Step] = []
        self.shapes: dict[str, tuple[int, ...]] = {}
        self.layers: dict[str, keras.Layer] = {}
        self.softmaxed: dict[str, str] = {}
        self.inside: set[str] = set()
        self.names: dict[int, str] = {}  # of operations inside custom layers, by id
        self.unrolled: list[keras.Model] = []  # keeps these alive, and so their ids

    def model(self, model: keras.Model, inputs: tuple[str, ...]) -> tuple[str, ...]:
        """Add the steps of a model with these inputs; return the names of its outputs."""
        names = {id(tensor): name for tensor, name in zip(model.inputs, inputs, strict=True)}
        for node in uses.nodes(model):
            sources = tuple(names[id(tensor)] for tensor in node.input_tensors)
            nested = uses.graph_of(node.operation) is not None
            if nested and node.arguments.kwargs.get("training"):
                self.refuse(EngineError(f"model '{node.operation.name}': is called with training=True"))
            if nested:
                if id(node.operation) in self.names:
                    self.names |= names_inside(node.operation, self.names[id(node.operation)])
                made = self.model(node.operation, sources)
            elif uses.graph_of(node.operation) is None and is_custom(node.operation):
                made = self.custom(node, sources)
            else:
                made = self.call(node, sources)
            names.update(zip((id(tensor) for tensor in node.outputs), made, strict=True))
        return tuple(names[id(tensor)] for tensor in model.outputs)

    def custom(self, node: Any, sources: tuple[str, ...]) -> tuple[str, ...]:
        """Add the steps inside a custom layer; return the names of its outputs."""
        layer = node.operation
        scope = self.names.get(id(layer), layer.name)
        shapes = tuple(self.shapes[source] for source in sources)
        try:
            inside = unrolled(node, scope or layer.name, shapes)
        except EngineError as error:
            self.refuse(error)
            name = self._unused(scope or layer.name)
            self.shapes[name] = tuple(node.outputs[0].shape[1:])
            return (name,) * len(node.outputs)
        self.unrolled.append(inside)
        self.names |= names_inside(inside, scope, layer)
        made = self.model(inside, sources)
        if len(made) == 1 and made[0] not in self.layers and not layer._layers:
            self.layers[made[0]] = layer
        return made

    def call(self, node: Any, sources: tuple[str, ...]) -> tuple[str, ...]:
        """Add the steps of one operation; return the names of its outputs."""
        return tuple(self._output(node, sources, place) for place in range(len(node.outputs)))

    def _output(self, node: Any, sources: tuple[str, ...], place: int) -> str:
        """Add the steps of one output of an operation; return its name."""
        label = self.names.get(id(node.operation), node.operation.name)
        name = self._unused(label)
        self.shapes[name] = tuple(node.outputs[place].shape[1:])
        try:
            inputs = tuple(self.shapes[source] for source in sources)
            self.shapes[name] = uses.output_shape(node, inputs, place, label)
            training = bool(node.arguments.kwargs.get("training"))
            operands, output = uses.operands(node), self.shapes[name]
            options = training, self.subtracts_bias, self.dtype, place
            call = Call(node.operation, inputs, output, operands, *options, label)
            steps = tuple(_split(name, sources, call))
            _refuse_integers(call, steps, keras.backend.standardize_dtype(node.outputs[place].dtype))
            self._note_softmaxes(steps)
            self.steps += steps
        except EngineError as error:
            self.refuse(error)
        if isinstance(node.operation, keras.layers.SpectralNormalization):
            self.layers[name] = node.operation.layer
        elif isinstance(node.operation, keras.Layer):
            self.layers[name] = node.operation
        return name

    def _note_softmaxes(self, steps: tuple[Step, ...]) -> None:
        """Note a softmax over the features, steps that only pass one on, and softmaxes that others read."""
        first, last = steps[0], steps[-1]
        read = {self.softmaxed[source] for source in first.inputs if source in self.softmaxed}
        if read and len(steps) == 1 and passes_features_on(first):
            (self.softmaxed[first.name],) = read
        else:
            self.inside |= read
        if isinstance(last.rule, Softmax) and last.rule.axes == (len(last.shape),):
            self.softmaxed[last.name] = last.name

    def _unused(self, name: str) -> str:
        """Return the name, numbered if it is taken because a layer is shared: ``conv``, ``conv@2``."""
        if name.endswith(PREACTIVATION):
            self.refuse(
                EngineError(
                    f"layer '{name}': a name that ends in '{PREACTIVATION}' means the values before an "
                    "activation; rename the layer"
                )
            )
        candidate, number = name, 1
        while candidate in self.shapes:
            number += 1
            candidate = f"{name}@{number}"
        return candidate


def _split(name: str, sources: tuple[str, ...], call: Call) -> Iterator[Step]:
    """Yield one step, or two if an activation is fused."""
    linear, activation = _linear(call), _activation(call)
    if activation == "linear":
        yield Step(name, sources, linear, call.output)
        return
    rectifier = fused_rule(activation, call)
    if isinstance(linear, Identity):
        yield Step(name, sources, rectifier, call.output)
        return
    yield Step(name + PREACTIVATION, sources, linear, call.output)
    yield Step(name, (name + PREACTIVATION,), rectifier, call.output)


def _refuse_integers(call: Call, steps: tuple[Step, ...], dtype: str) -> None:
    """Refuse arithmetic of integers, such as ``x - 128`` of a picture in uint8."""
    for rule in (step.rule for step in steps):
        links = rule.links if isinstance(rule, rules.Chain) else (rule,)
        if dtype not in FLOATS and not all(isinstance(link, EXACT) for link in links):
            raise refusal(call, f"arithmetic in {dtype}", ", ".join(FLOATS))


def _without_softmaxes(steps: Iterable[Step], softmaxed: Collection[str]) -> list[Step]:
    """Return the steps without the softmaxes among ``softmaxed``, whose names go to what they read."""
    kept: list[Step] = []
    for step in steps:
        if not isinstance(step.rule, Softmax) or step.name not in softmaxed:
            kept.append(step)
        elif step.inputs == (step.preactivation,):
            kept.append(replace(kept.pop(), name=step.name))
        else:
            kept.append(replace(step, rule=Identity()))
    return kept


def _linear(call: Call) -> Rule:
    return registered_rule(call) if is_registered(type(call.operation)) else linear_rule(call)


def _activation(call: Call) -> Any:
    """Return the activation of an operation; a user's own rule contains that of its layer."""
    return "linear" if is_registered(type(call.operation)) else activation_of(call.operation)
