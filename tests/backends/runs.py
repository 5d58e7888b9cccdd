"""One case under the backend in use, by every method, seed and treatment of biases, as plain arrays.

Which pixel is a pooling's maximum and whether a value is positive are *choices*: where two values agree to
seven digits, two backends that sum in another order may choose differently, and neither is wrong. Choices
are what the engine remembers as whole numbers or as truths.
"""

from dataclasses import dataclass, replace
from typing import Any

import keras
import numpy as np
from keras import ops

from generator.analysis import selection
from generator.engine.deconvnet import Deconvnet
from generator.engine.methods import need_slopes

NEIGHBOURS = 3
"""The number of further pictures that show how far rounding takes a reconstruction; one may agree by luck."""


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

    They are those of the exact model if the case has one.
    """
    arrays, truth = {}, in_float64(case) if case.exact else case
    for method, seed, bias in truth.options:
        run = forward(truth, method, seed, bias)
        features = strongest(truth, run)
        rows = run.backward(run.trace, features)
        arrays |= {f"features/{layer}": numbers for layer, numbers in features.items()}
        arrays |= {
            f"activations/{layer}": run.engine.to_numpy(run.trace.activations[layer]) for layer in rows
        }
        arrays |= {f"choices/{method}/{name}": choice for name, choice in run.choices.items()}
        arrays |= {f"reconstructions/{method}/{seed}/{bias}/{layer}": found for layer, found in rows.items()}
    np.savez(path, **arrays)


def in_float64(case):
    """Return a case with its exact model, which gets the very weights of the other: those of float32."""
    exact = case.exact()
    for variable, own in zip(exact.weights, case.model.weights, strict=True):
        variable.assign(ops.cast(own.value, variable.dtype))
    for layer in exact.layers:
        if isinstance(layer, keras.layers.Normalization):
            layer.finalize_state()  # it computes with copies of its weights
    return replace(case, model=exact)


def rounding(run, case, settled, features):
    """Return {layer: (K,)}, how far rounding moves each reconstruction under the backend in use.

    That is the largest difference from those of pictures whose every value is another by its last digit. A
    wrong rule moves all of them alike, so it cannot excuse itself. ``settled`` returns a trace with the
    choices that are to be compared.
    """
    traces = (run.trace, *(run.again(batch, case.layers) for batch in neighbours(case.batch)))
    found = [run.backward(settled(trace), features) for trace in traces]
    return {
        layer: np.max([sizes(rows[layer] - found[0][layer]) for rows in found[1:]], axis=0)
        for layer in features
    }


def neighbours(batch):
    """Yield pictures whose every value is another by its last digit: rounding falls otherwise in each."""
    random = np.random.default_rng(11)
    for _ in range(NEIGHBOURS):
        aside = np.where(random.random(batch.shape) < 0.5, -np.inf, np.inf).astype(batch.dtype)
        yield np.nextafter(batch, aside)


def distances(found, expected):
    """Return the largest difference of each row (K,), as a share of the row's largest value.

    It is infinite for a row of zeros that is found otherwise, and for NaN or infinity in either.
    """
    apart, largest = sizes(np.subtract(found, expected)), sizes(expected)
    shares = np.divide(apart, largest, out=np.where(apart > 0, np.inf, 0.0), where=largest > 0)
    return np.where(np.isfinite(apart) & np.isfinite(largest), shares, np.inf)


def sizes(rows):
    """Return the largest absolute value of each row (K,)."""
    return np.array([np.abs(row).max() for row in rows])


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
        return {layer: self._arrays["/".join(("reconstructions", *options, layer))] for layer in self._layers}

    def scale(self, layer):
        """Return the largest value of a layer's reconstructions by all options."""
        every = [key for key in self._arrays if key.startswith("reconstructions/")]
        return max(np.abs(self._arrays[key]).max() for key in every if key.endswith(f"/{layer}"))
