"""How near a choice is to falling otherwise."""

import numpy as np

from generator.engine import rules


def margin(step, image, own, other):
    """Return how far apart the values are between which a step's two choices differ.

    Args:
        step: a max pooling, which chooses switches, or a rectifier, which chooses masks.
        image: the step's input (1, h, w, c).
        own: one choice.
        other: another.

    Returns:
        (differing places,), in shares of the image's largest value.
    """
    differs = own != other
    if isinstance(step.rule, rules.TiledMaxPooling):
        values = [_of_tiles(step.rule.pooling, image, mask) for mask in (own, other)]
        apart = np.abs(values[0] - values[1])
        differs = apart > 0  # tiles whose values are equal tie to the last digit
    elif own.dtype.kind == "b":
        apart = _from_corner(step.rule.curve, image)
    else:
        apart = np.abs(_at(step.rule, image, own) - _at(step.rule, image, other))
    return apart[differs] / np.abs(image).max()


def _from_corner(curve, image):
    """Return how far each value is from where the rectifier bends."""
    corners = [curve.threshold, *([] if curve.max_value is None else [curve.max_value])]
    return np.min([np.abs(image - corner) for corner in corners], axis=0)


def _at(pooling, image, switches):
    """Return the values that a max pooling's switches name."""
    rows, columns = pooling.rows, pooling.columns
    _, height, width, features = switches.shape
    down = (
        np.arange(height)[:, None, None] * rows.stride
        - rows.before
        + switches[0] // columns.size * rows.dilation
    )
    right = (
        np.arange(width)[:, None] * columns.stride
        - columns.before
        + switches[0] % columns.size * columns.dilation
    )
    return image[:, down, right, np.arange(features)]


def _of_tiles(pooling, image, mask):
    """Return the values (1, h, w, c) that a mask keeps, one of each tile."""
    rows, columns = pooling.rows, pooling.columns
    _, height, width, features = mask.shape
    below, right = height - rows.before, width - columns.before
    framed = np.pad(
        image[:, :below, :right],
        (
            (0, 0),
            (rows.before, max(0, below - image.shape[1])),
            (columns.before, max(0, right - image.shape[2])),
            (0, 0),
        ),
    )
    tiles = (1, rows.positions, rows.size, columns.positions, columns.size, features)
    return np.where(mask, framed, 0).reshape(tiles).sum((2, 4))
