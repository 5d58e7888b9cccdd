"""Read any picture file into an (H, W, 3) uint8 sRGB array."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from generator.errors import ImageError
from generator.images.colour import in_srgb
from generator.images.failures import naming, unwarned
from generator.images.layouts import layout_of
from generator.images.opening import MAX_PIXELS, TOO_LARGE, opened, refuse_other_than_file

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


def read(path: Path) -> Array:
    """Return a picture file as (H, W, 3) uint8 sRGB, upright, composited on white.

    Of an animation this is the first frame, of several pages the first that is no thumbnail.

    Raises:
        ImageError: the file is missing, damaged or no picture, has over 100 megapixels, or has values whose
            range is not known.
    """
    try:
        refuse_other_than_file(path)
        with opened(path) as picture:
            return from_pil(picture)
    except ImageError as error:
        raise ImageError(f"{path}: {error}") from error.__cause__


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
        with naming("damaged"):  # for example, a palette shorter than its transparency
            return _upright(in_srgb(picture, layout), picture)


def _refuse_costly(codec: str, pixels: int) -> None:
    """Refuse a large picture in a format whose decoder is slow or takes much memory."""
    most, reason = COSTLY.get(codec, (0, ""))
    if reason and pixels > most * 1_000_000:
        raise ImageError(f"more than {most} megapixels in a format that {reason}; save it as JPEG or PNG")


def _upright(rgb: Array, picture: Image.Image) -> Array:
    """Return (H, W, 3) turned according to the picture's EXIF orientation; damaged EXIF is ignored."""
    try:
        turn = UPRIGHT.get(picture.getexif().get(ORIENTATION_TAG, 1))
    except Exception:
        return rgb
    return rgb if turn is None else np.ascontiguousarray(turn(rgb))
