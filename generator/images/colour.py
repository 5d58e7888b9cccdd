"""Convert decoded pixels to 8-bit sRGB on white."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

import numpy as np
from PIL import Image, ImageCms

from generator.errors import ImageError
from generator.images.layouts import NO_WHITE, USUAL_GAMMA, Layout

if TYPE_CHECKING:
    from generator.records import Array

BAND_PIXELS = 4_000_000  # each conversion copies its input, so pictures are converted in bands
_PREMULTIPLIED = {"La": "LA", "RGBa": "RGBA"}


def in_srgb(picture: Image.Image, layout: Layout) -> Array:
    """Return the decoded pixels (H, W, 3) uint8 in sRGB, composited on white, not turned upright.

    Raises:
        ImageError: the values have no defined white.
    """
    width, height = picture.size
    rgb: Array = np.empty((height, width, 3), np.uint8)
    rows = max(1, BAND_PIXELS // width)
    for top in range(0, height, rows):
        band = picture.crop((0, top, width, min(top + rows, height)))
        profile = band.info.get("icc_profile") or b""
        rgb[top : top + rows] = np.asarray(_on_white(_eight_bit(band, layout), profile, layout))
    return rgb


def _eight_bit(picture: Image.Image, layout: Layout) -> Image.Image:
    """Return the picture with 8 bits per channel; white stays white, whatever its value was.

    Pillow's own ``convert`` clips 16-bit grey at 255 instead of scaling it.
    """
    if picture.mode.startswith(("I", "F")):
        return _deep_grey(picture, layout)
    if layout.key is not None:
        picture.info["transparency"] = layout.key
    if picture.mode in _PREMULTIPLIED:
        return picture.convert(_PREMULTIPLIED[picture.mode])
    return picture


def _deep_grey(picture: Image.Image, layout: Layout) -> Image.Image:
    """Return grey of up to 16 bits as L, or as LA if one grey is transparent."""
    values = np.asarray(picture)
    if picture.mode.startswith("F") or values.min() < 0 or values.max() > 0xFFFF:
        raise ImageError(NO_WHITE.format("32-bit"))
    scaled = np.minimum((values.astype(np.uint32) * 510 + layout.most) // (2 * layout.most), 255)
    grey = Image.fromarray((255 - scaled if layout.is_inverted else scaled).astype(np.uint8))
    if layout.key is None:
        return grey
    opaque = np.where(values == layout.key, 0, 255).astype(np.uint8)
    return Image.merge("LA", (grey, Image.fromarray(opaque)))


def _on_white(picture: Image.Image, profile: bytes, layout: Layout) -> Image.Image:
    """Return the picture in sRGB, composited on white where it is transparent."""
    if not picture.has_transparency_data:
        return _coloured(picture, profile, layout.gamma)
    grey = layout.is_grey or picture.mode in ("1", "L", "LA")
    whole = picture.convert("LA" if picture.mode in ("1", "L") else "RGBA")
    colour = whole.getchannel(0) if grey else whole.convert("RGB")
    shown = _coloured(colour, profile, layout.gamma)
    return Image.composite(shown, Image.new("RGB", shown.size, "white"), whole.getchannel("A"))


def _coloured(picture: Image.Image, profile: bytes, gamma: float | None) -> Image.Image:
    """Return the picture converted by its ICC profile, by gamma, or by mode if both are missing or broken."""
    if picture.mode not in ("L", "CMYK"):
        picture = picture.convert("RGB")
    if gamma:
        return _with_gamma(picture.convert("RGB"), gamma)
    if not profile:
        return picture.convert("RGB")
    try:
        return _by_profile(picture, ImageCms.ImageCmsProfile(io.BytesIO(profile)))
    except (ImageCms.PyCMSError, OSError, ValueError, TypeError):
        return picture.convert("RGB")


def _with_gamma(picture: Image.Image, gamma: float) -> Image.Image:
    """Return samples of a gamma as samples of the usual one, as browsers show a PNG with the chunk gAMA."""
    table = np.rint(255 * (np.arange(256) / 255) ** (USUAL_GAMMA / gamma)).astype(int).tolist()
    return picture.point(table * 3)


def _by_profile(picture: Image.Image, profile: ImageCms.ImageCmsProfile) -> Image.Image:
    if picture.mode == "L" and profile.profile.xcolor_space.strip() == "RGB":
        picture = picture.convert("RGB")  # a grey picture from a camera that always attaches its RGB profile
    converted = ImageCms.profileToProfile(picture, profile, ImageCms.createProfile("sRGB"), outputMode="RGB")
    return picture.convert("RGB") if converted is None else converted
