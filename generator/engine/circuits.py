"""What a feature is made of: the kernels that lead to it and on from it (Olah et al. 2020, "Circuits").

A convolution reads the features of another layer directly, or through rectifiers and poolings. The L2 norm of
the part of its kernel between two features says how strongly one depends on the other, as far as weights
alone can; where sums of branches lie in between, as in ResNet, it is not told.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, NamedTuple

import numpy as np
from keras import ops

from generator.engine import rules
from generator.engine.graph import IMAGE, Step

Array = np.ndarray

_CHANNEL_BY_CHANNEL = (
    *(rules.Affine, rules.AveragePooling, rules.Crop, rules.Derivative, rules.GlobalAverage),
    *(rules.GlobalMaximum, rules.Identity, rules.MaxPooling, rules.Rectifier, rules.Resize),
    *(rules.TiledMaxPooling, rules.Pad),
)
"""Rules of which every feature of the output comes from the same feature of the input."""


class Feature(NamedTuple):
    """A feature of a step."""

    step: str
    number: int


@dataclass(frozen=True, eq=False)
class Relative:
    """A feature that another depends on, or that depends on it.

    ``names`` are the features that are the same but for rectifiers, poolings and joining, the deepest first.
    ``kernel`` (h, w) is the part of the kernel between the two.
    """

    names: tuple[Feature, ...]
    kernel: Array

    @cached_property
    def weight(self) -> float:
        """The L2 norm of the kernel, in float64; below zero if the sum of the kernel is."""
        kernel = self.kernel.astype(np.float64)
        norm = float(np.sqrt(np.square(kernel).sum()))
        return -norm if kernel.sum() < 0 else norm


class _Kernel(NamedTuple):
    """What weighs the features of a step ``source``: (h, w, inputs / groups, outputs)."""

    source: str
    values: Array
    groups: int

    def inputs_of(self, output: int) -> range:
        """Return the channels of the source that an output reads."""
        _, _, each, outputs = self.values.shape
        start = output // (outputs // self.groups) * each
        return range(start, start + each)

    def outputs_of(self, channel: int) -> range:
        """Return the outputs that read a channel of the source."""
        _, _, each, outputs = self.values.shape
        share = outputs // self.groups
        start = channel // each * share
        return range(start, start + share)

    def between(self, channel: int, output: int) -> Array:
        """Return the part (h, w) from a channel of the source to an output that reads it."""
        found: Array = self.values[:, :, channel % self.values.shape[2], output]
        return found


class Circuits:
    """The kernels between features of a network's steps."""

    def __init__(self, steps: Sequence[Step]) -> None:
        self._steps = {step.name: step for step in steps}
        self._kernels = {step.name: kernel for step in steps if (kernel := self._kernel(step))}
        self._roots: dict[Feature, Feature] = {}
        self._names: dict[Feature, list[Feature]] = {}
        for step in steps:
            for number in range(step.shape[-1] if step.shape else 0):
                own = Feature(step.name, number)
                root = self._roots[own] = self._root(step, number)
                self._names.setdefault(root, []).insert(0, own)

    def below(self, step: str, feature: int) -> tuple[Relative, ...]:
        """Return the features that one is made of, those with the largest kernels first.

        Empty if it reads the picture, or comes from no convolution.
        """
        root = self._roots[Feature(step, feature)]
        kernel = self._kernels.get(root.step)
        if kernel is None or kernel.source == IMAGE:
            return ()
        channels = kernel.inputs_of(root.number)
        return _largest(
            Relative(self._called(Feature(kernel.source, channel)), kernel.between(channel, root.number))
            for channel in channels
        )

    def above(self, step: str, feature: int) -> tuple[Relative, ...]:
        """Return the features that one is part of, those with the largest kernels first."""
        own = set(self._called(Feature(step, feature)))
        return _largest(
            Relative(self._called(Feature(name, output)), kernel.between(channel, output))
            for name, kernel in self._kernels.items()
            for channel in self._channels(kernel.source, own)
            for output in kernel.outputs_of(channel)
        )

    def _channels(self, source: str, own: Collection[Feature]) -> list[int]:
        return [number for step, number in own if step == source]

    def _called(self, feature: Feature) -> tuple[Feature, ...]:
        """Return all features that are the same as one but for rectifiers and the like."""
        return tuple(self._names[self._roots[feature]])

    def _root(self, step: Step, number: int) -> Feature:
        """Return the feature that one is but for rectifiers and the like."""
        if isinstance(step.rule, _CHANNEL_BY_CHANNEL):
            source, place = step.inputs[0], number
        elif isinstance(step.rule, rules.Concatenate) and step.rule.axis == -1:
            branch, place = _place(step.rule.features, number)
            source = step.inputs[branch]
        else:
            return Feature(step.name, number)
        return self._roots.get(Feature(source, place), Feature(step.name, number))

    def _kernel(self, step: Step) -> _Kernel | None:
        """Return what weighs the features of the step that another reads; ``None`` if it does not weigh."""
        rule = step.rule
        if isinstance(rule, rules.Convolution):
            return _Kernel(step.inputs[0], _array(rule.kernel), rule.groups)
        if isinstance(rule, rules.DepthwiseConvolution):
            height, width, channels, multiplier = rule.kernel.shape
            values = _array(rule.kernel).reshape(height, width, 1, channels * multiplier)
            return _Kernel(step.inputs[0], values, channels)
        if not isinstance(rule, rules.Dense):
            return None
        kernel = _array(rule.kernel)
        below = self._steps.get(step.inputs[0])
        if below and isinstance(below.rule, rules.Reshape) and len(below.rule.before) == 3:
            return _Kernel(below.inputs[0], kernel.reshape(*below.rule.before, kernel.shape[1]), 1)
        return _Kernel(step.inputs[0], kernel[np.newaxis, np.newaxis], 1)


def _array(tensor: Any) -> Array:
    found: Array = ops.convert_to_numpy(tensor)
    return found


def _place(lengths: Sequence[int], number: int) -> tuple[int, int]:
    """Return the branch that a feature of a concatenation comes from, and its number there."""
    for branch, length in enumerate(lengths):
        if number < length:
            return branch, number
        number -= length
    raise IndexError(number)


def _largest(relatives: Iterable[Relative]) -> tuple[Relative, ...]:
    """Return relatives with the largest kernel first; of equal ones, in their order."""
    return tuple(sorted(relatives, key=lambda one: -abs(one.weight)))
