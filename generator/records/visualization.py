"""What is computed of one picture seen through one network."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Array = NDArray[Any]


class Prediction(NamedTuple):
    """One guess of a classifier: WordNet id, English label, probability in 0 to 1."""

    wnid: str
    label: str
    probability: float


@dataclass(frozen=True)
class LayerResult:
    """The strongest features of one layer, strongest first, and what each of them reconstructs.

    ``features`` (K,) int32; ``strengths`` (K,) float32, L2 norms; ``activations`` (K, h, w) float32, or (K,)
    for a dense layer; ``reconstructions`` (K, H, W, C) float32, in input space, signed, not normalized.
    ``labels`` are K names of classes where the features are classes with names, else none. ``profile``
    (features,) float32 is the strength of every feature of the layer, ``None`` where only theirs is known.
    """

    features: Array
    strengths: Array
    activations: Array
    reconstructions: Array
    labels: tuple[str, ...] = ()
    profile: Array | None = None


@dataclass(frozen=True)
class Visualization:
    """One picture seen through one network.

    ``input`` is (H, W, 3) uint8 RGB, exactly what the network saw, or ``None`` for a float array.
    ``predictions`` are best first, five, or empty without a classifier.
    ``provenance`` says what made the result: method, weights and versions; ``sweeps`` in how many backward
    sweeps, which changes no number.
    """

    input: Array | None
    network: str
    predictions: tuple[Prediction, ...]
    layers: Mapping[str, LayerResult]
    provenance: Mapping[str, str]
    sweeps: int = 1
