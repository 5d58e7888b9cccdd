"""Convert logits to labelled probabilities."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from generator.records import Prediction

Floats = NDArray[Any]


def probabilities(logits: Floats) -> Floats:
    """Return the softmax of logits (classes,), computed in float64.

    The maximum is subtracted first, so that ``exp`` does not overflow.
    """
    shifted = logits.astype(np.float64) - logits.max()
    exponentials: Floats = np.exp(shifted)
    exponentials /= exponentials.sum()
    return exponentials


def best(logits: Floats, classes: Sequence[tuple[str, str]], count: int = 5) -> tuple[Prediction, ...]:
    """Return the likeliest classes, best first; ties go to the lower index.

    Args:
        logits: (classes,) float, before the softmax.
        classes: (wnid, label) of each class.
        count: the number of classes to return.

    >>> best(np.array([0.0, 1.0]), [("n1", "cat"), ("n2", "dog")], count=1)[0].label
    'dog'
    """
    chances = probabilities(logits)
    order = np.argsort(-chances, kind="stable")[:count]
    return tuple(
        Prediction(wnid, label, float(chances[index])) for index in order for wnid, label in [classes[index]]
    )
