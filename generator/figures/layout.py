"""The geometry of a figure: a box for each of its parts, computed from sizes and the lengths of texts.

Text boxes are as wide as the widest fallback font needs, so that texts do not collide in a reader's fonts.

Question: how large is a picture? Options: one size for all; its own pixels. Choice: the latter, or a whole
multiple or part of them, because a reconstruction of 224 pixels drawn at 168 loses a seventh of its contrast.
Cost: height.

Question: how is a layer with many features laid out? Options: ever wider lines; smaller pictures; more lines.
Choice: the views of a feature beside each other if all features then fit on a line of about 1200 px, else
below each other, in as many columns as fit and spread evenly. So the views of all features lie in line, and
labels stay legible where a figure is shown at 700 px. Cost: height.
"""

from __future__ import annotations

import math
import re
import textwrap
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

WIDEST_PX = 1200
SHARPNESS = 2
"""The pixels of a PNG per pixel of the figure, unless a width or a resolution is given."""
TILE_PX, TALLEST_PX = 224, 336
"""Small pictures are enlarged as far as they fit into this size."""
LARGEST_PX = 480
"""Pictures with a longer side are drawn at a half, a third and so on."""
NARROWEST_PAIR_PX = 245  # 20 characters of a label
STRENGTH_PX = 136  # 15 characters: "strength 23,509"
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
    """One feature: its label above adjacent views, together ``whole``; below them its bar and two numbers."""

    label: Box
    views: tuple[Box, ...]
    whole: Box
    frame: Box
    bar: Box
    strength: Box
    limit: Box


