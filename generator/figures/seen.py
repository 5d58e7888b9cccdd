"""The picture through a reconstruction: in colour where that is strong, elsewhere faded to paper.

The strength is the largest magnitude of the channels, blurred by a Gaussian of 3 px in a picture of 224, and
relative to its 99.5th percentile. Its power 0.8 is the share of the picture that remains.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from generator.errors import FigureError

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Array = NDArray[Any]

PAPER = 250
BLUR_PX, OF_PX = 3.0, 224
PERCENTILE, EXPONENT = 99.5, 0.8
REACH = 3
"""The radius of the blur, in standard deviations."""


def strength(reconstruction: Array, whole_px: int = 0) -> Array:
    """Return how strong a reconstruction (H, W, C) is at each pixel, (H, W) from 0 to 1; all 0 if it is.

    Of a part of a reconstruction, ``whole_px`` is the longer side of the whole.

    Raises:
        FigureError: a value is not finite.
    """
    if not np.isfinite(reconstruction).all():
        raise FigureError("`reconstructions` must be finite. Received: NaN or infinity")
    magnitudes = np.abs(np.asarray(reconstruction, np.float64)).max(axis=-1)
    deviation = BLUR_PX * (whole_px or max(magnitudes.shape)) / OF_PX
    blurred = _blur(_blur(magnitudes, deviation, 0), deviation, 1)
    limit = float(np.percentile(blurred, PERCENTILE)) or float(blurred.max())
    share: Array = np.clip(blurred / limit, 0.0, 1.0) ** EXPONENT if limit else blurred
    return share


def seen(picture: Array, reconstruction: Array) -> Array:
    """Return a picture (H, W, 3) uint8 through a reconstruction of the same size, (H, W, 3) uint8.

    Raises:
        FigureError: the sizes differ, or a value is not finite.
    """
    if picture.shape[:2] != reconstruction.shape[:2]:
        raise FigureError(
            f"a picture of {picture.shape[:2]} and a reconstruction of {reconstruction.shape[:2]}"
        )
    share = strength(reconstruction)[..., np.newaxis]
    return np.rint(share * picture + (1.0 - share) * PAPER).astype(np.uint8)


def _blur(values: Array, deviation: float, axis: int) -> Array:
    """Blur along an axis; beyond the edge, the picture goes on with its last value."""
    radius = round(REACH * deviation)
    weights = np.exp(-0.5 * (np.arange(-radius, radius + 1) / deviation) ** 2)
    padding = [(radius, radius) if place == axis else (0, 0) for place in range(values.ndim)]
    windows = np.lib.stride_tricks.sliding_window_view(
        np.pad(values, padding, mode="edge"), 2 * radius + 1, axis
    )
    return np.asarray(windows @ (weights / weights.sum()))
