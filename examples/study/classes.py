"""Fully connected layers and classes: what the logits of trained classifiers carry back."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from convnet_gallery import deconvolve, load_network
from examples.study.photographs import reconstruction
from examples.study.scope import Scope
from examples.study.sheet import Group, Row, Tile, draw_sheet
from generator.errors import WeightsError
from generator.networks import choice
from generator.networks.network import Network
from generator.networks.registry import describe
from generator.records import Output, Value, Visualization
from generator.records.choices import METHODS

LAYERS = {
    "squeezenet": ("predictions",),
    "efficientnet_lite0": ("predictions",),
    "vgg16": ("fc1", "fc2", "predictions"),
}
"""What is shown of a classifier. Only those of EfficientNet-Lite0 and of VGG16 are fully connected."""


def chapter(scope: Scope) -> Value:
    """Return a figure for each photograph that is looked at closely: classes of every classifier there is."""
    outputs, shown = [], []
    networks = list(classifiers(scope))
    for image in scope.shown_closer:
        rows, told = [], {}
        for network in networks:
            seen = {method: _seen(network, image.path, method) for method in METHODS}
            rows += list(_rows(network, seen))
            told[network.name] = tuple(map(tuple, seen["deconvnet"].predictions[:3]))
        path = f"study/classes/{image.slug}.svg"
        figure = draw_sheet(f"classes-{image.slug}", rows, f"{image.title}: what classes carry back")
        outputs.append(Output(path, figure.svg.encode()))
        shown.append(
            {"slug": image.slug, "title": image.title, "classes": told, "figure": figure.facts(path)}
        )
    facts = {"photographs": tuple(shown), "networks": tuple(known.name for known in networks)}
    return Value(facts, tuple(outputs))


def classifiers(scope: Scope) -> Iterator[Network]:
    """Yield the study's classifiers, and VGG16 with its ImageNet weights where those are there."""
    yield from (scope.load(name) for name in scope.classifiers)
    if vgg16_classifies():
        yield load_network("vgg16", weights="imagenet")


def vgg16_classifies() -> bool:
    """Return whether VGG16's ImageNet weights are there, with their fully connected layers."""
    try:
        return choice.choose("vgg16", "imagenet").classifies
    except WeightsError:
        return False


def _seen(network: Network, path: Any, method: str) -> Visualization:
    return deconvolve(network, path, LAYERS[network.name], 3, method=method)


def _rows(network: Network, seen: Mapping[str, Visualization]) -> Iterator[Row]:
    """Yield a row for each layer: of every class or feature one tile by each method."""
    for name, layer in seen["deconvnet"].layers.items():
        groups = []
        for place, feature in enumerate(layer.features):
            title = f"{feature} {layer.labels[place]}" if layer.labels else f"feature {feature}"
            tiles: tuple[Tile, ...] = tuple(
                reconstruction(found.layers[name].reconstructions[place], method)
                for method, found in seen.items()
            )
            groups.append(Group(title, tiles))
        yield Row(name, (describe(network.name).title,), tuple(groups))
