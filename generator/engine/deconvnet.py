"""One network, ready to run forward and backward.

Question: which functions are compiled? Options: one from picture to reconstructions; a forward and a backward
function, with the choice of features between them. Choice: two, because users choose features by looking at
activations, and because one forward pass then serves every method and seed. Cost: the activations of the
chosen layers pass through the host, a few megabytes.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from itertools import chain
from threading import Lock
from typing import Any, NamedTuple

import numpy as np
from keras import ops

from generator.engine import footprint, graph, passes
from generator.engine.compiled import SWEEP_ROWS, bundles_rows, compiled
from generator.engine.end import at_logits
from generator.engine.methods import METHODS, method_named, one_of
from generator.engine.rules import Rectifier
from generator.engine.seeds import SEEDS, seed
from generator.engine.translation import BIASES
from generator.environment import cores
from generator.errors import EngineError

Array = np.ndarray
Tensor = Any


class BackwardPass(NamedTuple):
    """What a backward function is compiled for: method, seed, and the number of features of each layer."""

    method: str
    seed: str
    counts: tuple[tuple[str, int], ...]


class Deconvnet:
    """A network, ready to run forward and backward by any method.

    Compiled functions are kept. If ``bundled``, the rows of all layers go through a step together, and
    another picture with the same layers, and as many features of each, compiles nothing. Otherwise each row
    goes alone, and a layer has one function for any number of features. ``output`` is the place of the output
    with the classes, among several.
    """

    def __init__(self, model: Any, bias: str = "none", output: int | None = None) -> None:
        one_of("bias", bias, BIASES)
        read = graph.read_graph(model, bias, output)
        self.end = read.end
        self.steps = at_logits(read.steps, read.end)
        self.shapes = {step.name: step.shape for step in self.steps}
        self.dtype = graph.dtype_of(model)
        shapes = self.shapes | {graph.IMAGE: tuple(model.inputs[0].shape[1:])}
        item_bytes = np.dtype(self.dtype).itemsize
        self.row_bytes: int = footprint.row_bytes(self.steps, shapes, item_bytes)
        self._weights_bytes = footprint.kept_bytes(model.weights)
        self.bundled = bundles_rows()
        self._rectifiers = frozenset(step.name for step in self.steps if isinstance(step.rule, Rectifier))
        self._forwards: dict[tuple[tuple[str, ...], bool], Callable[..., Any]] = {}
        self._compiling = Lock()
        self._backwards: dict[BackwardPass, Callable[..., Any]] = {}
        self._fitting: dict[tuple[str, ...], int | None] = {}

    def forward(self, image: Array, layers: Sequence[str], keeps_slopes: bool = False) -> passes.Trace:
        """Return the activations of the layers and the memories of all steps for one picture (1, H, W, C).

        With ``keeps_slopes`` the trace serves every method, otherwise only those that need no slopes. If a
        function was compiled before for these layers and others, it is used, and the trace has the others as
        well.
        """
        wanted = tuple(layers), keeps_slopes
        key = next((known for known in self._forwards if _serves(known, wanted)), wanted)
        if key not in self._forwards:
            self._forwards[key] = compiled(self._forward_to(*key))
        activations, memories = self._forwards[key](ops.convert_to_tensor(image, dtype=self.dtype))
        return passes.Trace(activations, memories)

    def backward(
        self,
        trace: passes.Trace,
        features: Mapping[str, Array],
        method: str = "deconvnet",
        seed: str = "map",
        memory_budget: int | None = None,
        sweep_rows: int | None = None,
    ) -> dict[str, Array]:
        """Return the reconstructions (K, H, W, C) of each layer's features (K,); see ``stream``."""
        return dict(self.stream(trace, features, method, seed, memory_budget, sweep_rows))

    def stream(
        self,
        trace: passes.Trace,
        features: Mapping[str, Array],
        method: str = "deconvnet",
        seed: str = "map",
        memory_budget: int | None = None,
        sweep_rows: int | None = None,
    ) -> Iterator[tuple[str, Array]]:
        """Yield each layer with the reconstructions (K, H, W, C) of its features (K,), in the order given.

        The features go back in one sweep, or in several as ``sweeps`` divides them. A layer is yielded when
        its last row has arrived. Besides that layer, memory holds the rows of at most one sweep.

        Raises:
            EngineError: the method or seed is unknown, the trace lacks the slopes that the method needs, or
                not even one row fits the budget.
        """
        refuse_unknown(method, seed)
        kept = passes.Trace(trace.activations, self._memories(trace, method))
        sweeps = self.sweeps(trace, features, memory_budget, sweep_rows)
        parts = chain.from_iterable(self._sweep(kept, sweep, method, seed) for sweep in sweeps)
        return ((layer, _next_rows(parts, len(chosen))) for layer, chosen in features.items())

    def sweeps(
        self,
        trace: passes.Trace,
        features: Mapping[str, Array],
        memory_budget: int | None = None,
        sweep_rows: int | None = None,
    ) -> tuple[dict[str, Array], ...]:
        """Divide the features into sweeps of at most ``sweep_rows``, each within ``memory_budget`` bytes.

        The default budget is a share of the memory that was free when these layers were first swept. It then
        stays the same, so that every picture has the same sweeps and nothing is compiled again.

        Raises:
            EngineError: the budget is too small for one row, or ``sweep_rows`` is not at least 1.
        """
        if sweep_rows is not None and sweep_rows < 1:
            raise EngineError(f"`sweep_rows` must be at least 1. Received: {sweep_rows}")
        layers = tuple(features)
        if memory_budget is not None:
            limit = self._rows_within(memory_budget, trace)
        elif layers in self._fitting:
            limit = self._fitting[layers]
        else:
            limit = self._fitting[layers] = self._rows_within(None, trace)
        most = min(filter(None, (limit, sweep_rows)), default=None)
        return tuple(_chunks(features, most))

    def to_numpy(self, tensor: Tensor) -> Array:
        """Return a tensor of a trace as a NumPy array."""
        array: Array = ops.convert_to_numpy(tensor)
        return array

    def kept_bytes(self, trace: passes.Trace) -> int:
        """Return the bytes that a sweep needs for any number of rows: the trace and all flipped kernels."""
        return self._weights_bytes + footprint.kept_bytes([dict(trace.activations), dict(trace.memories)])

    def _sweep(
        self, trace: passes.Trace, features: Mapping[str, Array], method: str, seed: str
    ) -> Iterator[Array]:
        """Carry some features back; yield their reconstructions layer by layer."""
        if self.bundled:
            arrived = self._carry(trace, method, seed, features)
            for layer in features:
                yield ops.convert_to_numpy(arrived.pop(layer))  # popped, so that the tensor is freed
            return
        # In threads, because a backend does not keep all cores busy with one row.
        carry = partial(self._carry, trace, method, seed)
        with ThreadPoolExecutor(cores()) as pool:
            rows = pool.map(carry, ({layer: [number]} for layer in features for number in features[layer]))
            for layer, chosen in features.items():
                yield np.concatenate([ops.convert_to_numpy(next(rows)[layer]) for _ in chosen])

    def _carry(
        self, trace: passes.Trace, method: str, seed: str, features: Mapping[str, Sequence[int] | Array]
    ) -> dict[str, Tensor]:
        """Carry some features back with one call of a compiled function."""
        counts = ((layer, len(numbers)) for layer, numbers in features.items())
        way = BackwardPass(method, seed, tuple(counts))
        with self._compiling:
            if way not in self._backwards:
                self._backwards[way] = compiled(self._backward_by(way))
        chosen = {layer: ops.convert_to_tensor(numbers, dtype="int32") for layer, numbers in features.items()}
        activations = {layer: trace.activations[layer] for layer in features}
        arrived: dict[str, Tensor] = self._backwards[way](activations, trace.memories, chosen)
        return arrived

    def _memories(self, trace: passes.Trace, method: str) -> Mapping[str, Any]:
        """Return the memories that a method uses; a compiled backward function takes exactly these.

        Raises:
            EngineError: the method needs slopes, and the trace has none.
        """
        if not METHODS[method].needs_slopes:
            return {name: found for name, found in trace.memories.items() if name not in self._rectifiers}
        if not self._rectifiers <= trace.memories.keys():
            raise EngineError(f"the method {method} needs slopes; run `forward` with `keeps_slopes=True`")
        return trace.memories

    def _rows_within(self, memory_budget: int | None, trace: passes.Trace) -> int | None:
        """Return the most rows that a sweep may carry, ``None`` for any number."""
        fitting = footprint.rows_within(memory_budget, self.row_bytes, self.kept_bytes(trace))
        return fitting if self.bundled else min(fitting or SWEEP_ROWS, SWEEP_ROWS)

    def _forward_to(self, layers: tuple[str, ...], keeps_slopes: bool) -> Callable[[Tensor], Any]:
        # Going forward, methods differ only in whether they need slopes: any method of that kind does.
        method = next(method for method in METHODS.values() if method.needs_slopes is keeps_slopes)
        steps = graph.by_method(self.steps, method)

        def run(image: Tensor) -> Any:
            trace = passes.forward(steps, image)
            memories = {name: memory for name, memory in trace.memories.items() if memory is not None}
            return {name: trace.activations[name] for name in layers}, memories

        return run

    def _backward_by(self, way: BackwardPass) -> Callable[..., dict[str, Tensor]]:
        steps = graph.by_method(self.steps, METHODS[way.method])

        rows = {
            layer: tuple(passes.Row(layer, place) for place in range(count)) for layer, count in way.counts
        }

        def run(activations: Any, memories: Any, features: Any) -> dict[str, Tensor]:
            seeds = {
                layer: passes.Signal(own, seed(activations[layer], features[layer], way.seed))
                for layer, own in rows.items()
            }
            remembered = {step.name: memories.get(step.name) for step in steps}
            arrived = passes.backward(steps, remembered, seeds)
            return {layer: passes.gathered(arrived, own) for layer, own in rows.items()}

        return run


