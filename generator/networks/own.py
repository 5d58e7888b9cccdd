"""Load a user's own model file as a network, with the size, preprocessing and labels configured."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from math import prod
from pathlib import Path
from typing import Any

from generator.errors import NetworkError
from generator.networks import channel_order, model_file, outputs, subclassed
from generator.networks.labels import distinct
from generator.networks.network import Network, from_outside
from generator.networks.open_input import resized
from generator.networks.preprocessing import CAFFE, GREY, STORED, TENSORFLOW, TORCH, Preprocessing
from generator.networks.weights import sha256_of
from generator.records import OwnNetwork, WeightsInfo
from generator.records.choices import either
from generator.records.model_files import files_of_model

LARGEST_PIXELS = 16_000_000
MODES: Mapping[str, Preprocessing] = {
    "none": Preprocessing(),
    "unit": Preprocessing(unit=255.0),
    "tf": TENSORFLOW,
    "torch": TORCH,
    "caffe": CAFFE,
}
"""Preprocessing by name: unchanged values 0 to 255, values 0 to 1, and the modes of Keras Applications."""

UNIFORM_MODES: Mapping[str, Preprocessing] = {
    name: mode for name, mode in MODES.items() if len({*mode.mean}) == len({*mode.scale}) == 1
}
"""The modes without numbers for red, green and blue, for models with other channels."""


def load(own: OwnNetwork) -> Network:
    """Return the network in a file.

    Raises:
        NetworkError: the file cannot be loaded safely, or its model does not accept one picture.
    """
    return fed(model_file.load(own.path, own.input_size, own.code), own)


def fed(model: Any, own: OwnNetwork) -> Network:
    """Return the network of a model that was loaded from a file.

    Raises:
        NetworkError: the model does not accept one picture, or has no output of the name configured.
    """
    sized = _sized(_readable(model, own), own)
    return from_outside(
        sized,
        name=own.path.stem,
        preprocessing=_preprocessing(own, sized.inputs[0]),
        classes=tuple(("", label) for label in distinct(own.labels)),
        weights=credit(own, digest_of(own.path, sha256_of)),
        output=outputs.place_of(sized, own.predictions, str(own.path)) if own.predictions else None,
        display=own.display,
    )


def digest_of(path: Path, digest: Callable[[Path], str]) -> str:
    """Return the checksum of a model's file; if its weights lie beside it, that of all checksums."""
    digests = [digest(file) for file in files_of_model(path) if file is path or file.is_file()]
    return digests[0] if len(digests) == 1 else hashlib.sha256("\n".join(digests).encode()).hexdigest()


def _readable(model: Any, own: OwnNetwork) -> Any:
    """Return a model that the engine can read: functional, with its channels last."""
    try:
        return channel_order.channels_last(subclassed.functional(model))
    except NetworkError as error:
        raise NetworkError(f"{own.path}: {error}") from error


def credit(own: OwnNetwork, sha256: str) -> WeightsInfo:
    """Return the origin of the weights of a user's own file: the file itself, without licence or source."""
    return WeightsInfo(own.path.name, own.path.name, licence="", source_url="", sha256=sha256)


def _preprocessing(own: OwnNetwork, image: Any) -> Preprocessing:
    """Return the preprocessing of that name for an input; refuse one whose numbers do not fit it."""
    channels = image.shape[3]
    if "int" in image.dtype and own.preprocessing != "none":
        text = (
            f"{own.path}: `preprocessing` {own.preprocessing} gives fractions, but the model takes whole "
            f"numbers ({image.dtype}); choose none"
        )
        raise NetworkError(text, key="preprocessing")
    if channels != 3 and own.preprocessing not in UNIFORM_MODES:
        takes = "grey pictures" if channels == 1 else f"pictures with {channels} channels"
        text = (
            f"{own.path}: `preprocessing` {own.preprocessing} has numbers for red, green and blue, but the "
            f"model takes {takes}; choose {either([*UNIFORM_MODES])}"
        )
        raise NetworkError(text, key="preprocessing")
    return mode_of(own.preprocessing, channels)


def mode_of(name: str, channels: int) -> Preprocessing:
    """Return the mode of that name for a number of channels that it applies to."""
    mode = MODES[name]
    if channels == 3:
        return mode
    return Preprocessing(GREY if channels == 1 else STORED, mode.mean[:1], mode.scale[:1], mode.unit)


def _sized(model: Any, own: OwnNetwork) -> Any:
    """Return the model with an input of fixed size; refuse inputs other than one picture."""
    shapes = [tuple(tensor.shape) for tensor in getattr(model, "inputs", None) or ()]
    if len(shapes) != 1 or len(shapes[0]) != 4 or shapes[0][3] is None:
        found = ", ".join(str(shape[1:]) for shape in shapes) or "unknown"
        raise NetworkError(
            f"{own.path}: expected one input (height, width, channels), a picture, found {found}"
        )
    return of_size(model, own.input_size, str(own.path))


def of_size(model: Any, wanted: tuple[int, int] | None, place: str) -> Any:
    """Return a model whose only input is a picture of fixed size; ``wanted`` fixes one that is open.

    A model of fixed size is returned itself. ``place`` names the model in messages.

    Raises:
        NetworkError: the size is open and ``wanted`` is ``None``, or the model cannot have this size.
    """
    size = tuple(model.inputs[0].shape)[1:3]
    if wanted is None and None in size:
        raise NetworkError(f"{place}: the input has no fixed size; set one with `input_size`")
    if prod(wanted or size) > LARGEST_PIXELS:
        raise NetworkError(f"{place}: the input has more than {LARGEST_PIXELS // 10**6} megapixels")
    if wanted is None or wanted == size:
        return model
    if any(fixed not in (None, side) for fixed, side in zip(size, wanted, strict=True)):
        expected = " x ".join("any" if side is None else str(side) for side in size)
        raise NetworkError(
            f"{place}: `input_size` must be {expected}, the size of the input", key="input_size"
        )
    try:
        return resized(model, wanted)
    except NetworkError as error:
        raise NetworkError(f"{place}: {error}", key=error.key) from error
