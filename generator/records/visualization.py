"""The results of one network for one picture."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

from generator.records.choices import Measure
from generator.records.framing import Framing

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Array = NDArray[Any]


class Prediction(NamedTuple):
    """One prediction of a classifier: WordNet id, English label, and what the model says of the class.

    That is a probability from 0 to 1 unless the result's ``measure`` says otherwise.
    """

    wnid: str
    label: str
    probability: float


@dataclass(frozen=True)
class LayerResult:
    """The features shown of one layer, strongest first, with their reconstructions.

    ``features`` (K,) int32 are their numbers; ``strengths`` (K,) float32, the L2 norms of their activation
    maps; ``activations`` (K, h, w) float32, or (K,) for a dense layer; ``reconstructions`` (K, H, W, C)
    float32, in input space, signed, not normalized. ``labels`` are K names if the features are classes with
    names, else empty. ``profile`` (features,) float32 has the strength of every feature of the layer, if it
    is known.
    """

    features: Array
    strengths: Array
    activations: Array
    reconstructions: Array
    labels: tuple[str, ...] = ()
    profile: Array | None = None

    def __repr__(self) -> str:
        """Return one line, with the shapes of the arrays in place of their numbers."""
        shapes = f"activations {self.activations.shape}, reconstructions {self.reconstructions.shape}"
        return f"<LayerResult of features {self.features.tolist()}: {shapes}>"


@dataclass(frozen=True)
class Visualization:
    """The results of one network for one picture.

    ``input`` (H, W, 3) uint8 RGB is exactly what the network saw, with equal channels if its input has one
    channel; ``None`` if that was a float array. With any number of channels but one and three it is
    (H, W, C), uint8 or floats.
    ``predictions`` are the five best, best first; empty without a classifier. ``measure`` is what the model
    says of a class: its ``probability``, its ``logit`` if the model ends there, or any other ``output``.
    ``provenance`` says what made the result: method, weights and versions. ``sweeps`` is the number of
    backward sweeps; it changes no value. ``framing`` says which part of the picture is where in ``input``;
    ``None`` for a float array.
    """

    input: Array | None
    network: str
    predictions: tuple[Prediction, ...]
    layers: Mapping[str, LayerResult]
    provenance: Mapping[str, str]
    sweeps: int = 1
    measure: Measure = "probability"
    framing: Framing | None = None
