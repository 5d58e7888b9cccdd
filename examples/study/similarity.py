"""How alike two reconstructions are: rank correlation (Spearman 1904) and SSIM (Wang et al. 2004).

A rank correlation asks whether the same pixels are large, whatever the scale; SSIM whether small windows
have the same structure. Both are 1 for equal pictures and near 0 for unrelated ones.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[Any]

WINDOW_PX = 7
CELL_PX = 8
STEADY = (0.01**2, 0.03**2)
"""The two constants of SSIM for values in 0 to 1, which keep its fractions from 0 / 0."""
PERCENTILE = 99.5


def rank_correlation(one: Array, other: Array) -> float:
    """Return Spearman's rank correlation of two arrays of the same shape; 0 where one of them is constant.

    >>> rank_correlation(np.array([1.0, 2.0, 3.0]), np.array([10.0, 100.0, 1000.0]))
    1.0
    """
    first, second = (ranks(values) for values in (one, other))
    first, second = first - first.mean(), second - second.mean()
    length = float(np.sqrt((first @ first) * (second @ second)))
    return round(float(first @ second) / length, 12) if length else 0.0


def ranks(values: Array) -> Array:
    """Return the place of every value among all, from 0; equal ones share the middle of their places.

    >>> ranks(np.array([5.0, 1.0, 5.0])).tolist()
    [1.5, 0.0, 1.5]
    """
    flat = values.ravel()
    order = np.argsort(flat)  # whatever the order of equal values: they share their places
    ordered = flat[order]
    starts = np.flatnonzero(np.concatenate(([True], ordered[1:] != ordered[:-1])))
    counts = np.diff(np.append(starts, flat.size))
    places = np.empty(flat.size)
    places[order] = np.repeat(starts + (counts - 1) / 2, counts)
    return places


def ssim(one: Array, other: Array) -> float:
    """Return the mean structural similarity of two pictures (h, w) with values in 0 to 1."""
    mean_one, mean_other = _means(one), _means(other)
    spread_one = _means(one * one) - mean_one**2
    spread_other = _means(other * other) - mean_other**2
    together = _means(one * other) - mean_one * mean_other
    light = (2 * mean_one * mean_other + STEADY[0]) / (mean_one**2 + mean_other**2 + STEADY[0])
    structure = (2 * together + STEADY[1]) / (spread_one + spread_other + STEADY[1])
    return float((light * structure).mean())


def magnitude(reconstruction: Array) -> Array:
    """Return how large a reconstruction (H, W, 3) is at every pixel, (H, W): the sum over its colours."""
    return np.abs(reconstruction.astype(np.float64)).sum(axis=-1)


def unit(values: Array) -> Array:
    """Return magnitudes as shares of their 99.5th percentile, at most 1; zeros stay zeros."""
    limit = float(np.percentile(values, PERCENTILE)) or float(values.max())
    return np.clip(values / limit, 0.0, 1.0) if limit else values


def edges(rgb: Array) -> Array:
    """Return how steep a picture (H, W, 3) uint8 is at every pixel: the length of its grey gradient."""
    steep = np.gradient(rgb.astype(np.float64).mean(axis=-1))
    return np.hypot(*steep)


def coarse(values: Array) -> Array:
    """Return the means of cells of 8 x 8 pixels: where something is large, whatever its finest pattern."""
    height, width = (side // CELL_PX for side in values.shape)
    cells = values[: height * CELL_PX, : width * CELL_PX].reshape(height, CELL_PX, width, CELL_PX)
    return cells.mean(axis=(1, 3))


def alike_edges(reconstruction: Array, rgb: Array) -> float:
    """Return how alike a reconstruction's magnitude and the picture's steepness are, in cells of 8 x 8 px."""
    return rank_correlation(coarse(magnitude(reconstruction)), coarse(edges(rgb)))


def alike(one: Array, other: Array) -> dict[str, float]:
    """Return the numbers for two reconstructions (H, W, 3): signs kept, magnitudes, and SSIM of these."""
    sizes = magnitude(one), magnitude(other)
    return {
        "signed": rank_correlation(one, other),
        "magnitude": rank_correlation(*sizes),
        "ssim": ssim(*(unit(size) for size in sizes)),
    }


def _means(values: Array) -> Array:
    """Return the mean of every window that lies in the picture, from sums of sums."""
    side = min(WINDOW_PX, *values.shape)
    sums = np.pad(values.astype(np.float64), ((1, 0), (1, 0))).cumsum(axis=0).cumsum(axis=1)
    corners = sums[side:, side:] - sums[:-side, side:] - sums[side:, :-side] + sums[:-side, :-side]
    return corners / side**2
