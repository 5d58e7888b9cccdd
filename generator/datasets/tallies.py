"""Counts over all pictures of a data set, which are the same in whatever order pictures come.

Integers only: a sum of floats depends on the order of its terms.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from generator.datasets import ranking

if TYPE_CHECKING:
    from generator.records import Array

BINS = 64
LOWEST = -32
"""The exponent at which the second bin ends the first: bin k holds 2^(k - 32) up to 2^(k - 31)."""
LEADERS = 3


@dataclass(frozen=True, eq=False)
class Tallies:
    """Counts of pictures for each feature of a layer.

    ``active`` (features,) int64: pictures whose maximum is above zero. ``leading`` (features,) int64:
    pictures in which the feature's maximum is among the three largest of the layer; ties go to the lower
    feature.
    ``histogram`` (features, 64) int64: active pictures by the exponent of the maximum; bin k counts
    2^(k - 32) <= maximum < 2^(k - 31), the first also smaller and the last also larger ones.
    """

    active: Array
    leading: Array
    histogram: Array

    def __add__(self, other: Tallies) -> Tallies:
        return Tallies(
            self.active + other.active, self.leading + other.leading, self.histogram + other.histogram
        )


def edges() -> Array:
    """Return the edges of the bins, (65,) float64; the outermost are 0 and infinity.

    >>> edges()[[0, 1, 32, 33, 64]].tolist()
    [0.0, 4.656612873077393e-10, 1.0, 2.0, inf]
    """
    inner = 2.0 ** np.arange(LOWEST + 1, LOWEST + BINS)
    return np.concatenate([[0.0], inner, [np.inf]])


def tallied(maxima: Array) -> Tallies:
    """Return the counts for the maxima (pictures, features) float32 of a layer."""
    features = maxima.shape[1]
    is_active = maxima > 0
    _, exponents = np.frexp(maxima)  # the mantissa is from 0.5 up to 1, so the exponent is one too high
    bins = np.clip(exponents - 1 - LOWEST, 0, BINS - 1) + BINS * np.arange(features)
    leaders = ranking.first(ranking.ranks(maxima, np.arange(features)), LEADERS)
    leading = ranking.pictures_of(leaders)[leaders != ranking.NOTHING]
    return Tallies(
        active=is_active.sum(axis=0, dtype=np.int64),
        leading=np.bincount(leading, minlength=features).astype(np.int64),
        histogram=np.bincount(bins[is_active], minlength=features * BINS)
        .reshape(features, BINS)
        .astype(np.int64),
    )
