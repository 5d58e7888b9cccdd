"""The montage of a feature, and its small picture for the contact sheet of its layer."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import ClassVar, Self

from generator import paths
from generator.artifacts.artifact import Artifact, Lane, Values
from generator.artifacts.patches import FeaturePatches
from generator.environment import Stage
from generator.figures.contact import contact
from generator.figures.montage import draw_montage
from generator.records import ExamplePicture, Examples, Output, Value
from generator.records.choices import PATCH_PAIR


@dataclass(frozen=True)
class FeatureMontage(Artifact[Examples]):
    """The places of a feature in one figure; ``model_slug`` is the model's name in addresses."""

    patches: FeaturePatches
    model_slug: str
    layer: str
    feature: int
    title: str
    views: tuple[str, ...] = PATCH_PAIR

    stage: ClassVar[Stage] = "figures"
    lane: ClassVar[Lane] = "draw"

    @property
    def name(self) -> str:
        """The path of the montage."""
        return paths.examples_path(self.model_slug, self.layer, self.feature)

    @classmethod
    def make(cls, artifacts: Sequence[Self], values: Values) -> Iterator[tuple[Self, Value]]:
        """Compose the SVG, and the picture of the contact sheet."""
        for one in artifacts:
            tiles = values.facts(one.patches)
            slug = paths.figure_name(one.model_slug, one.layer, str(one.feature))
            figure = draw_montage(slug, tiles, title=one.title, views=one.views)
            pictures = tuple(ExamplePicture(tile.picture, tile.value, tile.class_name) for tile in tiles)
            size = figure.width_px, figure.height_px
            facts = Examples(one.layer, one.feature, pictures, *size, figure.description)
            small = paths.examples_path(one.model_slug, one.layer, one.feature, "jpg")
            files = Output(one.name, figure.svg.encode()), Output(small, contact(tiles))
            yield one, Value(facts, files)
