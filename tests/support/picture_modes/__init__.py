"""Every mode and bit depth of every container that pictures come in, as files of known pixels.

A cell is a file with the pixels that must be read from it, computed by NumPy from the samples that the file
was made of, or with the words of the refusal. ``python -m tests.support.picture_modes`` prints the table and
compares each file with what ImageMagick makes of it, where that is installed.
"""

from __future__ import annotations

from collections.abc import Iterator

from tests.support.picture_modes import pillow, plain, png, tiff
from tests.support.picture_modes.cells import Cell


def cells() -> Iterator[Cell]:
    """Yield the whole table."""
    for part in (png, tiff, plain, pillow):
        yield from part.cells()
