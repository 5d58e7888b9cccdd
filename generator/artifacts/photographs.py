"""The picture itself: the copies that a site shows, and the one inside figures."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, ClassVar, Self

from generator import images, paths
from generator.artifacts.artifact import ADDED, Artifact, Lane, Source, Values
from generator.environment import Stage
from generator.figures import encode_photograph
from generator.networks.preprocessing import seen
from generator.records import EncodedPhotograph, Output, Photograph, Thumbnail, Value
from generator.records.channels import Display, display_words, shown_channels

if TYPE_CHECKING:
    from generator.records import Array

PICTURE_PX = 1280
THUMBNAIL_PX = 400
THUMBNAIL_WIDTHS_PX = (320, 400, 640)


@dataclass(frozen=True)
class Copies(Artifact[Photograph]):
    """The copy of the picture for its page, and its thumbnails."""

    picture: Source[Array]
    slug: str

    stage: ClassVar[Stage] = "figures"
    lane: ClassVar[Lane] = "draw"

    @property
    def name(self) -> str:
        """The path of the picture."""
        return paths.picture_path(self.slug)

    @classmethod
    def make(cls, artifacts: Sequence[Self], values: Values) -> Iterator[tuple[Self, Value]]:
        """Scale and encode the picture."""
        for one in artifacts:
            yield one, _copies(one.slug, values.opened(one.picture))


@dataclass(frozen=True)
class SeenPhotograph(Artifact[EncodedPhotograph]):
    """The picture as a model with input ``shape`` (height, width, channels) sees it, encoded for figures.

    ``fit`` brings it to this size. Of its channels those of ``display`` are shown.
    """

    picture: Source[Array]
    shape: tuple[int, int, int]
    display: Display
    fit: str = field(default="crop", kw_only=True, metadata=ADDED)

    stage: ClassVar[Stage] = "figures"
    lane: ClassVar[Lane] = "draw"

    @property
    def name(self) -> str:
        """The picture, the input, and the channels shown unless they are the first ones."""
        height, width, channels = self.shape
        kind = "grey photograph" if channels == 1 else "photograph"
        is_usual = channels <= 3 and self.display == shown_channels((), channels)
        of = "" if is_usual else f", {display_words(self.display)}, of {channels}"
        return f"{self.subject.name}/{kind} {height} x {width}{of}"

    @classmethod
    def make(cls, artifacts: Sequence[Self], values: Values) -> Iterator[tuple[Self, Value]]:
        """Fit the picture to the input and encode it."""
        for one in artifacts:
            picture, size = values.opened(one.picture), one.shape[:2]
            fitted = images.fit(picture, size, one.fit)
            shown = images.displayed(seen(fitted, one.shape[2]), one.display)
            filled = images.framed((picture.shape[0], picture.shape[1]), size, one.fit).filled
            yield one, Value(encode_photograph(shown, filled))


def _copies(slug: str, rgb: Array) -> Value:
    """Return the copy for the page and the thumbnails; the facts are their sizes."""
    picture, width, height = images.web_copy(rgb, PICTURE_PX)
    thumbnail, thumbnail_width, thumbnail_height = images.thumbnail(rgb, THUMBNAIL_PX)
    thumbnails, small = _thumbnails(slug, rgb)
    files = Output(paths.picture_path(slug), picture), Output(paths.thumbnail_path(slug), thumbnail), *small
    own = rgb.shape[1], rgb.shape[0]
    return Value(Photograph(width, height, thumbnail_width, thumbnail_height, thumbnails, *own), files)


def _thumbnails(slug: str, rgb: Array) -> tuple[tuple[Thumbnail, ...], list[Output]]:
    """Return the thumbnails of a picture and their files, up to the first one as wide as the picture."""
    thumbnails: list[Thumbnail] = []
    files: list[Output] = []
    for name_px in THUMBNAIL_WIDTHS_PX:
        copies, width, height = images.small_copy(rgb, name_px)
        if thumbnails and width == thumbnails[-1].width_px:
            break
        thumbnails.append(Thumbnail(name_px, width, height))
        files += [
            Output(paths.sized_thumbnail_path(slug, name_px, suffix), content)
            for suffix, content in copies.items()
        ]
        if width < name_px:  # the picture is smaller than that, so all larger copies would be the same
            break
    return tuple(thumbnails), files
