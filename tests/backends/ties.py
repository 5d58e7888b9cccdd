"""How near a choice is to falling otherwise."""

import numpy as np


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
    if own.dtype.kind == "b":
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
    down = np.arange(height)[:, None, None] * rows.stride - rows.before + switches[0] // columns.size
    right = np.arange(width)[:, None] * columns.stride - columns.before + switches[0] % columns.size
    return image[:, down, right, np.arange(features)]
