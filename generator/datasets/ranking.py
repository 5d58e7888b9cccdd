"""The order of a feature's pictures: by value descending, then by picture ascending.

Question: how are pictures ranked? Options: ``lexsort`` by two keys; one integer that has both in it. Choice:
the integer, with the inverted bits of the value above the number of the picture. The bits of positive floats
are in the order of the floats. As no two integers are equal, ``partition`` finds the first ones without
sorting all, and ties need no further rule. Cost: at most 2^32 pictures in one table.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from generator.records import Array

NOTHING = np.uint64(2**64 - 1)
"""The rank of a place without a picture, after all others."""

_LAST = np.uint64(2**32 - 1)
_HALF = np.uint64(32)


def ranks(values: Array, pictures: Array) -> Array:
    """Return the rank (features, M) uint64 of each value, the first one lowest.

    Args:
        values: (features, M) float32; a value that is not above zero has the rank ``NOTHING``.
        pictures: the numbers of the pictures, (M,) or (features, M), below 2^32 - 1.
    """
    bits = np.ascontiguousarray(values, np.float32).view(np.uint32).astype(np.uint64)
    joined = ((_LAST - bits) << _HALF) | pictures.astype(np.uint64)
    return np.where(values > 0, joined, NOTHING)


def values_of(ranked: Array) -> Array:
    """Return the values (features, M) float32 of ranks; 0 for ``NOTHING``."""
    return (_LAST - (ranked >> _HALF)).astype(np.uint32).view(np.float32)


def pictures_of(ranked: Array) -> Array:
    """Return the numbers of the pictures (features, M) int64 of ranks; 0 for ``NOTHING``."""
    return np.where(ranked == NOTHING, 0, ranked & _LAST).astype(np.int64)


def first(ranked: Array, count: int) -> Array:
    """Return the lowest ``count`` ranks of each feature, (features, count), in order.

    >>> pictures_of(first(ranks(np.array([[1, 5, 5]], np.float32), np.array([2, 1, 0])), 2)).tolist()
    [[0, 1]]
    """
    if ranked.shape[1] > count:
        ranked = np.partition(ranked, count - 1, axis=1)[:, :count]
    ordered = np.sort(ranked, axis=1)
    return np.pad(ordered, ((0, 0), (0, count - ordered.shape[1])), constant_values=NOTHING)


def without_copies(ranked: Array, contents: Array) -> Array:
    """Return the ranks in order, ``NOTHING`` for a picture whose content has a lower rank in the same row.

    Args:
        ranked: (features, M) uint64.
        contents: a number for the content of each picture, (pictures,).
    """
    ordered = np.sort(ranked, axis=1)
    same = np.where(ordered == NOTHING, -1, contents[pictures_of(ordered)])
    by_content = np.argsort(same, axis=1, kind="stable")  # of the same content, the lowest rank stays first
    sorted_same = np.take_along_axis(same, by_content, 1)
    is_copy = np.zeros(ranked.shape, bool)
    np.put_along_axis(is_copy, by_content[:, 1:], sorted_same[:, 1:] == sorted_same[:, :-1], 1)
    return np.where(is_copy, NOTHING, ordered)
