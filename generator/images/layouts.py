"""What Pillow forgets of a file when it decodes the pixels, and the layouts that it decodes wrongly.

Pillow scales grey of 2 and 4 bits to 8, but not the grey that is transparent; of 16 bits it keeps no
transparency at all. It does not invert 16 bits in which 0 is white, and does not scale 12 bits. All of this
is read from the header here, before the pixels are decoded. ``tests/support/picture_modes.py`` lists every
layout and compares it with ImageMagick.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from PIL import Image, PngImagePlugin, TiffImagePlugin

from generator.errors import ImageError

NO_WHITE = "{} values have no defined white; save it with 8 or 16 bits per channel"
USUAL_GAMMA, GAMMA_THRESHOLD = 0.45455, 0.05
"""The gamma of sRGB, and how far another one must be from it to count, both as in libpng."""

_BITS, _COMPRESSION, _PHOTOMETRIC, _PLANES, _FORMAT, _SUBSAMPLING = 258, 259, 262, 284, 339, 530
_SIGNED, _YCBCR, _WHITE_IS_ZERO, _SEPARATE, _PLAIN = 2, 6, 0, 2, 1


@dataclass(frozen=True)
class Layout:
    """What a header says of the pixels.

    ``most`` is the value of white in grey of more than 8 bits, ``is_inverted`` if 0 is white there. ``key``
    is the grey that is transparent, as the pixels have it after decoding. A sample is the light to the power
    of ``gamma``, which is ``None`` if the file says nothing or a colour profile says more. ``is_grey`` if
    Pillow decodes grey as colour.
    """

    most: int = 0xFFFF
    is_inverted: bool = False
    key: int | None = None
    gamma: float | None = None
    is_grey: bool = False


def layout_of(picture: Image.Image) -> Layout:
    """Return the layout of a picture that is not decoded yet; one decoded already has the usual layout.

    Raises:
        ImageError: the layout cannot be decoded correctly.
    """
    if isinstance(picture, PngImagePlugin.PngImageFile):
        return _of_png(picture)
    if isinstance(picture, TiffImagePlugin.TiffImageFile):
        return _of_tiff(picture)
    return Layout(key=_key(picture, picture.info.get("transparency"), ""))


def _of_png(picture: PngImagePlugin.PngImageFile) -> Layout:
    stored = str(picture.tile[0].args) if picture.tile else ""
    key = picture.info.get("transparency")
    if key is not None and stored == "RGB;16B":
        raise ImageError("16-bit colour with one transparent colour; save it with an alpha channel")
    return Layout(key=_key(picture, key, stored), gamma=_gamma(picture.info), is_grey=stored == "LA;16B")


def _key(picture: Image.Image, key: object, stored: str) -> int | None:
    """Return the transparent grey as the decoded pixels have it; ``stored`` is Pillow's name for it."""
    if not isinstance(key, int) or not picture.mode.startswith(("I", "L")):
        return None
    return {"L;2": (key & 3) * 85, "L;4": (key & 15) * 17}.get(stored, key)


def _gamma(info: Mapping[Any, Any]) -> float | None:
    """Return the gamma of a PNG if it counts: browsers take a profile or the chunk sRGB before it."""
    gamma = float(info.get("gamma") or USUAL_GAMMA)
    is_usual = abs(gamma / USUAL_GAMMA - 1) < GAMMA_THRESHOLD
    return None if is_usual or "icc_profile" in info or "srgb" in info else gamma


def _of_tiff(picture: TiffImagePlugin.TiffImageFile) -> Layout:
    tags: Mapping[int, Any] = picture.tag_v2
    bits, photometric = tags.get(_BITS, (1,)), tags.get(_PHOTOMETRIC, _WHITE_IS_ZERO)
    if max(bits) > 16:
        raise ImageError(NO_WHITE.format(f"{max(bits)}-bit"))
    if _SIGNED in tags.get(_FORMAT, ()):
        raise ImageError(NO_WHITE.format("signed"))
    if max(bits) == 16 and len(bits) > 1 and tags.get(_PLANES) == _SEPARATE:
        raise ImageError("TIFF of 16 bits in separate planes; save it with the channels together")
    is_plain = tags.get(_COMPRESSION, _PLAIN) == _PLAIN
    if photometric == _YCBCR and is_plain and tuple(tags.get(_SUBSAMPLING, (2, 2))) != (1, 1):
        raise ImageError("TIFF of subsampled YCbCr without compression; save it as RGB")
    is_deep = picture.mode.startswith("I")
    return Layout(0xFFF if max(bits) == 12 else 0xFFFF, is_deep and photometric == _WHITE_IS_ZERO)
