"""The page of each feature: in all pictures of the gallery, and in a data set."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace

from generator import paths
from generator.pages.metadata import card
from generator.pages.page_records import PageConfig
from generator.pages.renderer import PageRenderer, UnrenderedPage
from generator.pages.scanned_features import DatasetFacts, dataset_facts
from generator.pages.shown_networks import (
    FeaturePicture,
    ShownFeature,
    ShownLayer,
    ShownNetwork,
    feature_name,
    with_scanned,
)
from generator.records import ScannedLayer

PICTURED = 100
"""How many pictures a page shows with their pair; more would take it past 300 KB."""


def feature_pages(
    renderer: PageRenderer,
    config: PageConfig,
    network: ShownNetwork,
    scanned: Mapping[str, ScannedLayer] | None = None,
) -> Iterator[UnrenderedPage]:
    """Yield the page of each feature that any picture shows; each links to its neighbours in the layer.

    With ``scanned``, layer -> its features over a data set, these are all features that a picture of the
    data set excites.
    """
    known = scanned or {}
    for shown in with_scanned(network, known):
        name = shown.layer.name
        facts = dataset_facts(known[name]) if name in known else {}
        features = _with_pages(shown, facts)
        padded = [None, *features, None]
        for before, feature, after in zip(padded, features, padded[2:], strict=False):
            picture = feature.pictures[0].picture if feature.pictures else network.pictures[0]
            yield renderer.page(
                paths.feature_page(network.view.spec.slug, name, feature.number),
                "feature.html" if feature.pictures else "example.html",
                view=network.view,
                shown=replace(shown, features=()),
                feature=feature,
                pictured=_pictured(feature),
                known=facts.get(feature.number),
                before=feature_name(before),
                after=feature_name(after),
                card=card(config, picture),
            )


def _with_pages(shown: ShownLayer, facts: Mapping[int, DatasetFacts]) -> list[ShownFeature]:
    """Return the features that have a page, by number: those shown, and those that a data set excites."""
    features = {
        number: ShownFeature(number, known.feature.label, (), (), (), 0) for number, known in facts.items()
    }
    features |= {feature.number: feature for feature in shown.features}
    return [features[number] for number in sorted(features)]


def _pictured(feature: ShownFeature) -> list[FeaturePicture]:
    """Return the pictures that the page shows with their pair, strongest first."""
    both = [*feature.pictures, *feature.single_panels]
    return sorted(both, key=lambda one: -one.strength)[:PICTURED]
