"""Seeds: the signal with which a feature starts on its way back.

``map`` is the whole activation map (Zeiler & Fergus 2013, section 2.1), ``peak`` its largest value alone,
``unit`` a one at the place of that value. Of equal values the first in row-major order counts. A seed is zero
in all other channels, so only the feature's own is kept.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from keras import ops

from generator.engine.rules.rule import Lone, own

Tensor = Any


def seed(activation: Tensor, features: Tensor, mode: str) -> Lone:
    """Return the seeds of some features of one layer.

    Args:
        activation: (1, h, w, c), or (1, c) for a dense layer.
        features: their numbers, (K,) int32.
        mode: a name in ``SEEDS``.

    Returns:
        The channel of each feature, (K, h, w, 1) or (K, 1).
    """
    return Lone(own(SEEDS[mode](activation), features), features, activation.shape[-1])


def _map(activation: Tensor) -> Tensor:
    return activation


def _peak(activation: Tensor) -> Tensor:
    return activation * _unit(activation)


def _unit(activation: Tensor) -> Tensor:
    """Return a one at each channel's first maximum and zeros elsewhere."""
    # argmax gives one place, the first; comparing with the maximum would mark all places that tie.
    channels = activation.shape[-1]
    flat = ops.reshape(activation, (1, -1, channels))
    marks = ops.one_hot(ops.argmax(flat, axis=1), flat.shape[1], axis=1, dtype=activation.dtype)
    return ops.reshape(marks, activation.shape)


SEEDS: Mapping[str, Callable[[Tensor], Tensor]] = {"map": _map, "peak": _peak, "unit": _unit}
