"""The features of a layer over a whole data set, as pages show them."""

from __future__ import annotations

from dataclasses import dataclass

from generator.records.networks import LayerInfo
from generator.records.patches import Examples


@dataclass(frozen=True)
class ScannedFeature:
    """One feature over all pictures of a data set.

    ``examples`` is ``None`` if no picture excites it. ``active`` counts the pictures that do, ``leading``
    those in which it is among the three strongest of its layer. ``histogram`` has (exponent, count): so many
    pictures have a maximum from 2^exponent up to 2^(exponent + 1), from the first to the last that has any.
    """

    number: int
    label: str
    examples: Examples | None
    active: int
    leading: int
    histogram: tuple[tuple[int, int], ...]

    @property
    def strongest(self) -> float:
        """Its largest activation in any picture; 0 if no picture excites it."""
        return self.examples.pictures[0].value if self.examples else 0.0


@dataclass(frozen=True)
class ScannedLayer:
    """All features of a layer, by number, over a data set of ``seen`` pictures."""

    layer: LayerInfo
    features: tuple[ScannedFeature, ...]
    seen: int
