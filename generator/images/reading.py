"""Read any picture file into an (H, W, 3) uint8 sRGB array."""

from __future__ import annotations

import io
import stat
import warnings
from typing import TYPE_CHECKING

import numpy as np
from PIL import Image, ImageCms, UnidentifiedImageError

from generator.errors import ImageError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from generator.records import Array

MAX_PIXELS = 100_000_000
COSTLY = {
    "jpeg2k": (60, "takes much memory"),  # OpenJPEG decodes each of four channels to 32 bits
    "ppm": (10, "is slow to read"),  # Pillow decodes these three in Python
    "ppm_plain": (10, "is slow to read"),
    "bmp_rle": (10, "is slow to read"),
}
"""Pillow's decoder -> the limit in megapixels, and the reason for the limit."""
BAND_PIXELS = 4_000_000  # each conversion copies its input, so pictures are converted in bands
TOO_LARGE = "more than 100 megapixels; save a smaller copy"
FORMATS = ("AVIF", "BMP", "GIF", "JPEG", "JPEG2000", "PNG", "PPM", "TIFF", "WEBP")
KNOWN = "AVIF, BMP, GIF, JPEG, JPEG 2000, PNG, PPM, TIFF or WebP"

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

    Of an animation this is the first frame.

    Raises:
        ImageError: the file is missing, damaged or no picture, has over 100 megapixels, or has 32-bit values,
            whose range is not known.
    """
    try:
        _refuse_other_than_file(path)
        with _opened(path) as picture:
            return from_pil(picture)
    except ImageError as error:
        raise ImageError(f"{path}: {error}") from None


def check_file(path: Path) -> None:
    """Refuse a path that cannot be a picture, without opening the file.

    Raises:
        ImageError: the file is missing, empty or not a regular file.
    """
    try:
        _refuse_other_than_file(path)
    except ImageError as error:
        raise ImageError(f"{path}: {error}") from None


def from_pil(picture: Image.Image) -> Array:
    """Return a Pillow image as ``read`` returns a file; its size is checked before it is decoded."""
    width, height = picture.size
    if width * height > MAX_PIXELS:
        raise ImageError(TOO_LARGE)
    for codec, *_ in getattr(picture, "tile", ()):
        _refuse_costly(codec, width * height)
    _load(picture)
    return _upright(_converted(picture), picture)


def _refuse_other_than_file(path: Path) -> None:
    """Refuse a path that cannot be a picture; opening a pipe or a device could block forever."""
    try:
        facts = path.stat()
    except FileNotFoundError:
        raise ImageError("no such file") from None
    except OSError as error:
        raise ImageError(f"cannot be read: {error.strerror}") from None
    if not stat.S_ISREG(facts.st_mode):
        raise ImageError("not a file")
    if facts.st_size == 0:
        raise ImageError("the file is empty")


def _refuse_costly(codec: str, pixels: int) -> None:
    """Refuse a large picture in a format whose decoder is slow or takes much memory."""
    most, reason = COSTLY.get(codec, (0, ""))
    if reason and pixels > most * 1_000_000:
        raise ImageError(f"more than {most} megapixels in a format that {reason}; save it as JPEG or PNG")


def _opened(path: Path) -> Image.Image:
    """Return a Pillow image of which only the header has been read."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # Pillow only warns of large pictures; our own limit is an error
            return Image.open(path, formats=FORMATS)
    except UnidentifiedImageError:
        raise ImageError(f"not a picture, or without pixels; expected {KNOWN}") from None
    except Image.DecompressionBombError:
        raise ImageError(TOO_LARGE) from None
    except Exception as error:
        raise ImageError(_why(error)) from None


def _load(picture: Image.Image) -> None:
    """Decode a picture; Pillow's decoders raise nearly any exception on damaged data."""
    try:
        picture.load()
    except Exception as error:
        raise ImageError(f"damaged or cut short: {_why(error)}") from None


def _why(error: Exception) -> str:
    """Return the reason of an error in the words of Pillow or the system."""
    if isinstance(error, OSError) and error.strerror:
        return f"cannot be read: {error.strerror}"
    return str(error) or type(error).__name__


def _converted(picture: Image.Image) -> Array:
    """Return the decoded pixels (H, W, 3) in sRGB on white, not yet turned upright."""
    width, height = picture.size
    rgb: Array = np.empty((height, width, 3), np.uint8)
    rows = max(1, BAND_PIXELS // width)
    try:
        for top in range(0, height, rows):
            band = picture.crop((0, top, width, min(top + rows, height)))
            shown = _on_white(_eight_bit(band), band.info.get("icc_profile") or b"")
            rgb[top : top + rows] = np.asarray(shown)
    except ImageError:
        raise
    except Exception as error:  # for example, a palette shorter than its transparency
        raise ImageError(f"damaged: {_why(error)}") from None
    return rgb


def _eight_bit(picture: Image.Image) -> Image.Image:
    """Return the picture with 8 bits per channel; 16-bit grey keeps its range: 65535 becomes 255.

    Pillow's own ``convert`` clips 16-bit grey at 255 instead of scaling it.
    """
    if not picture.mode.startswith(("I", "F")):
        return picture
    values = np.asarray(picture)
    if picture.mode.startswith("F") or values.min() < 0 or values.max() > 0xFFFF:
        raise ImageError("32-bit values have no defined white; save it with 8 or 16 bits per channel")
    return Image.fromarray(((values.astype(np.uint32) + 128) // 257).astype(np.uint8))


def _on_white(picture: Image.Image, profile: bytes) -> Image.Image:
    """Return the picture in sRGB, composited on white where it is transparent."""
    if not picture.has_transparency_data:
        return _in_srgb(picture, profile)
    grey = picture.mode in ("1", "L", "LA")
    whole = picture.convert("LA" if grey else "RGBA")
    colour = _in_srgb(whole.convert("L" if grey else "RGB"), profile)
    return Image.composite(colour, Image.new("RGB", colour.size, "white"), whole.getchannel("A"))


def _in_srgb(picture: Image.Image, profile: bytes) -> Image.Image:
    """Return the picture converted by its ICC profile, or by mode if it is missing, broken or unsuitable."""
    if picture.mode not in ("L", "CMYK"):
        picture = picture.convert("RGB")
    if not profile:
        return picture.convert("RGB")
    try:
        return _by_profile(picture, ImageCms.ImageCmsProfile(io.BytesIO(profile)))
    except (ImageCms.PyCMSError, OSError, ValueError, TypeError):
        return picture.convert("RGB")


def _by_profile(picture: Image.Image, profile: ImageCms.ImageCmsProfile) -> Image.Image:
    if picture.mode == "L" and profile.profile.xcolor_space.strip() == "RGB":
        picture = picture.convert("RGB")  # a grey picture from a camera that always attaches its RGB profile
    converted = ImageCms.profileToProfile(picture, profile, ImageCms.createProfile("sRGB"), outputMode="RGB")
    return picture.convert("RGB") if converted is None else converted


def _upright(rgb: Array, picture: Image.Image) -> Array:
    """Return (H, W, 3) turned according to the picture's EXIF orientation; damaged EXIF is ignored."""
    try:
        turn = UPRIGHT.get(picture.getexif().get(ORIENTATION_TAG, 1))
    except Exception:
        return rgb
    return rgb if turn is None else np.ascontiguousarray(turn(rgb))
