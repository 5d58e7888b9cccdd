"""A cell of the table, and what several cells share: samples, and the pixels that they show."""

from __future__ import annotations

import io
from dataclasses import dataclass

import numpy as np
from PIL import Image

HEIGHT, WIDTH = 8, 12
DEPTHS = (1, 2, 4, 8, 16)
NO_WHITE = "have no defined white"


@dataclass(frozen=True)
class Cell:
    """A file or a Pillow image, and what it shows: pixels (H, W, 3) within a tolerance, or a refusal's words.

    ``beside`` says why ImageMagick is no measure of a cell, if it is none.
    """

    name: str
    suffix: str
    content: bytes | Image.Image
    shows: np.ndarray | str
    tolerance: int = 0
    beside: str = ""


def samples(bits, channels=1, seed=0):
    """Return samples (H, W, channels) over the whole range; the first two pixels are black and white."""
    found = np.random.default_rng(seed).integers(0, 2**bits, (HEIGHT, WIDTH, channels))
    found[0, 0], found[0, 1] = 0, 2**bits - 1
    return found


def palette_of(count):
    """Return colours (count, 3) of a palette."""
    return np.random.default_rng(1).integers(0, 256, (count, 3), np.uint8)


def shown(values, most, alpha=1.0):
    """Return samples from 0 to ``most`` as (H, W, 3) uint8, on white where alpha from 0 to 1 is less."""
    colour = np.broadcast_to(values / most, (*values.shape[:2], 3))
    return np.rint(255 * (alpha * colour + 1 - alpha)).astype(np.uint8)


def of_pillow(picture, kind, **options):
    """Return the bytes of a file that Pillow writes."""
    file = io.BytesIO()
    picture.save(file, kind, **options)
    return file.getvalue()


def key_of(values):
    """Return a pixel that occurs, and the alpha (H, W, 1) of a picture in which its colour is transparent."""
    key = values[3, 4]
    return key, 1.0 - (values == key).all(axis=-1, keepdims=True)


def of_ycbcr(values):
    """Return JFIF's YCbCr (H, W, 3) as RGB."""
    luma, blue, red = np.moveaxis(values.astype(float) - (0, 128, 128), -1, 0)
    rgb = (luma + 1.402 * red, luma - 0.344136 * blue - 0.714136 * red, luma + 1.772 * blue)
    return np.rint(np.clip(np.stack(rgb, axis=-1), 0, 255)).astype(np.uint8)
