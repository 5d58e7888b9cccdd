"""The page of each feature: one feature in all pictures of the gallery."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from generator import paths
from generator.pages.metadata import card
from generator.pages.page_records import PageConfig
from generator.pages.renderer import PageRenderer, UnrenderedPage
from generator.pages.shown_networks import FeaturePicture, ShownFeature, ShownNetwork, feature_name

PICTURED = 100
"""How many pictures a page shows with their pair; more would take it past 300 KB."""


def feature_pages(
    renderer: PageRenderer, config: PageConfig, network: ShownNetwork
) -> Iterator[UnrenderedPage]:
    """Yield the page of each feature that any picture shows; each links to its neighbours in the layer."""
    for shown in network.layers:
        padded = [None, *shown.features, None]
        for before, feature, after in zip(padded, shown.features, padded[2:], strict=False):
            yield renderer.page(
                paths.feature_page(network.view.spec.slug, shown.layer.name, feature.number),
                "feature.html",
                view=network.view,
                shown=replace(shown, features=()),
                feature=feature,
                pictured=_pictured(feature),
                before=feature_name(before),
                after=feature_name(after),
                card=card(config, feature.pictures[0].picture),
            )


def _pictured(feature: ShownFeature) -> list[FeaturePicture]:
    """Return the pictures that the page shows with their pair, strongest first."""
    both = [*feature.pictures, *feature.single_panels]
    return sorted(both, key=lambda one: -one.strength)[:PICTURED]
