"""A loaded network: a Keras model with trained weights, preprocessing and class names."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import prod
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from generator.errors import NetworkError, shown
from generator.networks import arrays, labels, registry, subclassed
from generator.networks.choice import Choice, choose, credit, describe, made_by
from generator.networks.preprocessing import Preprocessing, grey
from generator.records import NetworkInfo, WeightsInfo
from generator.records.channels import Display, ModelInput, shown_channels
from generator.records.networks import LARGEST_SIDE_PX

if TYPE_CHECKING:
    from generator.records import Array


@dataclass(frozen=True)
class Network:
    """A Keras model that can be deconvolved.

    ``model`` ends at the logits if the network is one of ours. ``classes`` are the (wnid, label) of its
    outputs, empty without a known classifier; for a single output with a sigmoid they may be two, that of 0
    and that of 1. ``pools`` are the layers shown by default, ``None`` for a user's own model, whose graph
    tells. ``preprocessing`` is ``None`` if the user passed the model, ``variant`` is ``None`` if the network
    is plain. ``lacks_softmax`` says that the classifier has a softmax that the model leaves out.
    ``output`` is the place of the output with the classes among several, ``None`` if none was chosen.
    ``display`` are the channels that a user wants to see, empty for the first ones.
    """

    name: str
    model: Any
    preprocessing: Preprocessing | None
    classes: tuple[tuple[str, str], ...]
    pools: tuple[str, ...] | None
    weights: WeightsInfo
    variant: str | None = None
    lacks_softmax: bool = False
    output: int | None = None
    display: Display = ()

    def __repr__(self) -> str:
        """Return one line; the names of a thousand classes would take most of a notebook's page."""
        kind = f"{self.name}, {self.variant}" if self.variant else self.name
        size = " x ".join(map(str, self.input_shape))
        classes = f", {len(self.classes)} classes" if self.classes else ""
        return f"<Network {kind}: input {size}{classes}, weights: {self.weights.title}>"

    @property
    def input_shape(self) -> tuple[int, int, int]:
        """The height, width and channels of the input."""
        height, width, channels = self.model.inputs[0].shape[1:]
        return height, width, channels

    @property
    def takes(self) -> ModelInput:
        """What pictures are read for."""
        is_scaled = self.preprocessing is not None and self.preprocessing.is_scaled
        return ModelInput(self.name, self.input_shape[2], is_scaled)

    @property
    def shown_channels(self) -> Display:
        """The channels that figures show: three as red, green and blue, or one as grey."""
        return shown_channels(self.display, self.input_shape[2])

    @property
    def made_by(self) -> dict[str, str]:
        """What determines the network's numbers: its name, variant, input size, preprocessing and weights."""
        return made_by(self.name, self.variant, self.input_shape[:2], self.preprocessing, self.weights)

    def preprocess(self, rgb: Array) -> Array:
        """Return the model's input (1, H, W, C) float32 for a picture (H, W, 3) uint8 RGB.

        For a model with one channel the picture becomes grey, as ``preprocessing.grey`` says; for any other
        number it is (H, W, C) uint8 itself, or numbers that the model takes as they are. A model that
        the user passed gets the values 0 to 255 unchanged: it contains its preprocessing, or the caller does
        it.
        """
        if self.preprocessing is None:
            values = grey(rgb) if self.input_shape[2] == 1 else rgb
            return np.asarray(values, np.float32)[np.newaxis]
        return self.preprocessing.apply(rgb)

    def colours(self, signal: Array) -> Array:
        """Return a signal (..., C) at the input in RGB order, or unchanged for a user's own model."""
        return signal if self.preprocessing is None else self.preprocessing.colours(signal)


def load_known(
    name: str,
    weights: str | Path | None = None,
    variant: str | None = None,
    input_size: int | Sequence[int] | None = None,
) -> Network:
    """Return a known network with its weights; the arguments are those of ``api.load_network``.

    Raises:
        NetworkError: no such network or variant, or a size that does not work for the network.
        WeightsError: no such weights, or the file is missing, damaged or belongs to another network.
    """
    variant = None if variant == registry.PLAIN else variant
    registry.form(name, variant)
    choice, size = choose(name, weights), size_of(input_size)
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
        lacks_softmax=choice.classifies,
    )


def size_of(value: int | Sequence[int] | None) -> tuple[int, int] | None:
    """Return height and width from the ``input_size`` of a user."""
    if value is None:
        return None
    sides = (value, value) if isinstance(value, int) else value
    # By ``type``, because ``isinstance(True, int)`` holds.
    is_list = isinstance(sides, Sequence) and not isinstance(sides, bytes | bytearray)
    are_numbers = is_list and all(type(side) is int for side in sides)
    if not are_numbers or len(sides) != 2:
        raise NetworkError(
            f"`input_size` must be a number of pixels or (height, width). Received: {shown(value)}"
        )
    if max(sides) > LARGEST_SIDE_PX:
        raise NetworkError(
            f"`input_size` must be at most {LARGEST_SIDE_PX} pixels a side. Received: {shown(value)}"
        )
    return sides[0], sides[1]


def _refuse_size(info: NetworkInfo, size: tuple[int, int]) -> None:
    """Refuse a size that is too small, or any but the network's own if dense layers fix it."""
    height, width = info.input_shape[:2]
    if info.smallest_px is None and size != (height, width):
        others = " and ".join(info.variants[1:])
        hint = f"; its variants {others} accept other sizes" if others else ""
        expected = f"{height} x {width}, the only size of {info.title} with these weights{hint}"
    elif info.smallest_px is not None and min(size) < info.smallest_px:
        expected = f"at least {info.smallest_px} x {info.smallest_px} for {info.title}"
    else:
        return
    raise NetworkError(f"`input_size` must be {expected}. Received: {size[0]} x {size[1]}")


def _fill(model: Any, choice: Choice) -> None:
    """Set the weights of the model's layers from a weights file."""
    layers = {layer.name: layer for layer in model.layers if layer.weights}
    dense = {layer.name for layer in registry.describe(choice.network).layers if layer.kind == "Dense"}
    expected = {name: _stored(layer, flat=name in dense) for name, layer in layers.items()}
    found = arrays.read_arrays(choice.path, expected, rename=choice.rename, sha256=choice.pinned)
    for name, layer in layers.items():
        pairs = zip(found[name], layer.weights, strict=True)
        layer.set_weights([array.reshape(weight.shape) for array, weight in pairs])


def _stored(layer: Any, flat: bool) -> tuple[tuple[int, ...], ...]:
    """Return the shapes of a layer's arrays in a file; ``flat`` if the file has it as a dense layer.

    ``Flatten`` orders units by row, column and channel, like the kernel of a convolution. So the kernel of a
    dense layer is that of the convolution in its place, reshaped.
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
    output: int | None = None,
    display: Display = (),
) -> Network:
    """Return a user's own model as a network; by default without preprocessing and class names.

    Raises:
        NetworkError: this is not a Keras model, or it is not built.
    """
    model = subclassed.functional(model)
    if not getattr(model, "inputs", None):
        raise NetworkError(
            f"expected the name of a network ({', '.join(registry.names())}) or a built functional or "
            f"sequential keras.Model. Received: {shown(model)}"
        )
    return Network(
        name=name or model.name,
        model=model,
        preprocessing=preprocessing,
        classes=classes,
        pools=None,
        weights=weights,
        output=output,
        display=display,
    )
