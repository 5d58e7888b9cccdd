"""Signed floats to display bytes and data URIs; the one place where a display scale is computed.

Question: how can figures stay small whatever they show? Options: one JPEG quality; one per layer; the highest
that fits a budget. Choice: the last; if no quality fits (saturated noise, very large inputs), the same again
at half the resolution. A pair shares one budget: a small map leaves more for its reconstruction. Cost: a few
encodings per picture, and a loss that is visible in noise only.

Question: how do pictures of a few pixels stay crisp? Options: ``image-rendering: pixelated`` alone; larger
rasters. Choice: both, the raster enlarged by a whole factor and written as PNG, because librsvg ignores the
property and blurs. Cost: some hundred bytes.

Question: how does a sparse reconstruction become legible? Its values fall off steeply: on a linear scale that
ends at the 99.5th percentile, three quarters of SqueezeNet's are within 8 levels of grey. Options: end at a
lower percentile; a signed power, which raises weak values and keeps zero and the sign; blue and orange; the
sign as brightness. Choice: the power 0.6, ending at the 99th percentile. It leaves fewer values near grey
than a percentile does, and raises noise less than a square root. ``docs/explanation/deconvolution.md`` has
the measurements. Cost: shades are not proportional to values, which the rule says.
"""

from __future__ import annotations

import base64
import io
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np
from PIL import Image

from generator.errors import FigureError

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Array = NDArray[Any]

EXPONENT = 0.6
QUALITIES = (92, 88, 84, 80, 75, 70, 60, 50, 40, 30)
PICTURE_CHARACTERS = 20_000
PAIR_CHARACTERS = 30_000
SEEN_CHARACTERS = 4_000


@dataclass(frozen=True)
class Display:
    """A reconstruction as displayed: (H, W, C) uint8, its values at black and at white, the rule in words."""

    pixels: Array
    black: float
    white: float
    rule: str


def power(values: Array) -> Display:
    """Display zero as mid-grey, and every other value by the power 0.6 of its magnitude, with its sign.

    Both signs saturate at the 99th percentile of all magnitudes, or at their maximum if the percentile is
    zero because nearly all values are. The latter holds for every scale but ``minmax``.

    >>> power(np.array([-2.0, 0.0, 0.5, 2.0])).pixels.tolist()
    [0, 128, 183, 255]
    """
    return _signed(values, 99, EXPONENT, "shades between by the power 0.6")


def symmetric(values: Array) -> Display:
    """Display zero as mid-grey, and values in proportion; both signs saturate at the 99.5th percentile.

    >>> symmetric(np.array([-2.0, 0.0, 1.0, 2.0])).pixels.tolist()
    [0, 128, 191, 255]
    """
    return _signed(values, 99.5)


def clipped(values: Array) -> Display:
    """Display zero as mid-grey, and values in proportion; both signs saturate at the 97th percentile."""
    return _signed(values, 97)


def luminance(values: Array) -> Display:
    """Display each pixel (..., C) by one brightness, so that no colour needs to be told from another.

    Its magnitude is the root mean square of the channels, its sign that of their sum, so that only a pixel
    whose channels are all zero is mid-grey; a sum of zero counts as positive. Otherwise as ``power``.

    >>> luminance(np.array([[[-1.0, -7.0], [0.0, 0.0], [7.0, 1.0]]])).pixels.tolist()
    [[[0, 0], [128, 128], [255, 255]]]
    """
    size = np.abs(values).max(initial=0.0) or 1.0  # or the squares of very small and large values vanish
    magnitudes = size * np.sqrt(np.square(values / size).mean(axis=-1, keepdims=True))
    signed = np.where(values.sum(axis=-1, keepdims=True) < 0, -magnitudes, magnitudes)
    words = "shades between by the power 0.6 of the channels' root mean square, with the sign of their sum"
    shown = _signed(signed, 99, EXPONENT, words)
    return replace(shown, pixels=shown.pixels.repeat(values.shape[-1], axis=-1))


def _signed(values: Array, percentile: float, exponent: float = 1.0, words: str = "") -> Display:
    """Display zero as mid-grey, and values as ± 1 where their magnitudes reach a percentile of them all."""
    magnitudes = np.abs(values)
    limit, measure = float(np.percentile(magnitudes, percentile)), f"{percentile}th percentile"
    if limit == 0.0 and magnitudes.any():
        limit, measure = float(magnitudes.max()), "maximum (nearly all of it is zero)"
    share = np.clip(magnitudes / limit, 0.0, 1.0) if limit else np.zeros_like(values)
    rule = ", ".join(filter(None, [f"grey is zero, black and white ± its {measure}", words]))
    return Display(_bytes(127.5 + 127.5 * np.sign(values) * share**exponent), -limit, limit, rule)


