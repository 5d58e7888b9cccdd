"""A user's own ``.keras`` file as a network: sized, fed and labelled as the configuration says."""

from __future__ import annotations

from collections.abc import Mapping
from math import prod
from typing import Any

from generator.errors import NetworkError
from generator.networks import model_file
from generator.networks.network import Network, from_outside
from generator.networks.preprocessing import CAFFE, TENSORFLOW, TORCH, Preprocessing
from generator.networks.weights import sha256_of
from generator.records import OwnNetwork, WeightsInfo

LARGEST_PIXELS = 16_000_000
MODES: Mapping[str, Preprocessing] = {
    "none": Preprocessing(),
    "unit": Preprocessing(unit=255.0),
    "tf": TENSORFLOW,
    "torch": TORCH,
    "caffe": CAFFE,
}
"""How values from 0 to 255 are changed: not, to 0 to 1, and in the three ways of Keras Applications."""


def load(own: OwnNetwork) -> Network:
    """Return the network in a file.

    Raises:
        NetworkError: the file cannot be loaded safely, or its model does not take one picture in colour.
    """
    return fed(model_file.load(own.path), own)


def fed(model: Any, own: OwnNetwork) -> Network:
    """Return the network of a model that was loaded from a file.

    Raises:
        NetworkError: the model does not take one picture in colour.
    """
    return from_outside(
        _sized(model, own),
        name=own.path.stem,
        preprocessing=MODES[own.preprocessing],
        classes=tuple(("", label) for label in own.labels),
        weights=credit(own, sha256_of(own.path)),
    )


def credit(own: OwnNetwork, sha256: str) -> WeightsInfo:
    """Return where the weights of a user's own file come from: the file."""
    return WeightsInfo(own.path.name, own.path.name, licence="", source_url="", sha256=sha256)


def _sized(model: Any, own: OwnNetwork) -> Any:
    """Return the model with an input of fixed size."""
    shapes = [tuple(tensor.shape) for tensor in getattr(model, "inputs", None) or ()]
    if len(shapes) == 1 and len(shapes[0]) == 4 and shapes[0][3] not in (3, None):
        channels = f"{shapes[0][3]} channel{'s' if shapes[0][3] > 1 else ''}"
        raise NetworkError(f"{own.path}: it takes pictures of {channels}; expected 3")
    if len(shapes) != 1 or len(shapes[0]) != 4 or shapes[0][3] is None:
        found = ", ".join(str(shape[1:]) for shape in shapes) or "unknown"
        raise NetworkError(
            f"{own.path}: expected one input (height, width, 3), a picture in colour, found {found}"
        )
    size = shapes[0][1:3]
    if own.input_size is None and None in size:
        raise NetworkError(f"{own.path}: its input has no fixed size; give one with `input_size`")
    if prod(own.input_size or size) > LARGEST_PIXELS:
        raise NetworkError(f"{own.path}: its input has more than {LARGEST_PIXELS // 10**6} megapixels")
    if own.input_size is None or own.input_size == size:
        return model
    if None not in size:
        raise NetworkError(f"{own.path}: `input_size` must be {size[0]} x {size[1]}, the size of its input")
    return _resized(model, own.input_size)


def _resized(model: Any, size: tuple[int, int]) -> Any:
    """Return a copy of a model with an open input for pictures of one size."""
    import keras

    again = keras.models.clone_model(model, input_tensors=keras.Input((*size, 3)))
    again.set_weights(model.get_weights())
    return again
