"""Seeds: the signal that a feature sends back.

A seed is a row that is zero in every channel except the feature's, so only that channel is stored. ``map``
sends the whole activation map (Zeiler & Fergus 2013, section 2.1), ``peak`` only its largest value, and
``unit`` a one at the position of the largest value. Of equal values, the first in row-major order counts.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from keras import ops

from generator.engine.rules.rule import RowValues, own_channels

Tensor = Any


def seed(activation: Tensor, features: Tensor, mode: str) -> RowValues:
    """Return the rows that the features of a layer send back.

    Args:
        activation: the layer's output (1, h, w, c), or (1, c) for a dense layer.
        features: the numbers of the features, (K,) int32.
        mode: one of ``SEEDS``.

    Returns:
        The channel of each feature, (K, h, w, 1) or (K, 1).
    """
    return RowValues(own_channels(SEEDS[mode](activation), features), features, activation.shape[-1])


def _map(activation: Tensor) -> Tensor:
    return activation


def _peak(activation: Tensor) -> Tensor:
    return activation * _unit(activation)


def _unit(activation: Tensor) -> Tensor:
    """Return a one at each channel's first maximum and zeros elsewhere."""
    channels = activation.shape[-1]
    # argmax returns the first of equal values. Comparing with the maximum would mark all of them.
    flat = ops.reshape(activation, (1, -1, channels))
    marks = ops.one_hot(ops.argmax(flat, axis=1), flat.shape[1], axis=1, dtype=activation.dtype)
    return ops.reshape(marks, activation.shape)


SEEDS: Mapping[str, Callable[[Tensor], Tensor]] = {"map": _map, "peak": _peak, "unit": _unit}
