"""A sheet of small pictures as one SVG: rows of groups of tiles, each with its words.

It draws with the gallery's own type, colours and encodings, and knows nothing of what the pictures show.
"""

from __future__ import annotations

import base64
import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from PIL import Image as Picture
from svgwrite import Drawing
from svgwrite.container import Style
from svgwrite.image import Image
from svgwrite.shapes import Rect
from svgwrite.text import Text

from generator.figures import style
from generator.figures.pixels import jpeg_uri

TILE_PX = 112
MARGIN_PX, NAME_PX, GAP_PX, ROW_GAP_PX = 8, 132, 20, 22
TITLE_LINE_PX, LINE_PX = 22, 18
SMOOTH_CHARACTERS = 12_000
PLAIN = {"debug": False}
RULES = "#ID text{font-size:13px}#ID .title{font-weight:600}"


@dataclass(frozen=True)
class Tile:
    """A picture (h, w, 3) uint8 and the lines under it; ``crisp`` where its pixels are to be seen."""

    pixels: Any
    words: tuple[str, ...] = ()
    crisp: bool = False


@dataclass(frozen=True)
class Group:
    """Tiles that touch, under one title."""

    title: str
    tiles: tuple[Tile, ...]


@dataclass(frozen=True)
class Row:
    """Groups beside each other, named at the left."""

    name: str
    notes: tuple[str, ...]
    groups: tuple[Group, ...]


def draw_sheet(slug: str, rows: Sequence[Row], title: str, tile_px: int = TILE_PX) -> str:
    """Return the rows as one SVG, with what they show in words."""
    width = max(_width(row, tile_px) for row in rows)
    lines = max(len(tile.words) for row in rows for group in row.groups for tile in group.tiles)
    line = TITLE_LINE_PX + tile_px + lines * LINE_PX
    height = 2 * MARGIN_PX + len(rows) * line + (len(rows) - 1) * ROW_GAP_PX
    words = description(rows)
    drawing = canvas(slug, (width, height), title, words, RULES)
    for place, row in enumerate(rows):
        y = MARGIN_PX + place * (line + ROW_GAP_PX)
        for element in _row(row, y, tile_px):
            drawing.add(element)
    return str(drawing.tostring())


def canvas(slug: str, size: tuple[int, int], title: str, words: str, rules: str) -> Drawing:
    """Return an empty figure that says what it shows and follows the reader's light or dark."""
    identity = f"figure-{slug}"
    drawing = Drawing(size=size, viewBox=f"0 0 {size[0]} {size[1]}", id=identity, role="img", **PLAIN)
    drawing["aria-labelledby"] = f"{identity}.title {identity}.desc"
    drawing.set_desc(title, words)
    for element in drawing.elements[:2]:
        element.xml.set("id", f"{identity}.{element.elementname}")
    drawing.add(Style(style.sheet(identity) + rules.replace("#ID", f"#{identity}")))
    return drawing


def description(rows: Sequence[Row]) -> str:
    """Return a sheet in words, a sentence a row."""
    return " ".join(f"{row.name}: {'; '.join(_told(group) for group in row.groups)}." for row in rows)


def shades(values: Any) -> Any:
    """Return values (h, w) as grey pixels, black at zero and white at the largest.

    >>> shades(np.array([[0.0, 1.0, 2.0]]))[0, :, 0].tolist()
    [0, 128, 255]
    """
    limit = float(np.abs(values).max()) or 1.0
    grey = np.rint(255 * np.clip(values / limit, 0.0, 1.0)).astype(np.uint8)
    return np.repeat(grey[..., np.newaxis], 3, axis=-1)


def text(words: str, x: float, y: float, kind: str = "soft", **attributes: Any) -> Text:
    """Return a line of words whose baseline is at ``y``."""
    return Text(words, insert=(round(x, 2), round(y, 2)), class_=kind, **attributes, **PLAIN)


def _row(row: Row, y: int, tile_px: int) -> Iterator[Any]:
    yield text(row.name, MARGIN_PX, y + 15, "name")
    for place, note in enumerate(row.notes):
        yield text(note, MARGIN_PX, y + 15 + LINE_PX * (place + 1))
    x = MARGIN_PX + NAME_PX
    for group in row.groups:
        yield text(group.title, x, y + 15, "title")
        top = y + TITLE_LINE_PX
        for tile in group.tiles:
            yield _picture(tile, x, top, tile_px)
            for place, words in enumerate(tile.words):
                yield text(words, x, top + tile_px + 14 + LINE_PX * place)
            x += tile_px
        width = tile_px * len(group.tiles)
        yield Rect((x - width, top), (width, tile_px), class_="frame", **PLAIN)
        x += GAP_PX


def _picture(tile: Tile, x: int, y: int, tile_px: int) -> Image:
    uri = _png(tile.pixels) if tile.crisp else jpeg_uri(tile.pixels, SMOOTH_CHARACTERS)
    crisp = {"class_": "crisp"} if tile.crisp else {}
    image = Image(uri, insert=(x, y), size=(tile_px, tile_px), **crisp, **PLAIN)
    image.stretch()
    return image


def _png(pixels: Any) -> str:
    target = io.BytesIO()
    Picture.fromarray(np.ascontiguousarray(pixels)).save(target, "PNG", optimize=True)
    return f"data:image/png;base64,{base64.b64encode(target.getvalue()).decode('ascii')}"


def _told(group: Group) -> str:
    words = ", ".join(" ".join(tile.words) for tile in group.tiles if tile.words)
    return f"{group.title} ({words})" if words else group.title


def _width(row: Row, tile_px: int) -> int:
    tiles = sum(len(group.tiles) for group in row.groups)
    return 2 * MARGIN_PX + NAME_PX + tile_px * tiles + GAP_PX * (len(row.groups) - 1)
