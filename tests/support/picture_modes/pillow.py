"""Formats that Pillow writes: JPEG, JPEG 2000, WebP and AVIF; and every mode of an image in memory."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from PIL import Image

from tests.support.picture_modes.cells import NO_WHITE, Cell, of_pillow, of_ycbcr, samples, shown
from tests.support.picture_modes.tiff import of_cmyk, premultiplied

NO_ALPHA = "ImageMagick 6.9 does not read the alpha of AVIF"
MEMORY = "memory"
"""The suffix of cells that are images of Pillow, not files."""


def cells() -> Iterator[Cell]:
    yield from _lossless()
    yield from _lossy()
    yield from _in_memory()


def _lossless():
    rgba, deep = samples(8, 4).astype(np.uint8), samples(16)
    alpha = rgba[..., 3:] / 255
    pictures = {
        "L": (rgba[..., 0], shown(rgba[..., :1], 255)),
        "RGB": (rgba[..., :3], rgba[..., :3]),
        "RGBA": (rgba, shown(rgba[..., :3], 255, alpha)),
    }
    for mode, (pixels, expected) in pictures.items():
        picture, near = Image.fromarray(np.ascontiguousarray(pixels)), mode == "RGBA"
        for kind, suffix, options in (
            ("WEBP", "webp", {"lossless": True, "exact": True}),
            ("JPEG2000", "jp2", {}),
            ("JPEG2000", "j2k", {"no_jp2": True}),
        ):
            yield Cell(f"{mode} lossless", suffix, of_pillow(picture, kind, **options), expected, near)
    picture = Image.fromarray(np.ascontiguousarray(rgba[..., 2:]), "LA")
    yield Cell("LA lossless", "jp2", of_pillow(picture, "JPEG2000"), shown(rgba[..., 2:3], 255, alpha), 1)
    picture = Image.fromarray(deep[..., 0].astype(np.uint16))
    yield Cell("I;16 lossless", "jp2", of_pillow(picture, "JPEG2000"), shown(deep, 65535), 1)


def smooth():
    """Return a picture (64, 96, 3) that lossy formats nearly keep."""
    row, column = np.mgrid[0:64, 0:96]
    return np.stack([2 * column, 3 * row, 255 - column - row], axis=-1).astype(np.uint8)


def _lossy():
    rgb = smooth()
    opacity = np.linspace(0, 255, 96).round().astype(np.uint8)
    alpha = np.broadcast_to(opacity[:, np.newaxis], (64, 96, 1))
    pictures = {
        "L": (Image.fromarray(rgb[..., 0]), shown(rgb[..., :1], 255)),
        "RGB": (Image.fromarray(rgb), rgb),
        "RGBA": (Image.fromarray(np.concatenate([rgb, alpha], axis=-1)), shown(rgb, 255, alpha / 255)),
    }
    for mode, (picture, expected) in pictures.items():
        beside = NO_ALPHA if mode == "RGBA" else ""
        yield Cell(mode, "avif", of_pillow(picture, "AVIF", quality=95), expected, 8, beside)
        yield Cell(mode, "webp", of_pillow(picture, "WEBP", quality=98), expected, 10)
        if mode != "RGBA":
            for options in (
                {"subsampling": 0},
                {"subsampling": 2},
                {"progressive": True},
                {"keep_rgb": True},
            ):
                name = f"{mode} {' '.join(f'{key} {value}' for key, value in options.items())}"
                yield Cell(name, "jpg", of_pillow(picture, "JPEG", quality=98, **options), expected, 6)
    ink = Image.fromarray(np.concatenate([255 - rgb, np.zeros_like(rgb[..., :1])], axis=-1), "CMYK")
    yield Cell("CMYK", "jpg", of_pillow(ink, "JPEG", quality=98, subsampling=0), rgb, 8)
    file = of_pillow(pictures["RGB"][0], "TIFF", compression="jpeg", quality=98)
    yield Cell("RGB jpeg", "tiff", file, rgb, 10)


def _in_memory():
    """Yield an image of every mode that Pillow has."""
    one, two, three, four = (samples(8, channels).astype(np.uint8) for channels in (1, 2, 3, 4))
    alpha, deep = four[..., 3:] / 255, samples(16)[..., 0]
    grey_alpha = shown(two[..., :1], 255, two[..., 1:] / 255)
    over = premultiplied(four[..., :3], alpha, four).astype(np.uint8)
    over_grey = premultiplied(two[..., :1], two[..., 1:] / 255, two).astype(np.uint8)
    indexed = _raw("PA", two)  # Pillow's conversion of LA drops the alpha
    indexed.putpalette(np.repeat(np.arange(256), 3).astype(np.uint8).tobytes())
    hue = Image.new("HSV", (3, 2), (0, 255, 255))
    for mode, picture, expected, near in (
        ("1", Image.fromarray(one[..., 0] > 127), shown(one > 127, 1), 0),
        ("L", Image.fromarray(one[..., 0]), shown(one, 255), 0),
        ("LA", Image.fromarray(two, "LA"), grey_alpha, 1),
        ("La", _raw("La", over_grey), grey_alpha, 2),
        ("P", Image.fromarray(one[..., 0]).convert("P"), shown(one, 255), 0),
        ("PA", indexed, grey_alpha, 1),
        ("RGB", Image.fromarray(three), three, 0),
        ("RGBX", _raw("RGBX", four), four[..., :3], 0),
        ("RGBA", Image.fromarray(four), shown(four[..., :3], 255, alpha), 1),
        ("RGBa", _raw("RGBa", over), shown(four[..., :3], 255, alpha), 2),
        ("CMYK", Image.fromarray(four, "CMYK"), of_cmyk(four, 255), 1),
        ("YCbCr", Image.fromarray(three, "YCbCr"), of_ycbcr(three), 1),
        ("HSV", hue, np.full((2, 3, 3), (255, 0, 0)), 0),
        ("I", Image.fromarray(deep.astype(np.int32)), shown(deep[..., np.newaxis], 65535), 1),
        ("I;16", Image.fromarray(deep.astype("<u2")), shown(deep[..., np.newaxis], 65535), 1),
        ("I;16B", _raw("I;16B", deep.astype(">u2")), shown(deep[..., np.newaxis], 65535), 1),
        ("I, negative", Image.new("I", (3, 2), -1), f"32-bit values {NO_WHITE}", 0),
        ("F", Image.new("F", (3, 2)), f"32-bit values {NO_WHITE}", 0),
    ):
        yield Cell(mode, MEMORY, picture, expected, near)


def _raw(mode, pixels):
    """Return an image of a mode that ``fromarray`` does not take, from its bytes (H, W, ...)."""
    return Image.frombytes(mode, pixels.shape[1::-1], pixels.tobytes())
