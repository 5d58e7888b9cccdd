"""Builders for parts of a tensor: items, pieces, and a stack of tensors.

A part is cut out as a crop if it lies together, and taken place by place if it skips or turns.
"""

from __future__ import annotations

from collections.abc import Sequence

import keras
import numpy as np
from numpy.typing import NDArray

from generator.engine import rules
from generator.engine.translation.call import Call, axes_of, refusal

Places = NDArray[np.int64]


def get_item(call: Call) -> rules.Rule:
    """Build ``x[key]`` with numbers, slices, an ellipsis and new axes; the batch axis must stay whole."""
    keys = call.operands[1:]  # without the ``None`` of new axes, which the output's shape shows
    if not all(key is Ellipsis or isinstance(key, int | slice) for key in keys):
        raise refusal(call, "an item by a tensor or an array", "numbers and slices")
    place = next((place for place, key in enumerate(keys) if key is Ellipsis), len(keys))
    before, after = keys[:place], keys[place + 1 :]
    between = [slice(None)] * (len(call.inputs[0]) + 1 - len(before) - len(after))
    every = [*before, *between, *after]
    if every[0] != slice(None):
        raise refusal(call, "an item of the batch axis", "items of each picture")
    lengths = zip(call.inputs[0], every[1:], strict=True)
    return _part(call, [np.atleast_1d(np.arange(length)[key]) for length, key in lengths])


def split(call: Call) -> rules.Rule:
    """Build one of the pieces that a tensor is split into."""
    return _piece(call, call.operation.indices_or_sections)


def unstack(call: Call) -> rules.Rule:
    """Build one of the tensors that were stacked along an axis."""
    return _piece(call, (1, *call.inputs[0])[call.operation.axis])


def stack(call: Call) -> rules.Rule:
    """Build a stack of branches along a new axis."""
    (axis,) = axes_of(call, call.operation.axis)
    if not all(isinstance(operand, keras.KerasTensor) for operand in call.operands):
        raise refusal(call, "constants among branches", "branches")
    return rules.Stack(axis)


def _piece(call: Call, sections: int | Sequence[int]) -> rules.Rule:
    """Return one piece along an axis; ``sections`` is the number of equal pieces, or where pieces start."""
    operation, shape = call.operation, call.inputs[0]
    axis = operation.axis % (len(shape) + 1)
    if axis == 0:
        raise refusal(call, f"axis={operation.axis}", "axes of a picture")
    places = [np.arange(length) for length in shape]
    places[axis - 1] = np.split(places[axis - 1], sections)[call.place]
    return _part(call, places)


def _part(call: Call, places: Sequence[Places]) -> rules.Rule:
    """Return the rule that keeps these places along each axis, in the output's shape."""
    links: list[rules.Rule] = []
    margins = [(0, 0)] * len(places)
    for axis, (length, kept) in enumerate(zip(call.inputs[0], places, strict=True)):
        if len(kept) and np.array_equal(kept, np.arange(kept[0], kept[0] + len(kept))):
            margins[axis] = (int(kept[0]), int(length - kept[-1] - 1))
        else:
            links.append(rules.Take(axis + 1, tuple(kept.tolist()), length))
    if any(margin != (0, 0) for margin in margins):
        links.insert(0, rules.Crop(tuple(margins)))
    shape = tuple(map(len, places))
    if shape != call.output:
        links.append(rules.Reshape(shape, call.output))
    return links[0] if len(links) == 1 else rules.Chain(tuple(links))
