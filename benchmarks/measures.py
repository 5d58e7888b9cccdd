"""What was measured of a peer, and the arithmetic: medians, spreads and ratios."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from statistics import median, quantiles
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from benchmarks.work import Array


@dataclass(frozen=True)
class Measured:
    """One row: the seconds of every round, and the memory that its first run took.

    ``in_turns`` says that its rounds were those of the others, so that they can be compared one by one.
    """

    name: str
    seconds: tuple[float, ...]
    peak_bytes: int
    note: str = ""
    in_turns: bool = True

    def row(self) -> dict[str, object]:
        """Return the row as ``results.json`` holds it."""
        return {
            "name": self.name,
            "seconds_median": round(median(self.seconds), 4),
            "seconds_iqr": round(spread(self.seconds), 4),
            "peak_bytes": self.peak_bytes,
        }


def spread(seconds: Sequence[float]) -> float:
    """Return the distance between the quartiles; of a single number, zero.

    >>> spread([1.0, 2.0, 3.0, 4.0, 100.0])
    2.0
    """
    if len(seconds) < 2:
        return 0.0
    first, _, third = quantiles(seconds, n=4, method="inclusive")
    return third - first


def ratio(ours: Sequence[float], theirs: Sequence[float]) -> float:
    """Return the median over the rounds of our time as a share of theirs: a slow round slows both.

    >>> ratio([1.0, 10.0, 3.0], [2.0, 20.0, 5.0])
    0.5
    """
    return median(one / other for one, other in zip(ours, theirs, strict=True))


def difference(found: Mapping[str, Array], ours: Mapping[str, Array]) -> float:
    """Return the largest difference as a share of the largest value, each reconstruction by itself.

    One that is missing or has another shape differs infinitely.
    """
    if any(name not in found or found[name].shape != ours[name].shape for name in ours):
        return float("inf")
    pairs = [pair for name in ours for pair in zip(found[name], ours[name], strict=True)]
    far = [float(np.abs(one - other).max() / (np.abs(other).max() or 1.0)) for one, other in pairs]
    return max(far) if np.isfinite(far).all() else float("inf")
