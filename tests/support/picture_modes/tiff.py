"""TIFF: photometric interpretations, depths, sample formats, planes and compressions, in both byte orders."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from PIL import Image

from tests.support.picture_files import tiff
from tests.support.picture_modes.cells import (
    DEPTHS,
    HEIGHT,
    NO_WHITE,
    WIDTH,
    Cell,
    of_pillow,
    of_ycbcr,
    palette_of,
    samples,
    shown,
)

UNKNOWN = "unknown pixel mode"
NOT_INVERTED = "ImageMagick 6.9 does not invert these"
TAKES_AS_ALPHA = "ImageMagick takes the unspecified channel for alpha"
UNSPECIFIED, PREMULTIPLIED, ALPHA = 0, 1, 2
"""The kinds of a further channel."""


def cells() -> Iterator[Cell]:
    for order, end in (("<", "II"), (">", "MM")):
        for bits in DEPTHS:
            yield from _grey(bits, order, end)
        for bits in (8, 16):
            yield from _colour(bits, order, end)
            yield from _grey_with_alpha(bits, order, end)
        for bits in (1, 2, 4, 8):
            yield from _palette(bits, order, end)
        yield from _without_white(order, end)
        yield from _other_spaces(order, end)
    yield from _compressed()


def _grey(bits, order, end):
    values, most, near = samples(bits), 2**bits - 1, bits == 16
    yield Cell(f"{end} grey {bits}", "tiff", tiff(values, bits, 1, order=order), shown(values, most), near)
    expected = UNKNOWN if bits == 16 and order == ">" else shown(most - values, most)
    file = tiff(values, bits, 0, order=order)
    beside = NOT_INVERTED if bits in (2, 4) else ""
    yield Cell(f"{end} grey {bits}, white is 0", "tiff", file, expected, near, beside)
    if bits == 1:
        file = tiff(values, bits, 1, order=order, fill_order=[2], reverses_bits=True)
        yield Cell(f"{end} grey 1, lowest bit first", "tiff", file, shown(values, most))


def _colour(bits, order, end):
    most, near = 2**bits - 1, bits == 16
    for channels, photometric, name in ((3, 2, "RGB"), (4, 5, "CMYK")):
        values = samples(bits, channels)
        expected = shown(values, most) if channels == 3 else of_cmyk(values, most)
        slack = near + (channels == 4)
        file = tiff(values, bits, photometric, order=order)
        yield Cell(f"{end} {name} {bits}", "tiff", file, expected, slack)
        for deflated in (False, True):
            words = f"{end} {name} {bits} in planes{' deflated' if deflated else ''}"
            file = tiff(values, bits, photometric, order=order, planar=True, deflated=deflated)
            yield Cell(words, "tiff", file, "separate planes" if bits == 16 else expected, slack)
    four = samples(bits, 4)
    alpha, colour = four[..., 3:] / most, four[..., :3]
    file = tiff(four, bits, 2, order=order, extra=[UNSPECIFIED])
    yield Cell(f"{end} RGBX {bits}", "tiff", file, shown(colour, most), near, TAKES_AS_ALPHA)
    file = tiff(four, bits, 2, order=order, extra=[ALPHA])
    yield Cell(f"{end} RGBA {bits}", "tiff", file, shown(colour, most, alpha), near + 1)
    file = tiff(premultiplied(colour, alpha, four), bits, 2, order=order, extra=[PREMULTIPLIED])
    yield Cell(f"{end} RGBa {bits}", "tiff", file, shown(colour, most, alpha), near + 2)


def _grey_with_alpha(bits, order, end):
    two, most = samples(bits, 2), 2**bits - 1
    grey, alpha = two[..., :1], two[..., 1:] / most
    on_white = shown(grey, most, alpha)
    for name, values, extra, expected, near, beside in (
        ("LA", two, ALPHA, on_white, 1, ""),
        ("La", premultiplied(grey, alpha, two), PREMULTIPLIED, on_white, 2, ""),
        ("LX", two, UNSPECIFIED, shown(grey, most), 0, TAKES_AS_ALPHA),
    ):
        file = tiff(values, bits, 1, order=order, extra=[extra])
        found = expected if bits == 8 else UNKNOWN
        yield Cell(f"{end} {name} {bits}", "tiff", file, found, near, beside)


def _palette(bits, order, end):
    indices, colours = samples(bits), palette_of(2**bits)
    table = (colours.T.ravel().astype(int) * 257).tolist()
    plain = colours[indices[..., 0]]
    yield Cell(f"{end} palette {bits}", "tiff", tiff(indices, bits, 3, order=order, colours=table), plain)
    if bits == 8:
        two = samples(bits, 2)
        file = tiff(two, bits, 3, order=order, colours=table, extra=[ALPHA])
        expected = shown(colours[two[..., 0]], 255, two[..., 1:] / 255)
        yield Cell(f"{end} palette {bits} alpha", "tiff", file, expected, 1)


def _without_white(order, end):
    for bits in (8, 16):
        file = tiff(samples(bits), bits, 1, order=order, sample_format=[2])
        yield Cell(f"{end} grey {bits} signed", "tiff", file, f"signed values {NO_WHITE}")
    black = np.zeros((HEIGHT, WIDTH, 1), np.uint32)
    for bits, form, name in ((32, 1, "32"), (32, 2, "32 signed"), (32, 3, "32 float"), (16, 3, "16 float")):
        content = bytes(HEIGHT * WIDTH * bits // 8)
        file = tiff(black, bits, 1, order=order, content=content, sample_format=[form])
        is_unknown = bits == 16 or (name == "32" and order == ">")
        yield Cell(f"{end} grey {name}", "tiff", file, UNKNOWN if is_unknown else f"32-bit values {NO_WHITE}")


def _other_spaces(order, end):
    values = samples(12)
    pairs = values.reshape(HEIGHT, -1, 2)
    first, second = pairs[..., 0], pairs[..., 1]
    content = np.stack([first >> 4, (first & 15) << 4 | second >> 8, second & 255], axis=-1)
    file = tiff(values, 12, 1, order=order, content=content.astype(np.uint8).tobytes())
    yield Cell(f"{end} grey 12", "tiff", file, shown(values, 4095) if order == "<" else UNKNOWN, 1)
    three = samples(8, 3)
    file = tiff(three, 8, 6, order=order, subsampling=[1, 1])
    yield Cell(f"{end} YCbCr", "tiff", file, of_ycbcr(three), 1)
    for tags, name in (({"subsampling": [2, 2]}, "subsampled"), ({}, "subsampled by default")):
        file = tiff(three, 8, 6, order=order, content=bytes(HEIGHT * WIDTH * 3 // 2), **tags)
        yield Cell(f"{end} YCbCr {name}", "tiff", file, "subsampled YCbCr without compression")
    grey = samples(8).astype(np.uint8)
    lab = np.concatenate([grey, np.zeros_like(grey), np.zeros_like(grey)], axis=-1)
    yield Cell(f"{end} Lab, grey", "tiff", tiff(lab, 8, 8, order=order), of_lightness(grey), 2)


def _compressed():
    rgb, deep = samples(8, 3).astype(np.uint8), samples(16)
    pictures = {
        "RGB 8": (Image.fromarray(rgb), rgb),
        "grey 16": (Image.fromarray(deep[..., 0].astype(np.uint16)), shown(deep, 65535)),
    }
    for name, (picture, expected) in pictures.items():
        for compression in ("tiff_lzw", "tiff_adobe_deflate", "packbits", "zstd", "lzma"):
            for predictor in (1, 2) if "lzw" in compression or "deflate" in compression else (1,):
                file = of_pillow(picture, "TIFF", compression=compression, tiffinfo={317: predictor})
                words = f"{name} {compression}{' differences' if predictor == 2 else ''}"
                yield Cell(words, "tiff", file, expected, 1)
    bits = samples(1)
    for compression in ("group3", "group4", "tiff_ccitt"):
        file = of_pillow(Image.fromarray(bits[..., 0] > 0), "TIFF", compression=compression)
        yield Cell(f"grey 1 {compression}", "tiff", file, shown(bits, 1))


def premultiplied(colour, alpha, whole):
    """Return samples whose colour is multiplied by alpha; ``whole`` has the samples of alpha last."""
    return np.concatenate([np.rint(colour * alpha), whole[..., -1:]], axis=-1).astype(int)


def of_cmyk(values, most):
    """Return ink (H, W, 4) as RGB, without a colour profile."""
    light = 1 - values / most
    return np.rint(255 * light[..., :3] * light[..., 3:]).astype(np.uint8)


def of_lightness(values):
    """Return CIE lightness, 8 bits for 0 to 100, as grey in sRGB."""
    lightness = values / 2.55
    light = np.where(lightness > 8, ((lightness + 16) / 116) ** 3, lightness / 903.3)
    coded = np.where(light > 0.0031308, 1.055 * light ** (1 / 2.4) - 0.055, 12.92 * light)
    return shown(coded, 1)
