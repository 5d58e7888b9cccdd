"""Describe a user's own network: its layers with the engine's names, nested models flattened.

``networks`` loads the file, and ``engine`` reads its graph. This loads Keras even if a configuration is only
checked, because nothing else knows the shapes of the layers.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from generator.analysis.forward_pass import PREDICTIONS
from generator.errors import NetworkError
from generator.networks import own as own_files
from generator.networks import tables
from generator.networks.network import Network
from generator.records import LayerInfo, NetworkInfo, OwnNetwork


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
    last = (shown := layers(network, str(own.path)))[-1]
    classes = last.shape[0] if len(last.shape) == 1 else 0
    if own.labels and len(own.labels) != classes:
        raise NetworkError(f"{own.path}: {len(own.labels)} labels for {classes or 'no'} classes")
    named = [layer.name for layer in shown]
    alias = (replace(last, name=PREDICTIONS),) if classes and PREDICTIONS not in named else ()
    return NetworkInfo(
        name=network.name,
        title=network.name,
        reference="",
        reference_url="",
        input_shape=network.input_shape,
        layers=shown + alias,
        groups=_groups(shown),
        weights_choices={},
        class_names=_class_names(own.labels),
        aliases={layer.name: last.name for layer in alias},
    )


def layers(network: Network, place: str) -> tuple[LayerInfo, ...]:
    """Return the description of each layer of a network; ``place`` names the network in messages.

    Raises:
        NetworkError: an operation has no rule.
    """
    return tuple(_layers(network, place))


def _layers(network: Network, place: str) -> Iterator[LayerInfo]:
    """Yield the layers in the order of the engine's steps, without the linear halves of fused layers."""
    from generator.engine import graph

    if problems := unsupported(network.model):
        raise NetworkError(f"{place}: {'; '.join(problems)}")
    whole = max(network.input_shape[:2])
    known = {layer.name: layer for layer in network.model._flatten_layers()}
    fields: dict[str, tuple[int | None, int]] = {graph.IMAGE: (1, 1)}
    for step in graph.read(network.model):
        layer = known.get(step.name.partition(":")[0].partition("@")[0])
        sources = [fields[name] for name in step.inputs]
        halved = step.inputs == (step.name + graph.PREACTIVATION,)
        fields[step.name] = sources[0] if halved else tables.field(layer, sources, len(step.shape) > 1)
        kind = type(layer).__name__ if layer else "Operation"
        if kind not in tables.UNSHOWN and not step.name.endswith(graph.PREACTIVATION):
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


def _class_names(labels: Iterable[str]) -> Mapping[str, tuple[int, ...]]:
    names: dict[str, tuple[int, ...]] = {}
    for number, label in enumerate(labels):
        names[label] = (*names.get(label, ()), number)
    return names
