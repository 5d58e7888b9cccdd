"""Fit a picture to the input of a network.

Question: a network's input has a fixed shape, a photograph has any: what gives? Options: ``crop`` takes the
largest central part with the input's proportions; ``pad`` scales the whole picture into the input and fills
the rest; ``stretch`` scales each side by itself. Choice: all three, by default ``crop``, because networks for
ImageNet were trained and evaluated on central crops. Cost: with ``crop`` the network does not see the ends of
a long picture; with ``pad`` it sees edges that are not in the picture, and features respond to them; with
``stretch`` proportions change.

Question: what fills the input around a padded picture? Options: black; the picture's edges, repeated; the
mean colour of the network's training pictures, which becomes zero in its input; mid-grey. Choice: mid-grey,
as detectors letterbox pictures. It is within 25 levels of the mean of ImageNet, and the same for every
network, also for one whose mean is unknown because it scales its input itself. Cost: in a network for white
digits on black, the filling is no background.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

import numpy as np
from PIL import Image

from generator.images.failures import naming
from generator.records import Framing, Region

if TYPE_CHECKING:
    from generator.records import Array

Size = tuple[int, int]
"""Height and width in pixels."""

FILLING = 128
"""The grey level around a padded picture; reconstructions show zero in it too."""


def fit(rgb: Array, size: Size, how: str = "crop") -> Array:
    """Return a picture (H, W, C) uint8 or float32 at the size of an input, by one of ``FITS``.

    Uses Pillow's bicubic filter, which is antialiased when it shrinks; along a crop it also uses the pixels
    outside. Channels other than red, green and blue are scaled one by one. Around float32 values, which have
    no mid-grey, each channel is filled with its mean.

    Raises:
        ImageError: it cannot be scaled, for whatever reason.

    >>> fit(np.zeros((300, 451, 3), np.uint8), (227, 227)).shape
    (227, 227, 3)
    """
    if rgb.shape[2:] not in ((), (3,)):  # of four channels Pillow would take the last for transparency
        return np.stack([fit(channel, size, how) for channel in np.moveaxis(rgb, -1, 0)], axis=-1)
    height, width = size
    with naming(f"cannot be fitted to {width} x {height} pixels"):
        framing = framed((rgb.shape[0], rgb.shape[1]), size, how)
        part = _resized(rgb, framing)
        if part.shape[:2] == size:
            return part
        filling = FILLING if rgb.dtype == np.uint8 else part.mean()
        fitted = np.full((height, width, *rgb.shape[2:]), filling, rgb.dtype)
        within(fitted, framing.filled)[:] = part
        return fitted


def framed(picture: Size, size: Size, how: str = "crop") -> Framing:
    """Return which part of a picture an input shows, and where.

    >>> framed((300, 450), (100, 100)).seen
    Region(x=75.0, y=0.0, width=300.0, height=300)
    >>> framed((300, 450), (100, 100), "pad").filled
    Region(x=0, y=16, width=100, height=67)
    """
    return FITS[how](picture, size)


def within(pixels: Array, region: Region) -> Array:
    """Return the view of pixels (H, W, ...) inside a region with whole numbers."""
    top, left = int(region.y), int(region.x)
    return pixels[top : top + int(region.height), left : left + int(region.width)]


def _crop(picture: Size, size: Size) -> Framing:
    (rows, columns), (height, width) = picture, size
    box_width = min(columns, rows * width / height)
    box_height = min(rows, columns * height / width)
    seen = Region((columns - box_width) / 2, (rows - box_height) / 2, box_width, box_height)
    return Framing(seen, _whole(size))


def _pad(picture: Size, size: Size) -> Framing:
    (rows, columns), (height, width) = picture, size
    factor = min(height / rows, width / columns)
    high, wide = max(1, round(rows * factor)), max(1, round(columns * factor))
    return Framing(_whole(picture), Region((width - wide) // 2, (height - high) // 2, wide, high))


def _stretch(picture: Size, size: Size) -> Framing:
    return Framing(_whole(picture), _whole(size))


FITS: Mapping[str, Callable[[Size, Size], Framing]] = {"crop": _crop, "pad": _pad, "stretch": _stretch}
"""Sizes of a picture and of an input -> which part of the picture is where in the input."""


def _whole(size: Size) -> Region:
    return Region(0, 0, size[1], size[0])


def _resized(rgb: Array, framing: Framing) -> Array:
    """Return the part that is seen at the size that it has in the input."""
    seen, size = framing.seen, (int(framing.filled.width), int(framing.filled.height))
    box = (seen.x, seen.y, seen.x + seen.width, seen.y + seen.height)
    return np.array(Image.fromarray(rgb).resize(size, Image.Resampling.BICUBIC, box=box))
