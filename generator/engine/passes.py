"""The two runs over the steps: forward, keeping memories, and backward for all seeds at once.

The backward sweep visits each step once, deepest first. The features chosen at a step join the batch that
is flowing back as new rows. Rows never mix: a deconvnet is not additive, so features lie side by side along
the batch axis and are never summed.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import reduce
from itertools import chain
from typing import Any, NamedTuple

from keras import ops

from generator.engine.graph import IMAGE, Step
from generator.engine.rules.rule import Lone, whole

Tensor = Any


class Row(NamedTuple):
    """The name of one row of a signal: a layer, and the place of a feature among those chosen in it."""

    layer: str
    place: int


@dataclass(frozen=True)
class Trace:
    """The result of a forward pass: step name -> activation (1, h, w, c), and step name -> memory."""

    activations: Mapping[str, Tensor]
    memories: Mapping[str, Any]


@dataclass(frozen=True, eq=False)  # a tensor has no single truth to compare
class Signal:
    """Rows on their way back: whole, (rows, h, w, c), or with one channel each."""

    rows: tuple[Row, ...]
    lone: Lone

    @property
    def is_whole(self) -> bool:
        """Whether the rows have all their channels."""
        return self.lone.channels is None


def forward(steps: Sequence[Step], image: Tensor) -> Trace:
    """Return all activations and memories of a picture (1, H, W, C)."""
    activations, memories = {IMAGE: image}, {}
    for step in steps:
        inputs = [activations[name] for name in step.inputs]
        activations[step.name], memories[step.name] = step.rule.forward(*inputs)
    return Trace(activations, memories)


def backward(
    steps: Sequence[Step],
    memories: Mapping[str, Any],
    seeds: Mapping[str, Signal],
    bundled: bool = True,
) -> tuple[Signal, ...]:
    """Carry every seed back to the image and return what arrives there.

    If ``bundled``, all rows go through a step at once, otherwise one after the other. No two of the signals
    returned share a row, and their order is arbitrary: ``gathered`` puts rows in order.
    """
    pending = {name: (seed,) if bundled else tuple(apart(seed)) for name, seed in seeds.items()}
    for step in reversed(steps):
        for arriving in pending.pop(step.name, ()):  # nothing arrives at steps above all chosen layers
            leaving = _through(step, arriving, memories[step.name])
            for source, signal in zip(step.inputs, leaving, strict=True):
                pending[source] = join(pending.get(source, ()), signal, bundled)
    return pending[IMAGE]


def apart(signal: Signal) -> Iterator[Signal]:
    """Yield the rows of a signal one by one."""
    values, channels, features = signal.lone
    for place, row in enumerate(signal.rows):
        some = slice(place, place + 1)
        yield Signal((row,), Lone(values[some], None if channels is None else channels[some], features))


def _through(step: Step, arriving: Signal, memory: Any) -> Sequence[Signal]:
    """Return what leaves a step for each of its inputs."""
    if not arriving.is_whole:
        short = step.rule.backward_lone(arriving.lone, memory)
        if short is not None:
            return [Signal(arriving.rows, short)]
    leaving = step.rule.backward(whole(arriving.lone), memory)
    return [Signal(arriving.rows, Lone(values)) for values in leaving]


def join(waiting: tuple[Signal, ...], signal: Signal, bundled: bool = True) -> tuple[Signal, ...]:
    """Return the signals that wait at a step after another has arrived there.

    It is merged with those that share rows with it and, if rows are ``bundled``, with those that are whole.
    Rows with one channel stay apart until something is added to them, because they are cheaper so.
    """
    met = [other for other in waiting if not set(other.rows).isdisjoint(signal.rows)]
    if bundled and (met or signal.is_whole):
        met += [other for other in waiting if other not in met and other.is_whole]
    alone = tuple(other for other in waiting if other not in met)
    return (*alone, reduce(merge, met, signal))


def merge(first: Signal, second: Signal) -> Signal:
    """Return two signals as one whole signal: rows that both have are added, the others appended."""
    if first.rows == second.rows:
        return Signal(first.rows, Lone(whole(first.lone) + whole(second.lone)))
    shared = tuple(row for row in first.rows if row in second.rows)
    alone = [tuple(row for row in one.rows if row not in shared) for one in (first, second)]
    parts = [ordered(first, alone[0]), ordered(second, alone[1])]
    if shared:
        parts.append(ordered(first, shared) + ordered(second, shared))
    return Signal((*alone[0], *alone[1], *shared), Lone(ops.concatenate(parts, axis=0)))


def gathered(signals: Iterable[Signal], rows: Sequence[Row]) -> Tensor:
    """Return the whole values of some rows, in their order, from signals that share no row."""
    carried_by = {row: signal for signal in signals for row in signal.rows}
    # One concatenation: merging signal by signal would copy the first rows once for each later one.
    parts = {
        signal: tuple(row for row in rows if carried_by[row] is signal)
        for signal in dict.fromkeys(carried_by[row] for row in rows)
    }
    values = [ordered(signal, own) for signal, own in parts.items()]
    joined = values[0] if len(values) == 1 else ops.concatenate(values, axis=0)
    return ordered(Signal(tuple(chain(*parts.values())), Lone(joined)), rows)


def ordered(signal: Signal, rows: Sequence[Row]) -> Tensor:
    """Return the whole values of some rows of a signal, in their order."""
    values = whole(signal.lone)
    places = [signal.rows.index(row) for row in rows]
    if places == list(range(len(signal.rows))):
        return values
    return ops.take(values, ops.convert_to_tensor(places, dtype="int32"), axis=0)
