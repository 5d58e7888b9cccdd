"""Describe a user's own network: its layers with the engine's names, nested models flattened.

``networks`` loads the file, and ``engine`` reads its graph. This loads Keras even if a configuration is only
checked, because nothing else knows the shapes of the layers.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from math import prod
from typing import TYPE_CHECKING, Any

from generator.analysis import layer_groups
from generator.analysis.forward_pass import PREDICTIONS
from generator.errors import NetworkError, first_lines, shown
from generator.networks import outputs, tables
from generator.networks import own as own_files
from generator.networks.network import Network
from generator.records import LayerInfo, NetworkInfo, OwnNetwork

if TYPE_CHECKING:
    from generator.engine.end import End
    from generator.engine.graph import Graph


def describe(own: OwnNetwork) -> NetworkInfo:
    """Return the description of a user's own network.

    Raises:
        NetworkError: the network cannot be loaded, has an operation without a rule, or the number of labels
            is not the number of classes.
    """
    return described(own_files.load(own), own)


def described(network: Network, own: OwnNetwork) -> NetworkInfo:
    """Return the description of a user's own network that is already loaded.

    Raises:
        NetworkError: an operation has no rule, the number of labels is not the number of classes, or the
            output that ``predictions`` names has none.
    """
    graph, every = _read(network, str(own.path))
    end = graph.end
    shown = tuple(layer for layer in every if layer.kind not in tables.UNSHOWN)
    logits = _logits(end, every)
    classes = logits.shape[-1] if logits else 0
    heads = () if end or len(network.model.outputs) == 1 else outputs.first_names(network.model)
    if own.predictions and not classes:
        raise NetworkError(_no_classes(own, network), key="predictions")
    _refuse_labels(own, end, classes, heads)
    alias = _alias(logits, every)
    dtype, policies = types(network.model)
    return NetworkInfo(
        name=network.name,
        title=network.name,
        reference="",
        reference_url="",
        input_shape=network.input_shape,
        layers=shown + alias,
        groups=layer_groups.groups(graph, [layer.name for layer in shown]),
        weights_choices={},
        class_names=_class_names(own.labels, classes),
        aliases={layer.name: logits.name for layer in alias if logits},
        class_layers=(*(end.steps if end else ()), *(layer.name for layer in alias)),
        dtype=dtype,
        policies=policies,
        outputs=heads,
        part_ends=layer_groups.part_ends(graph.steps, [layer.name for layer in shown + alias]),
    )


def types(model: Any) -> tuple[str, tuple[str, ...]]:
    """Return the type in which a model is computed, and the types of its layers that have another one."""
    from generator.engine import graph

    dtype, found = graph.dtype_of(model), graph.read_graph(model).layers.values()
    return dtype, tuple(sorted({layer.dtype_policy.name for layer in found} - {dtype}))


def _refuse_labels(own: OwnNetwork, end: End | None, classes: int, heads: Sequence[str]) -> None:
    """Refuse labels that do not fit; only one output that ends in a sigmoid may have two.

    ``heads`` are the outputs of a model that has several and none chosen.

    Raises:
        NetworkError: the number of labels is not the number of classes.
    """
    labels = len(own.labels)
    if labels in (0, classes) or (end and end.activation == "sigmoid" and (labels, classes) == (2, 1)):
        return
    found = f"{classes or 'no'} class{'es' if classes != 1 else ''}"
    hint = ""
    if heads:
        hint = f"; name the output that has them with `predictions`: {', '.join(heads)}"
    elif (labels, classes) == (2, 1):
        hint = "; a single output has two only if the model ends in a sigmoid"
    raise NetworkError(
        f"{own.path}: {labels} label{'s' if labels > 1 else ''} for {found}{hint}", key="labels"
    )


def _no_classes(own: OwnNetwork, network: Network) -> str:
    """Return the message about an output that was named but is a map."""
    tensors = zip(outputs.first_names(network.model), network.model.outputs, strict=True)
    vectors = [name for name, tensor in tensors if len(tensor.shape) == 2]
    others = f"; outputs that can have classes: {', '.join(vectors)}" if vectors else ""
    return f"{own.path}: the output {shown(own.predictions)} is a map, not a value for each class{others}"


def layers(network: Network, place: str) -> tuple[LayerInfo, ...]:
    """Return the description of each layer of a network, and that of ``predictions`` if it has classes.

    ``place`` names the network in messages.

    Raises:
        NetworkError: an operation has no rule.
    """
    graph, every = _read(network, place)
    shown = tuple(layer for layer in every if layer.kind not in tables.UNSHOWN)
    return shown + _alias(_logits(graph.end, every), every)


def _logits(end: End | None, every: Sequence[LayerInfo]) -> LayerInfo | None:
    """Return the layer whose features are the classes; ``None`` if it has maps, or there is no such layer."""
    found = (layer for layer in every if end and layer.name == end.logits)
    return next((layer for layer in found if prod(layer.shape) == layer.shape[-1]), None)


def _alias(logits: LayerInfo | None, every: Sequence[LayerInfo]) -> tuple[LayerInfo, ...]:
    """Return the logits under their second name, ``predictions``, unless a layer has that name."""
    if logits is None or PREDICTIONS in {layer.name for layer in every}:
        return ()
    return (replace(logits, name=PREDICTIONS, shared_with=logits.owner),)


def measured(info: NetworkInfo, network: Network) -> NetworkInfo:
    """Return the description of a known network as it is loaded; its input may have another size."""
    if network.input_shape == info.input_shape:
        return info
    return replace(info, input_shape=network.input_shape, layers=measure(network.model))


def measure(model: Any) -> tuple[LayerInfo, ...]:
    """Return the layers of a known network in Keras's order, without those that have nothing to show."""
    from generator.engine import graph

    places = {layer.name: place for place, layer in enumerate(model.layers)}
    every = _layers(graph.read_graph(model), tuple(model.inputs[0].shape[1:]))
    shown = (layer for layer in every if layer.kind not in tables.UNSHOWN)
    return tuple(sorted(shown, key=lambda layer: places[layer.name]))


