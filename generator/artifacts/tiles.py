"""Tiles: the maps and reconstructions of a layer as images, encoded once for all figures that show them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import ClassVar, Self

import numpy as np

from generator.artifacts.artifact import Artifact, Lane, Values
from generator.artifacts.results import ActivationMaps, Reconstructions, Strengths
from generator.environment import Stage
from generator.figures import encode_layer
from generator.records import LayerResult, LayerTiles, Value
from generator.records.channels import Display


@dataclass(frozen=True)
class Tiles(Artifact[LayerTiles]):
    """A layer's features by one method, encoded at a display scale; much smaller than reconstructions.

    Of the channels of reconstructions those of ``display`` are shown.
    """

    strengths: Strengths
    maps: ActivationMaps
    reconstructions: Reconstructions
    scale: str
    display: Display

    stage: ClassVar[Stage] = "figures"
    lane: ClassVar[Lane] = "draw"

    @property
    def name(self) -> str:
        """Picture, model, layer and method."""
        return f"{self.reconstructions.name} tiles"

    @classmethod
    def make(cls, artifacts: Sequence[Self], values: Values) -> Iterator[tuple[Self, Value]]:
        """Encode the maps and reconstructions."""
        for one in artifacts:
            profile = values.facts(one.strengths)
            result = LayerResult(
                np.array(profile.features, np.int32),
                profile.strengths[list(profile.features)],
                values.array(one.maps),
                values.array(one.reconstructions)[..., list(one.display)],
                profile.labels,
            )
            yield one, Value(encode_layer(one.reconstructions.layer, result, one.scale))
