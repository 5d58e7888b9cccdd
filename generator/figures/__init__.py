"""Figures of what a network saw, as self-contained SVG.

Two steps: arrays are encoded as tiles (``tiles``, with the display scale of ``pixels``), and tiles are
composed to a figure (``draw``, and ``pair`` for one feature; with ``layout``, ``words`` and ``style``).
``patches`` and ``montage`` do the same for the places of a data set. ``conversion`` turns a
figure into PNG or PDF. Callers choose the features, their order and the scale.
"""

from generator.figures.draw import draw_figure, draw_panel
from generator.figures.from_arrays import draw_result
from generator.figures.tiles import encode_layer, encode_photograph, encode_tile, join_tiles

__all__ = [
    "draw_figure",
    "draw_panel",
    "draw_result",
    "encode_layer",
    "encode_photograph",
    "encode_tile",
    "join_tiles",
]
