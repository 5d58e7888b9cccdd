"""Place what a network saw back into its picture, and encode the copies that tiles show of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from PIL import Image

from generator.images.copies import encoded, scaled
from generator.images.fitting import within

if TYPE_CHECKING:
    from collections.abc import Mapping

    from generator.records import Array, Framing

LONGEST_PX, INSET_PX = 480, 96
LOSSY: Mapping[str, Any] = {"format": "WEBP", "quality": 60, "method": 4}
LOSSLESS: Mapping[str, Any] = {"format": "WEBP", "lossless": True, "method": 4}
Copy = tuple[bytes, int, int]
"""The bytes of a file, its width and its height."""


def placed(shown: Array, size: tuple[int, int], framing: Framing, paper: int) -> Array:
    """Return what a network saw, (h, w, 3) uint8, in the frame of the whole picture.

    The part that the network saw keeps its pixels, unless the network saw it stretched; what it did not see
    is paper.

    Args:
        shown: the input as displayed; what fills up a padded picture is left out.
        size: height and width of the picture.
        framing: which part of it the network saw.
        paper: the shade of the paper.

    >>> from generator.images.fitting import framed
    >>> placed(np.ones((2, 2, 3), np.uint8), (20, 40), framed((20, 40), (2, 2)), 9)[..., 0].tolist()
    [[9, 1, 1, 9], [9, 1, 1, 9]]
    """
    inner, seen = within(shown, framing.filled), framing.seen
    rows, columns = inner.shape[0] / seen.height, inner.shape[1] / seen.width
    height, width = max(inner.shape[0], round(size[0] * rows)), max(inner.shape[1], round(size[1] * columns))
    top = min(round(seen.y * rows), height - inner.shape[0])
    left = min(round(seen.x * columns), width - inner.shape[1])
    frame = np.full((height, width, 3), paper, np.uint8)
    frame[top : top + inner.shape[0], left : left + inner.shape[1]] = inner
    return frame


def seen_copy(frame: Array, size: tuple[int, int], is_small: bool) -> Copy:
    """Return a WebP of such a frame in the proportions of the picture of this height and width.

    If it is small, its pixels are enlarged by whole factors and kept as they are.
    """
    return _copy(frame, size, LONGEST_PX, is_small)


def inset(shown: Array, is_small: bool) -> Copy:
    """Return what a network saw (h, w, 3) as a WebP at most 96 pixels wide and high, otherwise the same."""
    return _copy(shown, (shown.shape[0], shown.shape[1]), INSET_PX, is_small)


def _copy(frame: Array, size: tuple[int, int], longest_px: int, is_small: bool) -> Copy:
    longest = max(frame.shape[:2])
    if is_small and longest <= longest_px:
        down, across = _factors((frame.shape[0], frame.shape[1]), size, longest_px)
        enlarged = frame.repeat(down, axis=0).repeat(across, axis=1)
        return encoded(Image.fromarray(enlarged), LOSSLESS), enlarged.shape[1], enlarged.shape[0]
    height, width = (max(1, round(min(longest_px, longest) * side / max(size))) for side in size)
    return encoded(scaled(frame, width, height), LOSSY), width, height


def _factors(frame: tuple[int, int], size: tuple[int, int], longest_px: int) -> tuple[int, int]:
    """Return by which whole factors rows and columns are enlarged: one for both, unless they were stretched.

    >>> _factors((24, 80), (90, 300), 480), _factors((24, 24), (90, 300), 480)
    ((6, 6), (6, 20))
    """
    exact = [longest_px * side / max(size) / pixels for side, pixels in zip(size, frame, strict=True)]
    is_stretched = max(exact) > 1.1 * min(exact)  # frames are rounded to whole pixels
    down, across = exact if is_stretched else (longest_px / max(frame),) * 2
    return max(1, int(down)), max(1, int(across))
