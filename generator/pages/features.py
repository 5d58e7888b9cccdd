"""The pages of features: one feature in all pictures of the gallery."""

from __future__ import annotations

from collections.abc import Iterator

from jinja2 import Environment

from generator import site_paths
from generator.pages.appearances import Appearance, ShownFeature, ShownNetwork
from generator.pages.environment import page
from generator.pages.heads import card
from generator.records import GalleryConfig, Output

PICTURED = 100
"""How many pictures a page shows with their pair: it stays under 300 KB."""


def feature_pages(environment: Environment, config: GalleryConfig, network: ShownNetwork) -> Iterator[Output]:
    """Give the page of each feature that any picture shows; each knows its neighbours in its layer."""
    for shown in network.layers:
        padded = [None, *shown.features, None]
        for before, feature, after in zip(padded, shown.features, padded[2:], strict=False):
            yield page(
                environment,
                site_paths.feature_page(network.view.spec.slug, shown.layer.name, feature.number),
                "feature.html",
                view=network.view,
                shown=shown,
                feature=feature,
                pictured=_pictured(feature),
                before=before,
                after=after,
                card=card(config, feature.appearances[0].exhibit),
            )


def _pictured(feature: ShownFeature) -> list[Appearance]:
    """Return the pictures whose pair the page shows, strongest first."""
    both = [*feature.appearances, *feature.sightings]
    return sorted(both, key=lambda appearance: -appearance.strength)[:PICTURED]
