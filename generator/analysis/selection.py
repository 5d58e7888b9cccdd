"""Which features of a layer to show: the strongest, or those a user names.

A feature's strength is the L2 norm of its activation map. This room refuses to know why a layer was
chosen or what will be drawn.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from generator.errors import SelectionError

Floats = NDArray[Any]
Indices = NDArray[np.int32]


def strengths(activations: Floats) -> Floats:
    """Return the L2 norm of every feature's activation map.

    Squares are summed in float64, so that the result does not depend on the order of summation, and the
    norm is rounded to float32 once, because profiles are kept in float32. Features are chosen and ranked by
    these numbers alone: features that tie in a profile have tied in the choice too.

    Args:
        activations: (h, w, features), or (features,) for a dense layer.

    Returns:
        (features,) float32.
    """
    flat = activations.reshape(-1, activations.shape[-1]).astype(np.float64)
    norms: Floats = np.sqrt(np.square(flat).sum(axis=0)).astype(np.float32)
    return norms


def strongest(norms: Floats, count: int) -> Indices:
    """Return the ``count`` features whose activation maps have the largest L2 norm, strongest first.

    Ties go to the lower index, so that rebuilding gives identical files.

    Args:
        norms: the ``strengths`` of all features (features,).
        count: how many, at least 1.

    Raises:
        SelectionError: ``count`` is not within 1 and the number of features.

    >>> strongest(np.array([1.0, 5.0, 5.0], np.float32), 2).tolist()
    [1, 2]
    """
    return _first(norms, count)


def likeliest(logits: Floats, count: int) -> Indices:
    """Return the ``count`` classes with the largest logits (classes,), largest first; ties as above.

    Raises:
        SelectionError: ``count`` is not within 1 and the number of classes.
    """
    return _first(logits.astype(np.float64), count)


def refuse_unknown(features: Iterable[int], count: int, layer: str) -> None:
    """Refuse a feature that a layer of ``count`` features does not have.

    Raises:
        SelectionError: the layer does not have one of them.
    """
    wrong = [feature for feature in features if not 0 <= feature < count]
    if wrong:
        raise SelectionError(
            f"layer '{layer}': no feature {wrong[0]}; the layer has features 0 to {count - 1}"
        )


def named(features: Sequence[int], activations: Floats) -> Indices:
    """Return the features a user names, in their order.

    Raises:
        SelectionError: none, twice the same, or one that the layer does not have.
    """
    last = activations.shape[-1] - 1
    chosen = [int(feature) for feature in features]
    wrong = [feature for feature in chosen if not 0 <= feature <= last]
    if wrong:
        raise SelectionError(f"no feature {wrong[0]}; the layer has features 0 to {last}")
    if not chosen or len(set(chosen)) < len(chosen):
        raise SelectionError(f"expected different features of the layer, at least one. Received: {chosen}")
    return np.array(chosen, np.int32)


def _first(scores: Floats, count: int) -> Indices:
    if not 1 <= count <= len(scores):
        raise SelectionError(f"expected 1 to {len(scores)} features of this layer. Received: {count}")
    return np.argsort(-scores, kind="stable")[:count].astype(np.int32)
