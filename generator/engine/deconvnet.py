"""One network made ready to run forward and backward.

Question: where to cut the compiled functions. Options: one function from picture to reconstructions, or
a forward and a backward with the choice of features between them. Choice: two, because users choose
features by looking at activations, and choosing is a room of its own. Cost: the chosen activations pass
through the host, a few megabytes.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

import numpy as np
from keras import ops

from generator.engine import footprint, graph, passes
from generator.engine.compiled import SWEEP_ROWS, bundles_rows, compiled
from generator.engine.seeds import SEEDS, seed
from generator.engine.translation import BIASES, RECTIFIERS, Options
from generator.errors import EngineError

Array = np.ndarray
Tensor = Any


class Deconvnet:
    """A network made ready to run forward and backward.

    Compiled functions are kept per set of layers and features, so a second picture costs no compiling.
    """

    def __init__(self, model: Any, method: str = "deconvnet", seed: str = "map", bias: str = "none") -> None:
        _one_of("method", method, RECTIFIERS)
        _one_of("seed", seed, SEEDS)
        _one_of("bias", bias, BIASES)
        self.steps = graph.read(model, Options(method, bias))
        self.shapes = {step.name: step.shape for step in self.steps}
        self.dtype = model.inputs[0].dtype
        shapes = self.shapes | {graph.IMAGE: tuple(model.inputs[0].shape[1:])}
        item_bytes = np.dtype(self.dtype).itemsize
        self.row_bytes: int = footprint.row_bytes(self.steps, shapes, item_bytes)
        self._weights_bytes = footprint.kept_bytes(model.weights)
        self._bundled = bundles_rows()
        self._seed = seed
        self._forwards: dict[tuple[str, ...], Callable[..., Any]] = {}
        self._backwards: dict[tuple[tuple[str, int], ...], Callable[..., Any]] = {}
        self._fitting: dict[tuple[str, ...], int | None] = {}

    def forward(self, image: Array, layers: Sequence[str]) -> passes.Trace:
        """Return the activations of the layers, and the memories, of one picture (1, H, W, C).

        What is compiled for these layers and others serves too; the trace then has the others as well.
        """
        names = next((known for known in self._forwards if {*known} >= {*layers}), tuple(layers))
        if names not in self._forwards:
            self._forwards[names] = compiled(self._forward_to(names))
        activations, memories = self._forwards[names](ops.convert_to_tensor(image, dtype=self.dtype))
        return passes.Trace(activations, memories)

    def backward(
        self,
        trace: passes.Trace,
        features: Mapping[str, Array],
        memory_budget: int | None = None,
        sweep_rows: int | None = None,
    ) -> dict[str, Array]:
        """Return the reconstructions (K, H, W, C) of the features (K,) of each layer.

        One sweep carries them all, or as many as ``sweeps`` says.

        Raises:
            EngineError: not even one row fits the budget.
        """
        sweeps = self.sweeps(trace, features, memory_budget, sweep_rows)
        swept = [self._sweep(trace, sweep) for sweep in sweeps]
        return {layer: np.concatenate([rows[layer] for rows in swept if layer in rows]) for layer in features}

    def sweeps(
        self,
        trace: passes.Trace,
        features: Mapping[str, Array],
        memory_budget: int | None = None,
        sweep_rows: int | None = None,
    ) -> tuple[dict[str, Array], ...]:
        """Return the features cut into sweeps of at most ``sweep_rows``, each within ``memory_budget`` bytes.

        By default within a share of what was free when these layers were first asked for: the cut is the same
        for every picture then, and nothing is compiled anew.

        Raises:
            EngineError: not even one row fits the budget.
        """
        layers = tuple(features)
        if memory_budget is not None:
            limit = self._rows_within(memory_budget, trace)
        elif layers in self._fitting:
            limit = self._fitting[layers]
        else:
            limit = self._fitting[layers] = self._rows_within(None, trace)
        return tuple(_chunks(features, min(filter(None, (limit, sweep_rows)), default=None)))

    def to_numpy(self, tensor: Tensor) -> Array:
        """Return a tensor of a trace as an array."""
        array: Array = ops.convert_to_numpy(tensor)
        return array

    def _sweep(self, trace: passes.Trace, features: Mapping[str, Array]) -> dict[str, Array]:
        """Return the reconstructions of some features, carried back together."""
        counts = tuple((layer, len(chosen)) for layer, chosen in features.items())
        if counts not in self._backwards:
            self._backwards[counts] = compiled(self._backward_from(counts))
        chosen = {name: ops.convert_to_tensor(numbers, dtype="int32") for name, numbers in features.items()}
        activations = {name: trace.activations[name] for name in features}
        rows = ops.convert_to_numpy(self._backwards[counts](activations, trace.memories, chosen))
        ends = np.cumsum([count for _, count in counts])[:-1]
        return dict(zip(features, np.split(rows, ends), strict=True))

    def _rows_within(self, memory_budget: int | None, trace: passes.Trace) -> int | None:
        """Return how many rows a sweep may carry, ``None`` for any number."""
        fitting = footprint.rows_within(memory_budget, self.row_bytes, self.kept_bytes(trace))
        return fitting if self._bundled else min(fitting or SWEEP_ROWS, SWEEP_ROWS)

    def kept_bytes(self, trace: passes.Trace) -> int:
        """Return the bytes a sweep takes whatever its rows: the trace, and all kernels turned round."""
        return self._weights_bytes + footprint.kept_bytes([dict(trace.activations), dict(trace.memories)])

    def _forward_to(self, layers: tuple[str, ...]) -> Callable[[Tensor], Any]:
        def run(image: Tensor) -> Any:
            trace = passes.forward(self.steps, image)
            memories = {name: memory for name, memory in trace.memories.items() if memory is not None}
            return {name: trace.activations[name] for name in layers}, memories

        return run

    def _backward_from(self, counts: tuple[tuple[str, int], ...]) -> Callable[..., Tensor]:
        rows = tuple(passes.Row(layer, place) for layer, count in counts for place in range(count))

        def run(activations: Any, memories: Any, features: Any) -> Tensor:
            seeds = {
                layer: passes.Signal(
                    tuple(passes.Row(layer, place) for place in range(count)),
                    seed(activations[layer], features[layer], self._seed),
                )
                for layer, count in counts
            }
            memories = {step.name: memories.get(step.name) for step in self.steps}
            arrived = passes.backward(self.steps, memories, seeds, self._bundled)
            return passes.ordered(arrived, rows)

        return run


def _chunks(features: Mapping[str, Array], limit: int | None) -> Iterator[dict[str, Array]]:
    """Yield the features cut into sweeps of at most ``limit`` rows, layers kept together."""
    rows = [(layer, feature) for layer, chosen in features.items() for feature in chosen]
    size = limit or len(rows)
    for start in range(0, len(rows), size):
        sweep: dict[str, list[int]] = {}
        for layer, feature in rows[start : start + size]:
            sweep.setdefault(layer, []).append(feature)
        yield {layer: np.array(chosen, np.int32) for layer, chosen in sweep.items()}


def _one_of(option: str, value: str, choices: Any) -> None:
    if value not in choices:
        raise EngineError(f"`{option}` must be one of {', '.join(choices)}. Received: {value!r}")
