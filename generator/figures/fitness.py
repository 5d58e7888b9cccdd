"""What can be drawn: shapes that fit one another, and finite values.

It owns the refusals; it changes nothing.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from generator.errors import FigureError

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from generator.records import LayerInfo, LayerResult

    Array = NDArray[Any]


def refuse_misfits(picture: Array, results: Sequence[tuple[LayerInfo, LayerResult]]) -> None:
    """Refuse a picture and results whose shapes do not fit, and values that are not finite.

    Raises:
        FigureError: the first of them.
    """
    if picture.ndim != 3 or picture.shape[2] != 3 or picture.dtype != np.uint8:
        raise FigureError(f"`picture` must be (H, W, 3) uint8. Received: {picture.shape} {picture.dtype}")
    if not results:
        raise FigureError("`rows` must hold at least one layer. Received: none")
    for layer, result in results:
        count = len(result.features)
        if len(result.labels) not in (0, count):
            raise FigureError(f"{layer.name}: each feature needs a label, or none has one")
        maps, reconstructions = result.activations.shape, result.reconstructions.shape
        if not count or {len(result.strengths), maps[0], reconstructions[0]} != {count}:
            raise FigureError(
                f"{layer.name}: each feature needs a strength, an activation and a reconstruction"
            )
        if len(maps) not in (1, 3):
            raise FigureError(f"{layer.name}: `activations` must be (K, h, w) or (K,). Received: {maps}")
        if len(reconstructions) != 4 or reconstructions[3] != 3:
            raise FigureError(
                f"{layer.name}: `reconstructions` must be (K, H, W, 3). Received: {reconstructions}"
            )
        for field in ("strengths", "activations", "reconstructions"):
            if not np.isfinite(getattr(result, field)).all():
                raise FigureError(f"{layer.name}: `{field}` must be finite. Received: NaN or infinity")
