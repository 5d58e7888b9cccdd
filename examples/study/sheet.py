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
HUE, HUE_OPACITY = (255, 90, 0), 0.75
LUMA, CONTRAST, LIFT = (0.2126, 0.7152, 0.0722), 0.62, (0.22, 0.25, 0.29)
"""The hue of activation maps, and what mutes the colours of the picture under them."""
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


@dataclass(frozen=True)
class Sheet:
    """A finished figure: one self-contained SVG document."""

    svg: str
    width_px: int
    height_px: int
    description: str

    def facts(self, path: str) -> dict[str, Any]:
        """Return what a page must know to show it."""
        size = {"width_px": self.width_px, "height_px": self.height_px}
        return {"path": path, "description": self.description, **size}


def draw_sheet(slug: str, rows: Sequence[Row], title: str, tile_px: int = TILE_PX) -> Sheet:
    """Return the rows as one figure, with what they show in words."""
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
    return Sheet(drawing.tostring(), width, height, f"{title}. {words}")


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


def tinted(rgb: Any, activation: Any) -> Any:
    """Return a picture (H, W, 3) uint8, muted, and tinted where a feature (h, w) is active."""
    muted = 255 * np.array(LIFT) + CONTRAST * (rgb @ np.array(LUMA))[..., np.newaxis]
    shares = np.maximum(activation, 0.0) / (float(activation.max()) or 1.0)
    sized = Picture.fromarray(shares.astype(np.float32)).resize(rgb.shape[1::-1], Picture.Resampling.NEAREST)
    amount = HUE_OPACITY * np.asarray(sized, np.float64)[..., np.newaxis]
    return np.rint(np.clip((1 - amount) * muted + amount * np.array(HUE), 0, 255)).astype(np.uint8)


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
