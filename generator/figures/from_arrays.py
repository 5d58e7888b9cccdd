"""A figure straight from arrays, for callers that keep no tiles."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from generator.figures.draw import Link, draw_figure
from generator.figures.tiles import encode_layer, encode_photograph
from generator.records import Figure, LayerInfo, LayerResult, Region
from generator.records.choices import PAIR

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Array = NDArray[Any]


def draw_result(
    slug: str,
    picture: Array,
    rows: Sequence[tuple[LayerInfo, LayerResult]],
    *,
    scale: str = "power",
    title: str,
    description: str | None = None,
    link: Link | None = None,
    filled: Region | None = None,
    views: Sequence[str] = PAIR,
) -> Figure:
    """Encode and draw results of one picture, a row for each layer.

    ``picture`` is (H, W, 3) uint8, what the network saw; ``rows`` are what is known of each layer, and its
    features, strongest first; ``scale`` is the display scale of the reconstructions, one of ``SCALES``;
    ``filled`` is the part of the picture that is photograph, by default all of it. All else is as of
    ``draw_figure``.

    Raises:
        FigureError: shapes do not fit, values are not finite, there is no layer, or the scale is unknown.
    """
    photograph = encode_photograph(picture, filled)
    encoded = [(layer, encode_layer(layer.name, result, scale)) for layer, result in rows]
    return draw_figure(
        slug, photograph, encoded, title=title, description=description, link=link, views=views
    )
