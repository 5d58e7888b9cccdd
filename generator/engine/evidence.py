"""Where the evidence for a class is: HiResCAM (Draelos & Carin 2020, "Use HiResCAM instead of Grad-CAM").

The gradient of a class's logit in the values of a late layer, times these values, summed over features. For a
network that is linear from there to its logits the sum over places is the logit without biases, which is
what Grad-CAM, averaging the gradient over places first, does not give.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from keras import ops

from generator.engine import rules
from generator.engine.batches import mean
from generator.engine.compiled import with_gradient
from generator.engine.graph import Step
from generator.engine.subgraph import between, up_to, walk

Array = np.ndarray
Tensor = Any

_WITHOUT_WEIGHTS = (
    *(rules.AveragePooling, rules.Concatenate, rules.Crop, rules.Derivative, rules.GlobalAverage),
    *(rules.GlobalMaximum, rules.Identity, rules.MaxPooling, rules.Pad, rules.Permute, rules.Rectifier),
    *(rules.Reshape, rules.Stack, rules.Take),
)
"""Rules that weigh no features: a class's own map passes through them."""


def last_map(steps: Sequence[Step], logits: str) -> str | None:
    """Return the last step with maps whose features are weighed for the classes; ``None`` if there is none.

    Maps of the classes themselves, as SqueezeNet and fully convolutional networks have, do not count.
    """
    weighed = False
    for step in reversed(up_to(steps, [logits])):
        has_maps = len(step.shape) == 3 and step.shape[0] * step.shape[1] > 1
        if weighed and has_maps and not isinstance(step.rule, rules.Identity) and _alone(steps, step, logits):
            return step.name
        weighed = weighed or not isinstance(step.rule, _WITHOUT_WEIGHTS)
    return None


def _alone(steps: Sequence[Step], step: Step, logits: str) -> bool:
    """Tell whether the logits depend on the picture only through a step."""
    after = {one.name for one in between(steps, step.name, logits)}
    return all(
        source in after or source == step.name
        for one in between(steps, step.name, logits)
        for source in one.inputs
    )


class Evidence:
    """Computes the evidence for classes; compiled once for each number of classes."""

    def __init__(self, steps: Sequence[Step], layer: str, logits: str, dtype: str) -> None:
        self._steps, self._layer, self._dtype = between(steps, layer, logits), layer, dtype
        self._features = next(step.shape[-1] for step in steps if step.name == logits)
        self._run: dict[int, Any] = {}

    def of(self, maps: Array, classes: Sequence[int] | Array) -> Array:
        """Return the evidence (K, h, w) for classes (K,) in the maps (h, w, features) of the layer."""
        count = len(classes)
        if count not in self._run:
            self._run[count] = with_gradient(self._logits)
        values = ops.convert_to_tensor(np.repeat(maps[np.newaxis], count, axis=0), dtype=self._dtype)
        chosen = ops.one_hot(ops.convert_to_tensor(classes, dtype="int32"), self._features, dtype=self._dtype)
        _, gradient = self._run[count](values, chosen)
        found: Array = (ops.convert_to_numpy(gradient) * maps).sum(axis=-1)
        return found

    def _logits(self, maps: Tensor, chosen: Tensor) -> Tensor:
        *_, (_, logits) = walk(self._steps, {self._layer: maps})
        return ops.sum(mean(logits) * chosen, axis=-1)
