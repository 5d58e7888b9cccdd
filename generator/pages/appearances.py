"""Which features are shown in which pictures: the gallery read by feature instead of by picture."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple

import numpy as np

from generator.pages.facts import alone, shared
from generator.records import Exhibit, LayerInfo, Panel, View


class Appearance(NamedTuple):
    """A feature shown in a picture; ``place`` counts from 0 among those of its panel, strongest first.

    ``folder`` is that of the panel where the picture does not show it by itself.
    """

    exhibit: Exhibit
    panel: Panel
    place: int
    folder: str = ""

    @property
    def strength(self) -> float:
        """The feature's strength in this picture."""
        return self.panel.strengths[self.place]


GLIMPSES = 100
"""How many pictures a feature is told the strength of besides its own: all of them would fill the memory."""


class Glimpse(NamedTuple):
    """The strength of a feature in a picture that shows others."""

    exhibit: Exhibit
    strength: float


@dataclass(frozen=True)
class ShownFeature:
    """One feature with a page of its own; its pictures, and those that show others, strongest first.

    ``appearances`` are in pictures of whose layer it is among the strongest, ``sightings`` in others.
    ``weaker`` is how many of the ``glimpses`` are left out.
    """

    number: int
    label: str
    appearances: tuple[Appearance, ...]
    sightings: tuple[Appearance, ...]
    glimpses: tuple[Glimpse, ...]
    weaker: int


@dataclass(frozen=True)
class ShownLayer:
    """One layer of a network of the gallery; its features by number. ``pictures`` is how many show it."""

    layer: LayerInfo
    features: tuple[ShownFeature, ...]
    pictures: int


@dataclass(frozen=True)
class ShownNetwork:
    """One network of the gallery: what its views share, and its layers in their order.

    ``classifies`` tells whether it has guesses.
    """

    view: View
    layers: tuple[ShownLayer, ...]
    exhibits: tuple[Exhibit, ...]
    classifies: bool


def shown_networks(exhibits: Sequence[Exhibit]) -> list[ShownNetwork]:
    """Return the networks that any exhibit shows, in order of appearance."""
    seen: dict[str, list[tuple[Exhibit, View]]] = {}
    for exhibit in exhibits:
        for view in exhibit.views:
            seen.setdefault(view.spec.slug, []).append((exhibit, view))
    bare = {exhibit.image.slug: alone(exhibit) for exhibit in exhibits}
    return [
        ShownNetwork(
            shared(pairs[0][1]),
            tuple(_layers([(bare[exhibit.image.slug], view) for exhibit, view in pairs])),
            tuple(exhibit for exhibit, _ in pairs),
            classifies=bool(pairs[0][1].predictions),
        )
        for pairs in seen.values()
    ]


def named_networks(networks: Sequence[ShownNetwork]) -> list[ShownNetwork]:
    """Return networks as pages may know them that are not about them: without layers and pictures."""
    return [replace(network, layers=(), exhibits=()) for network in networks]


def feature_name(feature: ShownFeature | None) -> ShownFeature | None:
    """Return a feature of which only number and label are left, for pages that only link to it."""
    return feature and ShownFeature(feature.number, feature.label, (), (), (), 0)


def _layers(pairs: Sequence[tuple[Exhibit, View]]) -> Iterator[ShownLayer]:
    panels: dict[str, list[tuple[Exhibit, Panel]]] = {}
    sightings: dict[str, list[Appearance]] = {}
    for exhibit, view in pairs:
        for panel in view.panels:
            panels.setdefault(panel.layer.name, []).append((exhibit, panel))
        for layer, single in view.sightings.items():
            found = (Appearance(exhibit, panel, 0, str(panel.features[0])) for panel in single)
            sightings.setdefault(layer, []).extend(found)
    for layer, shown in panels.items():
        features = tuple(_features(shown, sightings.get(layer, ())))
        yield ShownLayer(shown[0][1].layer, features, len(shown))


def _features(
    shown: Sequence[tuple[Exhibit, Panel]], sightings: Sequence[Appearance]
) -> Iterator[ShownFeature]:
    """Give a layer's features by number."""
    found: dict[int, list[Appearance]] = {}
    for exhibit, panel in shown:
        for place, number in enumerate(panel.features):
            found.setdefault(number, []).append(Appearance(exhibit, panel, place))
    further: dict[int, list[Appearance]] = {}
    for sighting in sightings:
        further.setdefault(sighting.panel.features[0], []).append(sighting)
    profiled = [(exhibit, panel) for exhibit, panel in shown if panel.profile is not None]
    profiles = np.array([panel.profile for _, panel in profiled])
    for number in sorted(found):
        appearances, seen = (_by_strength(some.get(number, ())) for some in (found, further))
        first = appearances[0]
        label = first.panel.labels[first.place] if first.panel.labels else ""
        pictured = {sighting.exhibit.image.slug for sighting in seen}
        glimpses, weaker = _glimpses(number, profiled, profiles, pictured)
        yield ShownFeature(number, label, appearances, seen, glimpses, weaker)


def _by_strength(appearances: Iterable[Appearance]) -> tuple[Appearance, ...]:
    return tuple(sorted(appearances, key=lambda appearance: -appearance.strength))


def _glimpses(
    number: int,
    profiled: Sequence[tuple[Exhibit, Panel]],
    profiles: np.ndarray,
    pictured: Collection[str],
) -> tuple[tuple[Glimpse, ...], int]:
    """Return the pictures that do not show a feature, by its strength, and how many are left out."""
    strengths = profiles[:, number] if len(profiled) else profiles
    order = np.argsort(-strengths, kind="stable")
    others = [
        place
        for place in order
        if number not in profiled[place][1].features and profiled[place][0].image.slug not in pictured
    ]
    glimpses = (Glimpse(profiled[place][0], float(strengths[place])) for place in others[:GLIMPSES])
    return tuple(glimpses), max(0, len(others) - GLIMPSES)
