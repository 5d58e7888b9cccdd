"""The memory that a sweep takes, and so the number of rows that fit into a budget.

It is a bound from shapes alone, because that is the same on every backend and known before anything runs: the
widest signal on the way back, times the number of copies that were measured to be in memory at once. If the
widest signal occurs only once in a network, a sweep takes half as much.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from math import prod
from typing import Any

import keras
import numpy as np

from generator.engine.graph import Step
from generator.engine.memory import SHARE, free_bytes
from generator.errors import EngineError

BUFFERS = 4
"""Copies of its widest signal that a row needs at once: arriving, spread or padded, convolved, leaving."""

Shapes = Mapping[str, tuple[int, ...]]


def row_bytes(steps: Iterable[Step], shapes: Shapes, item_bytes: int) -> int:
    """Return an upper bound of the bytes that one row takes on its way to the image.

    Args:
        steps: the steps of the network.
        shapes: the shape of the output of each step and of the image, without the batch axis.
        item_bytes: the bytes of one number.
    """
    return BUFFERS * max(width for step in steps for width in _widths(step, shapes)) * item_bytes


def kept_bytes(tensors: Any) -> int:
    """Return the bytes of tensors, however they are nested."""
    return sum(
        prod(tensor.shape) * np.dtype(keras.backend.standardize_dtype(tensor.dtype)).itemsize
        for tensor in keras.tree.flatten(tensors)
        if tensor is not None
    )


def rows_within(memory_budget: int | None, row: int, kept: int) -> int | None:
    """Return the number of rows that fit into a budget besides the bytes kept for all of them.

    The default budget is a share of the free memory. If that is unknown, the result is ``None``: no limit.

    Raises:
        EngineError: the budget is too small for one row.
    """
    if memory_budget is not None:
        return _rows(memory_budget, row, kept, _given(memory_budget, row, kept))
    free = free_bytes()
    return None if free is None else _rows(int(free * SHARE), row, kept, _found(free, row, kept))


def _rows(budget: int, row: int, kept: int, refusal: str) -> int:
    rows = (budget - kept) // row
    if rows < 1:
        raise EngineError(refusal)
    return rows


def _given(budget: int, row: int, kept: int) -> str:
    """Return the message for a budget that is too small."""
    return (
        f"`memory_budget` must be at least {kept + row} bytes: one row of this network takes {row} bytes, "
        f"what stays for all rows {kept}; a smaller `input_size` takes less. Received: {budget}"
    )


def _found(free: int, row: int, kept: int) -> str:
    """Return the message for too little free memory."""
    return (
        f"too little memory is free: one row of this network takes {row} bytes, what stays for all rows "
        f"{kept}, and of {free} free bytes a sweep takes no more than {SHARE:.0%}. Close other programs, "
        f"choose a smaller `input_size`, or allow more with a `memory_budget` of at least {kept + row} bytes"
    )


def _widths(step: Step, shapes: Shapes) -> Iterator[int]:
    """Yield the sizes of one row's signal at a step: arriving, leaving, and between.

    In between, a strided window spreads the arriving signal over the pixels of its input.
    """
    yield prod(shapes[step.name])
    for source in step.inputs:
        yield prod(shapes[source])
        if len(shapes[source]) == len(shapes[step.name]) == 3:
            yield prod(shapes[source][:2]) * shapes[step.name][-1]