@dataclass(frozen=True)
class Grid:
    """How the views of a feature lie: the size of each, how many there are, and whether below each other."""

    tile: tuple[int, int]
    views: int
    stacked: bool

    @property
    def size(self) -> tuple[int, int]:
        """The width and height of all views together."""
        width, height = self.tile
        return (width, self.views * height) if self.stacked else (self.views * width, height)

    @property
    def pitch_px(self) -> int:
        """The distance of two features in a row."""
        return max(self.size[0], NARROWEST_PAIR_PX) + COLUMN_GAP_PX

    def boxes(self, whole: Box) -> Iterator[Box]:
        """Yield the box of each view inside that of all."""
        width, height = self.tile
        for place in range(self.views):
            right, down = (0, place * height) if self.stacked else (place * width, 0)
            yield Box(whole.x + right, whole.y + down, width, height)


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
    views: int,
    caption: str,
) -> Layout:
    """Return the boxes of a figure, one row per name.

    Args:
        names: names of the layers, in drawing order.
        notes: the lines under each name.
        counts: how many features each layer shows, at least one.
        picture: height and width of the network's input.
        views: how many pictures each feature has.
        caption: the text under the figure, to be broken into lines.
    """
    names_px = _names_width(names, notes)
    left = MARGIN_PX + names_px + NAME_GAP_PX
    pair = Grid(tile_px(picture), views, is_stacked(max(counts), picture, views))
    pitch = pair.pitch_px
    columns = _columns(max(counts), max(1, (WIDEST_PX - left + COLUMN_GAP_PX) // pitch))
    rows: list[RowBoxes] = []
    top: float = MARGIN_PX
    for name, lines, count in zip(names, notes, counts, strict=True):
        pairs = tuple(_pairs(count, columns, left, top, pair))
        rows.append(_row(name, lines, pairs, names_px))
        top = max(rows[-1].notes.bottom, pairs[-1].limit.bottom) + ROW_GAP_PX
    right = left + columns * pitch - COLUMN_GAP_PX
    under = tuple(caption_lines(caption, left, right, top - ROW_GAP_PX + CAPTION_GAP_PX))
    return Layout(right + MARGIN_PX, int(under[-1][1].bottom) + MARGIN_PX, tuple(rows), under)


def is_stacked(count: int, picture: tuple[int, int], views: int) -> bool:
    """Return whether the views of a feature are below each other, because ``count`` features are too wide.

    >>> is_stacked(2, (224, 224), 2), is_stacked(3, (224, 224), 2)
    (False, True)
    """
    return views > 1 and NAMES_PX + count * Grid(tile_px(picture), views, stacked=False).pitch_px > WIDEST_PX


def _columns(count: int, most: int) -> int:
    lines = -(-count // most)
    return -(-count // lines)


def zoom(picture: tuple[int, int]) -> float:
    """Return the factor by which a picture (height, width) is drawn: a whole number, or 1 over one.

    >>> zoom((28, 28)), zoom((64, 64)), zoom((224, 224)), zoom((600, 400))
    (8, 3, 1, 0.5)
    """
    height, width = picture
    if is_small(picture):
        return int(min(TILE_PX / width, TALLEST_PX / height))
    parts = -(-max(height, width) // LARGEST_PX)
    return 1 / parts if parts > 1 else 1


def is_small(picture: tuple[int, int]) -> bool:
    """Return whether a picture (height, width) is drawn pixelated, two times as large or more."""
    height, width = picture
    return 2 * width <= TILE_PX and 2 * height <= TALLEST_PX


def tile_px(picture: tuple[int, int]) -> tuple[int, int]:
    """Return the width and height at which a picture (height, width) is drawn."""
    height, width = picture
    factor = zoom(picture)
    return max(1, round(width * factor)), max(1, round(height * factor))


def _names_width(names: Sequence[str], notes: Sequence[Sequence[str]]) -> int:
    longest_name = max(len(line) for name in names for line in break_name(name))
    longest_note = max(len(line) for lines in notes for line in lines)
    longest_px = max(longest_name * NAME_PX * MONO_EM, longest_note * SMALL_PX * SANS_EM)
    return max(math.ceil(longest_px), NAMES_PX)


def _row(name: str, notes: Sequence[str], pairs: tuple[PairBoxes, ...], width: int) -> RowBoxes:
    top = pairs[0].whole.y
    title = Box(MARGIN_PX, top, width, len(break_name(name)) * SMALL_LINE_PX)
    below = Box(MARGIN_PX, title.bottom + 4, width, len(notes) * SMALL_LINE_PX)
    return RowBoxes(title, below, pairs)


def _pairs(count: int, columns: int, left: int, top: float, pair: Grid) -> Iterator[PairBoxes]:
    line_px = LABEL_LINE_PX + pair.size[1] + BAR_GAP_PX + BAR_PX + NUMBER_GAP_PX + SMALL_LINE_PX + LINE_GAP_PX
    for place in range(count):
        line, column = divmod(place, columns)
        yield _pair(left + column * pair.pitch_px, top + line * line_px, pair)


def _pair(x: int, y: float, pair: Grid) -> PairBoxes:
    whole = Box(x, y + LABEL_LINE_PX, *pair.size)
    width = pair.pitch_px - COLUMN_GAP_PX
    bar = Box(x, whole.bottom + BAR_GAP_PX, whole.width, BAR_PX)
    middle = max(width // 2, STRENGTH_PX)
    return PairBoxes(
        label=Box(x, y, width, LABEL_LINE_PX),
        views=tuple(pair.boxes(whole)),
        whole=whole,
        frame=Box(x - 0.5, whole.y - 0.5, whole.width + 1, whole.height + 1),
        bar=bar,
        strength=Box(x, bar.bottom + NUMBER_GAP_PX, middle, SMALL_LINE_PX),
        limit=Box(x + middle, bar.bottom + NUMBER_GAP_PX, width - middle, SMALL_LINE_PX),
    )


def caption_lines(text: str, left: int, right: int, top: float) -> Iterator[tuple[str, Box]]:
    """Yield the lines of a text between two edges, each with its box."""
    lines = textwrap.wrap(text, int((right - left) / (SMALL_PX * SANS_EM)))
    for place, line in enumerate(lines):
        yield line, Box(left, top + place * SMALL_LINE_PX, right - left, SMALL_LINE_PX)
