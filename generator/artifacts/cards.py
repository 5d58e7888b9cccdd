"""Cards: the preview images that other sites show for a link to a picture's page."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar, Self

from generator import images, paths
from generator.artifacts.artifact import Artifact, Lane, Source, Values
from generator.artifacts.results import Reconstructions
from generator.artifacts.seen import framing_of, through
from generator.environment import Stage
from generator.figures.pixels import display
from generator.records import Output, Value
from generator.records.channels import Display

if TYPE_CHECKING:
    from generator.records import Array


@dataclass(frozen=True)
class Card(Artifact[None]):
    """The picture, and beside it, of a layer's strongest feature, the picture seen and the reconstruction.

    ``look`` is the picture as people see it, ``picture`` as the model takes it. ``reconstructions`` is
    ``None`` if no layer has maps; the card then shows the picture alone. Of their channels those of
    ``display`` are shown.
    """

    look: Source[Array]
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
        """Compose the card from the picture and the displayed reconstruction."""
        for one in artifacts:
            card = images.card(values.opened(one.look), _beside(one, values))
            yield one, Value(files=(Output(paths.card_path(one.slug), card),))


def _beside(one: Card, values: Values) -> list[Array]:
    """Return what is beside the picture, without what was filled in around a padded picture."""
    if not one.reconstructions:
        return []
    picture, row = values.opened(one.picture), values.array(one.reconstructions)[0]
    fit = one.reconstructions.fit
    filled = framing_of(picture, row, fit).filled
    shown = display(row[..., list(one.display)], one.scale).pixels
    return [images.within(pixels, filled) for pixels in (through(picture, row, fit, one.display), shown)]