def refuse_unknown(method: str, seed: str) -> None:
    """Refuse an unknown method or seed.

    Raises:
        EngineError: one of them is unknown; the message lists the choices.
    """
    method_named(method)
    one_of("seed", seed, SEEDS)


def _serves(known: tuple[tuple[str, ...], bool], wanted: tuple[tuple[str, ...], bool]) -> bool:
    """Tell whether a compiled forward pass gives all wanted layers, and slopes if they are wanted."""
    return {*known[0]} >= {*wanted[0]} and known[1] >= wanted[1]


def _next_rows(parts: Iterator[Array], count: int) -> Array:
    """Return the next ``count`` rows, put together from as many parts as necessary."""
    rows = next(parts)
    if len(rows) == count:
        return rows
    whole, filled = np.empty((count, *rows.shape[1:]), rows.dtype), 0
    while True:
        whole[filled : filled + len(rows)] = rows
        filled += len(rows)
        del rows  # the next sweep runs without this one in memory
        if filled == count:
            return whole
        rows = next(parts)


def _chunks(features: Mapping[str, Array], limit: int | None) -> Iterator[dict[str, Array]]:
    """Yield sweeps of at most ``limit`` rows, in the order of the layers."""
    rows = [(layer, feature) for layer, chosen in features.items() for feature in chosen]
    size = limit or len(rows)
    for start in range(0, len(rows), size):
        sweep: dict[str, list[int]] = {}
        for layer, feature in rows[start : start + size]:
            sweep.setdefault(layer, []).append(feature)
        yield {layer: np.array(chosen, np.int32) for layer, chosen in sweep.items()}
