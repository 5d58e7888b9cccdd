"""Receptive fields: which pixels of the picture can reach each value of a tensor.

Question: how large is a field? Options: the size and stride of each window, added up along the path (Araujo
et al. 2019, equation 2); the pixels of every value, followed from the picture to the layer. Choice: the
pixels, because numbers for windows cannot say what a reshape, crossed axes or a branch of another stride do,
and count padding as if it were picture. Cost: a few numbers for every row and column of every layer; and if
no unit of a layer is far enough from the edges for a whole field, the number is below that of the equation.

Of the pixels the first and last row and column are kept, which is exact for unions. What the weights are does
not matter: a weight of zero reaches as far as any other. A maximum may be any pixel of its window.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import reduce
from math import prod
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Bounds = NDArray[np.int32]
    Taps = NDArray[Any]

NONE_YET = 2**29
"""The first row, and minus the last, of no rows at all: neutral in a minimum, above any side."""


@dataclass(frozen=True, eq=False)
class Field:
    """The rows and columns of the picture that can reach each value of a tensor.

    ``shape`` is the tensor's, without the batch axis. ``rows`` is the first row and minus the last, so that a
    union is a minimum; (2, ...) with the axes of the tensor, of length 1 where all values agree. ``columns``
    likewise.
    """

    shape: tuple[int, ...]
    rows: Bounds
    columns: Bounds

    @classmethod
    def of_picture(cls, shape: tuple[int, ...]) -> Field:
        """Return the field of the picture itself, of shape (height, width, channels)."""
        down, across = (np.arange(length, dtype=np.int32) for length in shape[:2])
        rows, columns = np.stack([down, -down]), np.stack([across, -across])
        return cls(shape, rows[:, :, None, None], columns[:, None, :, None])

    @classmethod
    def merged(cls, fields: Sequence[Field]) -> Field:
        """Return the union of branches, which are broadcast to one shape."""
        shape = np.broadcast_shapes(*(field.shape for field in fields))
        rows = reduce(np.minimum, (field.rows for field in fields))
        return cls(shape, rows, reduce(np.minimum, (field.columns for field in fields)))

    @classmethod
    def joined(cls, fields: Sequence[Field], axis: int) -> Field:
        """Return the fields of branches one after the other along an axis."""
        axis %= len(fields[0].shape)
        lengths = [field.shape[axis] for field in fields]
        shape = (*fields[0].shape[:axis], sum(lengths), *fields[0].shape[axis + 1 :])
        rows = _joined([field.rows for field in fields], lengths, axis + 1)
        return cls(shape, rows, _joined([field.columns for field in fields], lengths, axis + 1))

    @property
    def size(self) -> tuple[int, int]:
        """The most rows and the most columns of any value; 0 of constants."""
        height, width = (int((1 - bounds.sum(axis=0)).max()) for bounds in (self.rows, self.columns))
        return max(height, 0), max(width, 0)

    def along(self, axis: int, taps: Taps) -> Field:
        """Return the unions along an axis; ``taps`` (after, k) are the places of each, -1 for none."""
        shape = (*self.shape[:axis], len(taps), *self.shape[axis + 1 :])
        return self._each(shape, lambda bounds: _along(bounds, axis + 1, taps, self.shape[axis]))

    def across(self, axis: int, length: int) -> Field:
        """Return the union of everything along an axis, ``length`` times."""
        axis %= len(self.shape)
        shape = (*self.shape[:axis], length, *self.shape[axis + 1 :])
        return self._each(shape, lambda bounds: bounds.min(axis=axis + 1, keepdims=True))

    def reshaped(self, shape: tuple[int, ...]) -> Field:
        """Return the same fields in another shape."""

        def reshape(bounds: Bounds) -> Bounds:
            if prod(bounds.shape) == len(bounds):  # all values agree
                return bounds.reshape(2, *[1] * len(shape))
            return np.broadcast_to(bounds, (2, *self.shape)).reshape(2, *shape)

        return self._each(shape, reshape)

    def permuted(self, axes: Sequence[int]) -> Field:
        """Return the fields with their axes in another order; ``axes`` starts with the batch axis, 0."""
        shape = tuple(self.shape[axis - 1] for axis in axes[1:])
        return self._each(shape, lambda bounds: bounds.transpose(axes))

    def _each(self, shape: tuple[int, ...], change: Callable[[Bounds], Bounds]) -> Field:
        return Field(shape, _compact(change(self.rows)), _compact(change(self.columns)))


def _along(bounds: Bounds, axis: int, taps: Taps, length: int) -> Bounds:
    """Return the minima over the taps along an axis, of whose places ``bounds`` may have one for all."""
    if bounds.shape[axis] == 1:
        if (taps >= 0).any(axis=1).all():
            return bounds
        bounds = np.repeat(bounds, length, axis=axis)
    nothing = np.full_like(bounds.take([0], axis=axis), NONE_YET)
    placed = np.concatenate([bounds, nothing], axis=axis)  # where -1 points to
    unions: Bounds = reduce(np.minimum, (placed.take(column, axis=axis) for column in taps.T))
    return unions


def _joined(parts: Sequence[Bounds], lengths: Sequence[int], axis: int) -> Bounds:
    """Return bounds one after the other along an axis."""
    common = np.broadcast_shapes(*(part[(slice(None),) * axis + (slice(1),)].shape for part in parts))
    whole = [
        np.broadcast_to(part, (*common[:axis], length, *common[axis + 1 :]))
        for part, length in zip(parts, lengths, strict=True)
    ]
    return _compact(np.concatenate(whole, axis=axis))


def _compact(bounds: Bounds) -> Bounds:
    """Return the bounds with one place along each axis on which they do not depend."""
    for axis in range(1, bounds.ndim):
        first = bounds.take([0], axis=axis)
        if bounds.shape[axis] > 1 and (bounds == first).all():
            bounds = first
    return bounds
