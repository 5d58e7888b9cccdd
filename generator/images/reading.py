"""Pictures in: any file a user may have becomes a (H, W, 3) uint8 sRGB array."""

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
    "jpeg2k": (60, "takes much memory"),  # four bytes for each of four channels of a pixel
    "ppm": (10, "is slow to read"),  # these three are decoded in Python
    "ppm_plain": (10, "is slow to read"),
    "bmp_rle": (10, "is slow to read"),
}
"""Decoders of Pillow -> how many megapixels they may have, and why no more."""
BAND_PIXELS = 4_000_000  # each conversion copies; a few megapixels at a time, the copies are small
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
    """Return the picture as it is meant to be seen: (H, W, 3) uint8 RGB, upright, in sRGB, on white.

    Of an animation this is the first frame.

    Raises:
        ImageError: no such file, not a picture, damaged, over 100 megapixels, or without a known range.
    """
    try:
        _refuse_other_than_file(path)
        with _opened(path) as picture:
            return from_pil(picture)
    except ImageError as error:
        raise ImageError(f"{path}: {error}") from None


def check_file(path: Path) -> None:
    """Refuse what cannot hold a picture, without opening it.

    Raises:
        ImageError: no such file, not a file, or empty.
    """
    try:
        _refuse_other_than_file(path)
    except ImageError as error:
        raise ImageError(f"{path}: {error}") from None


def from_pil(picture: Image.Image) -> Array:
    """Return Pillow's picture as ``read`` would return its file; its size is checked before it is decoded."""
    width, height = picture.size
    if width * height > MAX_PIXELS:
        raise ImageError(TOO_LARGE)
    for codec, *_ in getattr(picture, "tile", ()):
        _refuse_costly(codec, width * height)
    _load(picture)
    return _upright(_converted(picture), picture)


def _refuse_other_than_file(path: Path) -> None:
    """Refuse what cannot hold a picture, before a pipe or a device can block."""
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
    """Refuse a picture whose decoder takes more than that of other pictures of its size."""
    most, reason = COSTLY.get(codec, (0, ""))
    if reason and pixels > most * 1_000_000:
        raise ImageError(f"more than {most} megapixels in a format that {reason}; save it as JPEG or PNG")


def _opened(path: Path) -> Image.Image:
    """Return the picture with its header read and nothing decoded."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # our own limit speaks, as an error
            return Image.open(path, formats=FORMATS)
    except UnidentifiedImageError:
        raise ImageError(f"not a picture, or without pixels; expected {KNOWN}") from None
    except Image.DecompressionBombError:
        raise ImageError(TOO_LARGE) from None
    except Exception as error:
        raise ImageError(_why(error)) from None


def _load(picture: Image.Image) -> None:
    """Decode; Pillow's decoders raise nearly anything on damaged data."""
    try:
        picture.load()
    except Exception as error:
        raise ImageError(f"damaged or cut short: {_why(error)}") from None


def _why(error: Exception) -> str:
    """Return the reason in the library's or the system's words."""
    if isinstance(error, OSError) and error.strerror:
        return f"cannot be read: {error.strerror}"
    return str(error) or type(error).__name__


def _converted(picture: Image.Image) -> Array:
    """Return the decoded pixels (H, W, 3) as they are meant to be seen, but for the turn."""
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
    except Exception as error:  # a palette shorter than its transparency, say
        raise ImageError(f"damaged: {_why(error)}") from None
    return rgb


def _eight_bit(picture: Image.Image) -> Image.Image:
    """Return the picture with 8 bits a channel; 16-bit grey keeps its range, 65535 becoming 255."""
    if not picture.mode.startswith(("I", "F")):
        return picture
    values = np.asarray(picture)
    if picture.mode.startswith("F") or values.min() < 0 or values.max() > 0xFFFF:
        raise ImageError("32-bit values have no agreed white; save it with 8 or 16 bits a channel")
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
    """Return the picture converted by its ICC profile, or plainly if that is missing, broken or foreign."""
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
        picture = picture.convert("RGB")  # grey saved by a camera that always attaches its RGB profile
    converted = ImageCms.profileToProfile(picture, profile, ImageCms.createProfile("sRGB"), outputMode="RGB")
    return picture.convert("RGB") if converted is None else converted


def _upright(rgb: Array, picture: Image.Image) -> Array:
    """Return (H, W, 3) turned as the loaded picture's EXIF says; damaged EXIF says nothing."""
    try:
        turn = UPRIGHT.get(picture.getexif().get(ORIENTATION_TAG, 1))
    except Exception:
        return rgb
    return rgb if turn is None else np.ascontiguousarray(turn(rgb))
