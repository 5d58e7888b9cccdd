"""How much of a reconstruction is a regular grid, which comes from the way back and not from the picture.

A transposed convolution with a stride puts the signal on every second pixel, and so does a pooling whose
switches repeat where the picture is smooth (Odena et al. 2016, Deconvolution and Checkerboard Artifacts).
Strides multiply. A grid of 2, 4, 8, 16 or 32 pixels has its energy at the multiples of the frequency 1/32.

Question: what says that a network shows grids? Options: its strides; the reconstructions. Choice: the latter.
SqueezeNet has a strided convolution and shows none, VGG16 has none and shows some. The median of three to
four photographs is 0.03 for SqueezeNet's fire9, 0.31 for VGG16's block5_pool, 0.65 for the head of
EfficientNet-Lite0 and 0.78 for a small MobileNet. Cost: reconstructions of under 24 pixels are not measured.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Array = NDArray[Any]

LONGEST_PX, SHORTEST_PX, PERIODS = 32, 4, 6
"""The longest and the shortest period of a grid, and how often it must fit, or it is the picture's."""


def grid_share(reconstruction: Array) -> float:
    """Return the share of a grid in the energy of a reconstruction (H, W, C), its mean left out.

    The grid is of 32, 16, 8, 4 or 2 pixels, of at most 16 if the reconstruction has fewer than 192 rows or
    columns, and so on. It is 0 if the reconstruction is constant or has fewer than 24 rows or columns.

    >>> tiled = np.tile(np.eye(4), (16, 16))[..., np.newaxis]
    >>> round(grid_share(tiled), 6), grid_share(tiled[:16])
    (1.0, 0.0)
    """
    period = _period(min(reconstruction.shape[:2]))
    height, width = (side - side % period for side in reconstruction.shape[:2])
    values = reconstruction[:height, :width].astype(np.float64)
    if period < SHORTEST_PX or not np.ptp(values, axis=(0, 1)).any():
        return 0.0
    values -= values.mean(axis=(0, 1))
    energy = np.square(np.abs(np.fft.fft2(values, axes=(0, 1)))).sum(axis=-1)
    return float(energy[:: height // period, :: width // period].sum() / energy.sum())


def _period(side_px: int) -> int:
    """Return the longest period that is measured, a power of two.

    >>> [_period(side) for side in (224, 96, 28, 8)]
    [32, 16, 4, 1]
    """
    period = LONGEST_PX
    while period > 1 and period * PERIODS > side_px:
        period //= 2
    return period
