"""The pages of features: one feature in all pictures of the gallery."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from generator import paths
from generator.pages.appearances import Appearance, ShownFeature, ShownNetwork, feature_name
from generator.pages.facts import PageConfig
from generator.pages.heads import card
from generator.pages.press import Press, Sheet

PICTURED = 100
"""How many pictures a page shows with their pair: it stays under 300 KB."""


def feature_pages(press: Press, config: PageConfig, network: ShownNetwork) -> Iterator[Sheet]:
    """Give the page of each feature that any picture shows; each knows its neighbours in its layer."""
    for shown in network.layers:
        padded = [None, *shown.features, None]
        for before, feature, after in zip(padded, shown.features, padded[2:], strict=False):
            yield press.page(
                paths.feature_page(network.view.spec.slug, shown.layer.name, feature.number),
                "feature.html",
                view=network.view,
                shown=replace(shown, features=()),
                feature=feature,
                pictured=_pictured(feature),
                before=feature_name(before),
                after=feature_name(after),
                card=card(config, feature.appearances[0].exhibit),
            )


def _pictured(feature: ShownFeature) -> list[Appearance]:
    """Return the pictures whose pair the page shows, strongest first."""
    both = [*feature.appearances, *feature.sightings]
    return sorted(both, key=lambda appearance: -appearance.strength)[:PICTURED]
