"""A network loaded: the Keras model with its trained weights, fed and named."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from math import prod
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from generator.errors import NetworkError
from generator.networks import arrays, labels, registry, tables
from generator.networks.choice import Choice, choose, credit, describe, made_by
from generator.networks.preprocessing import Preprocessing
from generator.records import NetworkInfo, WeightsInfo

if TYPE_CHECKING:
    from generator.records import Array


@dataclass(frozen=True)
class Network:
    """A Keras model that can be deconvolved.

    ``model`` ends at the logits when the network is one of ours. ``classes`` are the (wnid, label) of its
    outputs, empty without a known classifier. ``pools`` are the layers shown by default.
    ``preprocessing`` is ``None`` when the model came from outside, ``variant`` when the network is plain.
    """

    name: str
    model: Any
    preprocessing: Preprocessing | None
    classes: tuple[tuple[str, str], ...]
    pools: tuple[str, ...]
    weights: WeightsInfo
    variant: str | None = None

    @property
    def input_shape(self) -> tuple[int, int, int]:
        """Height, width and channels of the input."""
        height, width, channels = self.model.inputs[0].shape[1:]
        return height, width, channels

    @property
    def made_by(self) -> dict[str, str]:
        """What its numbers come from, in words: the network, its form and its weights."""
        return made_by(self.name, self.variant, self.input_shape[:2], self.preprocessing, self.weights)

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


def load_network(
    network: Any,
    weights: str | Path | None = None,
    variant: str | None = None,
    input_size: int | Sequence[int] | None = None,
) -> Network:
    """Return a network ready to deconvolve.

    Args:
        network: the name of a known network, or any functional or sequential ``keras.Model``.
        weights: a name the network knows, or the path of an ``.h5``, ``.weights.h5`` or ``.keras`` file.
            By default the network's first choice.
        variant: the same weights in another form; by default ``plain``, the network as published.
            ``convolutional``: dense layers are convolutions, so they have maps and the input may have any
            size from a smallest on. ``predictions`` is a map of logits then, and the probabilities are those
            of the logits' mean over the map. ``atrous``: that, and the last poolings keep their resolution
            while the convolutions after them dilate.
        input_size: height and width of the input, or one number for both; by default the network's own.

    Raises:
        NetworkError: no such network or variant, or a size that the network does not take.
        WeightsError: no such weights, or they are missing, damaged or of another network.
    """
    if isinstance(network, str):
        variant = None if variant == registry.PLAIN else variant
        registry.form(network, variant)
        return _known(choose(network, weights), variant, _size(input_size))
    for option, value in (("weights", weights), ("variant", variant), ("input_size", input_size)):
        if value is not None:
            raise NetworkError(f"`{option}` goes with the name of a network; a keras.Model brings its own")
    return from_outside(network)


def measured(info: NetworkInfo, network: Network) -> NetworkInfo:
    """Return what is known of a network with the shapes it has as it was loaded."""
    if network.input_shape == info.input_shape:
        return info
    return replace(info, input_shape=network.input_shape, layers=tables.measure(network.model))


def _known(choice: Choice, variant: str | None, size: tuple[int, int] | None) -> Network:
    info = describe(choice.network, choice, variant)
    _refuse_size(info, size or (info.input_shape[0], info.input_shape[1]))
    model = registry.build(choice.network, choice.classifies, variant, size)
    _fill(model, choice)
    return Network(
        name=choice.network,
        model=model,
        preprocessing=choice.preprocessing,
        classes=labels.imagenet() if choice.classifies else (),
        pools=info.groups["pools"],
        weights=credit(choice),
        variant=variant,
    )


def _size(value: int | Sequence[int] | None) -> tuple[int, int] | None:
    """Return height and width from what a user gives for them."""
    if value is None:
        return None
    sides = (value, value) if isinstance(value, int) else value
    whole = isinstance(sides, Sequence) and all(type(side) is int for side in sides)  # a bool is no size
    if not whole or len(sides) != 2:
        raise NetworkError(f"`input_size` must be a number of pixels or (height, width). Received: {value!r}")
    return sides[0], sides[1]


def _refuse_size(info: NetworkInfo, size: tuple[int, int]) -> None:
    """Refuse a size that leaves a layer nothing to see, or any but its own where dense layers fix it."""
    height, width = info.input_shape[:2]
    if info.smallest_px is None and size != (height, width):
        others = " and ".join(info.variants[1:])
        hint = f"; its variants {others} take others" if others else ""
        expected = f"{height} x {width}, the only size of {info.title} with these weights{hint}"
    elif info.smallest_px is not None and min(size) < info.smallest_px:
        expected = f"at least {info.smallest_px} x {info.smallest_px} for {info.title}"
    else:
        return
    raise NetworkError(f"`input_size` must be {expected}. Received: {size[0]} x {size[1]}")


def _fill(model: Any, choice: Choice) -> None:
    """Put the arrays of a weights file into the model's layers."""
    layers = {layer.name: layer for layer in model.layers if layer.weights}
    dense = {layer.name for layer in registry.describe(choice.network).layers if layer.kind == "Dense"}
    expected = {name: _stored(layer, flat=name in dense) for name, layer in layers.items()}
    found = arrays.read_arrays(choice.path, expected, rename=choice.rename, sha256=choice.pinned)
    for name, layer in layers.items():
        pairs = zip(found[name], layer.weights, strict=True)
        layer.set_weights([array.reshape(weight.shape) for array, weight in pairs])


def _stored(layer: Any, flat: bool) -> tuple[tuple[int, ...], ...]:
    """Return the shapes a layer's arrays have in a file; a dense layer's kernel is flat there.

    Flattening runs row by row, and so does a convolution's kernel: one is the other reshaped.
    """
    shapes = (tuple(array.shape) for array in layer.weights)
    return tuple((prod(shape[:-1]), shape[-1]) if flat and len(shape) > 1 else shape for shape in shapes)


OWN_WEIGHTS = WeightsInfo(name="", title="the model's own", licence="", source_url="", sha256="")


def from_outside(
    model: Any,
    name: str | None = None,
    preprocessing: Preprocessing | None = None,
    classes: tuple[tuple[str, str], ...] = (),
    weights: WeightsInfo = OWN_WEIGHTS,
) -> Network:
    """Return a user's own model; by default it feeds itself, and nothing is known of its classes.

    Raises:
        NetworkError: it is no model, or not built.
    """
    if not getattr(model, "inputs", None):
        raise NetworkError(
            f"expected the name of a network ({', '.join(registry.names())}) or a built functional or "
            f"sequential keras.Model. Received: {model!r}"
        )
    return Network(
        name=name or model.name,
        model=model,
        preprocessing=preprocessing,
        classes=classes,
        pools=tuple(layer.name for layer in model.layers if "MaxPooling" in type(layer).__name__),
        weights=weights,
    )
