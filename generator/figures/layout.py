"""The geometry of a figure: a box for each of its parts, computed from sizes and the lengths of texts.

Text boxes are as wide as the widest fallback font needs, so that texts do not collide in a reader's fonts.

Question: how is a layer with many features laid out? Options: ever wider lines; smaller pictures; more lines.
Choice: at most three pairs on a line, spread evenly, so that a figure is never wider than about 1200 px and
its labels stay legible at 700. Cost: height.
"""

from __future__ import annotations

import math
import re
import textwrap
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

COLUMNS = 3
SHARPNESS = 2
"""The pixels of a PNG per pixel of the figure, unless a width or a resolution is given."""
TILE_PX = 168  # three quarters of 224, and a multiple of 7, 14, 28 and 56: maps get whole pixels
TALLEST_PX = 252
NARROWEST_PAIR_PX = 245  # 20 characters of a label
MARGIN_PX = 8
NAME_GAP_PX, COLUMN_GAP_PX, LINE_GAP_PX, ROW_GAP_PX, CAPTION_GAP_PX = 18, 24, 18, 30, 26
LABEL_PX, NAME_PX, SMALL_PX = 18, 15, 15
LABEL_LINE_PX, SMALL_LINE_PX = 26, 21
BAR_GAP_PX, BAR_PX, NUMBER_GAP_PX = 8, 4, 3
BASELINE_PX = 16
SANS_EM, BOLD_EM, MONO_EM = 0.6, 0.68, 0.61
NAME_CHARACTERS = 12
NAMES_PX = 110  # a minimum, so that the panels of most layers align


@dataclass(frozen=True)
class Box:
    """A rectangle in figure pixels, from its upper left corner."""

    x: float
    y: float
    width: float
    height: float

    @property
    def right(self) -> float:
        """The x of the right edge."""
        return self.x + self.width

    @property
    def bottom(self) -> float:
        """The y of the lower edge."""
        return self.y + self.height


@dataclass(frozen=True)
class PairBoxes:
    """One feature: its label above two adjacent pictures; below them its bar and two numbers."""

    label: Box
    overlay: Box
    reconstruction: Box
    frame: Box
    bar: Box
    strength: Box
    limit: Box


@dataclass(frozen=True)
class RowBoxes:
    """One layer: its name and notes on the left, and its pairs in reading order."""

    name: Box
    notes: Box
    pairs: tuple[PairBoxes, ...]


@dataclass(frozen=True)
class Layout:
    """A whole figure: its size, its rows, and the lines of its caption with their boxes."""

    width: int
    height: int
    rows: tuple[RowBoxes, ...]
    caption: tuple[tuple[str, Box], ...]


def break_name(name: str) -> tuple[str, ...]:
    """Break a long layer name into two lines, after the punctuation mark nearest to its middle.

    >>> break_name("block1_pool"), break_name("fire2_squeeze1x1")
    (('block1_pool',), ('fire2_', 'squeeze1x1'))
    """
    cuts = [match.end() for match in re.finditer(r"[^A-Za-z0-9](?=.)", name)]
    if len(name) <= NAME_CHARACTERS or not cuts:
        return (name,)
    cut = min(cuts, key=lambda end: abs(end - len(name) / 2))
    return name[:cut], name[cut:]


def label_characters(box: Box) -> int:
    """Return how many characters of a label fit into its box."""
    return int(box.width / (LABEL_PX * BOLD_EM))


def arrange(
    names: Sequence[str],
    notes: Sequence[Sequence[str]],
    counts: Sequence[int],
    picture: tuple[int, int],
    caption: str,
) -> Layout:
    """Return the boxes of a figure, one row per name.

    Args:
        names: names of the layers, in drawing order.
        notes: the lines under each name.
        counts: how many features each layer shows, at least one.
        picture: height and width of the network's input.
        caption: the text under the figure, to be broken into lines.
    """
    columns = _columns(max(counts))
    width, height = _tile(picture)
    pitch = max(2 * width, NARROWEST_PAIR_PX) + COLUMN_GAP_PX
    names_px = _names_width(names, notes)
    left = MARGIN_PX + names_px + NAME_GAP_PX
    rows: list[RowBoxes] = []
    top: float = MARGIN_PX
    for name, lines, count in zip(names, notes, counts, strict=True):
        pairs = tuple(_pairs(count, columns, left, top, pitch, (width, height)))
        rows.append(_row(name, lines, pairs, names_px))
        top = max(rows[-1].notes.bottom, pairs[-1].limit.bottom) + ROW_GAP_PX
    right = left + columns * pitch - COLUMN_GAP_PX
    under = tuple(_caption(caption, left, right, top - ROW_GAP_PX + CAPTION_GAP_PX))
    return Layout(right + MARGIN_PX, int(under[-1][1].bottom) + MARGIN_PX, tuple(rows), under)


