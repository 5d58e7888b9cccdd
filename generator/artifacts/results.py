"""Results, what a model computes from a picture: predictions, strengths, activation maps, reconstructions.

One forward pass serves all of them, for all layers and methods, so all kinds inherit one ``make``. Their keys
contain neither the gallery nor the picture's name, because an archive may take results to another machine.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Hashable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, ClassVar, Self, TypeVar, cast

import numpy as np

from generator.analysis.deconvolution import versions
from generator.analysis.forward_pass import ForwardPass, look
from generator.artifacts.artifact import ADDED, Artifact, F, Lane, Source, Values
from generator.engine.methods import need_slopes
from generator.environment import Stage, peak_memory
from generator.records import Classification, Profile, Value

if TYPE_CHECKING:
    from generator.networks.network import Network
    from generator.records import Array

T = TypeVar("T")
Choice = tuple[int, ...] | int
"""Features of a layer: these, in this order, or the n strongest (for logits, the n likeliest classes)."""


@dataclass(frozen=True)
class Result(Artifact[F]):
    """A value that a model computes from a picture, which ``fit`` brings to the size of its input."""

    picture: Source[Array]
    model: Source[Network]
    fit: str = field(default="crop", kw_only=True, metadata=ADDED)

    stage: ClassVar[Stage] = "results"
    lane: ClassVar[Lane] = "pass"

    @classmethod
    def make(cls, artifacts: Sequence[Self], values: Values) -> Iterator[tuple[Self, Value]]:
        """Run each model forward once for each fit, and backward once for each method."""
        for some in _grouped(artifacts, lambda one: (one.model.identity, one.fit)):
            seen = _forward(some, values)
            yield from ((one, one.read(seen)) for one in some if not isinstance(one, Reconstructions))
            for sweep in _grouped(_backward(some), lambda one: one.settings):
                started = time.perf_counter()
                yield from cast(Iterator[tuple[Self, Value]], _reconstructed(sweep, seen))
                values.say(_report(sweep, seen, time.perf_counter() - started))

    @property
    def name(self) -> str:
        """Picture, model and result."""
        return f"{self.subject.name}/{self.model.name} {self.what}"

    @property
    def what(self) -> str:
        """The result in a word or two."""
        raise NotImplementedError

    @property
    def layers(self) -> tuple[str, ...]:
        """The layers whose activations it uses."""
        return ()

    def read(self, seen: ForwardPass) -> Value:
        """Return the value, if the forward pass alone gives it."""
        raise NotImplementedError


@dataclass(frozen=True)
class Predictions(Result[Classification]):
    """The likeliest classes, with what the model says of them."""

    @property
    def what(self) -> str:
        return "predictions"

    def read(self, seen: ForwardPass) -> Value:
        return Value(Classification(seen.predictions, versions(), seen.network.made_by, seen.measure))


@dataclass(frozen=True)
class LayerResult(Result[F]):
    """A result for some features of a layer; ``is_single`` if a page asks for this one feature."""

    layer: str
    features: Choice
    is_single: bool = field(default=False, compare=False, kw_only=True)

    @property
    def layers(self) -> tuple[str, ...]:
        return (self.layer,)

    @property
    def place(self) -> str:
        """The layer, and for a single feature also its number."""
        return (
            f"{self.layer}/{self.features[0]}"
            if isinstance(self.features, tuple) and self.is_single
            else self.layer
        )

    def chosen(self, seen: ForwardPass) -> Array:
        """Return the numbers of the features, (K,) int32."""
        if isinstance(self.features, int):
            return seen.choose(self.layer, None, self.features)
        return seen.choose(self.layer, self.features, len(self.features))


@dataclass(frozen=True)
class Strengths(LayerResult[Profile]):
    """The strength of every feature of a layer, and which ones are shown: the same for every method."""

    @property
    def what(self) -> str:
        return f"{self.place} strengths"

    def read(self, seen: ForwardPass) -> Value:
        features = self.chosen(seen)
        numbers = tuple(int(feature) for feature in features)
        return Value(Profile(numbers, seen.labels(self.layer, features), seen.strengths(self.layer)))


@dataclass(frozen=True)
class ActivationMaps(LayerResult[None]):
    """The activation maps of the features, (K, h, w) float32, or (K,) for a dense layer."""

    @property
    def what(self) -> str:
        return f"{self.place} maps"

    def read(self, seen: ForwardPass) -> Value:
        return Value(arrays=(seen.activations(self.layer, self.chosen(seen)),))


@dataclass(frozen=True)
class Reconstructions(LayerResult[None]):
    """The reconstructions of the features by a method, (K, H, W, C) float32.

    They are large, so a run draws from them as soon as they are computed. ``memory_budget`` limits a sweep
    and changes no number.
    """

    method: str
    seed: str
    bias: str
    memory_budget: int | None = field(default=None, compare=False, kw_only=True)

    @property
    def what(self) -> str:
        return f"{self.place} {self.method}"

    @property
    def settings(self) -> Hashable:
        """The settings that rows must share to go back in one sweep."""
        return self.method, self.seed, self.bias, self.memory_budget, self.is_single


def _forward(artifacts: Sequence[Result[F]], values: Values) -> ForwardPass:
    """Run one model forward for all the layers that the artifacts use."""
    first, backward = artifacts[0], _backward(artifacts)
    return look(
        values.opened(first.model),
        values.opened(first.picture),
        list(dict.fromkeys(layer for one in artifacts for layer in one.layers)),
        bias=backward[0].bias if backward else "none",
        fit=first.fit,
        keeps_slopes=need_slopes({one.method for one in backward}),
    )


def _backward(artifacts: Sequence[Result[F]]) -> list[Reconstructions]:
    return [one for one in artifacts if isinstance(one, Reconstructions)]


def _reconstructed(
    artifacts: Sequence[Reconstructions], seen: ForwardPass
) -> Iterator[tuple[Reconstructions, Value]]:
    """Carry the features of several layers back together; yield each layer when its last row arrives."""
    by_layer = {some[0].layer: some for some in _grouped(artifacts, lambda one: one.layer)}
    chosen = {layer: [one.chosen(seen) for one in some] for layer, some in by_layer.items()}
    first = artifacts[0]
    arriving = seen.reconstruct(
        _features(artifacts, seen), first.method, first.seed, first.memory_budget, _sweep_rows(first, seen)
    )
    for layer, rows in arriving:
        ends = np.cumsum([len(numbers) for numbers in chosen[layer]])[:-1]
        for one, own in zip(by_layer[layer], np.split(rows, ends), strict=True):
            yield one, Value(arrays=(own,))


def _sweep_rows(one: Reconstructions, seen: ForwardPass) -> int | None:
    """Return the most rows of a sweep, ``None`` for any number.

    Each picture has another number of single features. If a graph is compiled for a number of rows, they go
    back in sweeps of one row, which need no other graph for each picture.
    """
    return 1 if one.is_single and seen.engine.bundled else None


def _features(artifacts: Sequence[Reconstructions], seen: ForwardPass) -> dict[str, Array]:
    """Return the features of each layer that go back together, artifact by artifact."""
    layers = _grouped(artifacts, lambda one: one.layer)
    return {some[0].layer: np.concatenate([one.chosen(seen) for one in some]) for some in layers}


def _report(artifacts: Sequence[Reconstructions], seen: ForwardPass, seconds: float) -> str:
    """Return a line on what went back, and the time and memory that it took."""
    first, features = artifacts[0], _features(artifacts, seen)
    sweeps = seen.count_sweeps(features, first.memory_budget, _sweep_rows(first, seen))
    rows = sum(map(len, features.values()))
    work = f"{rows} rows, {sweeps} sweeps" if sweeps > 1 else f"{rows} rows"
    took = ", ".join(filter(None, (f"{work} in {seconds:.2f} s", peak_memory())))
    return f"{first.subject.name} through {first.model.name} by {first.method}: {took}"


def _grouped(items: Iterable[T], by: Callable[[T], Hashable]) -> list[list[T]]:
    """Return items grouped by a key, in the order in which the keys first occur."""
    groups: dict[Hashable, list[T]] = {}
    for item in items:
        groups.setdefault(by(item), []).append(item)
    return list(groups.values())
