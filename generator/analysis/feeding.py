"""Turn what a user passes as a picture into the input of a network."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
from PIL import Image

from generator import images
from generator.errors import ImageError, shown
from generator.networks.preprocessing import seen
from generator.records.channels import COLOURS, first_channels_hint

if TYPE_CHECKING:
    from collections.abc import Sequence

    from generator.networks.network import Network
    from generator.records import Array, Framing


class Fed(NamedTuple):
    """The picture at the network's input, (H, W, 3) uint8, the input batch, and where the picture is in it.

    For a float array, picture and framing are ``None``.
    """

    picture: Array | None
    batch: Array
    framing: Framing | None


def fed(network: Network, image: Any, fit: str = "crop") -> Fed:
    """Return a picture at the network's input, and the input batch.

    For a network with one channel the picture is grey: its three channels are equal. For any number but one
    and three it is (H, W, C), uint8 or the numbers of a float array.

    Args:
        network: whose input is filled.
        image: as for ``deconvolve``. A float array is the input itself; then there is no picture.
        fit: how the picture gets the size of the input, one of ``choices.FITS``.

    Raises:
        ImageError: the picture cannot be read, or is not of these types and shapes.
    """
    if not network.takes.is_coloured:
        return _fed_channels(network, image, fit)
    array = _coloured(_opened(image, network.input_shape))
    if np.issubdtype(array.dtype, np.floating):
        return Fed(None, _fed_directly(network, array), None)
    if array.dtype != np.uint8 or array.ndim != 3 or array.shape[-1] != 3 or not array.size:
        raise ImageError(
            f"expected an (H, W, 3), (H, W, 1) or (H, W) uint8 picture or a float array of shape "
            f"{network.input_shape}. "
            f"Received: {array.dtype} of shape {array.shape}{_hint(array, COLOURS)}"
        )
    size = network.input_shape[:2]
    rgb = seen(images.fit(array, size, fit), network.input_shape[2])
    return Fed(rgb, network.preprocess(rgb), images.framed((array.shape[0], array.shape[1]), size, fit))


def _fed_channels(network: Network, image: Any, fit: str) -> Fed:
    """Do the same for any number of channels but one and three."""
    channels, size = _channels(network, image), network.input_shape[:2]
    picture = channels if channels.shape[:2] == size else images.fit(channels, size, fit)
    batch = network.preprocess(picture) if picture.dtype == np.uint8 else picture[np.newaxis]
    return Fed(picture, batch, images.framed((channels.shape[0], channels.shape[1]), size, fit))


def _channels(network: Network, image: Any) -> Array:
    """Return the picture as (H, W, C), uint8 or floats."""
    count = network.input_shape[2]
    if path := path_of(image):
        return images.read_for(path, network.takes)
    if isinstance(image, Image.Image):
        return images.from_pil_for(image, network.takes)
    expected = f"expected a path, a PIL image or an (H, W, {count}) array of uint8 or floats. Received: "
    if not hasattr(image, "__array__"):  # NumPy would make an array of any object
        raise ImageError(f"{expected}{shown(image)}")
    array = np.asarray(image)
    is_float = np.issubdtype(array.dtype, np.floating)
    picture = array[0] if is_float and array.ndim == 4 and len(array) == 1 else array
    if picture.ndim != 3 or picture.shape[2] != count or not (is_float or picture.dtype == np.uint8):
        raise ImageError(f"{expected}{array.dtype} of shape {array.shape}{_hint(array, [count])}")
    if not picture.size:
        raise ImageError(f"{expected}{array.dtype} of shape {array.shape}")
    if not np.isfinite(picture).all():
        raise ImageError("expected finite numbers in the float array. Received: NaN or infinity")
    return picture


def path_of(image: Any) -> Path | None:
    """Return the path of a picture, ``None`` for anything else; a path of bytes is none."""
    is_path = isinstance(image, str | os.PathLike) and isinstance(os.fspath(image), str)
    return Path(image) if is_path else None


def _opened(image: Any, shape: tuple[int, ...]) -> Array:
    """Return the array of a picture: of a file, of a PIL image, or what is an array already."""
    if path := path_of(image):
        return images.read(path)
    if isinstance(image, Image.Image):
        return images.from_pil(image)
    if not hasattr(image, "__array__"):  # NumPy would make an array of any object
        raise ImageError(
            "expected a path, a PIL image, an (H, W, 3), (H, W, 1) or (H, W) uint8 array or a float array of "
            f"shape {shape}. Received: {shown(image)}"
        )
    return np.asarray(image)


def _coloured(array: Array) -> Array:
    """Return a grey picture (H, W) or (H, W, 1) uint8 as (H, W, 3); any other array as it is."""
    if array.dtype != np.uint8 or array.ndim not in (2, 3) or array.shape[2:] not in ((), (1,)):
        return array
    return np.repeat(array.reshape(*array.shape[:2], 1), 3, axis=-1)


def _fed_directly(network: Network, array: Array) -> Array:
    batch = array[np.newaxis] if array.ndim == 3 else array
    if batch.shape != (1, *network.input_shape):
        raise ImageError(
            f"expected a float array of shape {network.input_shape}. Received: {array.shape}"
            f"{_hint(array, network.input_shape[2:])}"
        )
    if not np.isfinite(batch).all():
        raise ImageError("expected finite numbers in the float array. Received: NaN or infinity")
    return batch


def _hint(array: Array, channels: Sequence[int]) -> str:
    """Return what to write if an array seems to hold several pictures, or to have its channels first."""
    if array.ndim == 4 and len(array) > 1:
        return "; pass several pictures as a list: list(array)"
    return first_channels_hint(array.shape, channels)
