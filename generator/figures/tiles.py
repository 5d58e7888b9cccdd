"""Arrays become tiles: encoded pictures, which are small enough to keep and need no arrays to be drawn.

Everything that a figure shows of an array is decided here, so this is also where arrays that cannot be shown
are refused: wrong shapes, different counts, values that are not finite.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from generator.errors import FigureError
from generator.figures.contour import active, contour
from generator.figures.layout import SHARPNESS, is_small, zoom
from generator.figures.pixels import (
    PAIR_CHARACTERS,
    PICTURE_CHARACTERS,
    SEEN_CHARACTERS,
    display,
    enlarged_uri,
    grey,
    jpeg_uri,
)
from generator.figures.seen import strength
from generator.figures.words import position
from generator.records import EncodedPhotograph, LayerResult, LayerTiles, Region, Tile

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Array = NDArray[Any]


def encode_photograph(picture: Array, filled: Region | None = None) -> EncodedPhotograph:
    """Encode the picture that the network saw, (H, W, 3) uint8; ``filled`` is its part that is photograph.

    Raises:
        FigureError: another shape or type.
    """
    if picture.ndim != 3 or picture.shape[2] != 3 or picture.dtype != np.uint8:
        raise FigureError(f"`picture` must be (H, W, 3) uint8. Received: {picture.shape} {picture.dtype}")
    height, width = picture.shape[:2]
    uri = _uri(picture, PICTURE_CHARACTERS)
    return EncodedPhotograph(uri, width, height, filled or Region(0, 0, width, height))


def encode_layer(name: str, result: LayerResult, scale: str) -> LayerTiles:
    """Encode all features of a layer.

    Args:
        name: the layer's, for error messages.
        result: the features with their strengths, activations and reconstructions.
        scale: the display scale of the reconstructions, one of ``SCALES``.

    Raises:
        FigureError: shapes or counts do not fit, a value is not finite, or the scale is unknown.
    """
    maps, reconstructions = result.activations, result.reconstructions
    try:
        _check_counts(result.features, result.strengths, maps, reconstructions)
        tiles = [
            encode_tile(activation, values, scale)
            for activation, values in zip(maps, reconstructions, strict=True)
        ]
        return join_tiles(result.features, result.strengths, maps, tiles, result.labels)
    except FigureError as error:
        raise FigureError(f"{name}: {error}") from error


def encode_tile(activation: Array, reconstruction: Array, scale: str) -> Tile:
    """Encode one feature, so that features can be encoded as their reconstructions are computed.

    The views of a feature have one budget of characters: the reconstruction gets what the others leave.

    Args:
        activation: (h, w), or () for a dense layer.
        reconstruction: (H, W, 3) or (H, W, 1), signed; a single channel is shown as grey.
        scale: its display scale, one of ``SCALES``.

    Raises:
        FigureError: another shape, a value that is not finite, or an unknown scale.
    """
    if activation.ndim not in (0, 2):
        raise FigureError(f"an activation must be (h, w) or (). Received: {activation.shape}")
    if reconstruction.ndim != 3 or reconstruction.shape[2] not in (1, 3):
        raise FigureError(
            f"a reconstruction must be (H, W, 3) or (H, W, 1). Received: {reconstruction.shape}"
        )
    region = active(activation)
    path = contour(region) if activation.ndim else ""
    shown = display(reconstruction, scale)
    strength_uri = _uri(grey(strength(reconstruction)), SEEN_CHARACTERS)
    # A figure has the path twice: as the edge of the faded part, and as a line.
    reconstruction_uri = _uri(shown.pixels, PAIR_CHARACTERS - 2 * len(path) - len(strength_uri))
    return Tile(path, reconstruction_uri, strength_uri, shown.black, shown.white, shown.rule)


def _uri(pixels: Array, characters: int) -> str:
    """Encode a picture (H, W, C) uint8: a small one crisp, another one as JPEG at its resolution."""
    height, width, channels = pixels.shape
    if is_small((height, width)):
        return enlarged_uri(pixels, SHARPNESS * int(zoom((height, width))), characters)
    return jpeg_uri(pixels[..., 0] if channels == 1 else pixels, characters)


def join_tiles(
    features: Array, strengths: Array, activations: Array, tiles: Sequence[Tile], labels: Sequence[str] = ()
) -> LayerTiles:
    """Join the tiles of one layer's features: (K,) integers, strengths (K,), activations (K, h, w) or (K,).

    Raises:
        FigureError: the counts differ, there are no features, or a strength is not finite.
    """
    _check_counts(features, strengths, activations, tiles)
    if len(labels) not in (0, len(features)):
        raise FigureError("each feature needs a label, or none has one")
    if not np.isfinite(strengths).all():
        raise FigureError("`strengths` must be finite. Received: NaN or infinity")
    return LayerTiles(
        features=tuple(int(feature) for feature in features),
        strengths=tuple(float(strength) for strength in strengths),
        labels=tuple(labels),
        units=activations.shape[1:],
        positions=tuple(position(activation) for activation in activations),
        tiles=tuple(tiles),
    )


def _check_counts(
    features: Array, strengths: Array, activations: Array, pairs: Sequence[Any] | Array
) -> None:
    count = len(features)
    if not count or {len(strengths), len(activations), len(pairs)} != {count}:
        raise FigureError("each feature needs a strength, an activation and a reconstruction")
