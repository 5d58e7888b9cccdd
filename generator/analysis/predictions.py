"""What a model says of its classes: labelled probabilities, or the numbers that it ends with."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from generator.records import Prediction

if TYPE_CHECKING:
    from generator.records.choices import Measure

Floats = NDArray[Any]
Classes = Sequence[tuple[str, str]]

MEASURES: Mapping[str, Measure] = {
    "softmax": "probability",
    "sigmoid": "probability",
    "linear": "logit",
    "other": "output",
}
"""How a model ends, as in ``engine.end`` -> what it says of a class."""


def said(logits: Floats, activation: str) -> Floats:
    """Return what a model says of its classes, in float64: its activation of the logits (classes,).

    A loss ``from_logits`` is not part of a model, so nothing is added to a model that ends at its logits.
    """
    if activation == "softmax":
        return softmax(logits)
    return sigmoid(logits) if activation == "sigmoid" else logits.astype(np.float64)


def softmax(logits: Floats) -> Floats:
    """Return the softmax of logits (classes,), computed in float64.

    The maximum is subtracted first, so that ``exp`` does not overflow.
    """
    shifted = logits.astype(np.float64) - logits.max()
    exponentials: Floats = np.exp(shifted)
    exponentials /= exponentials.sum()
    return exponentials


def sigmoid(logits: Floats) -> Floats:
    """Return the sigmoid of each logit, computed in float64 without overflow.

    >>> sigmoid(np.array([-1000.0, 0.0, 1000.0])).tolist()
    [0.0, 0.5, 1.0]
    """
    found: Floats = np.exp(-np.logaddexp(0.0, -logits.astype(np.float64)))
    return found


def best(logits: Floats, classes: Classes, activation: str, count: int = 5) -> tuple[Prediction, ...]:
    """Return the classes of which the model says most, best first; ties go to the lower index.

    If the model has one output for two classes, it says the probability of the second. The logit of the
    first, which has the rest, is its negative.

    Args:
        logits: (classes,) float, before the activation.
        classes: (wnid, label) of each class.
        activation: of the logits, one of ``MEASURES``.
        count: the number of classes to return.

    >>> best(np.array([0.0, 1.0]), [("n1", "cat"), ("n2", "dog")], "softmax", count=1)[0].label
    'dog'
    """
    is_single = len(logits) == 1 and len(classes) == 2
    scores = said(np.concatenate([-logits, logits]) if is_single else logits, activation)
    order = np.argsort(-scores, kind="stable")[:count]
    return tuple(
        Prediction(wnid, label, float(scores[index])) for index in order for wnid, label in [classes[index]]
    )


def of_outputs(classes: Classes, outputs: int) -> Classes:
    """Return the class of each output: of two classes, one output is the second.

    >>> of_outputs([("", "cat"), ("", "dog")], 1)
    [('', 'dog')]
    """
    return classes[len(classes) - outputs :]
