"""Read a picture for a model of any number of channels, and show some of its channels as colours.

For a model with one or three channels every picture is read as RGB. Any other model gets the channels that a
file stores: those of an array, of a picture with alpha or in CMYK, of a TIFF of several channels, or the grey
pages of a TIFF, a channel each. They must be as many as the model takes. They are numbers and no colours, so
neither profile nor gamma is applied.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from PIL import Image, TiffImagePlugin

from generator.errors import ImageError
from generator.images.failures import naming, unwarned
from generator.images.layouts import layout_of
from generator.images.numpy_files import MOST_BYTES, TOO_MANY_BYTES, as_values, is_array, read_array
from generator.images.opening import is_extra, opened, refuse_other_than_file
from generator.images.reading import decode, loaded, read, upright
from generator.records.channels import Display, ModelInput, first_channels_hint

if TYPE_CHECKING:
    from pathlib import Path

    from generator.records import Array

_SAMPLES = 277
_WITHOUT_PALETTE = {"P": "RGB", "PA": "RGBA", "La": "LA", "RGBa": "RGBA"}
_PAGES = ("L", "F")
"""Pillow's modes of grey pages that are channels, besides those of 16 bits."""


def read_for(path: Path, wanted: ModelInput) -> Array:
    """Return a picture file as a model takes it: (H, W, 3) uint8 sRGB, or the model's number of channels.

    Those are uint8, or float32 if the file has other numbers, which stay as they are.

    Raises:
        ImageError: as of ``read``; or the file has another number of channels than the model takes, or
            numbers that its preprocessing does not expect.
    """
    if wanted.is_coloured:
        return read(path, wanted.model)
    try:
        refuse_other_than_file(path)
        if is_array(path):
            array = read_array(path)
            hint = first_channels_hint(array.shape, [wanted.channels])
            return _agreeing(array, wanted, f"{array.shape[2]} in an array of shape {array.shape}{hint}")
        with opened(path) as picture:
            return from_pil_for(picture, wanted)
    except ImageError as error:
        raise ImageError(f"{path}: {error}") from error.__cause__


def decode_for(content: bytes, wanted: ModelInput) -> Array:
    """Return the picture in the bytes of a file as ``read_for`` returns that of a file.

    Raises:
        ImageError: as of ``read_for``; the text names no file.
    """
    if wanted.is_coloured or not content:
        return decode(content)
    with opened(content) as picture:
        return from_pil_for(picture, wanted)


def from_pil_for(picture: Image.Image, wanted: ModelInput) -> Array:
    """Return a Pillow image as ``read_for`` returns a file, for a model that takes neither grey nor RGB."""
    if isinstance(picture, TiffImagePlugin.TiffImageFile) and _is_stack(picture):
        return _agreeing(_stack(picture, wanted), wanted, "")
    loaded(picture)
    bands, samples = len(picture.getbands()), _samples(picture)
    if samples > bands:
        raise ImageError(f"TIFF of {samples} channels, of which {bands} can be read; save it as .npy")
    with unwarned(), naming("damaged"):
        mode = "RGBA" if picture.mode == "P" and picture.has_transparency_data else picture.mode
        plain = picture.convert(_WITHOUT_PALETTE.get(mode, mode))
        array = np.asarray(plain)
        values = upright(array if array.ndim == 3 else array[..., np.newaxis], picture)
    return _agreeing(values, wanted, f"{values.shape[2]} ({plain.mode})")


def look(path: Path, wanted: ModelInput, display: Display) -> Array:
    """Return a picture as people see it, (H, W, 3) uint8.

    That is the picture itself; an array, or a TIFF of a page for each channel, is shown by ``display``.

    Raises:
        ImageError: as of ``read_for``.
    """
    return displayed(read_for(path, wanted), display) if _has_no_look(path) else read(path)


