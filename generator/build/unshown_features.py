"""The pictures in which each feature is strongest, even if their own pages do not show it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import NamedTuple

import numpy as np

from generator.records import Profile


class Place(NamedTuple):
    """A picture, a model and a layer, by their names in addresses."""

    picture: str
    model: str
    layer: str


def unshown_features(profiles: Mapping[Place, Profile], count: int) -> dict[Place, tuple[int, ...]]:
    """Return, for each place, the features to show there although the picture's own page does not show them.

    These are the features shown by any picture for which this one is among the ``count`` pictures with the
    largest strength. If two pictures are equally strong, the earlier comes first. Classes with names are left
    out, because their pages show predictions instead.
    """
    found: dict[Place, list[int]] = {}
    for shown in _by_layer(profiles):
        for feature in sorted({feature for _, profile in shown for feature in profile.features}):
            for place, profile in _strongest(shown, feature, count):
                if feature not in profile.features:
                    found.setdefault(place, []).append(feature)
    return {place: tuple(features) for place, features in found.items()}


def _by_layer(profiles: Mapping[Place, Profile]) -> Iterable[list[tuple[Place, Profile]]]:
    """Return the places of each layer of each model, in order."""
    layers: dict[tuple[str, str], list[tuple[Place, Profile]]] = {}
    for place, profile in profiles.items():
        if not profile.labels:
            layers.setdefault((place.model, place.layer), []).append((place, profile))
    return layers.values()


def _strongest(shown: list[tuple[Place, Profile]], feature: int, count: int) -> list[tuple[Place, Profile]]:
    """Return the places where a feature is strongest, without those where it is not active."""
    strengths = np.array([profile.strengths[feature] for _, profile in shown])
    order = np.argsort(-strengths, kind="stable")[:count]  # stable: of equals the earlier comes first
    return [shown[index] for index in order if strengths[index] > 0]