def minmax(values: Array) -> Display:
    """Display the smallest value as black and the largest as white; a constant is mid-grey.

    >>> minmax(np.array([1.0, 2.0, 5.0])).pixels.tolist()
    [0, 64, 255]
    """
    low, high = float(values.min()), float(values.max())
    share = (values - low) / (high - low) if high > low else np.full_like(values, 0.5)
    rule = "black and white are its minimum and maximum"
    return Display(_bytes(255.0 * share), low, high, rule)


SCALES: dict[str, Callable[[Array], Display]] = {
    "power": power,
    "symmetric": symmetric,
    "clipped": clipped,
    "luminance": luminance,
    "minmax": minmax,
}


def display(values: Array, scale: str) -> Display:
    """Display a signed reconstruction by the scale of that name.

    Raises:
        FigureError: the scale is unknown, or a value is not finite.
    """
    if scale not in SCALES:
        raise FigureError(f"`scale` must be one of {', '.join(SCALES)}. Received: {scale!r}")
    if not np.isfinite(values).all():
        raise FigureError("`reconstructions` must be finite. Received: NaN or infinity")
    return SCALES[scale](np.asarray(values, np.float64))


def grey(shares: Array) -> Array:
    """Return shares (H, W) from 0, black, to 1, white, as (H, W, 1) uint8.

    >>> grey(np.array([[0.0, 0.5, 1.0]]))[..., 0].tolist()
    [[0, 128, 255]]
    """
    return _bytes(255.0 * shares)[..., np.newaxis]


def enlarged_uri(pixels: Array, factor: int, characters: int) -> str:
    """Encode uint8 pixels, enlarged by a whole factor, as a data URI.

    This is a PNG. If it has more than ``characters`` characters, the pixels are not enlarged; if that is
    still too long, it is a JPEG. Pixels whose channels are equal are written as grey.
    """
    is_grey = pixels.ndim == 3 and (pixels == pixels[..., :1]).all()
    shown = pixels[..., 0] if is_grey else pixels
    for size in (factor, 1):
        uri = _uri(_encode(enlarged(shown, size), "PNG", optimize=True), "png")
        if len(uri) <= characters:
            return uri
    return jpeg_uri(shown, characters)


def enlarged(pixels: Array, factor: int) -> Array:
    """Return pixels (h, w) or (h, w, c) of which each is a square of ``factor`` by ``factor`` pixels.

    >>> enlarged(np.array([[1, 2]]), 2).tolist()
    [[1, 1, 2, 2], [1, 1, 2, 2]]
    """
    return pixels.repeat(factor, axis=0).repeat(factor, axis=1)


def jpeg_uri(pixels: Array, characters: int, is_compact: bool = False) -> str:
    """Encode uint8 pixels as the best JPEG whose data URI has at most ``characters`` characters.

    It is 4:4:4, or if ``is_compact`` 4:2:0 with codes of its own, which takes a third less.

    Raises:
        FigureError: even one pixel does not fit.
    """
    options = {"subsampling": 2, "optimize": True} if is_compact else {"subsampling": 0}
    for quality in QUALITIES:
        uri = _uri(_encode(pixels, "JPEG", quality=quality, **options), "jpeg")
        if len(uri) <= characters:
            return uri
    if max(pixels.shape[:2]) == 1:
        raise FigureError(f"no JPEG takes {characters} characters or fewer")
    return jpeg_uri(_halve(pixels), characters, is_compact)


def _bytes(values: Array) -> Array:
    return np.rint(values).astype(np.uint8)


def _halve(pixels: Array) -> Array:
    height, width = pixels.shape[:2]
    half = Image.fromarray(pixels).resize((-(-width // 2), -(-height // 2)), Image.Resampling.BOX)
    return np.asarray(half)


def _encode(pixels: Array, kind: str, **options: int) -> bytes:
    target = io.BytesIO()
    Image.fromarray(np.ascontiguousarray(pixels)).save(target, kind, **options)
    return target.getvalue()


def _uri(content: bytes, kind: str) -> str:
    return f"data:image/{kind};base64,{base64.b64encode(content).decode('ascii')}"
