"""In which pictures each feature is strongest, whether or not they show it by themselves."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import NamedTuple

import numpy as np

from generator.records import Profile


class Place(NamedTuple):
    """A layer of a model in a picture, by their names in addresses."""

    picture: str
    model: str
    layer: str


def sought(profiles: Mapping[Place, Profile], count: int) -> dict[Place, tuple[int, ...]]:
    """Return which features that a picture does not show are among their ``count`` strongest there.

    Of two pictures in which a feature is equally strong the earlier comes first. Classes with names are left
    out: their pages show predictions.
    """
    found: dict[Place, list[int]] = {}
    for shown in _by_layer(profiles):
        for feature in sorted({feature for _, profile in shown for feature in profile.features}):
            for place, profile in _strongest(shown, feature, count):
                if feature not in profile.features:
                    found.setdefault(place, []).append(feature)
    return {place: tuple(features) for place, features in found.items()}


def _by_layer(profiles: Mapping[Place, Profile]) -> Iterable[list[tuple[Place, Profile]]]:
    """Return the pictures of each layer, in order."""
    layers: dict[tuple[str, str], list[tuple[Place, Profile]]] = {}
    for place, profile in profiles.items():
        if not profile.labels:
            layers.setdefault((place.model, place.layer), []).append((place, profile))
    return layers.values()


def _strongest(shown: list[tuple[Place, Profile]], feature: int, count: int) -> list[tuple[Place, Profile]]:
    """Return the pictures in which a feature is strongest, of those where it is active at all."""
    strengths = np.array([profile.strengths[feature] for _, profile in shown])
    order = np.argsort(-strengths, kind="stable")[:count]
    return [shown[index] for index in order if strengths[index] > 0]
