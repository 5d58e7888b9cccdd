"""The two passes over the steps: forward with memory, and backward for all seeds at once.

The backward sweep visits each step once, deepest first. The features selected at a step join the batch that
is already flowing back, as new rows. Rows are independent: a deconvnet rectifies the signal and is therefore
not additive, so features are stacked along the batch axis and never summed.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import reduce
from itertools import chain
from typing import Any, NamedTuple

from keras import ops

from generator.engine.graph import IMAGE, Step
from generator.engine.rules.rule import RowValues, all_channels

Tensor = Any


class Row(NamedTuple):
    """The feature that a row of a signal belongs to: the layer, and the place in the layer's selection."""

    layer: str
    place: int


@dataclass(frozen=True)
class Trace:
    """One forward pass: ``activations`` (1, h, w, c) and ``memories``, by the name of their step."""

    activations: Mapping[str, Tensor]
    memories: Mapping[str, Any]


@dataclass(frozen=True, eq=False)  # comparing tensors gives a tensor, not a truth value
class Signal:
    """Rows on their way back, with all channels (rows, h, w, c) or one channel each (rows, h, w, 1)."""

    rows: tuple[Row, ...]
    carried: RowValues

    @property
    def has_all_channels(self) -> bool:
        """Whether the rows hold all channels rather than one each."""
        return self.carried.channels is None


def forward(steps: Sequence[Step], image: Tensor) -> Trace:
    """Return all activations and memories of a picture (1, H, W, C)."""
    activations, memories = {IMAGE: image}, {}
    for step in steps:
        inputs = [activations[name] for name in step.inputs]
        activations[step.name], memories[step.name] = step.rule.forward(*inputs)
    return Trace(activations, memories)


def backward(
    steps: Sequence[Step], memories: Mapping[str, Any], seeds: Mapping[str, Signal]
) -> tuple[Signal, ...]:
    """Carry every seed back to the image, visiting each step once.

    No row is in two of the returned signals; ``gathered`` puts their rows in order.
    """
    pending: dict[str, tuple[Signal, ...]] = {name: (seed,) for name, seed in seeds.items()}
    for step in reversed(steps):
        for arriving in pending.pop(step.name, ()):  # nothing arrives if nothing is selected above this step
            leaving = _through(step, arriving, memories[step.name])
            for source, signal in zip(step.inputs, leaving, strict=True):
                pending[source] = join(pending.get(source, ()), signal)
    return pending[IMAGE]


def _through(step: Step, arriving: Signal, memory: Any) -> Sequence[Signal]:
    """Return the signals that leave a step, one for each of its inputs."""
    if not arriving.has_all_channels:
        shorter = step.rule.backward_single_channel(arriving.carried, memory)
        if shorter is not None:
            return [Signal(arriving.rows, shorter)]
    leaving = step.rule.backward(all_channels(arriving.carried), memory)
    return [Signal(arriving.rows, RowValues(values)) for values in leaving]


def join(waiting: tuple[Signal, ...], signal: Signal) -> tuple[Signal, ...]:
    """Return the signals waiting at a step after another one has arrived there.

    It is merged with the signals that share rows with it, and signals with all channels are merged too. Rows
    of a single channel stay apart until something is added to them, because a rule can carry them back with
    far less work.
    """
    met = [other for other in waiting if not set(other.rows).isdisjoint(signal.rows)]
    if met or signal.has_all_channels:
        met += [other for other in waiting if other not in met and other.has_all_channels]
    alone = tuple(other for other in waiting if other not in met)
    return (*alone, reduce(merge, met, signal))


def merge(first: Signal, second: Signal) -> Signal:
    """Return both signals as one with all channels: shared rows are added, the others appended."""
    if first.rows == second.rows:
        return Signal(first.rows, RowValues(all_channels(first.carried) + all_channels(second.carried)))
    shared = tuple(row for row in first.rows if row in second.rows)
    alone = [tuple(row for row in one.rows if row not in shared) for one in (first, second)]
    parts = [ordered(first, alone[0]), ordered(second, alone[1])]
    if shared:
        parts.append(ordered(first, shared) + ordered(second, shared))
    return Signal((*alone[0], *alone[1], *shared), RowValues(ops.concatenate(parts, axis=0)))


def gathered(signals: Iterable[Signal], rows: Sequence[Row]) -> Tensor:
    """Return some rows of several signals with all channels, in the order of ``rows``; no row is in two."""
    carried_by = {row: signal for signal in signals for row in signal.rows}
    # One concatenation: merging signal by signal would copy the first rows once for each later one.
    parts = {
        signal: tuple(row for row in rows if carried_by[row] is signal)
        for signal in dict.fromkeys(carried_by[row] for row in rows)
    }
    values = [ordered(signal, own) for signal, own in parts.items()]
    joined = values[0] if len(values) == 1 else ops.concatenate(values, axis=0)
    return ordered(Signal(tuple(chain(*parts.values())), RowValues(joined)), rows)


def ordered(signal: Signal, rows: Sequence[Row]) -> Tensor:
    """Return some rows of a signal with all channels, in the order of ``rows``."""
    values = all_channels(signal.carried)
    places = [signal.rows.index(row) for row in rows]
    if places == list(range(len(signal.rows))):
        return values
    return ops.take(values, ops.convert_to_tensor(places, dtype="int32"), axis=0)
