"""What the page of a feature says of a data set, and the contact sheet of its layer."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import NamedTuple

from generator.records import ScannedFeature, ScannedLayer


class Bin(NamedTuple):
    """A bar of a histogram: its bounds, how many pictures, and its length as a share of the longest."""

    low: float
    high: float
    pictures: int
    share: float


@dataclass(frozen=True)
class DatasetFacts:
    """One feature over a data set of ``seen`` pictures.

    ``rank`` is its place, from 1, among the ``live`` features of its layer by the largest activation; of
    equal ones the lower number is first. ``classes`` are those of its examples with their number, most
    frequent first.
    """

    feature: ScannedFeature
    seen: int
    rank: int
    live: int
    bins: tuple[Bin, ...]
    classes: tuple[tuple[str, int], ...]


@dataclass(frozen=True)
class ContactSheet:
    """All features of a layer: those that a picture excites, strongest first, and the dead ones by number."""

    layer: ScannedLayer
    live: tuple[ScannedFeature, ...]
    dead: tuple[ScannedFeature, ...]

    @property
    def dead_share(self) -> float:
        """The share of the features that no picture excites."""
        return len(self.dead) / len(self.layer.features)


def contact_sheet(layer: ScannedLayer) -> ContactSheet:
    """Return the contact sheet of a layer."""
    live = sorted(
        (one for one in layer.features if one.examples), key=lambda one: (-one.strongest, one.number)
    )
    return ContactSheet(layer, tuple(live), tuple(one for one in layer.features if not one.examples))


def dataset_facts(layer: ScannedLayer) -> Mapping[int, DatasetFacts]:
    """Return what the page of each feature says that a picture excites, by number."""
    live = contact_sheet(layer).live
    return {
        feature.number: DatasetFacts(feature, layer.seen, rank, len(live), _bins(feature), _classes(feature))
        for rank, feature in enumerate(live, start=1)
    }


def _bins(feature: ScannedFeature) -> tuple[Bin, ...]:
    """Return the bars of the histogram, the highest activations first."""
    most = max((count for _, count in feature.histogram), default=1)
    return tuple(
        Bin(2.0**exponent, 2.0 ** (exponent + 1), count, count / most)
        for exponent, count in reversed(feature.histogram)
    )


def _classes(feature: ScannedFeature) -> tuple[tuple[str, int], ...]:
    pictures = feature.examples.pictures if feature.examples else ()
    counts = Counter(one.class_name for one in pictures if one.class_name)
    return tuple(sorted(counts.items(), key=lambda item: (-item[1], item[0])))
