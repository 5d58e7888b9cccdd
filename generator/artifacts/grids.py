"""How much of a layer's reconstructions is a regular grid, for the page of the model."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import ClassVar, Self

import numpy as np

from generator.artifacts.artifact import Artifact, Lane, Values
from generator.artifacts.results import Reconstructions
from generator.environment import Stage
from generator.figures.grids import grid_share
from generator.records import Value


@dataclass(frozen=True)
class GridShare(Artifact[float]):
    """The share of energy in a grid, the mean over the features of a layer."""

    reconstructions: Reconstructions

    stage: ClassVar[Stage] = "figures"
    lane: ClassVar[Lane] = "draw"

    @property
    def name(self) -> str:
        """Picture, model, layer and method."""
        return f"{self.reconstructions.name} grid"

    @classmethod
    def make(cls, artifacts: Sequence[Self], values: Values) -> Iterator[tuple[Self, Value]]:
        """Measure the reconstructions."""
        for one in artifacts:
            yield one, Value(float(np.mean([grid_share(row) for row in values.array(one.reconstructions)])))
