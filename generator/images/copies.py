"""Make the copies of a picture for the pages of a site."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, Any

import numpy as np
from PIL import Image

from generator.images.failures import naming
from generator.images.fitting import fit

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from generator.records import Array

JPEG_QUALITY = 86
THUMBNAIL_ENCODERS: dict[str, dict[str, Any]] = {
    # One thread: libavif writes other bytes with two or more, so files would differ between machines.
    "avif": {"format": "AVIF", "quality": 45, "speed": 8, "max_threads": 1},
    "webp": {"format": "WEBP", "quality": 76, "method": 4},
    "jpg": {"format": "JPEG", "quality": 80, "progressive": True, "optimize": True},
}
SMALL_PX, ENLARGED_PX = 160, 320
"""The longest side of a picture that is shown enlarged, and the limit that its enlarged side keeps."""
LONGEST_PX = 4096
"""The longest side of any copy, below what encoders take: WebP 16,383 px, JPEG 65,535, AVIF 65,536."""
CARD_SIZE, CARD_COLUMN_PX = (1200, 630), 315


def web_copy(rgb: Array, longest_px: int) -> tuple[bytes, int, int]:
    """Return a progressive JPEG without metadata, its width and height; only small pictures are enlarged.

    Raises:
        ImageError: it cannot be scaled or encoded, for whatever reason; so do all functions here.
    """
    shown = enlarged(rgb, longest_px)
    return _jpeg(shown, longest_px / max(shown.shape[:2]))


def thumbnail(rgb: Array, height_px: int) -> tuple[bytes, int, int]:
    """Return a JPEG of at most that height, its width and height; no side is longer than ``LONGEST_PX``."""
    shown = enlarged(rgb, height_px)
    return _jpeg(shown, min(height_px / shown.shape[0], LONGEST_PX / shown.shape[1]))


def small_copy(rgb: Array, width_px: int) -> tuple[Mapping[str, bytes], int, int]:
    """Return the encoded picture by format, at most ``width_px`` wide, its width and height.

    No side is longer than ``LONGEST_PX``.
    """
    shown = enlarged(rgb, width_px)
    factor = min(1.0, width_px / shown.shape[1], LONGEST_PX / shown.shape[0])
    width, height = (max(1, round(side * factor)) for side in shown.shape[1::-1])
    small = scaled(shown, width, height)
    copies = {suffix: encoded(small, options) for suffix, options in THUMBNAIL_ENCODERS.items()}
    return copies, width, height


def card(rgb: Array, reconstructions: Sequence[Array]) -> bytes:
    """Return the social card of a page: a JPEG of 1200 x 630 pixels that sites show with a shared link.

    The picture is on the left, the reconstructions of its strongest features are in a column on the right.
    The card has no text: a title would need a font with every character that titles use, and sites print the
    title beside the card.

    Args:
        rgb: (H, W, 3) uint8.
        reconstructions: (h, w, 3) or (h, w, 1) uint8 each, as displayed; without, the picture fills the card.
    """
    with naming("cannot be composed as a card"):
        return encoded(_sheet(rgb, reconstructions), THUMBNAIL_ENCODERS["jpg"])


def _sheet(rgb: Array, reconstructions: Sequence[Array]) -> Image.Image:
    width, height = CARD_SIZE
    column = CARD_COLUMN_PX if reconstructions else 0
    sheet = Image.new("RGB", CARD_SIZE)
    _place(sheet, rgb, (0, 0, width - column, height))
    for place, reconstruction in enumerate(reconstructions):
        top, bottom = (place * height // len(reconstructions), (place + 1) * height // len(reconstructions))
        _place(sheet, reconstruction, (width - column, top, width, bottom))
    return sheet


def _place(sheet: Image.Image, picture: Array, box: tuple[int, int, int, int]) -> None:
    """Fill a box with a picture; a small one is enlarged by a whole factor and centred, not cropped."""
    left, top, right, bottom = box
    rgb = np.repeat(picture, 3, axis=-1) if picture.shape[-1] == 1 else picture
    if is_small(rgb) and (factor := min((bottom - top) // rgb.shape[0], (right - left) // rgb.shape[1])):
        shown = Image.fromarray(rgb.repeat(factor, axis=0).repeat(factor, axis=1))
        corner = (left + right - shown.width) // 2, (top + bottom - shown.height) // 2
    else:
        shown, corner = Image.fromarray(fit(rgb, (bottom - top, right - left))), (left, top)
    sheet.paste(shown, corner)


def is_small(picture: Array) -> bool:
    """Return whether a picture (H, W, C) is so small that it is shown enlarged."""
    return bool(max(picture.shape[:2]) <= SMALL_PX)


def enlarged(rgb: Array, longest_px: int) -> Array:
    """Return a small picture with each pixel as a square of pixels, and any other picture as it is.

    No side gets longer than ``longest_px`` and ``ENLARGED_PX``.

    >>> [enlarged(np.zeros((rows, 20, 3), np.uint8), 640).shape for rows in (28, 300)]
    [(308, 220, 3), (300, 20, 3)]
    """
    factor = max(1, min(longest_px, ENLARGED_PX) // max(rgb.shape[:2])) if is_small(rgb) else 1
    return rgb.repeat(factor, axis=0).repeat(factor, axis=1)


def encoded(picture: Image.Image, options: Mapping[str, Any]) -> bytes:
    """Return the bytes of a file.

    Raises:
        ImageError: the encoder fails, whatever it raises.
    """
    file = io.BytesIO()
    with naming(f"cannot be written as {options['format']} of {picture.width} x {picture.height} pixels"):
        picture.save(file, **options)
    return file.getvalue()


def _jpeg(rgb: Array, factor: float) -> tuple[bytes, int, int]:
    """Return the picture scaled by ``factor``, but never enlarged, as JPEG, with its width and height."""
    height, width = (max(1, round(side * min(1.0, factor))) for side in rgb.shape[:2])
    options = {"format": "JPEG", "quality": JPEG_QUALITY, "progressive": True, "optimize": True}
    return encoded(scaled(rgb, width, height), options), width, height


def scaled(rgb: Array, width: int, height: int) -> Image.Image:
    """Return a picture scaled to a size.

    Raises:
        ImageError: it cannot be scaled, for whatever reason.
    """
    with naming(f"cannot be scaled to {width} x {height} pixels"):
        return Image.fromarray(rgb).resize((width, height), Image.Resampling.BICUBIC)