def displayed(picture: Array, display: Display) -> Array:
    """Return (H, W, C) as (H, W, 3) uint8: these three channels as colours, or this one as grey.

    Of values other than uint8, each channel is stretched from its minimum to its maximum.

    >>> displayed(np.array([[[0.0, 5.0]], [[2.0, 6.0]]]), (1,)).ravel().tolist()
    [0, 0, 0, 255, 255, 255]
    """
    chosen = picture[..., list(display)]
    shown = chosen if chosen.dtype == np.uint8 else _stretched(chosen)
    return np.ascontiguousarray(np.broadcast_to(shown, (*shown.shape[:2], 3)))


def _stretched(values: Array) -> Array:
    """Return each channel from its minimum, black, to its maximum, white; a constant one is mid-grey."""
    exact = values.astype(np.float64)
    low, high = exact.min((0, 1)), exact.max((0, 1))
    share = np.where(high > low, (exact - low) / np.where(high > low, high - low, 1.0), 0.5)
    return np.rint(255.0 * share).astype(np.uint8)


def _agreeing(values: Array, wanted: ModelInput, found: str) -> Array:
    """Return the channels of a picture if the model takes them."""
    if values.shape[2] != wanted.channels:
        raise ImageError(f"{wanted.model} takes {wanted.channels} channels, found {found}")
    if values.dtype != np.uint8 and wanted.is_scaled:
        raise ImageError(
            f"{wanted.model} has a `preprocessing` for values 0 to 255, and these are no uint8; save them as "
            "uint8, or set preprocessing: none and let the model scale its input"
        )
    return values


def _has_no_look(path: Path) -> bool:
    """Return whether a file has channels but no colours; a file that cannot be opened is read, and fails."""
    try:
        refuse_other_than_file(path)
        if is_array(path):
            return True
        with opened(path) as picture:
            return _is_stack(picture)
    except ImageError as error:
        raise ImageError(f"{path}: {error}") from error.__cause__


def _samples(picture: Image.Image) -> int:
    """Return how many channels a TIFF stores for each pixel: Pillow skips those that it does not know."""
    if not isinstance(picture, TiffImagePlugin.TiffImageFile):
        return 0
    return int(picture.tag_v2.get(_SAMPLES, 1))


def _is_stack(picture: Image.Image) -> bool:
    """Return whether a picture is a TIFF of several grey pages, besides thumbnails and masks."""
    if not isinstance(picture, TiffImagePlugin.TiffImageFile) or not _is_grey_page(picture):
        return False
    with unwarned(), naming("damaged"):
        return len(_pages(picture)) > 1


def _is_grey_page(picture: Image.Image) -> bool:
    return picture.mode in _PAGES or picture.mode.startswith("I;16")


def _pages(picture: TiffImagePlugin.TiffImageFile) -> list[int]:
    """Return the numbers of the pages that are no thumbnails or masks; the picture stays at its page."""
    at, pages = picture.tell(), []
    for page in range(picture.n_frames):
        picture.seek(page)
        if not is_extra(picture):
            pages.append(page)
    picture.seek(at)
    return pages


def _stack(picture: TiffImagePlugin.TiffImageFile, wanted: ModelInput) -> Array:
    """Return the pages of a TIFF as channels, in order."""
    with unwarned(), naming("damaged or cut short"):
        pages, mode, (width, height) = _pages(picture), picture.mode, picture.size
        if len(pages) != wanted.channels:
            raise ImageError(
                f"{wanted.model} takes {wanted.channels} channels, found {len(pages)} grey pages"
            )
        if width * height * len(pages) * (1 if mode == "L" else 4) > MOST_BYTES:
            raise ImageError(TOO_MANY_BYTES)
        channels = []
        for number, page in enumerate(pages, start=1):
            picture.seek(page)
            if (picture.mode, picture.size) != (mode, (width, height)):
                raise ImageError(f"page {number} of the TIFF differs from the first in size or type")
            channels.append(_page(picture))
        return upright(np.stack(channels, axis=-1), picture)


def _page(picture: TiffImagePlugin.TiffImageFile) -> Array:
    """Return the stored values of a grey page."""
    if picture.mode != "F" and layout_of(picture).is_inverted:
        raise ImageError("TIFF of 16 bits in which 0 is white; save it with 0 as black")
    picture.load()
    return as_values(np.asarray(picture))
