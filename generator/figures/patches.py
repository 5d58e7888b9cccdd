"""Patches become tiles: squares of one size, small enough that nine pairs of a feature take 60 KB.

Question: how is a square of few pixels enlarged? Options: smoothly; pixelated. Choice: smoothly, as
photographs are enlarged everywhere, but pixelated if the whole picture is small, as in other figures, and if
the square has at most 12 pixels a side. Cost: between the pixels the eye sees what the network did not see.

Question: which values do white and black show? Options: those of the whole reconstruction; those of the
square. Choice: the square's, because all else is zero or nearly so, and a percentile of it says nothing.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from PIL import Image

from generator.figures.layout import is_small
from generator.figures.pixels import display, enlarged_uri, grey, jpeg_uri
from generator.figures.seen import strength
from generator.records import Patch, PatchTile

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Array = NDArray[Any]

PATCH_PX = 96
"""The side of a patch in figures, and in the rasters that they contain."""
FEW_PX = 12
"""The side of a square that is drawn pixelated in any picture: so few pixels would be a blur."""
SCALE = "symmetric"
"""The display scale of patches: ``power`` would raise the lattice that a single unit sends back."""
PHOTOGRAPH_CHARACTERS, PAIR_CHARACTERS, STRENGTH_CHARACTERS = 2_800, 5_600, 900


def encode_patch(patch: Patch, scale: str = SCALE) -> PatchTile:
    """Encode a patch. Photograph and reconstruction have one budget of characters.

    Args:
        patch: whose reconstruction has three channels or one; the latter is shown as grey.
        scale: the display scale of the reconstruction, one of ``SCALES``.

    Raises:
        FigureError: an unknown scale, or a value that is not finite.
    """
    shown = display(patch.reconstruction, scale)
    is_crisp = is_small(patch.input_px) or len(patch.photograph) <= FEW_PX
    photograph = _uri(patch.photograph, is_crisp, PHOTOGRAPH_CHARACTERS)
    reconstruction = _uri(shown.pixels, is_crisp, PAIR_CHARACTERS - len(photograph))
    strengths = _uri(grey(strength(patch.reconstruction, max(patch.input_px))), is_crisp, STRENGTH_CHARACTERS)
    place = patch.place
    return PatchTile(
        place.picture,
        place.value,
        place.class_name,
        patch.square,
        photograph,
        reconstruction,
        strengths,
        shown.black,
        shown.white,
        shown.rule,
        is_crisp,
    )


def _uri(pixels: Array, is_crisp: bool, characters: int) -> str:
    """Encode a square (s, s, C) uint8 at the size of a patch."""
    if is_crisp:
        return enlarged_uri(pixels, -(-PATCH_PX // len(pixels)), characters)
    flat = pixels[..., 0] if pixels.shape[2] == 1 else pixels
    size = (PATCH_PX, PATCH_PX)
    scaled = np.asarray(Image.fromarray(flat).resize(size, Image.Resampling.BICUBIC))
    return jpeg_uri(scaled, characters, is_compact=True)
