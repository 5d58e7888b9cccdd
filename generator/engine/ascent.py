"""The means of some features over their maps, and the gradient of each in the network's input.

The gradient is the backend's own, of a forward pass that keeps no memories: five times as fast as the rules
of ``gradient``, which are made for many rows of one picture.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from keras import ops

from generator.engine.compiled import with_gradient
from generator.engine.graph import IMAGE, Step
from generator.engine.subgraph import before_rectifiers, walk

Array = np.ndarray
Tensor = Any


class Ascent:
    """Tells how strong features of a layer are, before its last rectifiers, and where up is.

    Compiled once for each number of inputs.

    Args:
        steps: the steps of a network.
        layer: the name of one of them.
        dtype: the type in which the network is computed.
    """

    def __init__(self, steps: Sequence[Step], layer: str, dtype: str) -> None:
        self._steps, self._name = before_rectifiers(steps, layer)
        self._dtype = dtype
        self._compiled: dict[int, Callable[..., Any]] = {}

    def __call__(self, inputs: Array, features: Sequence[int] | Array) -> tuple[Array, Array]:
        """Return the mean (N,) of one feature's map for each input (N, H, W, C), and its gradient there.

        The gradient has the shape of the inputs; both are in the network's type.
        """
        count = len(inputs)
        if count not in self._compiled:
            self._compiled[count] = with_gradient(self._means)
        means, gradient = self._compiled[count](
            ops.convert_to_tensor(inputs, dtype=self._dtype),
            ops.one_hot(ops.convert_to_tensor(features, dtype="int32"), self._features, dtype=self._dtype),
        )
        return ops.convert_to_numpy(means), ops.convert_to_numpy(gradient)

    @property
    def _features(self) -> int:
        return next(step.shape[-1] for step in self._steps if step.name == self._name)

    def _means(self, images: Tensor, chosen: Tensor) -> Tensor:
        """Return the mean of one map for each image; ``chosen`` (N, features) is one at its feature."""
        *_, (_, found) = walk(self._steps, {IMAGE: images})
        places = tuple(range(1, len(found.shape) - 1))
        means = ops.mean(found, axis=places) if places else found
        return ops.sum(means * chosen, axis=-1)
