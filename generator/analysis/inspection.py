"""Describe a user's own network: its layers with the engine's names, nested models flattened.

``networks`` loads the file, and ``engine`` reads its graph. This loads Keras even if a configuration is only
checked, because nothing else knows the shapes of the layers.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from math import prod
from typing import TYPE_CHECKING, Any

from generator.analysis.forward_pass import PREDICTIONS
from generator.errors import NetworkError, first_lines
from generator.networks import own as own_files
from generator.networks import tables
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
        NetworkError: an operation has no rule, or the number of labels is not the number of classes.
    """
    end, every = _read(network, str(own.path))
    shown = tuple(layer for layer in every if layer.kind not in tables.UNSHOWN)
    logits = next((layer for layer in every if end and layer.name == end.logits), None)
    classes = logits.shape[-1] if logits and prod(logits.shape) == logits.shape[-1] else 0
    _refuse_labels(own, end, classes)
    named = [layer.name for layer in every]
    alias = (replace(logits, name=PREDICTIONS),) if logits and classes and PREDICTIONS not in named else ()
    return NetworkInfo(
        name=network.name,
        title=network.name,
        reference="",
        reference_url="",
        input_shape=network.input_shape,
        layers=shown + alias,
        groups=_groups(shown),
        weights_choices={},
        class_names=_class_names(own.labels, classes),
        aliases={layer.name: logits.name for layer in alias if logits},
        class_layers=(*(end.steps if end else ()), *(layer.name for layer in alias)),
    )


def _refuse_labels(own: OwnNetwork, end: End | None, classes: int) -> None:
    """Refuse labels that do not fit; only one output that ends in a sigmoid may have two.

    Raises:
        NetworkError: the number of labels is not the number of classes.
    """
    labels = len(own.labels)
    if labels in (0, classes) or (end and end.activation == "sigmoid" and (labels, classes) == (2, 1)):
        return
    found = f"{classes or 'no'} class{'es' if classes != 1 else ''}"
    hint = ""
    if end is None:
        hint = "; only a model with a single output has classes"
    elif (labels, classes) == (2, 1):
        hint = "; a single output has two only if the model ends in a sigmoid"
    raise NetworkError(f"{own.path}: {labels} label{'s' if labels > 1 else ''} for {found}{hint}")


def layers(network: Network, place: str) -> tuple[LayerInfo, ...]:
    """Return the description of each layer of a network; ``place`` names the network in messages.

    Raises:
        NetworkError: an operation has no rule.
    """
    return tuple(layer for layer in _read(network, place)[1] if layer.kind not in tables.UNSHOWN)


def _read(network: Network, place: str) -> tuple[End | None, tuple[LayerInfo, ...]]:
    """Return how a network ends, and all its layers by the engine's names."""
    from generator.engine import graph

    if problems := unsupported(network.model):
        raise NetworkError(f"{place}: {'; '.join(first_lines(problems))}")
    read = graph.read_graph(network.model)
    return read.end, tuple(_layers(read, max(network.input_shape[:2])))


def _layers(read: Graph, whole: int) -> Iterator[LayerInfo]:
    """Yield the layers in the order of the engine's steps, without the linear halves of fused layers."""
    from generator.engine import graph

    fields: dict[str, tuple[int | None, int]] = {graph.IMAGE: (1, 1)}
    for step in read.steps:
        layer = read.layers.get(step.name.removesuffix(graph.PREACTIVATION))
        sources = [fields[name] for name in step.inputs]
        halved = step.inputs == (step.preactivation,)
        fields[step.name] = sources[0] if halved else tables.field(layer, sources, len(step.shape) > 1)
        if not step.name.endswith(graph.PREACTIVATION):
            kind = type(layer).__name__ if layer else "Operation"
            parameters = layer.count_params() if layer else 0
            field_px = tables.clip(fields[step.name][0], whole)
            yield LayerInfo(step.name, kind, step.shape, parameters, field_px)


def unsupported(model: Any) -> list[str]:
    """Return why a model cannot be deconvolved: a line for each operation without a rule."""
    from generator.engine import graph

    problems = graph.unsupported(model)
    if any("no rule for" in problem for problem in problems):
        problems[-1] += "; docs/reference/coverage.md lists the operations that have one"
    return problems


def _groups(layers: Sequence[LayerInfo]) -> Mapping[str, tuple[str, ...]]:
    """Return the layers of each group; ``blocks`` is empty, because a file does not mark blocks."""

    def of(word: str) -> tuple[str, ...]:
        return tuple(layer.name for layer in layers if word in layer.kind and len(layer.shape) == 3)

    shown = tuple(layer.name for layer in layers if layer.kind != "BatchNormalization")
    return {"pools": of("MaxPooling"), "convs": of("Conv"), "blocks": (), "all": shown}


def _class_names(labels: Sequence[str], outputs: int) -> Mapping[str, tuple[int, ...]]:
    """Return the outputs of each label; none for the first of two labels of a single output."""
    names: dict[str, tuple[int, ...]] = {}
    for number, label in enumerate(labels, start=outputs - len(labels)):
        names[label] = (*names.get(label, ()), *([number] if number >= 0 else []))
    return names
