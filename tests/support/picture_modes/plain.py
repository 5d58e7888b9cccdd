"""BMP, PBM, PGM, PPM and GIF."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from tests.support.picture_files import bmp, gif, netpbm
from tests.support.picture_modes.cells import HEIGHT, NO_WHITE, WIDTH, Cell, palette_of, samples, shown

CROPPED = "ImageMagick shows the frame without its canvas"
TAKES_AS_ALPHA = "ImageMagick takes the unused byte for alpha"


def cells() -> Iterator[Cell]:
    yield from _bmp()
    yield from _netpbm()
    yield from _gif()


def _bmp():
    rgb = samples(8, 3)
    for top_down in (False, True):
        name = f"24{' top down' if top_down else ''}"
        yield Cell(name, "bmp", bmp(rgb, 24, top_down=top_down), rgb.astype(np.uint8))
    for bits in (1, 4, 8):
        indices = samples(bits)[..., 0]
        ramp = np.repeat(np.linspace(0, 255, 2**bits).round()[:, np.newaxis], 3, axis=1).astype(np.uint8)
        for name, colours in (
            ("palette", palette_of(2**bits)),
            ("grey", ramp),
            ("white is 0,", ramp[::-1]),
        ):
            file = bmp(indices, bits, palette=colours)
            yield Cell(f"{name} {bits}", "bmp", file, colours[indices])
    five = samples(5, 3)
    yield Cell("16 555", "bmp", bmp(five @ [1 << 10, 1 << 5, 1], 16), shown(five, 31), 1)
    six = np.concatenate([five[..., :1], samples(6), five[..., 2:]], axis=-1)
    file = bmp(six @ [1 << 11, 1 << 5, 1], 16, masks=(0xF800, 0x7E0, 0x1F))
    yield Cell("16 565", "bmp", file, shown(six, np.array([31, 63, 31])), 1)
    file = bmp(samples(4, 4) @ [256, 16, 1, 4096], 16, masks=(0xF00, 0xF0, 0xF, 0xF000), header_size=108)
    yield Cell("16 4444", "bmp", file, "Unsupported BMP bitfields layout")
    four = samples(8, 4)
    words = four @ [1 << 16, 1 << 8, 1, 1 << 24]
    yield Cell("32", "bmp", bmp(words, 32), four[..., :3].astype(np.uint8), 0, TAKES_AS_ALPHA)
    file = bmp(words, 32, masks=(0xFF0000, 0xFF00, 0xFF, 0xFF000000), header_size=108)
    yield Cell("32 alpha", "bmp", file, shown(four[..., :3], 255, four[..., 3:] / 255), 1)


def _netpbm():
    bits = samples(1)
    for kind in ("P1", "P4"):
        yield Cell(kind, "pbm", netpbm(kind, bits), shown(1 - bits, 1))
    for most in (1, 15, 100, 255, 1000, 65535):
        for kinds, channels, suffix in ((("P2", "P5"), 1, "pgm"), (("P3", "P6"), 3, "ppm")):
            values = samples(16, channels) % (most + 1)
            for kind in kinds:
                file = netpbm(kind, values, most)
                yield Cell(f"{kind} to {most}", suffix, file, shown(values, most), 255 % most > 0)
    floats = np.full((HEIGHT, WIDTH), 0.5, "<f4").tobytes()
    file = f"Pf {WIDTH} {HEIGHT} -1.0\n".encode() + floats
    yield Cell("Pf", "pfm", file, f"32-bit values {NO_WHITE}")


def _gif():
    indices, colours = samples(7)[..., 0], palette_of(128)
    plain = colours[indices]
    yield Cell("palette", "gif", gif(indices, colours), plain)
    key = int(indices[3, 4])
    alpha = 1.0 - (indices == key)[..., np.newaxis]
    file = gif(indices, colours, transparent=key)
    yield Cell("palette, one transparent", "gif", file, shown(plain, 255, alpha))
    ramp = np.repeat(np.arange(128)[:, np.newaxis], 3, axis=1).astype(np.uint8)
    yield Cell("grey", "gif", gif(indices, ramp), ramp[indices])
    yield Cell(
        "grey, one transparent", "gif", gif(indices, ramp, transparent=key), shown(ramp[indices], 255, alpha)
    )
    canvas = np.full((HEIGHT + 3, WIDTH + 5, 3), 255, np.uint8)
    canvas[2 : 2 + HEIGHT, 1 : 1 + WIDTH] = shown(plain, 255, alpha)
    file = gif(indices, colours, canvas=(WIDTH + 5, HEIGHT + 3), at=(1, 2), transparent=key)
    yield Cell("a frame smaller than its canvas", "gif", file, canvas, 0, CROPPED)
