"""The gallery sorted by network, layer and feature: which pictures show each feature, and how strongly."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple

import numpy as np

from generator.pages.page_records import network_only, without_views
from generator.records import LayerInfo, Panel, ShownPicture, View


class FeaturePicture(NamedTuple):
    """A feature shown in a picture.

    ``place`` is its index in the panel, from 0. ``folder`` is "" for the panel of the layer, else the folder
    of a panel of this feature alone.
    """

    picture: ShownPicture
    panel: Panel
    place: int
    folder: str = ""

    @property
    def strength(self) -> float:
        """The feature's strength in this picture."""
        return self.panel.strengths[self.place]


OTHER_PICTURES = 100
"""How many further pictures a feature lists; all of them, for every feature, would fill the memory."""


class FeatureStrength(NamedTuple):
    """The strength of a feature in a picture that does not show it."""

    picture: ShownPicture
    strength: float


@dataclass(frozen=True)
class ShownFeature:
    """One feature with a page of its own; all its pictures are sorted by its strength, strongest first.

    ``pictures`` show it among the strongest features of its layer; ``single_panels`` show it in a panel of
    its own; ``other_pictures`` do not show it. ``omitted`` counts the other pictures that are not listed.
    """

    number: int
    label: str
    pictures: tuple[FeaturePicture, ...]
    single_panels: tuple[FeaturePicture, ...]
    other_pictures: tuple[FeatureStrength, ...]
    omitted: int


@dataclass(frozen=True)
class ShownLayer:
    """One layer that the gallery shows; its features are sorted by number."""

    layer: LayerInfo
    features: tuple[ShownFeature, ...]
    picture_count: int


@dataclass(frozen=True)
class ShownNetwork:
    """One network of the gallery, its layers in the network's order, and its pictures.

    ``view`` has no results of a picture; ``classifies`` says whether the network makes predictions.
    """

    view: View
    layers: tuple[ShownLayer, ...]
    pictures: tuple[ShownPicture, ...]
    classifies: bool


def shown_networks(pictures: Sequence[ShownPicture]) -> list[ShownNetwork]:
    """Return the networks of the gallery, in order of appearance."""
    seen: dict[str, list[tuple[ShownPicture, View]]] = {}
    for picture in pictures:
        for view in picture.views:
            seen.setdefault(view.spec.slug, []).append((picture, view))
    bare = {picture.image.slug: without_views(picture) for picture in pictures}
    return [
        ShownNetwork(
            network_only(pairs[0][1]),
            tuple(_layers([(bare[picture.image.slug], view) for picture, view in pairs])),
            tuple(picture for picture, _ in pairs),
            classifies=bool(pairs[0][1].predictions),
        )
        for pairs in seen.values()
    ]


def named_networks(networks: Sequence[ShownNetwork]) -> list[ShownNetwork]:
    """Return networks without layers and pictures, for pages that only link to them."""
    return [replace(network, layers=(), pictures=()) for network in networks]


def feature_name(feature: ShownFeature | None) -> ShownFeature | None:
    """Return a feature reduced to its number and label, for pages that only link to it."""
    return feature and ShownFeature(feature.number, feature.label, (), (), (), 0)


def _layers(pairs: Sequence[tuple[ShownPicture, View]]) -> Iterator[ShownLayer]:
    panels: dict[str, list[tuple[ShownPicture, Panel]]] = {}
    single_panels: dict[str, list[FeaturePicture]] = {}
    for picture, view in pairs:
        for panel in view.panels:
            panels.setdefault(panel.layer.name, []).append((picture, panel))
        for layer, singles in view.single_panels.items():
            found = (FeaturePicture(picture, panel, 0, str(panel.features[0])) for panel in singles)
            single_panels.setdefault(layer, []).extend(found)
    for layer, shown in panels.items():
        features = tuple(_features(shown, single_panels.get(layer, ())))
        yield ShownLayer(shown[0][1].layer, features, len(shown))


def _features(
    shown: Sequence[tuple[ShownPicture, Panel]], single_panels: Sequence[FeaturePicture]
) -> Iterator[ShownFeature]:
    """Yield a layer's features, sorted by number."""
    found: dict[int, list[FeaturePicture]] = {}
    for picture, panel in shown:
        for place, number in enumerate(panel.features):
            found.setdefault(number, []).append(FeaturePicture(picture, panel, place))
    further: dict[int, list[FeaturePicture]] = {}
    for single in single_panels:
        further.setdefault(single.panel.features[0], []).append(single)
    profiled = [(picture, panel) for picture, panel in shown if panel.profile is not None]
    profiles = np.array([panel.profile for _, panel in profiled])
    for number in sorted(found):
        pictures, singles = (_by_strength(some.get(number, ())) for some in (found, further))
        first = pictures[0]
        label = first.panel.labels[first.place] if first.panel.labels else ""
        pictured = {single.picture.image.slug for single in singles}
        other_pictures, omitted = _other_pictures(number, profiled, profiles, pictured)
        yield ShownFeature(number, label, pictures, singles, other_pictures, omitted)


def _by_strength(pictures: Iterable[FeaturePicture]) -> tuple[FeaturePicture, ...]:
    return tuple(sorted(pictures, key=lambda one: -one.strength))


def _other_pictures(
    number: int,
    profiled: Sequence[tuple[ShownPicture, Panel]],
    profiles: np.ndarray,
    pictured: Collection[str],
) -> tuple[tuple[FeatureStrength, ...], int]:
    """Return the pictures that do not show a feature, strongest first, and how many are not listed."""
    strengths = profiles[:, number] if len(profiled) else profiles
    order = np.argsort(-strengths, kind="stable")  # ties keep the order of the gallery
    others = [
        place
        for place in order
        if number not in profiled[place][1].features and profiled[place][0].image.slug not in pictured
    ]
    kept = (FeatureStrength(profiled[place][0], float(strengths[place])) for place in others[:OTHER_PICTURES])
    return tuple(kept), max(0, len(others) - OTHER_PICTURES)
