"""The smallest square of a picture that holds most of a reconstruction."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from generator.records import Region

if TYPE_CHECKING:
    from generator.records import Array

SHARE = 0.95
"""The share of the energy, the sum of squares, that a square must hold."""
LEAST_PX = 8
"""The side of the smallest square, if it may be so large: three pixels, as in a first layer, show nothing."""


def smallest(energy: Array, most: int) -> Region:
    """Return the smallest square within a picture that holds 95 % of its energy (H, W), not below zero.

    Its side is at most ``most`` and at most the shorter side of the picture, and else at least 8. Of the
    squares of that side that hold enough it is the one nearest to the centroid of the energy; if none does,
    of those that hold most; of equally near ones the first in reading order. For an energy of zero it is that
    of the side ``most`` around the middle.

    >>> smallest(np.eye(20), 30), smallest(np.eye(20), 3)
    (Region(x=0, y=0, width=19, height=19), Region(x=8, y=8, width=3, height=3))
    """
    height, width = energy.shape
    most = min(most, height, width)
    sums = np.pad(energy.astype(np.float64), ((1, 0), (1, 0))).cumsum(axis=0).cumsum(axis=1)
    if not sums[-1, -1] > 0:
        return Region((width - most) // 2, (height - most) // 2, most, most)
    enough = SHARE * sums[-1, -1]
    low, high = min(LEAST_PX, most), most  # a larger square holds at least as much: found by halves
    while low < high:
        middle = (low + high) // 2
        low, high = (low, middle) if _held(sums, middle).max() >= enough else (middle + 1, high)
    held = _held(sums, low)
    (y, x), places = _centroid(energy), [np.arange(length) + (low - 1) / 2 for length in held.shape]
    apart = np.square(places[0] - y)[:, np.newaxis] + np.square(places[1] - x)
    row, column = divmod(
        int(np.where(held >= min(enough, held.max()), apart, np.inf).argmin()), held.shape[1]
    )
    return Region(column, row, low, low)


def _held(sums: Array, side: int) -> Array:
    """Return the energy in each square of a side, by its corner; ``sums`` are those up to each pixel."""
    held: Array = sums[side:, side:] - sums[:-side, side:] - sums[side:, :-side] + sums[:-side, :-side]
    return held


def _centroid(energy: Array) -> tuple[float, float]:
    """Return the row and the column around which the energy is balanced."""
    down, across = (energy.sum(axis=axis, dtype=np.float64) for axis in (1, 0))
    row, column = (np.arange(len(part)) @ part / part.sum() for part in (down, across))
    return float(row), float(column)
