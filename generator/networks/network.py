"""A network loaded: the Keras model with its trained weights, fed and named."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from generator.errors import NetworkError
from generator.networks import arrays, labels, registry
from generator.networks.choice import Choice, choose, credit, describe
from generator.networks.preprocessing import Preprocessing
from generator.records import WeightsInfo

if TYPE_CHECKING:
    from generator.records import Array


@dataclass(frozen=True)
class Network:
    """A Keras model that can be deconvolved.

    ``model`` ends at the logits when the network is one of ours. ``classes`` are the (wnid, label) of its
    outputs, empty without a known classifier. ``pools`` are the layers shown by default.
    ``preprocessing`` is ``None`` when the model came from outside.
    """

    name: str
    model: Any
    preprocessing: Preprocessing | None
    classes: tuple[tuple[str, str], ...]
    pools: tuple[str, ...]
    weights: WeightsInfo

    @property
    def input_shape(self) -> tuple[int, int, int]:
        """Height, width and channels of the input."""
        height, width, channels = self.model.inputs[0].shape[1:]
        return height, width, channels

    def preprocess(self, rgb: Array) -> Array:
        """Return the model's input (1, H, W, C) float32 for a picture (H, W, 3) uint8 RGB.

        A model from outside gets the plain values, 0 to 255: what else it needs is inside it or the caller's.
        """
        if self.preprocessing is None:
            return np.asarray(rgb, np.float32)[np.newaxis]
        return self.preprocessing.apply(rgb)

    def colours(self, signal: Array) -> Array:
        """Return a signal (..., C) at the input in RGB order; from a model from outside as it is."""
        return signal if self.preprocessing is None else self.preprocessing.colours(signal)


def load_network(network: Any, weights: str | Path | None = None) -> Network:
    """Return a network ready to deconvolve.

    Args:
        network: the name of a known network, or any functional or sequential ``keras.Model``.
        weights: a name the network knows, or the path of an ``.h5``, ``.weights.h5`` or ``.keras`` file.
            By default the network's first choice.

    Raises:
        NetworkError: no such network.
        WeightsError: no such weights, or they are missing, damaged or of another network.
    """
    if isinstance(network, str):
        return _known(choose(network, weights))
    if weights is not None:
        raise NetworkError("`weights` goes with the name of a network; a keras.Model brings its own")
    return _from_outside(network)


def _known(choice: Choice) -> Network:
    model = registry.build(choice.network, choice.classifies)
    _fill(model, choice)
    return Network(
        name=choice.network,
        model=model,
        preprocessing=choice.preprocessing,
        classes=labels.imagenet() if choice.classifies else (),
        pools=describe(choice).groups["pools"],
        weights=credit(choice),
    )


def _fill(model: Any, choice: Choice) -> None:
    """Put the arrays of a weights file into the model's layers."""
    layers = {layer.name: layer for layer in model.layers if layer.weights}
    expected = {name: tuple(tuple(array.shape) for array in layer.weights) for name, layer in layers.items()}
    found = arrays.read_arrays(choice.path, expected, rename=choice.rename, sha256=choice.pinned)
    for name, layer in layers.items():
        layer.set_weights(found[name])


def _from_outside(model: Any) -> Network:
    """Return a user's own model: it feeds itself, and nothing is known of its classes."""
    if not getattr(model, "inputs", None):
        raise NetworkError(
            f"expected the name of a network ({', '.join(registry.names())}) or a built functional or "
            f"sequential keras.Model. Received: {model!r}"
        )
    return Network(
        name=model.name,
        model=model,
        preprocessing=None,
        classes=(),
        pools=tuple(layer.name for layer in model.layers if "MaxPooling" in type(layer).__name__),
        weights=WeightsInfo(name="", title="the model's own", licence="", source_url="", sha256=""),
    )
