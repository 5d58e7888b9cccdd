"""Read any picture file into an (H, W, 3) uint8 sRGB array."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from generator.errors import ImageError
from generator.images.colour import in_srgb
from generator.images.failures import naming, unwarned
from generator.images.layouts import Layout, layout_of
from generator.images.numpy_files import is_array, read_array
from generator.images.opening import MAX_PIXELS, TOO_LARGE, opened, refuse_other_than_file
from generator.records.channels import COLOURS, first_channels_hint

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from PIL import Image

    from generator.records import Array

COSTLY = {
    "jpeg2k": (60, "takes much memory"),  # OpenJPEG decodes each of four channels to 32 bits
    "ppm": (10, "is slow to read"),  # Pillow decodes these three in Python
    "ppm_plain": (10, "is slow to read"),
    "bmp_rle": (10, "is slow to read"),
}
"""Pillow's decoder -> the limit in megapixels, and the reason for the limit."""

ORIENTATION_TAG = 0x0112
UPRIGHT: Mapping[int, Callable[[Array], Array]] = {
    2: lambda rgb: rgb[:, ::-1],
    3: lambda rgb: rgb[::-1, ::-1],
    4: lambda rgb: rgb[::-1],
    5: lambda rgb: rgb.transpose(1, 0, 2),
    6: lambda rgb: rgb[::-1].transpose(1, 0, 2),
    7: lambda rgb: rgb[::-1, ::-1].transpose(1, 0, 2),
    8: lambda rgb: rgb[:, ::-1].transpose(1, 0, 2),
}


def read(path: Path, taker: str = "this") -> Array:
    """Return a picture file as (H, W, 3) uint8 sRGB, upright, composited on white.

    Of an animation this is the first frame, of several pages the first that is no thumbnail. An array in a
    file of NumPy is uint8, in grey or RGB; ``taker`` names the model in the message about another one.

    Raises:
        ImageError: the file is missing, damaged or no picture, has over 100 megapixels, or has values whose
            range is not known.
    """
    try:
        refuse_other_than_file(path)
        if is_array(path):
            return _coloured(read_array(path), taker)
        with opened(path) as picture:
            return from_pil(picture)
    except ImageError as error:
        raise ImageError(f"{path}: {error}") from error.__cause__


def decode(content: bytes) -> Array:
    """Return the picture in the bytes of a file, as ``read`` returns that of a file.

    Raises:
        ImageError: as for ``read``; the text names no file.
    """
    if not content:
        raise ImageError("the file is empty")
    with opened(content) as picture:
        return from_pil(picture)


def check_file(path: Path) -> None:
    """Refuse a path that cannot be a picture, without opening the file.

    Raises:
        ImageError: the file is missing, empty or not a regular file.
    """
    try:
        refuse_other_than_file(path)
    except ImageError as error:
        raise ImageError(f"{path}: {error}") from None


def from_pil(picture: Image.Image) -> Array:
    """Return a Pillow image as ``read`` returns a file; its size is checked before it is decoded."""
    layout = loaded(picture)
    with unwarned(), naming("damaged"):  # for example, a palette shorter than its transparency
        return upright(in_srgb(picture, layout), picture)


def loaded(picture: Image.Image) -> Layout:
    """Decode a Pillow image after a check of its size, and return its layout.

    Raises:
        ImageError: it is too large or damaged, or its layout cannot be decoded correctly.
    """
    width, height = picture.size
    if width * height > MAX_PIXELS:
        raise ImageError(TOO_LARGE)
    for codec, *_ in getattr(picture, "tile", ()):
        _refuse_costly(codec, width * height)
    with unwarned():
        with naming("cannot be read"):
            layout = layout_of(picture)
        with naming("damaged or cut short"):
            picture.load()
    return layout


def _coloured(array: Array, taker: str) -> Array:
    """Return an array of one or three channels uint8 as RGB."""
    channels = array.shape[2]
    if channels not in COLOURS:
        raise ImageError(
            f"{taker} takes 1 or 3 channels, found {channels} in an array of shape {array.shape}"
            f"{first_channels_hint(array.shape, COLOURS)}"
        )
    if array.dtype != np.uint8:
        raise ImageError(
            f"{taker} takes an array of {channels} channel{'s' if channels > 1 else ''} as uint8 alone; its "
            "other numbers have no defined white"
        )
    return np.repeat(array, 3 // channels, axis=-1)


def _refuse_costly(codec: str, pixels: int) -> None:
    """Refuse a large picture in a format whose decoder is slow or takes much memory."""
    most, reason = COSTLY.get(codec, (0, ""))
    if reason and pixels > most * 1_000_000:
        raise ImageError(f"more than {most} megapixels in a format that {reason}; save it as JPEG or PNG")


def upright(rgb: Array, picture: Image.Image) -> Array:
    """Return (H, W, C) turned according to the picture's EXIF orientation; damaged EXIF is ignored."""
    try:
        turn = UPRIGHT.get(picture.getexif().get(ORIENTATION_TAG, 1))
    except Exception:
        return rgb
    return rgb if turn is None else np.ascontiguousarray(turn(rgb))
