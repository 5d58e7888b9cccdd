"""The two runs over the steps: forward with memory, and backward for every seed at once.

The backward sweep visits each step once, deepest first. The features selected at a step join the batch
that is already flowing back as new rows. Rows are independent: the deconvnet is not additive, so
features are bundled along the batch axis and never summed.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from keras import ops

from generator.engine.graph import IMAGE, Step

Tensor = Any


class Row(NamedTuple):
    """What one row of a signal carries: the feature at a place in its layer's selection."""

    layer: str
    place: int


@dataclass(frozen=True)
class Trace:
    """One forward run: ``activations`` (1, h, w, c) and ``memories`` by the name of their step."""

    activations: Mapping[str, Tensor]
    memories: Mapping[str, Any]


@dataclass(frozen=True)
class Signal:
    """Rows on their way back: ``values`` is (rows, h, w, c)."""

    rows: tuple[Row, ...]
    values: Tensor


def forward(steps: Sequence[Step], image: Tensor) -> Trace:
    """Return every activation and memory of a picture (1, H, W, C)."""
    activations, memories = {IMAGE: image}, {}
    for step in steps:
        inputs = [activations[name] for name in step.inputs]
        activations[step.name], memories[step.name] = step.rule.forward(*inputs)
    return Trace(activations, memories)


def backward(steps: Sequence[Step], memories: Mapping[str, Any], seeds: Mapping[str, Signal]) -> Signal:
    """Carry every seed down to the image, visiting each step once; rows come in no promised order."""
    pending = dict(seeds)
    for step in reversed(steps):
        arriving = pending.pop(step.name, None)
        if arriving is None:
            continue  # nothing selected above this step
        leaving = step.rule.backward(arriving.values, memories[step.name])
        for source, values in zip(step.inputs, leaving, strict=True):
            pending[source] = merge(pending.get(source), Signal(arriving.rows, values))
    return pending[IMAGE]


def merge(first: Signal | None, second: Signal) -> Signal:
    """Return both signals as one: rows they share are added, the others appended."""
    if first is None:
        return second
    if first.rows == second.rows:
        return Signal(first.rows, first.values + second.values)
    shared = tuple(row for row in first.rows if row in second.rows)
    alone = [tuple(row for row in one.rows if row not in shared) for one in (first, second)]
    parts = [_take(first, alone[0]), _take(second, alone[1])]
    if shared:
        parts.append(_take(first, shared) + _take(second, shared))
    return Signal((*alone[0], *alone[1], *shared), ops.concatenate(parts, axis=0))


def ordered(signal: Signal, rows: Sequence[Row]) -> Tensor:
    """Return the values of the rows in the order asked for."""
    return _take(signal, tuple(rows))


def _take(signal: Signal, rows: tuple[Row, ...]) -> Tensor:
    """Return the values of some rows, in their order."""
    places = [signal.rows.index(row) for row in rows]
    if places == list(range(len(signal.rows))):
        return signal.values
    return ops.take(signal.values, ops.convert_to_tensor(places, dtype="int32"), axis=0)
