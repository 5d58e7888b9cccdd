"""Random views of a canvas: jittered, scaled, grey outside; as two matrices, so that the adjoint is exact.

A picture that excites a feature only at one place and size is of no use: after each step the canvas is seen
again, up to ``JITTER_PX`` aside, less of a small canvas, and at a scale from 0.9 to 1.1 (Olah et al. 2017, on
robustness to transformations).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from generator.records import Array

JITTER_PX, SMALLEST_SHARE = 8, 16
SCALES = tuple(1 + (place - 5) / 50 for place in range(11))
GREY = 0.5


@dataclass(frozen=True, eq=False)
class View:
    """How the pixels of a view are made of those of a canvas: ``rows`` (H, h) and ``columns`` (W, w)."""

    rows: Array
    columns: Array

    def pixels(self, canvas: Array) -> Array:
        """Return the view (H, W, C) of a canvas (h, w, C)."""
        lines = np.tensordot(self.rows, canvas - canvas.dtype.type(GREY), (1, 0))
        seen: Array = np.moveaxis(np.tensordot(self.columns, lines, (1, 1)), 0, 1) + canvas.dtype.type(GREY)
        return seen

    def adjoint(self, gradient: Array) -> Array:
        """Return the gradient in the canvas for that in the view."""
        lines = np.tensordot(self.rows.T, gradient, (1, 0))
        return np.moveaxis(np.tensordot(self.columns.T, lines, (1, 1)), 0, 1)


def drawn(
    random: np.random.Generator, canvas: tuple[int, int], size: tuple[int, int], dtype: str = "float32"
) -> View:
    """Return a view of a canvas, drawn at random, with the size of a network's input.

    A canvas of another size than the input is stretched to it.
    """
    scale = random.choice(SCALES)
    most = min(JITTER_PX, max(canvas) / SMALLEST_SHARE)
    aside = random.uniform(-most, most, 2)
    rows, columns = (
        _sampler(own, seen, own / seen / scale, shift).astype(dtype)
        for own, seen, shift in zip(canvas, size, aside, strict=True)
    )
    return View(rows, columns)


def straight(canvas: tuple[int, int], size: tuple[int, int], dtype: str = "float32") -> View:
    """Return the view that shows a canvas as it is, stretched to the size of a network's input."""
    pairs = zip(canvas, size, strict=True)
    rows, columns = (_sampler(own, seen, own / seen, 0.0).astype(dtype) for own, seen in pairs)
    return View(rows, columns)


def _sampler(canvas: int, size: int, step: float, shift: float) -> Array:
    """Return the weights (size, canvas) float64 of bilinear samples ``step`` apart around the shifted middle.

    Outside the canvas there is nothing: a view takes grey for it.
    """
    places = (canvas - 1) / 2 + shift + (np.arange(size) - (size - 1) / 2) * step
    lower = np.floor(places).astype(int)
    weights = np.zeros((size, canvas))
    for neighbours, weight in ((lower, lower + 1 - places), (lower + 1, places - lower)):
        inside = (neighbours >= 0) & (neighbours < canvas)
        weights[np.flatnonzero(inside), neighbours[inside]] += weight[inside]
    return weights
