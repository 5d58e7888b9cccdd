"""What the networks of a gallery saw of one picture: its frames, and the same in words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from generator.records import Region, ShownPicture, View

STYLES = "solid", "dashed", "dotted"
"""How frames are told from each other; a fourth one is dotted too."""
LEAST_CUT = 0.005
"""The part of a side that must be cut for a frame; a thinner strip cannot be seen."""


@dataclass(frozen=True)
class Frame:
    """A frame around a part of a picture: its style, and its place in pixels of the user's picture."""

    style: str
    region: Region


@dataclass(frozen=True)
class SeenPart:
    """What networks whose input shows a picture in the same way saw of it.

    ``shape`` is that of the input. ``side`` is the side of the picture that was cut, or that has mid-grey
    beside it, or that was made too long: ``width``, ``height`` or nothing. ``share`` is the part of it that
    was seen. ``frame`` is ``None`` if nothing visible was cut.
    """

    titles: tuple[str, ...]
    shape: tuple[int, int, int]
    fit: str
    side: str
    share: float
    frame: Frame | None


def seen_parts(picture: ShownPicture) -> list[SeenPart]:
    """Return what the networks saw, in the order in which they first occur."""
    groups: dict[tuple[object, ...], list[View]] = {}
    for view in picture.views:
        key = view.framing, view.network.input_shape
        groups.setdefault(key, []).append(view)
    frames = _frames(picture)
    return [_part(picture, views, frames.get(views[0].framing.seen)) for views in groups.values()]


def frames(parts: Sequence[SeenPart]) -> list[Frame]:
    """Return the different frames of a picture's parts."""
    return [*dict.fromkeys(part.frame for part in parts if part.frame)]


def _part(picture: ShownPicture, views: Sequence[View], frame: Frame | None) -> SeenPart:
    first = views[0]
    titles, shape = tuple(dict.fromkeys(view.network.title for view in views)), first.network.input_shape
    side, share = _cut(picture, first.framing.seen)
    if share == 1:
        side = _odd_side(picture, first)
    return SeenPart(titles, shape, first.spec.fit, side, share, frame)


def _frames(picture: ShownPicture) -> dict[Region, Frame]:
    """Return the frame of each part of which something visible was cut."""
    regions = dict.fromkeys(view.framing.seen for view in picture.views)
    cut = [region for region in regions if _cut(picture, region)[1] <= 1 - LEAST_CUT]
    styles = [*STYLES, *STYLES[-1:] * len(cut)]
    return {region: Frame(style, region) for region, style in zip(cut, styles, strict=False)}


def _cut(picture: ShownPicture, seen: Region) -> tuple[str, float]:
    """Return the side of a picture that was cut, and the part of it that is left."""
    across = seen.width / picture.original_width_px
    down = seen.height / picture.original_height_px
    return ("width", across) if across < down else ("height", down)


def _odd_side(picture: ShownPicture, view: View) -> str:
    """Return the side in which a whole picture does not have the proportions of the input."""
    height, width, _ = view.network.input_shape
    filled = view.framing.filled
    if (filled.width, filled.height) != (width, height):
        return "width" if filled.width < width else "height"
    across, down = picture.original_width_px * height, picture.original_height_px * width
    return "" if across == down else "width" if across > down else "height"
