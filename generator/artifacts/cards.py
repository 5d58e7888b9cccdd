"""Cards: the preview images that other sites show for a link to a picture's page."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar, Self

from generator import images, paths
from generator.artifacts.artifact import Artifact, Lane, Source, Values
from generator.artifacts.results import Reconstructions
from generator.environment import Stage
from generator.figures.pixels import display
from generator.records import Output, Value
from generator.records.channels import Display

if TYPE_CHECKING:
    from generator.records import Array

SHOWN = 2
"""How many reconstructions a card shows."""


@dataclass(frozen=True)
class Card(Artifact[None]):
    """The picture, and beside it the reconstructions of a layer's strongest features.

    ``reconstructions`` is ``None`` if no layer has maps; the card then shows the picture alone. Of their
    channels those of ``display`` are shown.
    """

    picture: Source[Array]
    reconstructions: Reconstructions | None
    scale: str
    slug: str
    display: Display

    stage: ClassVar[Stage] = "figures"
    lane: ClassVar[Lane] = "draw"

    @property
    def name(self) -> str:
        """The path of the card."""
        return paths.card_path(self.slug)

    @classmethod
    def make(cls, artifacts: Sequence[Self], values: Values) -> Iterator[tuple[Self, Value]]:
        """Compose the card from the picture and the displayed reconstructions."""
        for one in artifacts:
            rgb, of = values.opened(one.picture), one.reconstructions
            rows = values.array(of)[:SHOWN] if of else ()
            shown = [display(row[..., list(one.display)], one.scale).pixels for row in rows]
            card = images.card(rgb, [_filled(row, rgb, of.fit) for row in shown] if of else ())
            yield one, Value(files=(Output(paths.card_path(one.slug), card),))


def _filled(row: Array, rgb: Array, fit: str) -> Array:
    """Return a reconstruction (H, W, C) without what was filled in around a padded picture."""
    framing = images.framed((rgb.shape[0], rgb.shape[1]), (row.shape[0], row.shape[1]), fit)
    return images.within(row, framing.filled)
