"""The pages of networks and of their layers."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from generator import paths
from generator.pages.appearances import ShownFeature, ShownLayer, ShownNetwork
from generator.pages.architecture import draw_architecture
from generator.pages.classes import ShownClass
from generator.pages.facts import PageConfig
from generator.pages.heads import card
from generator.pages.press import Press, Sheet

PICTURED = 60
"""How many features a layer's page shows in a picture; it names the others."""


def network_page(
    press: Press, config: PageConfig, network: ShownNetwork, classes: Sequence[ShownClass]
) -> Sheet:
    """Return the page of one network."""
    shown = {layer.layer.name for layer in network.layers}
    return press.page(
        paths.network_page(network.view.spec.slug),
        "network.html",
        network=replace(network, layers=tuple(map(_appearing, network.layers)), exhibits=()),
        classes=[replace(known, further=()) for known in classes if known.first],
        diagram=draw_architecture(network.view.network, shown),
        card=card(config, network.exhibits[0]),
    )


def layer_pages(press: Press, config: PageConfig, network: ShownNetwork) -> Iterator[Sheet]:
    """Give the page of each layer of a network; each knows its neighbours."""
    padded = [None, *network.layers, None]
    for before, layer, after in zip(padded, map(_appearing, network.layers), padded[2:], strict=False):
        pictured = _most_shown(layer)
        yield press.page(
            paths.layer_page(network.view.spec.slug, layer.layer.name),
            "layer.html",
            view=network.view,
            shown=layer,
            pictured=pictured,
            before=_layer_name(before),
            after=_layer_name(after),
            card=card(config, pictured[0].appearances[0].exhibit),
        )


def _appearing(layer: ShownLayer) -> ShownLayer:
    """Return a layer with its features where they are among the strongest, not where else they are seen."""
    features = (replace(feature, sightings=(), glimpses=(), weaker=0) for feature in layer.features)
    return replace(layer, features=tuple(features))


def _layer_name(layer: ShownLayer | None) -> ShownLayer | None:
    """Return a layer without its features, for pages that only link to it."""
    return layer and ShownLayer(layer.layer, (), 0)


def _most_shown(layer: ShownLayer) -> list[ShownFeature]:
    """Return the features shown in most pictures; ties go to the stronger one."""
    ranked = sorted(
        layer.features,
        key=lambda feature: (-len(feature.appearances), -feature.appearances[0].strength, feature.number),
    )
    return ranked[:PICTURED]