def pools(model: Any) -> tuple[str, ...]:
    """Return the layers of a Keras model that are shown by default, by the engine's names.

    Raises:
        EngineError: an operation has no rule.
    """
    from generator.engine import graph

    return layer_groups.pools(graph.read_graph(model))


def _read(network: Network, place: str) -> tuple[Graph, tuple[LayerInfo, ...]]:
    """Return the graph of a network, and all its layers by the engine's names."""
    from generator.engine import graph

    if problems := unsupported(network.model):
        raise NetworkError(f"{place}: {'; '.join(first_lines(problems))}")
    read = graph.read_graph(network.model, output=network.output)
    return read, tuple(_layers(read, network.input_shape))


def _layers(read: Graph, picture: tuple[int, ...]) -> Iterator[LayerInfo]:
    """Yield the layers in the order of the engine's steps, without the linear halves of fused layers.

    A shared layer has a description for each use, with its parameters and the name of its first use.
    """
    from generator.engine import graph
    from generator.engine.end import HIDDEN
    from generator.engine.receptive_fields import receptive_fields

    fields = receptive_fields(read.steps, picture)
    first_uses: dict[int, str] = {}
    for step in read.steps:
        if step.name.endswith(graph.PREACTIVATION) or step.name.startswith(HIDDEN):
            continue
        layer = read.layers.get(step.name)
        first = first_uses.setdefault(id(layer), step.name) if layer else step.name
        yield LayerInfo(
            name=step.name,
            kind=type(layer).__name__ if layer else "Operation",
            shape=step.shape,
            parameters=layer.count_params() if layer else 0,
            receptive_field_px=None if fields[step.name] == picture[:2] else fields[step.name],
            shared_with=None if first == step.name else first,
        )


def unsupported(model: Any) -> list[str]:
    """Return why a model cannot be deconvolved: a line for each operation without a rule."""
    from generator.engine import graph

    problems = graph.unsupported(model)
    if any("no rule for" in problem for problem in problems):
        problems[-1] += "; docs/reference/coverage.md lists the operations that have one"
    return problems


def _class_names(labels: Sequence[str], outputs: int) -> Mapping[str, tuple[int, ...]]:
    """Return the outputs of each label; none for the first of two labels of a single output."""
    names: dict[str, tuple[int, ...]] = {}
    for number, label in enumerate(labels, start=outputs - len(labels)):
        names[label] = (*names.get(label, ()), *([number] if number >= 0 else []))
    return names
