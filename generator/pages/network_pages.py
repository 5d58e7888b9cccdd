"""The page of each network, and of each of its layers."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from statistics import median
from typing import NamedTuple

from generator import paths
from generator.pages.architecture import draw_architecture
from generator.pages.class_pages import ShownClass
from generator.pages.metadata import card
from generator.pages.page_records import PageConfig
from generator.pages.renderer import PageRenderer, UnrenderedPage
from generator.pages.scanned_features import contact_sheet
from generator.pages.shown_networks import ShownFeature, ShownLayer, ShownNetwork, with_scanned
from generator.records import ScannedLayer

PICTURED = 60
"""How many features a layer's page shows with their pair; the others are links."""
LEAST_GRID = 0.25
"""The share of energy from which a grid is mentioned; ``figures/grids.py`` has measurements."""


class ShownGrid(NamedTuple):
    """A regular grid in the reconstructions of a layer: its share of their energy, the median of pictures."""

    layer: str
    share: float
    picture_count: int


def network_page(
    renderer: PageRenderer,
    config: PageConfig,
    network: ShownNetwork,
    classes: Sequence[ShownClass],
    scanned: Mapping[str, ScannedLayer] | None = None,
) -> UnrenderedPage:
    """Return the page of one network; ``scanned`` is as of ``feature_pages``."""
    shown = {layer.layer.name for layer in with_scanned(network, scanned or {})}
    return renderer.page(
        paths.network_page(network.view.spec.slug),
        "network.html",
        network=replace(network, layers=tuple(map(_strongest_only, network.layers)), pictures=()),
        classes=[replace(one, further=()) for one in classes if one.first],
        diagram=draw_architecture(network.view.network, shown),
        grid=shown_grid(network),
        card=card(config, network.pictures[0]),
    )


def shown_grid(network: ShownNetwork) -> ShownGrid | None:
    """Return the grid in a network's reconstructions; ``None`` if its share is less than ``LEAST_GRID``."""
    slug = network.view.spec.slug
    views = [view for picture in network.pictures for view in picture.views if view.spec.slug == slug]
    shares = [view.grid_share for view in views if view.grid_share is not None]
    if not shares or median(shares) < LEAST_GRID:
        return None
    layer = next(panel.layer for panel in reversed(views[0].panels) if len(panel.layer.shape) == 3)
    return ShownGrid(layer.name, median(shares), len(shares))


def layer_pages(
    renderer: PageRenderer,
    config: PageConfig,
    network: ShownNetwork,
    scanned: Mapping[str, ScannedLayer] | None = None,
) -> Iterator[UnrenderedPage]:
    """Yield the page of each layer of a network; each links to its neighbours.

    With ``scanned``, as of ``feature_pages``, it has a contact sheet of all features.
    """
    known = scanned or {}
    layers = with_scanned(network, known)
    padded = [None, *layers, None]
    for before, layer, after in zip(padded, map(_strongest_only, layers), padded[2:], strict=False):
        pictured = _most_shown(layer)
        name = layer.layer.name
        yield renderer.page(
            paths.layer_page(network.view.spec.slug, name),
            "layer.html",
            view=network.view,
            shown=layer,
            pictured=pictured,
            sheet=contact_sheet(known[name]) if name in known else None,
            before=_layer_name(before),
            after=_layer_name(after),
            card=card(config, pictured[0].pictures[0].picture if pictured else network.pictures[0]),
        )


def _strongest_only(layer: ShownLayer) -> ShownLayer:
    """Return a layer without the pictures in which its features are not among the strongest."""
    features = (
        replace(feature, single_panels=(), other_pictures=(), omitted=0) for feature in layer.features
    )
    return replace(layer, features=tuple(features))


def _layer_name(layer: ShownLayer | None) -> ShownLayer | None:
    """Return a layer reduced to its name, for pages that only link to it."""
    return layer and ShownLayer(layer.layer, (), 0)


def _most_shown(layer: ShownLayer) -> list[ShownFeature]:
    """Return the features that the most pictures show; ties go to the stronger, then the lower number."""
    ranked = sorted(
        layer.features,
        key=lambda feature: (-len(feature.pictures), -feature.pictures[0].strength, feature.number),
    )
    return ranked[:PICTURED]
