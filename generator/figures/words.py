"""The texts of a figure: numbers, notes, caption and description, and positions in words."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from generator.records import LayerInfo, LayerTiles

    Array = NDArray[Any]

VERTICAL, HORIZONTAL = ("upper", "", "lower"), ("left", "", "right")
BESIDE = ("",), ("Left: ", "Right: "), ("Left: ", "Middle: ", "Right: ")
STACKED = ("",), ("Above: ", "Below: "), ("Above: ", "Middle: ", "Below: ")
ALONE = {"upper": "top", "lower": "bottom", "": "centre"}


def number(value: float) -> str:
    """Format a number to three significant digits, or as a whole number if it is larger.

    >>> [number(value) for value in (23509.1, 44.26, 2.639, 0.01234, 0.0, 1.5e7)]
    ['23,509', '44.3', '2.64', '0.0123', '0', '15,000,000']
    """
    size = abs(value)
    text = f"{value:,.0f}" if 99.95 <= size < 1e9 else f"{value:.3g}"
    return text.replace("-", "\N{MINUS SIGN}")


def strength(value: float) -> str:
    """Return the text under a bar: the strength, which is the L2 norm of the activation map."""
    return f"strength {number(value)}"


def limits(black: float, white: float) -> str:
    """Return the text under a reconstruction: its values at black and at white.

    >>> limits(-1.5, 1.5), limits(0.0, 3.0)
    ('± 1.5', '0 to 3')
    """
    return f"± {number(white)}" if black == -white else f"{number(black)} to {number(white)}"


def notes(layer: LayerInfo) -> tuple[str, ...]:
    """Return the lines under a layer's name; joined, they are one phrase, hence the space at the end."""
    if layer.receptive_field_px is None:
        return ("sees the ", "whole picture")
    height, width = layer.receptive_field_px
    size = f"{height}" if height == width else f"{height} \N{MULTIPLICATION SIGN} {width}"
    return ("receptive ", f"field {size} px")


def caption(
    layers: Sequence[LayerTiles], views: Sequence[str], stacked: bool, is_padded: bool = False
) -> str:
    """Return the text under a figure: how to read each view, and what is blank in a padded picture."""
    mapped = {bool(layer.units) for layer in layers}
    rules = "; ".join(dict.fromkeys(tile.rule for layer in layers for tile in layer.tiles))
    active = "where the feature is active, in colour above half its peak" if True in mapped else "the picture"
    dense = " (a dense layer has no map)" if False in mapped else ""
    texts = {
        "map": f"{active}{dense}",
        "reconstruction": f"its reconstruction; {rules}",
        "seen": "the picture where its reconstruction is strong",
    }
    places = (STACKED if stacked else BESIDE)[len(views) - 1]
    read = [f"{place}{texts[view]}." for place, view in zip(places, views, strict=True)]
    return " ".join([*read, "Where they are blank, the network saw mid-grey."] if is_padded else read)


def position(activation: Array) -> str | None:
    """Return in words where in the picture a map is strongest; ties go to the first in row-major order.

    ``None`` for a dense layer, for a map of a single unit, and for a map that is never positive.

    >>> position(np.array([[0.0, 0.0, 9.0], [0.0, 0.0, 0.0], [0.0, 0.0, 0.0]]))
    'upper right'
    """
    if activation.size < 2 or not activation.max() > 0:
        return None
    row, column = np.unravel_index(activation.argmax(), activation.shape)
    third = [
        int(3 * (place + 0.5) / size) for place, size in zip((row, column), activation.shape, strict=True)
    ]
    vertical, horizontal = VERTICAL[third[0]], HORIZONTAL[third[1]]
    return f"{vertical} {horizontal}" if vertical and horizontal else horizontal or ALONE[vertical]


def label(layer: LayerTiles, place: int, characters: int) -> str:
    """Return the text above a pair: the feature's index, for a class also its name, cut if it is too long."""
    name = f" {layer.labels[place]}" if layer.labels else ""
    return shortened(f"{layer.features[place]}{name}", characters)


def shortened(text: str, characters: int) -> str:
    """Return a text cut to a number of characters, of which the last is then an ellipsis.

    >>> shortened("Egyptian cat", 9)
    'Egyptian\N{HORIZONTAL ELLIPSIS}'
    """
    if len(text) <= characters:
        return text
    return f"{text[: characters - 1].rstrip(' ,')}\N{HORIZONTAL ELLIPSIS}"


def feature(layer: LayerTiles, place: int) -> str:
    """Describe one feature: its index, strength and position, for a class also its name."""
    where = layer.positions[place]
    strongest = f", strongest at the {where}" if where else ""
    kind = f"class {layer.labels[place]}," if layer.labels else "feature"
    return f"{kind} {layer.features[place]} (strength {number(layer.strengths[place])}{strongest})"


def description(rows: Sequence[tuple[LayerInfo, LayerTiles]]) -> str:
    """Describe a figure, one sentence per layer."""
    return " ".join(
        f"Layer {layer.name}: {'; '.join(feature(tiles, place) for place in range(len(tiles.features)))}."
        for layer, tiles in rows
    )
