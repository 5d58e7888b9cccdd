"""Adam (Kingma & Ba 2015, algorithm 1), upwards, for several canvases that do not know of each other."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from generator.records import Array

_FIRST, _SECOND, _EPSILON = 0.9, 0.999, 1e-8


class Adam:
    """Keeps the moments of the gradients of parameters of one shape and dtype."""

    def __init__(self, like: Array, rate: float) -> None:
        self._rate, self._count = rate, 0
        self._mean, self._square = np.zeros_like(like), np.zeros_like(like)

    def step(self, parameters: Array, gradient: Array) -> Array:
        """Return the parameters a step higher."""
        kind = parameters.dtype.type
        self._count += 1
        self._mean += kind(1 - _FIRST) * (gradient - self._mean)
        self._square += kind(1 - _SECOND) * (gradient * gradient - self._square)
        mean = self._mean / kind(1 - _FIRST**self._count)
        square = self._square / kind(1 - _SECOND**self._count)
        higher: Array = parameters + kind(self._rate) * mean / (np.sqrt(square) + kind(_EPSILON))
        return higher
