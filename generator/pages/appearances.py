"""Which features are shown in which pictures: the gallery read by feature instead of by picture."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from generator.records import Exhibit, LayerInfo, Panel, View


class Appearance(NamedTuple):
    """A feature among those shown of its layer in a picture; ``place`` counts from 0, strongest first."""

    exhibit: Exhibit
    panel: Panel
    place: int

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

    ``weaker`` is how many of the latter are left out.
    """

    number: int
    label: str
    appearances: tuple[Appearance, ...]
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
    """One network of the gallery: any of its views, for what all share, and its layers in their order."""

    view: View
    layers: tuple[ShownLayer, ...]
    exhibits: tuple[Exhibit, ...]


def shown_networks(exhibits: Sequence[Exhibit]) -> list[ShownNetwork]:
    """Return the networks that any exhibit shows, in order of appearance."""
    seen: dict[str, list[tuple[Exhibit, View]]] = {}
    for exhibit in exhibits:
        for view in exhibit.views:
            seen.setdefault(view.spec.slug, []).append((exhibit, view))
    return [
        ShownNetwork(pairs[0][1], tuple(_layers(pairs)), tuple(exhibit for exhibit, _ in pairs))
        for pairs in seen.values()
    ]


def _layers(pairs: Sequence[tuple[Exhibit, View]]) -> Iterator[ShownLayer]:
    panels: dict[str, list[tuple[Exhibit, Panel]]] = {}
    for exhibit, view in pairs:
        for panel in view.panels:
            panels.setdefault(panel.layer.name, []).append((exhibit, panel))
    for shown in panels.values():
        yield ShownLayer(shown[0][1].layer, tuple(_features(shown)), len(shown))


def _features(shown: Sequence[tuple[Exhibit, Panel]]) -> Iterator[ShownFeature]:
    """Give a layer's features by number."""
    found: dict[int, list[Appearance]] = {}
    for exhibit, panel in shown:
        for place, number in enumerate(panel.features):
            found.setdefault(number, []).append(Appearance(exhibit, panel, place))
    profiled = [(exhibit, panel) for exhibit, panel in shown if panel.profile is not None]
    profiles = np.array([panel.profile for _, panel in profiled])
    for number in sorted(found):
        strongest_first = sorted(found[number], key=lambda appearance: -appearance.strength)
        first = strongest_first[0]
        label = first.panel.labels[first.place] if first.panel.labels else ""
        glimpses, weaker = _glimpses(number, profiled, profiles)
        yield ShownFeature(number, label, tuple(strongest_first), glimpses, weaker)


def _glimpses(
    number: int, profiled: Sequence[tuple[Exhibit, Panel]], profiles: np.ndarray
) -> tuple[tuple[Glimpse, ...], int]:
    """Return the pictures that show other features, by this feature's strength, and how many are left out."""
    strengths = profiles[:, number] if len(profiled) else profiles
    order = np.argsort(-strengths, kind="stable")
    others = [place for place in order if number not in profiled[place][1].features]
    glimpses = (Glimpse(profiled[place][0], float(strengths[place])) for place in others[:GLIMPSES])
    return tuple(glimpses), max(0, len(others) - GLIMPSES)
