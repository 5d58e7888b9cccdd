"""The picture through a reconstruction, for tiles and cards: what the network saw of it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar, Self

from generator import images, paths
from generator.artifacts.artifact import Artifact, Lane, Source, Values
from generator.artifacts.results import Reconstructions
from generator.environment import Stage
from generator.figures.layout import is_small
from generator.figures.seen import PAPER, seen
from generator.networks.preprocessing import seen as seen_by_network
from generator.records import Output, SeenCopy, Value
from generator.records.channels import Display

if TYPE_CHECKING:
    from generator.records import Array, Framing


@dataclass(frozen=True)
class SeenCopies(Artifact[SeenCopy]):
    """The picture through the reconstruction of a layer's strongest feature, in the picture's own frame.

    ``picture`` is as the model takes it. Of its channels, and those of reconstructions, those of ``display``
    are shown.
    """

    picture: Source[Array]
    reconstructions: Reconstructions
    slug: str
    display: Display

    stage: ClassVar[Stage] = "figures"
    lane: ClassVar[Lane] = "draw"

    @property
    def name(self) -> str:
        """The path of the larger copy."""
        return paths.seen_path(self.slug)

    @classmethod
    def make(cls, artifacts: Sequence[Self], values: Values) -> Iterator[tuple[Self, Value]]:
        """Look through the reconstruction, and encode what is seen in two sizes."""
        for one in artifacts:
            picture, row = values.opened(one.picture), values.array(one.reconstructions)[0]
            yield one, _copies(one, picture, row)


def _copies(one: SeenCopies, picture: Array, row: Array) -> Value:
    """Return the copies of a picture through a reconstruction: in its own frame, and without that."""
    fit, size = one.reconstructions.fit, (picture.shape[0], picture.shape[1])
    framing, shown = framing_of(picture, row, fit), through(picture, row, fit, one.display)
    is_small_input = is_small((row.shape[0], row.shape[1]))
    frame = images.placed(shown, size, framing, PAPER)
    content, width, height = images.seen_copy(frame, size, is_small_input)
    small, inset_width, inset_height = images.inset(images.within(shown, framing.filled), is_small_input)
    facts = SeenCopy(one.reconstructions.layer, width, height, inset_width, inset_height, is_small_input)
    return Value(facts, (Output(one.name, content), Output(paths.seen_inset_path(one.slug), small)))


def through(picture: Array, reconstruction: Array, fit: str, display: Display) -> Array:
    """Return a picture (H, W, C) as fitted to a network, seen through a reconstruction (h, w, c) there."""
    fitted = images.fit(picture, (reconstruction.shape[0], reconstruction.shape[1]), fit)
    shown = images.displayed(seen_by_network(fitted, reconstruction.shape[-1]), display)
    return seen(shown, reconstruction[..., list(display)])


def framing_of(picture: Array, reconstruction: Array, fit: str) -> Framing:
    """Return which part of a picture (H, W, C) lies where in a reconstruction (h, w, c)."""
    size = reconstruction.shape[0], reconstruction.shape[1]
    return images.framed((picture.shape[0], picture.shape[1]), size, fit)
