"""The memory that a sweep needs, estimated from shapes, and the number of rows that fit a budget.

Question: how much memory does a row need? Options: measure a sweep; add up the tensors of the backend's
graph; a bound from shapes. Choice: the bound, because it is the same on every backend and known before
anything runs. It is the largest signal on the way back, times the number of copies that measurements found in
memory at once. Cost: if the network has such a signal only once, a sweep uses half of its budget.
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
"""Copies of the largest signal in memory at once: arriving, spread or padded, convolved, leaving."""

Shapes = Mapping[str, tuple[int, ...]]


def row_bytes(steps: Iterable[Step], shapes: Shapes, item_bytes: int) -> int:
    """Return an upper bound of the bytes that one row needs on its way back to the image.

    Args:
        steps: the steps of the network.
        shapes: the shapes of the image and of every step's output, without the batch axis.
        item_bytes: the bytes of one number.
    """
    return BUFFERS * max(width for step in steps for width in _widths(step, shapes)) * item_bytes


def kept_bytes(tensors: Any) -> int:
    """Return the bytes of all tensors in a nested structure."""
    return sum(
        prod(tensor.shape) * np.dtype(keras.backend.standardize_dtype(tensor.dtype)).itemsize
        for tensor in keras.tree.flatten(tensors)
        if tensor is not None
    )


def rows_within(memory_budget: int | None, row: int, kept: int) -> int | None:
    """Return the number of rows that fit a budget besides the ``kept`` bytes.

    Without a budget, a share of the free memory is used; ``None`` if the free memory is unknown.

    Raises:
        EngineError: the budget is too small for one row.
    """
    if memory_budget is not None:
        return _rows(memory_budget, row, kept, _budget_too_small(memory_budget, row, kept))
    free = free_bytes()
    return None if free is None else _rows(int(free * SHARE), row, kept, _too_little_free(free, row, kept))


def _rows(budget: int, row: int, kept: int, refusal: str) -> int:
    rows = (budget - kept) // row
    if rows < 1:
        raise EngineError(refusal)
    return rows


def _budget_too_small(budget: int, row: int, kept: int) -> str:
    """Return the refusal of a budget that the user gave."""
    return (
        f"`memory_budget` must be at least {kept + row} bytes: this network needs {row} bytes for one row "
        f"and {kept} bytes shared by all rows; a smaller `input_size` needs less. Received: {budget}"
    )


def _too_little_free(free: int, row: int, kept: int) -> str:
    """Return the refusal to start with the memory that is free."""
    return (
        f"too little memory is free: this network needs {row} bytes for one row and {kept} bytes shared by "
        f"all rows, but a sweep takes at most {SHARE:.0%} of {free} free bytes. Close other programs, choose "
        f"a smaller `input_size`, or allow more with a `memory_budget` of at least {kept + row} bytes"
    )


def _widths(step: Step, shapes: Shapes) -> Iterator[int]:
    """Yield the size of a row's signal where it arrives at a step, inside it, and where it leaves.

    Inside a strided window, the arriving signal is first spread over the pixels of the input.
    """
    yield prod(shapes[step.name])
    for source in step.inputs:
        yield prod(shapes[source])
        if len(shapes[source]) == len(shapes[step.name]) == 3:
            yield prod(shapes[source][:2]) * shapes[step.name][-1]
