"""The contour of an activation map at half its peak, as SVG path data.

Question: how does a map show where a feature is active, on any photograph? Options: a hue over the picture in
grey, by a mask of the map's values; the picture in colour inside the contour at half the peak, and faded
outside. Choice: the second. Where a feature was active nearly everywhere, the hue covered the animal. Cost:
what lies below half the peak is not told apart.

Question: how does a coarse map stay honest and crisp? Options: a raster, which renderers that ignore
``image-rendering`` interpolate; a raster enlarged by a whole factor; the edges of its units as a path.
Choice: the path, which is exact in every renderer and at every size, and shorter. Cost: the path of a fine
map can be too long; then it goes around squares of 2 x 2 units, of which at least half are active, and so on.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import numpy as np

from generator.errors import FigureError

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Array = NDArray[Any]
    Corner = tuple[int, int]

SHARE = 0.5
CHARACTERS = 4_000
TURNS = ((1, 0), (0, 1), (-1, 0), (0, -1))
"""The four directions (x, y), each followed by the one to its right."""


def active(activation: Array) -> Array:
    """Return where a map is at least half its peak, (h, w) bool; nowhere if no value is positive.

    Raises:
        FigureError: a value is not finite.

    >>> active(np.array([[0.0, 1.0], [2.0, 4.0]])).tolist()
    [[False, False], [True, True]]
    """
    if not np.isfinite(activation).all():
        raise FigureError("`activations` must be finite. Received: NaN or infinity")
    values = np.asarray(activation, np.float64)
    peak = values.max(initial=0.0)
    return values >= SHARE * peak if peak > 0 else np.zeros(values.shape, bool)


def contour(region: Array, characters: int = CHARACTERS) -> str:
    """Return the outlines of a region (h, w) bool as SVG path data, in units.

    A hole is an outline of its own, to be filled by the rule ``evenodd``. If the path has more than
    ``characters`` characters, it goes around larger squares.

    >>> contour(np.array([[False, True], [True, True]]))
    'M1 0H2V2H0V1H1Z'
    """
    side = 1
    while len(path := "".join(_outlines(_squares(region, side), side, region.shape))) > characters:
        side *= 2
    return path


def _outlines(squares: Array, side: int, size: tuple[int, ...]) -> Iterator[str]:
    """Yield the outlines, each a closed path that has the active squares at its right."""
    height, width = size
    for corners in _loops(_edges(squares)):
        (x, y), *others = [(min(side * x, width), min(side * y, height)) for x, y in corners]
        steps = zip([(x, y), *others], others, strict=False)
        yield f"M{x} {y}{''.join(f'H{b[0]}' if a[1] == b[1] else f'V{b[1]}' for a, b in steps)}Z"


def _edges(region: Array) -> dict[Corner, set[int]]:
    """Return the edges between a region and what is outside, as corner -> directions in which one begins."""
    padded = np.pad(region, 1)
    inside = padded[1:-1, 1:-1]
    outside = padded[:-2, 1:-1], padded[1:-1, 2:], padded[2:, 1:-1], padded[1:-1, :-2]
    edges: dict[Corner, set[int]] = {}
    for direction, (neighbour, (x, y)) in enumerate(
        zip(outside, ((0, 0), (1, 0), (1, 1), (0, 1)), strict=True)
    ):
        for row, column in np.argwhere(inside & ~neighbour).tolist():
            edges.setdefault((column + x, row + y), set()).add(direction)
    return edges


def _loops(edges: dict[Corner, set[int]]) -> Iterator[list[Corner]]:
    """Yield the corners of each outline, from its first in reading order.

    Units that touch at a corner only are apart.
    """
    for start in sorted(edges, key=lambda corner: corner[::-1]):
        while edges[start]:
            place, direction = start, min(edges[start])
            corners = [start]
            edges[place].remove(direction)
            while True:
                x, y = TURNS[direction]
                place = place[0] + x, place[1] + y
                if place == start:
                    break
                turned = next(one for one in _from_the_right(direction) if one in edges[place])
                edges[place].remove(turned)
                if turned != direction:
                    corners.append(place)
                direction = turned
            yield corners


def _from_the_right(direction: int) -> tuple[int, int, int]:
    return (direction + 1) % 4, direction, (direction - 1) % 4


def _squares(region: Array, side: int) -> Array:
    """Return squares of ``side`` x ``side`` units, each active if at least half of its units are."""
    height, width = (-(-length // side) for length in region.shape)
    padding = ((0, height * side - region.shape[0]), (0, width * side - region.shape[1]))
    whole = np.pad(region, padding, mode="edge").reshape(height, side, width, side)
    return np.asarray(whole.mean(axis=(1, 3)) >= SHARE)
