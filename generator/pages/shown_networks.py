"""The gallery sorted by network, layer and feature: which pictures show each feature, and how strongly."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple

import numpy as np

from generator.pages.page_records import network_only, without_views
from generator.records import LayerInfo, NetworkSpec, Panel, ScannedLayer, ShownPicture, View


class FeaturePicture(NamedTuple):
    """A feature shown in a picture.

    ``place`` is its index in the panel, from 0. ``folder`` is "" for the panel of the layer, else the folder
    of a panel of this feature alone. ``is_chosen`` if the configuration names the features of this panel.
    """

    picture: ShownPicture
    panel: Panel
    place: int
    folder: str = ""
    is_chosen: bool = False

    @property
    def strength(self) -> float:
        """The feature's strength in this picture."""
        return self.panel.strengths[self.place]


class LayerPicture(NamedTuple):
    """A layer shown in a picture; ``is_chosen`` as in ``FeaturePicture``."""

    picture: ShownPicture
    panel: Panel
    is_chosen: bool


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

    ``view`` has no results of a picture; its ``spec`` is the network as configured, with all layers that any
    picture shows. ``classifies`` says whether the network makes predictions.
    """

    view: View
    layers: tuple[ShownLayer, ...]
    pictures: tuple[ShownPicture, ...]
    classifies: bool


Specs = Mapping[str, NetworkSpec]
"""The networks as configured, by slug."""


def shown_networks(pictures: Sequence[ShownPicture], specs: Specs) -> list[ShownNetwork]:
    """Return the networks of the gallery, in order of appearance."""
    seen: dict[str, list[tuple[ShownPicture, View]]] = {}
    for picture in pictures:
        for view in picture.views:
            seen.setdefault(view.spec.slug, []).append((picture, view))
    bare = {picture.image.slug: without_views(picture) for picture in pictures}
    views = {view.spec.slug: network_only(view) for view in model_views(pictures, specs)}
    return [
        ShownNetwork(
            views[slug],
            tuple(_layers([(bare[picture.image.slug], view) for picture, view in pairs])),
            tuple(picture for picture, _ in pairs),
            classifies=bool(pairs[0][1].predictions),
        )
        for slug, pairs in seen.items()
    ]


def model_views(pictures: Iterable[ShownPicture], specs: Specs) -> list[View]:
    """Return the first view of each model, in order of appearance.

    Its ``spec`` is the network as configured, with all layers that any picture shows.
    """
    first: dict[str, View] = {}
    layers: dict[str, set[str]] = {}
    for picture in pictures:
        for view in picture.views:
            first.setdefault(view.spec.slug, view)
            layers.setdefault(view.spec.slug, set()).update(panel.layer.name for panel in view.panels)
    return [
        replace(view, spec=replace(specs.get(slug, view.spec), layers=_in_order(view, layers[slug])))
        for slug, view in first.items()
    ]


def _in_order(view: View, layers: Collection[str]) -> tuple[str, ...]:
    """Return layers in the order of the network."""
    return tuple(layer.name for layer in view.network.layers if layer.name in layers)


def named_networks(networks: Sequence[ShownNetwork]) -> list[ShownNetwork]:
    """Return networks without layers and pictures, for pages that only link to them."""
    return [replace(network, layers=(), pictures=()) for network in networks]


def with_scanned(network: ShownNetwork, scanned: Mapping[str, ScannedLayer]) -> tuple[ShownLayer, ...]:
    """Return the layers that have a page, in the network's order: those shown, and those that are scanned."""
    layers = {name: ShownLayer(known.layer, (), 0) for name, known in scanned.items()}
    layers |= {shown.layer.name: shown for shown in network.layers}
    order = {known.name: place for place, known in enumerate(network.view.network.layers)}
    return tuple(sorted(layers.values(), key=lambda one: order.get(one.layer.name, len(order))))


def feature_name(feature: ShownFeature | None) -> ShownFeature | None:
    """Return a feature reduced to its number and label, for pages that only link to it."""
    return feature and ShownFeature(feature.number, feature.label, (), (), (), 0)


def _layers(pairs: Sequence[tuple[ShownPicture, View]]) -> Iterator[ShownLayer]:
    panels: dict[str, list[LayerPicture]] = {}
    single_panels: dict[str, list[FeaturePicture]] = {}
    for picture, view in pairs:
        for panel in view.panels:
            is_chosen = panel.layer.name in view.spec.features
            found = LayerPicture(picture, panel, is_chosen)
            panels.setdefault(panel.layer.name, []).append(found)
        for layer, singles in view.single_panels.items():
            alone = (FeaturePicture(picture, panel, 0, str(panel.features[0])) for panel in singles)
            single_panels.setdefault(layer, []).extend(alone)
    order = {layer.name: place for place, layer in enumerate(pairs[0][1].network.layers)}
    for layer, shown in sorted(panels.items(), key=lambda one: order.get(one[0], 0)):
        features = tuple(_features(shown, single_panels.get(layer, ())))
        yield ShownLayer(shown[0].panel.layer, features, len(shown))


def _features(
    shown: Sequence[LayerPicture], single_panels: Sequence[FeaturePicture]
) -> Iterator[ShownFeature]:
    """Yield a layer's features, sorted by number."""
    found: dict[int, list[FeaturePicture]] = {}
    for picture, panel, is_chosen in shown:
        for place, number in enumerate(panel.features):
            one = FeaturePicture(picture, panel, place, is_chosen=is_chosen)
            found.setdefault(number, []).append(one)
    further: dict[int, list[FeaturePicture]] = {}
    for single in single_panels:
        further.setdefault(single.panel.features[0], []).append(single)
    profiled = [one for one in shown if one.panel.profile is not None]
    profiles = np.array([one.panel.profile for one in profiled])
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
    profiled: Sequence[LayerPicture],
    profiles: np.ndarray,
    pictured: Collection[str],
) -> tuple[tuple[FeatureStrength, ...], int]:
    """Return the pictures that do not show a feature, strongest first, and how many are not listed."""
    strengths = profiles[:, number] if len(profiled) else profiles
    order = np.argsort(-strengths, kind="stable")  # ties keep the order of the gallery
    others = [
        place
        for place in order
        if number not in profiled[place].panel.features and profiled[place].picture.image.slug not in pictured
    ]
    kept = (
        FeatureStrength(profiled[place].picture, float(strengths[place])) for place in others[:OTHER_PICTURES]
    )
    return tuple(kept), max(0, len(others) - OTHER_PICTURES)
