"""The figures room: what a network saw, as self-contained SVG.

It owns every pixel and every length of a figure: the display scale (``pixels``), the geometry (``layout``),
the wording (``words``), the colours (``style``) and the SVG itself (``draw``, the only import of svgwrite).
It refuses to choose what is shown: features, their order and the scale are handed to it.
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
