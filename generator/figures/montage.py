"""The montage of a feature: the places of a data set that excite it most, each beside its reconstruction."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import ceil, sqrt
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

from generator import paths
from generator.errors import FigureError
from generator.figures import words
from generator.figures.draw import canvas, viewpoint
from generator.figures.layout import (
    CAPTION_GAP_PX,
    COLUMN_GAP_PX,
    MARGIN_PX,
    SANS_EM,
    SMALL_LINE_PX,
    SMALL_PX,
    Box,
    caption_lines,
)
from generator.figures.pair import image, masked, rect, text, titled, used
from generator.figures.patches import PATCH_PX
from generator.records import Figure, PatchTile
from generator.records.choices import PATCH_PAIR

if TYPE_CHECKING:
    from svgwrite.container import Group
    from svgwrite.image import Image

ROW_GAP_PX = 14
NARROWEST_PX = 420
"""The narrowest montage; the caption of a narrower one would be a column of words."""
NAME_CHARACTERS = 80
_VIEW_WORDS = {
    "photograph": "what excites the feature most",
    "reconstruction": "its reconstruction",
    "seen": "the part where its reconstruction is strong",
}


@dataclass(frozen=True)
class _Cell:
    """Where a place lies: its views beside each other, below them its name and its value."""

    views: tuple[Box, ...]
    whole: Box
    name: Box
    value: Box


def draw_montage(
    slug: str, tiles: Sequence[PatchTile], *, title: str, views: Sequence[str] = PATCH_PAIR
) -> Figure:
    """Draw the places of a feature, strongest first, in as many rows as columns.

    Args:
        slug: the figure's ids start with it; it must be unique on a page. ``#SLUG.K.view`` is place K alone.
        tiles: the places.
        title: the figure's name.
        views: what is shown of each place, from left to right, of ``PATCH_VIEWS``.

    Raises:
        FigureError: there is no place.
    """
    if not tiles:
        raise FigureError("`tiles` must hold at least one place. Received: none")
    name, columns = paths.id_of(slug), ceil(sqrt(len(tiles)))
    cells = [_cell(place, columns, len(views)) for place in range(len(tiles))]
    right = max(cells[columns - 1].whole.right, NARROWEST_PX) + MARGIN_PX
    below = cells[-1].name.bottom + CAPTION_GAP_PX / 2
    lines = [*caption_lines(_caption(tiles, views), MARGIN_PX, int(right) - MARGIN_PX, below)]
    height = int(lines[-1][1].bottom) + MARGIN_PX
    described = " ".join(f"{place}: {_described(tile)}." for place, tile in enumerate(tiles, start=1))
    drawing = canvas(f"figure-{name}", (int(right), height), title, described)
    for place, cell in enumerate(cells):
        parts = {"view": cell.whole, **dict(zip(views, cell.views, strict=True))}
        for kind, box in parts.items():
            drawing.add(viewpoint(f"{name}.{place}.{kind}", box))
    for place, (tile, cell) in enumerate(zip(tiles, cells, strict=True)):
        identity = f"figure-{name}.{place}"
        if "seen" in views:  # the photograph is there twice, so it is defined once
            drawing.defs.add(_defined(identity, tile))
        drawing.add(_drawn(identity, tile, views, cell))
    for line, box in lines:
        drawing.add(text(line, box, "soft"))
    limits = tuple(max(abs(tile.black), abs(tile.white)) for tile in tiles)
    size = int(right), height
    return Figure(
        slug, drawing.tostring(), *size, described, limits, tuple(views), PATCH_PX, PATCH_PX, is_stacked=False
    )


def _cell(place: int, columns: int, views: int) -> _Cell:
    row, column = divmod(place, columns)
    width = views * PATCH_PX
    x = MARGIN_PX + column * (width + COLUMN_GAP_PX)
    y = MARGIN_PX + row * (PATCH_PX + SMALL_LINE_PX + ROW_GAP_PX)
    whole = Box(x, y, width, PATCH_PX)
    return _Cell(
        tuple(Box(x + view * PATCH_PX, y, PATCH_PX, PATCH_PX) for view in range(views)),
        whole,
        Box(x, whole.bottom + 3, width, SMALL_LINE_PX),
        Box(whole.right, whole.bottom + 3, 0, SMALL_LINE_PX),
    )


def _defined(identity: str, tile: PatchTile) -> Image:
    drawn = image(tile.photograph_uri, Box(0, 0, PATCH_PX, PATCH_PX), **_crisp(tile))
    drawn["id"] = f"{identity}.picture"
    return drawn


def _drawn(identity: str, tile: PatchTile, views: Sequence[str], cell: _Cell) -> Group:
    """Return one place: its views, its name and its value."""
    crisp = _crisp(tile)
    described, limits = _described(tile), words.limits(tile.black, tile.white)
    group = titled(identity, f"{described}; reconstruction {limits}")
    for view, box in zip(views, cell.views, strict=True):
        if view == "reconstruction":
            group.add(image(tile.reconstruction_uri, box, **crisp))
        elif view == "seen":
            mask = image(tile.strength_uri, box, **crisp)
            group.add(masked(identity, used(f"{identity}.picture", box), mask, box))
        elif "seen" in views:
            group.add(used(f"{identity}.picture", box))
        else:
            group.add(image(tile.photograph_uri, box, **crisp))
    outline = Box(cell.whole.x - 0.5, cell.whole.y - 0.5, cell.whole.width + 1, cell.whole.height + 1)
    group.add(rect(outline, class_="frame"))
    value = words.number(tile.value)
    room = cell.whole.width / (SMALL_PX * SANS_EM) - len(value) - 1
    group.add(text(words.shortened(_name(tile), int(room)), cell.name, "place"))
    number = text(value, cell.value, "soft")
    number["style"] = "text-anchor:end"
    group.add(number)
    return group


def _crisp(tile: PatchTile) -> Mapping[str, str]:
    return {"class_": "crisp"} if tile.is_crisp else {}


def _name(tile: PatchTile) -> str:
    """Return the class of a place, or without one the name of its file."""
    return tile.class_name or PurePosixPath(tile.picture).name


def _described(tile: PatchTile) -> str:
    """Return what is known of a place: its class, its picture and its value."""
    of = f"{tile.class_name}, " if tile.class_name else ""
    return f"{of}{words.shortened(tile.picture, NAME_CHARACTERS)}, {words.number(tile.value)}"


def _caption(tiles: Sequence[PatchTile], views: Sequence[str]) -> str:
    places = words.BESIDE[len(views) - 1]
    rules = "; ".join(dict.fromkeys(tile.rule for tile in tiles))
    read = [f"{place}{_VIEW_WORDS[view]}" for place, view in zip(places, views, strict=True)]
    return f"{'. '.join(read)}; {rules}. Numbers are activations."
