"""One case under the backend in use, by every method, seed and treatment of biases, as plain arrays.

Which pixel is a pooling's maximum and whether a value is positive are *choices*: where two values agree to
seven digits, two backends that sum in another order may choose differently, and neither is wrong. Choices
are what the engine remembers as whole numbers or as truths.
"""

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from keras import ops

from generator.analysis import selection
from generator.engine.deconvnet import Deconvnet
from generator.engine.methods import need_slopes

NEIGHBOURS = 3
"""So many further pictures tell how far rounding takes a reconstruction; one may be right by luck."""


@dataclass(frozen=True)
class Run:
    """An engine that has seen a case's picture: its trace, and its choices by the name of their step."""

    engine: Deconvnet
    method: str
    seed: str
    trace: Any
    choices: dict[str, np.ndarray]

    def backward(self, trace, features):
        """Return the reconstructions of the features of each layer, by this run's method."""
        return self.engine.backward(trace, features, self.method, self.seed)

    def again(self, batch, layers):
        """Return the trace of another picture."""
        return self.engine.forward(batch, layers, need_slopes([self.method]))


def forward(case, method, seed, bias):
    """Return the run of a case by one method."""
    engine = Deconvnet(case.model, bias)
    trace = engine.forward(case.batch, case.layers, need_slopes([method]))
    found = {name: ops.convert_to_numpy(memory) for name, memory in trace.memories.items() if one(memory)}
    return Run(
        engine,
        method,
        seed,
        trace,
        {name: array for name, array in found.items() if array.dtype.kind in "bi"},
    )


def one(memory):
    """Return whether a memory is one tensor: the factors of a product are several."""
    return not isinstance(memory, tuple)


def strongest(case, run):
    """Return {layer: features} (K,) of a case, by the activations of a run."""
    maps = {layer: ops.convert_to_numpy(run.trace.activations[layer])[0] for layer in case.layers}
    return {
        layer: selection.strongest(selection.strengths(maps[layer]), case.features) for layer in case.layers
    }


def write(case, path):
    """Write what the backend in use makes of a case: features, activations, choices, reconstructions.

    And where the case has an exact model, how far rounding takes each reconstruction from that model's.
    """
    arrays, exact = {}, case.exact and replace(case, model=case.exact())
    for method, seed, bias in case.options:
        run = forward(case, method, seed, bias)
        features = strongest(case, run)
        rows = run.backward(run.trace, features)
        arrays |= {f"features/{layer}": numbers for layer, numbers in features.items()}
        arrays |= {
            f"activations/{layer}": run.engine.to_numpy(run.trace.activations[layer]) for layer in rows
        }
        arrays |= {f"choices/{method}/{name}": choice for name, choice in run.choices.items()}
        arrays |= {f"{method}/{seed}/{bias}/{layer}": found for layer, found in rows.items()}
        if exact:
            truth = forward(exact, method, seed, bias)
            truths = truth.backward(truth.trace, features)
            lost = {layer: distances(found, truths[layer]) for layer, found in rows.items()}
            for batch in neighbours(case.batch):
                rounded = run.backward(run.again(batch, case.layers), features)
                lost = {
                    layer: np.maximum(lost[layer], distances(rounded[layer], truths[layer])) for layer in lost
                }
            arrays |= {f"rounding/{method}/{seed}/{bias}/{layer}": shares for layer, shares in lost.items()}
    np.savez(path, **arrays)


def neighbours(batch):
    """Yield pictures whose every value is another by its last digit: rounding falls otherwise in each."""
    random = np.random.default_rng(11)
    for _ in range(NEIGHBOURS):
        aside = np.where(random.random(batch.shape) < 0.5, -np.inf, np.inf).astype(batch.dtype)
        yield np.nextafter(batch, aside)


def distances(found, expected):
    """Return the largest difference of each row (K,), as a share of the row's largest value."""
    pairs = list(zip(found, expected, strict=True))
    assert not any(np.any(one) for one, other in pairs if not np.any(other))
    return np.array(
        [np.abs(one - other).max() / np.abs(other).max() if np.any(other) else 0.0 for one, other in pairs]
    )


class Written:
    """What another backend made of a case."""

    def __init__(self, path, case):
        with np.load(path) as file:
            self._arrays = dict(file)
        self._layers = case.layers

    def features(self):
        """Return {layer: features}."""
        return {layer: self._arrays[f"features/{layer}"] for layer in self._layers}

    def activations(self):
        """Return {layer: activations}."""
        return {layer: self._arrays[f"activations/{layer}"] for layer in self._layers}

    def choices(self, method):
        """Return {step: choices} of a method."""
        start = f"choices/{method}/"
        return {
            key.removeprefix(start): array for key, array in self._arrays.items() if key.startswith(start)
        }

    def reconstructions(self, *options):
        """Return {layer: reconstructions} of a method, seed and treatment of biases."""
        return {layer: self._arrays["/".join((*options, layer))] for layer in self._layers}

    def rounding(self, layer, *options):
        """Return how far rounding takes each reconstruction (K,) from float64; 0 where that is not known."""
        count = len(self._arrays[f"features/{layer}"])
        return self._arrays.get("/".join(("rounding", *options, layer)), np.zeros(count))
