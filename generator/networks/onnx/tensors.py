"""Tensors between nodes: a Keras tensor, and how its axes are ordered.

Question: how do channels-first graphs become channels last? Options: permute around each node and remove
pairs; write all pictures channels last and give each operator two cases; keep with each tensor which axis of
ONNX each of its axes is. Choice: the order of the axes, because a ``Transpose`` is then nothing but another
order, so that the layers of ConvNeXt between two of them keep their features last without a permutation.
Cost: operators ask for the order that they need.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

CHANNELS_LAST = (0, 2, 3, 1)


@dataclass(frozen=True, eq=False)
class Tensor:
    """A Keras tensor; ``axes`` are the axes of ONNX in the order in which it has them, the batch first."""

    keras: Any
    axes: tuple[int, ...]

    @property
    def rank(self) -> int:
        """The number of axes, with that of the batch."""
        return len(self.axes)

    @property
    def shape(self) -> tuple[int, ...]:
        """The shape in ONNX; that of the batch is 1."""
        lengths = dict(zip(self.axes, (1, *self.keras.shape[1:]), strict=True))
        return tuple(lengths[axis] for axis in range(self.rank))

    def like(self, keras: Any) -> Tensor:
        """Return another Keras tensor whose axes are in the same order."""
        return Tensor(keras, self.axes)

    def transposed(self, order: tuple[int, ...]) -> Tensor:
        """Return the tensor after a ``Transpose`` of ONNX, which moves nothing."""
        return replace(self, axes=tuple(order.index(axis) for axis in self.axes))

    def place(self, axis: int) -> int:
        """Return the place of an axis of ONNX, which may be counted from the end."""
        return self.axes.index(axis % self.rank)

    @property
    def is_plain(self) -> bool:
        """Whether its numbers lie in the order of ONNX; axes of length 1 may be anywhere."""
        shape = self.shape
        long = [axis for axis in self.axes if shape[axis] != 1]
        return long == sorted(long)


def plain(rank: int) -> tuple[int, ...]:
    """Return the axes in the order of ONNX."""
    return tuple(range(rank))


def layout(rank: int) -> tuple[int, ...]:
    """Return the order that layers of Keras want: channels last for pictures, as in ONNX for all else."""
    return CHANNELS_LAST if rank == 4 else plain(rank)