def _columns(count: int) -> int:
    lines = -(-count // COLUMNS)
    return -(-count // lines)


def zoom(picture: tuple[int, int]) -> float:
    """Return the factor by which a picture (height, width) is enlarged or shrunk to its tile.

    From 2 on it is a whole number, so that all pixels of a small picture are equally large.

    >>> zoom((28, 28)), zoom((64, 64)), zoom((224, 224))
    (6, 2, 0.75)
    """
    height, width = picture
    factor = min(TILE_PX / width, TALLEST_PX / height)
    return int(factor) if is_small(picture) else factor


def is_small(picture: tuple[int, int]) -> bool:
    """Return whether a picture (height, width) is drawn pixelated, two times as large or more."""
    height, width = picture
    return 2 * width <= TILE_PX and 2 * height <= TALLEST_PX


def _tile(picture: tuple[int, int]) -> tuple[int, int]:
    height, width = picture
    factor = zoom(picture)
    return max(1, round(width * factor)), max(1, round(height * factor))


def _names_width(names: Sequence[str], notes: Sequence[Sequence[str]]) -> int:
    longest_name = max(len(line) for name in names for line in break_name(name))
    longest_note = max(len(line) for lines in notes for line in lines)
    longest_px = max(longest_name * NAME_PX * MONO_EM, longest_note * SMALL_PX * SANS_EM)
    return max(math.ceil(longest_px), NAMES_PX)


def _row(name: str, notes: Sequence[str], pairs: tuple[PairBoxes, ...], width: int) -> RowBoxes:
    top = pairs[0].overlay.y
    title = Box(MARGIN_PX, top, width, len(break_name(name)) * SMALL_LINE_PX)
    below = Box(MARGIN_PX, title.bottom + 4, width, len(notes) * SMALL_LINE_PX)
    return RowBoxes(title, below, pairs)


def _pairs(
    count: int, columns: int, left: int, top: float, pitch: int, tile: tuple[int, int]
) -> Iterator[PairBoxes]:
    line_px = LABEL_LINE_PX + tile[1] + BAR_GAP_PX + BAR_PX + NUMBER_GAP_PX + SMALL_LINE_PX + LINE_GAP_PX
    for place in range(count):
        line, column = divmod(place, columns)
        yield _pair(left + column * pitch, top + line * line_px, pitch - COLUMN_GAP_PX, tile)


def _pair(x: int, y: float, width: int, tile: tuple[int, int]) -> PairBoxes:
    overlay = Box(x, y + LABEL_LINE_PX, *tile)
    bar = Box(x, overlay.bottom + BAR_GAP_PX, 2 * overlay.width, BAR_PX)
    half = width // 2
    return PairBoxes(
        label=Box(x, y, width, LABEL_LINE_PX),
        overlay=overlay,
        reconstruction=Box(overlay.right, overlay.y, *tile),
        frame=Box(x - 0.5, overlay.y - 0.5, 2 * overlay.width + 1, overlay.height + 1),
        bar=bar,
        strength=Box(x, bar.bottom + NUMBER_GAP_PX, half, SMALL_LINE_PX),
        limit=Box(x + half, bar.bottom + NUMBER_GAP_PX, half, SMALL_LINE_PX),
    )


def _caption(text: str, left: int, right: int, top: float) -> Iterator[tuple[str, Box]]:
    lines = textwrap.wrap(text, int((right - left) / (SMALL_PX * SANS_EM)))
    for place, line in enumerate(lines):
        yield line, Box(left, top + place * SMALL_LINE_PX, right - left, SMALL_LINE_PX)
