"""PNG: every colour type and depth, with and without transparency, and the chunk of gamma."""

from __future__ import annotations

import struct
from collections.abc import Iterator

import numpy as np

from tests.support.picture_files import GREY, GREY_ALPHA, PALETTE, RGB, RGB_ALPHA, png
from tests.support.picture_modes.cells import DEPTHS, Cell, key_of, palette_of, samples, shown

NO_GAMMA = "ImageMagick leaves gamma to whoever shows the picture"


def cells() -> Iterator[Cell]:
    for bits in DEPTHS:
        yield from _grey(bits)
    for bits in (8, 16):
        yield from _colour(bits)
        yield from _with_alpha(bits)
    for bits in (1, 2, 4, 8):
        yield from _palette(bits)
    yield from _gamma()


def _grey(bits):
    values, most, near = samples(bits), 2**bits - 1, bits == 16
    for interlaced in (False, True):
        name = f"grey {bits}{' interlaced' if interlaced else ''}"
        yield Cell(name, "png", png(values, bits, GREY, interlaced=interlaced), shown(values, most), near)
    key, alpha = key_of(values)
    file = png(values, bits, GREY, (b"tRNS", struct.pack(">H", key[0])))
    yield Cell(f"grey {bits} tRNS", "png", file, shown(values, most, alpha), near)


def _colour(bits):
    values, most, near = samples(bits, 3), 2**bits - 1, bits == 16
    values[5, 5] = values[3, 4] ^ 1  # differs from the transparent colour in the last bit of each channel
    for interlaced in (False, True):
        name = f"RGB {bits}{' interlaced' if interlaced else ''}"
        yield Cell(name, "png", png(values, bits, RGB, interlaced=interlaced), shown(values, most), near)
    key, alpha = key_of(values)
    file = png(values, bits, RGB, (b"tRNS", key.astype(">u2").tobytes()))
    expected = "16-bit colour with one transparent colour" if bits == 16 else shown(values, most, alpha)
    yield Cell(f"RGB {bits} tRNS", "png", file, expected)


def _with_alpha(bits):
    most, near = 2**bits - 1, 1 if bits == 8 else 2
    for channels, colour, name in ((1, GREY_ALPHA, "grey"), (3, RGB_ALPHA, "RGB")):
        values = samples(bits, channels + 1)
        expected = shown(values[..., :-1], most, values[..., -1:] / most)
        yield Cell(f"{name} {bits} alpha", "png", png(values, bits, colour), expected, near)


def _palette(bits):
    indices, colours = samples(bits), palette_of(2**bits)
    table, plain = (b"PLTE", colours.tobytes()), colours[indices[..., 0]]
    yield Cell(f"palette {bits}", "png", png(indices, bits, PALETTE, table), plain)
    for name, opacity in {
        "one": np.where(np.arange(2**bits) == 1, 0, 255),
        "partial": np.linspace(0, 255, 2**bits).round(),
        "some": np.array([0, 128]),
    }.items():
        alpha = np.full(2**bits, 255.0)
        alpha[: len(opacity)] = opacity
        file = png(indices, bits, PALETTE, table, (b"tRNS", opacity.astype(np.uint8).tobytes()))
        yield Cell(f"palette {bits} tRNS {name}", "png", file, shown(plain, 255, alpha[indices] / 255), 1)


def _gamma():
    """Chromium shows these to within 1 of what is expected here; the last three as if without the chunk."""
    values, usual = samples(8, 3), 0.45455
    for gamma in (1.0, 0.55556, 0.3):
        file = png(values, 8, RGB, (b"gAMA", struct.pack(">I", round(gamma * 100_000))))
        expected = shown((values / 255) ** (usual / gamma), 1)
        yield Cell(f"RGB 8 gAMA {gamma}", "png", file, expected, 1, NO_GAMMA)
    srgb, linear = (b"sRGB", b"\0"), (b"gAMA", struct.pack(">I", 100_000))
    primaries = (b"cHRM", struct.pack(">8I", 31270, 32900, 30000, 60000, 64000, 33000, 15000, 6000))
    for name, chunks in {
        "gAMA 0.47": [(b"gAMA", struct.pack(">I", 47_000))],
        "gAMA 1.0 and sRGB": [srgb, linear],
        "cHRM": [primaries],
    }.items():
        yield Cell(f"RGB 8 {name}", "png", png(values, 8, RGB, *chunks), shown(values, 255))
