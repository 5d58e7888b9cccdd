"""The places of a data set that excite a feature, cut out of their pictures.

Question: what is kept of a place? Options: whole reconstructions; the cut arrays; the cut rasters as figures
show them. Choice: the rasters, 6 KB a place. Arrays take 200 KB, and VGG16 has 38,000 places. Cost: another
display scale computes them again.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, ClassVar, Self, cast

from generator.analysis.cutting import cut_all
from generator.artifacts.artifact import Artifact, Lane, Source, Values
from generator.environment import Stage
from generator.figures.patches import SCALE, encode_patch
from generator.records import PatchTile, Place, Value

if TYPE_CHECKING:
    from generator.datasets.shards import Shard
    from generator.networks.network import Network

FEATURES = 1024
"""The features whose places are cut together; the next ones decode the same pictures again.

Nothing of them is kept before they are finished, so a build that is stopped loses a few minutes.
"""


@dataclass(frozen=True)
class FeaturePatches(Artifact[tuple[PatchTile, ...]]):
    """The places of a feature in a data set, strongest first, as tiles.

    ``places`` are the entries of the table, which name the bytes of each picture; where the pictures lie does
    not matter. ``dataset`` opens the shards.
    """

    model: Source[Network]
    dataset: Source[Sequence[Shard]] = field(compare=False)
    places: tuple[Place, ...]
    method: str
    bias: str = "none"
    fit: str = "crop"
    scale: str = SCALE
    memory_budget: int | None = field(default=None, compare=False)

    stage: ClassVar[Stage] = "patches"
    lane: ClassVar[Lane] = "pass"

    @property
    def name(self) -> str:
        """Model, layer and feature."""
        first = self.places[0]
        return f"{self.model.name}/{first.layer}/{first.feature} places"

    @classmethod
    def make(cls, artifacts: Sequence[Self], values: Values) -> Iterator[tuple[Self, Value]]:
        """Cut the places of all features picture by picture, with one forward pass each.

        Raises:
            DatasetError: a picture is missing or has changed since the scan, or the network has.
            EngineError: numbers overflow, or memory is too small.
        """
        groups: dict[Hashable, list[Self]] = {}
        for one in artifacts:
            groups.setdefault((one.model.identity, one.dataset.identity, one._settings), []).append(one)
        for group in groups.values():
            for start in range(0, len(group), FEATURES):
                made = _made(group[start : start + FEATURES], values)
                yield from cast(Iterator[tuple[Self, Value]], made)

    @property
    def _settings(self) -> Hashable:
        return self.method, self.bias, self.fit, self.scale, self.memory_budget


def _made(artifacts: Sequence[FeaturePatches], values: Values) -> Iterator[tuple[FeaturePatches, Value]]:
    """Yield artifacts of one model, data set and settings, each as soon as its last place is cut."""
    first = artifacts[0]
    network = values.opened(first.model)
    channels = list(network.shown_channels)
    owners = {place: one for one in artifacts for place in one.places}
    tiles: dict[str, dict[Place, PatchTile]] = {}
    patches = cut_all(
        network,
        values.opened(first.dataset),
        [*owners],
        method=first.method,
        bias=first.bias,
        fit=first.fit,
        memory_budget=first.memory_budget,
    )
    for patch in patches:
        one = owners[patch.place]
        shown = replace(patch, reconstruction=patch.reconstruction[..., channels])
        found = tiles.setdefault(one.digest, {})
        found[patch.place] = encode_patch(shown, one.scale)
        if len(found) == len(one.places):
            yield one, Value(tuple(found[place] for place in one.places))
            del tiles[one.digest]
