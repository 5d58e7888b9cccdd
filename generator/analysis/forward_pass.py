"""One forward pass of a picture through a network, from which features are chosen and reconstructed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from difflib import get_close_matches
from typing import TYPE_CHECKING, Any
from weakref import WeakKeyDictionary

import numpy as np

from generator.analysis import predictions, selection
from generator.analysis.feeding import fed
from generator.errors import EngineError, NetworkError, SelectionError
from generator.networks import outputs
from generator.records import LayerResult, Prediction

if TYPE_CHECKING:
    from generator.engine.deconvnet import Deconvnet
    from generator.engine.passes import Trace
    from generator.engine.snapshot import Snapshot
    from generator.networks.network import Network
    from generator.records import Array, Framing
    from generator.records.choices import Measure

PREDICTIONS = "predictions"

Settings = tuple[str, int | None]
"""The bias, and the place of the output with the classes among several."""

_ENGINES: WeakKeyDictionary[Any, tuple[Snapshot, dict[Settings, Deconvnet]]] = WeakKeyDictionary()
"""Model -> its weights, and its engines by settings: compiled functions are reused for the next picture.

The keys are weak references: the engines are freed with their model. They are made again when the weights
have changed, because an engine reads them once.
"""


def look(
    network: Network,
    image: Any,
    layers: Sequence[str],
    *,
    bias: str = "none",
    keeps_slopes: bool = False,
    fit: str = "crop",
) -> ForwardPass:
    """Run a picture forward to some layers; every method can reconstruct from the result.

    The model's weights are those of now: after a training, the network is compiled again. A result keeps the
    weights that it was computed with.

    Args:
        network: from ``load_network``.
        image: as for ``deconvolve``.
        layers: the names of the layers.
        bias: as for ``deconvolve``.
        keeps_slopes: whether a method that needs slopes will follow; ``engine.methods.need_slopes`` says so.
        fit: as for ``deconvolve``.

    Raises:
        EngineError: the bias is unknown, an operation of the network has no rule, or a number overflows.
        ImageError: the picture cannot be read or has the wrong shape.
        NetworkError: the network does not have one of the layers.
    """
    engine = engine_of(network, bias)
    rgb, batch, framing = fed(network, image, fit)
    steps = {layer: step_of(network, engine, layer) for layer in layers}
    logits = (engine.end.logits,) if engine.end else ()
    trace = engine.forward(batch, [*dict.fromkeys((*steps.values(), *logits))], keeps_slopes)
    maps = {step: engine.to_numpy(tensor)[0] for step, tensor in trace.activations.items()}
    for step, activations in maps.items():
        _refuse_overflow(step, "activations", activations)
    guesses = _predictions(network, engine, maps)
    return ForwardPass(network, rgb, framing, guesses, engine, trace, steps, maps)


def refuse_unknown(network: Network, layers: Sequence[str], bias: str) -> None:
    """Refuse layers that a network does not have, before any picture is opened.

    Raises:
        NetworkError: it does not have one of them.
    """
    engine = engine_of(network, bias)
    for layer in layers:
        step_of(network, engine, layer)


@dataclass(frozen=True, eq=False, repr=False)  # == of arrays is an array, and they are too long to print
class ForwardPass:
    """One picture in a network: the activations of its layers, and the reconstructions of their features.

    ``input`` is the picture at the network's input, (H, W, 3) uint8, ``None`` for a float array;
    ``framing`` says which part of the user's picture is where in it. ``predictions`` are the five likeliest
    classes, best first, empty without a classifier.
    ``steps`` maps a layer to the engine's name for it, ``maps`` such a name to the activations.
    """

    network: Network
    input: Array | None
    framing: Framing | None
    predictions: tuple[Prediction, ...]
    engine: Deconvnet
    trace: Trace
    steps: Mapping[str, str]
    maps: Mapping[str, Array]
    _strengths: dict[str, Array] = field(default_factory=dict, init=False)

    @property
    def measure(self) -> Measure:
        """What the model says of a class."""
        return predictions.MEASURES[_activation(self.network, self.engine)]

    def strengths(self, layer: str) -> Array:
        """Return the L2 norm of every feature's activation map, (features,) float32: the layer's profile."""
        step = self.steps[layer]
        if step not in self._strengths:  # asked for again for every method
            self._strengths[step] = selection.strengths(self.maps[step])
        return self._strengths[step]

    def choose(self, layer: str, named: Sequence[int] | None, count: int) -> Array:
        """Return the features of a layer to show, (K,) int32: those named, else the first ``count``.

        A layer with fewer features shows all of them.

        If the features are the classes, the likeliest classes come first, otherwise the strongest features.

        Raises:
            SelectionError: the layer does not have a named feature, or ``count`` is less than 1.
        """
        maps = self.maps[self.steps[layer]]
        count = min(count, maps.shape[-1])
        try:
            if named is not None:
                return selection.named(named, maps)
            if self._has_classes(layer) and (maps.ndim == 1 or layer == PREDICTIONS):
                return selection.likeliest(_mean(maps), count)
            return selection.strongest(self.strengths(layer), count)
        except SelectionError as error:
            raise SelectionError(f"layer '{layer}': {error}") from error

    def activations(self, layer: str, features: Array) -> Array:
        """Return the activation maps of some features, (K, h, w), or (K,) for a dense layer."""
        return np.moveaxis(self.maps[self.steps[layer]][..., features], -1, 0)

    def labels(self, layer: str, features: Array) -> tuple[str, ...]:
        """Return the names of some classes; empty if the features of the layer are not the classes."""
        if not self.network.classes or not self._has_classes(layer):
            return ()
        classes = predictions.of_outputs(self.network.classes, self.maps[self.steps[layer]].shape[-1])
        return tuple(classes[feature][1] for feature in features)

    def reconstruct(
        self,
        features: Mapping[str, Array],
        method: str = "deconvnet",
        seed: str = "map",
        memory_budget: int | None = None,
        sweep_rows: int | None = None,
    ) -> Iterator[tuple[str, Array]]:
        """Yield each layer with the reconstructions (K, H, W, C) of its features (K,), as soon as computed.

        The arguments are those of ``deconvolve``. Colours are in the order of ``network.colours``.

        Raises:
            EngineError: the method or seed is unknown, slopes were not kept, memory does not suffice for one
                row, or a number overflows.
        """
        asked = self._by_step(features)
        arriving = self.engine.stream(self.trace, asked, method, seed, memory_budget, sweep_rows)
        return self._by_layer(arriving, asked, features)

    def count_sweeps(
        self, features: Mapping[str, Array], memory_budget: int | None = None, sweep_rows: int | None = None
    ) -> int:
        """Return the number of sweeps that ``reconstruct`` makes."""
        return len(self.engine.sweeps(self.trace, self._by_step(features), memory_budget, sweep_rows))

    def result(self, layer: str, features: Array, reconstructions: Array) -> LayerResult:
        """Return the record of some features of a layer."""
        profile = self.strengths(layer)
        return LayerResult(
            features=features,
            strengths=profile[features],
            activations=self.activations(layer, features),
            reconstructions=reconstructions,
            labels=self.labels(layer, features),
            profile=profile,
        )

    def _has_classes(self, layer: str) -> bool:
        """Tell whether the features of a layer are those of the model's output."""
        return self.engine.end is not None and self.steps[layer] in self.engine.end.steps

    def _by_step(self, features: Mapping[str, Array]) -> dict[str, Array]:
        """Return the features of each step without repetitions.

        Two layer names may mean the same step: ``predictions`` and the name of the last layer do.
        """
        asked: dict[str, dict[int, None]] = {}
        for layer, numbers in features.items():
            asked.setdefault(self.steps[layer], {}).update(dict.fromkeys(map(int, numbers)))
        return {step: np.array([*numbers], np.int32) for step, numbers in asked.items()}

    def _by_layer(
        self,
        arriving: Iterator[tuple[str, Array]],
        asked: Mapping[str, Array],
        features: Mapping[str, Array],
    ) -> Iterator[tuple[str, Array]]:
        """Yield the rows of each layer, chosen from the rows of its step."""
        for step, rows in arriving:
            _refuse_overflow(step, "reconstructions", rows)
            for layer in (layer for layer in features if self.steps[layer] == step):
                own = rows
                if not np.array_equal(features[layer], asked[step]):
                    places = {int(feature): place for place, feature in enumerate(asked[step])}
                    own = rows[[places[int(feature)] for feature in features[layer]]]
                yield layer, self.network.colours(own)
            del own, rows  # free the memory before the next layer is computed


