"""How a model ends: which steps have its classes as features, and which activation follows them.

Question: where do classes start if a model ends in a sigmoid? Options: after it, where the slope of the
sigmoid scales the signal, to nothing for a class that the model is sure of; before it, as for a softmax.
Choice: before it, so that classes are seen at their logits whatever the end. Cost: the name of such a layer
means the values before its activation, unlike that of any other layer.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from math import prod
from typing import TYPE_CHECKING, Literal

from generator.engine import rules

if TYPE_CHECKING:
    from generator.engine.graph import Step

Activation = Literal["softmax", "sigmoid", "linear", "other"]

_WEIGHTED = (
    *(rules.Chain, rules.Convolution, rules.Dense),
    *(rules.DepthwiseConvolution, rules.TransposedConvolution),
)
"""Rules whose outputs are logits at the end of a model."""

_LINEAR = (
    *(rules.Affine, rules.Concatenate, rules.Identity, rules.Reshape, rules.WeightedSum),
    *(rules.AveragePooling, rules.GlobalAverage, rules.GlobalMaximum),
)
"""Rules whose outputs are logits if all their inputs are."""


HIDDEN = "/"
"""What the names of steps begin with that are not of layers. Keras allows no slash in a name."""


@dataclass(frozen=True)
class End:
    """The end of a model with one output, or with one that was chosen.

    ``steps`` are the names of the steps with the features of the output, the output first and the logits
    last. ``activation`` is what the model applies to the logits: ``linear`` is nothing, ``other`` is neither
    a softmax nor a sigmoid.
    """

    steps: tuple[str, ...]
    activation: Activation

    @property
    def logits(self) -> str:
        """The first step with the features of the output."""
        return self.steps[-1]


def find_end(steps: Sequence[Step], output: str, softmaxed: Collection[str]) -> End | None:
    """Return the end of a model, ``None`` if its output is its input.

    Args:
        steps: all steps.
        output: the name of the step that is the output.
        softmaxed: the names of the steps that are followed by a softmax.
    """
    by_name = {step.name: step for step in steps}
    names: list[str] = []
    activation: Activation | None = "softmax" if output in softmaxed else None
    name = output
    while name in by_name:
        step = by_name[name]
        names.append(name)
        ends_here = activation is None and is_sigmoid(step)
        if ends_here:
            activation = "sigmoid"
        name = step.inputs[0]
        if not (ends_here or passes_features_on(step)) or name == step.preactivation:
            break
    if not names:
        return None
    return End(tuple(names), activation or ("linear" if _is_linear(output, by_name) else "other"))


def at_logits(steps: Sequence[Step], end: End | None) -> tuple[Step, ...]:
    """Return the steps without the sigmoid that ends the model; a softmax is not among them at all."""
    if end is None or end.activation != "sigmoid":
        return tuple(steps)
    last = next(step.name for name in end.steps for step in steps if step.name == name and is_sigmoid(step))
    after = end.steps[: end.steps.index(last) + 1]
    parted = copied(steps, after)
    return tuple(replace(step, rule=rules.Identity()) if step.name == last else step for step in parted)


def copied(steps: Sequence[Step], names: Collection[str]) -> tuple[Step, ...]:
    """Return the steps with a copy of those named, which all others read, if any other reads one.

    The named steps are an activation and what only passes it on. The activation then becomes the identity,
    so its copy computes it from there.
    """
    if not any(source in names for step in steps if step.name not in names for source in step.inputs):
        return tuple(steps)
    found: list[Step] = []
    for step in steps:
        inputs = tuple(HIDDEN + source if source in names else source for source in step.inputs)
        if step.name not in names:
            found.append(replace(step, inputs=inputs))
            continue
        is_first = inputs == step.inputs
        found += [step, replace(step, name=HIDDEN + step.name, inputs=(step.name,) if is_first else inputs)]
    return tuple(found)


def is_sigmoid(step: Step) -> bool:
    """Tell whether a step is a sigmoid."""
    return isinstance(step.rule, rules.Derivative) and isinstance(step.rule.curve, rules.Sigmoid)


def passes_features_on(step: Step) -> bool:
    """Tell whether a step leaves every value in its feature.

    A reshape does if there is one value in each, such as a flattening of a map of one unit.
    """
    if not isinstance(step.rule, rules.Reshape):
        return isinstance(step.rule, rules.Identity)
    before, after = step.rule.before, step.rule.after
    return before[-1] == prod(before) == prod(after) == after[-1]


def _is_linear(name: str, steps: Mapping[str, Step]) -> bool:
    """Tell whether a step comes from layers with weights without an activation in between."""
    if name not in steps:
        return False  # the picture
    step = steps[name]
    if isinstance(step.rule, _LINEAR):
        return all(_is_linear(source, steps) for source in step.inputs)
    return isinstance(step.rule, _WEIGHTED)