def engine_of(network: Network, bias: str = "none") -> Deconvnet:
    """Return the compiled engine of a model, made again if the model's weights have changed since."""
    from generator.engine.deconvnet import Deconvnet
    from generator.engine.snapshot import Snapshot

    model, settings = network.model, (bias, network.output)
    if model not in _ENGINES or not _ENGINES[model][0].shows(model):
        _ENGINES.pop(model, None)  # freed first: two engines may not fit in memory
        _ENGINES[model] = Snapshot(model), {}
    _, engines = _ENGINES[model]
    if settings not in engines:
        engines[settings] = Deconvnet(model, *settings)
    return engines[settings]


def step_of(network: Network, engine: Deconvnet, layer: str) -> str:
    """Return the engine's name of a layer; ``predictions`` is the logits, unless a layer has that name."""
    if layer in engine.shapes:
        return layer
    if layer == PREDICTIONS and engine.end:
        return engine.end.logits
    if layer == PREDICTIONS and len(heads := outputs.first_names(network.model)) > 1:
        told = f"load it with predictions= one of its outputs: {', '.join(heads)}"
        raise NetworkError(f"no layer '{layer}' in {network.name}; {told}")
    nearest = get_close_matches(layer, engine.shapes, n=1)
    hint = f"; nearest: {nearest[0]}" if nearest else ""
    raise NetworkError(f"no layer '{layer}' in {network.name}{hint}; layers: {', '.join(engine.shapes)}")


def _refuse_overflow(layer: str, what: str, numbers: Array) -> None:
    """Refuse NaN and infinity, which finite weights can also give.

    Raises:
        EngineError: a number is NaN or infinite.
    """
    if not np.isfinite(numbers).all():
        raise EngineError(f"layer '{layer}': its {what} for this picture hold NaN or infinity")


def _predictions(network: Network, engine: Deconvnet, maps: Mapping[str, Array]) -> tuple[Prediction, ...]:
    if not network.classes or engine.end is None:
        return ()
    return predictions.best(_mean(maps[engine.end.logits]), network.classes, _activation(network, engine))


def _activation(network: Network, engine: Deconvnet) -> str:
    """Return the activation of the logits: the model's own, or the softmax that our models leave out."""
    return "softmax" if network.lacks_softmax or engine.end is None else engine.end.activation


def _mean(logits: Array) -> Array:
    """Return the logits (classes,) of a whole picture; the mean over the map if they are maps."""
    # In float64, so that the order of summation does not decide between nearly equal classes.
    mean: Array = logits.reshape(-1, logits.shape[-1]).mean(axis=0, dtype=np.float64)
    return mean
