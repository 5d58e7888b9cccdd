"""Parts of a network's steps: those below some layers, and a layer before its last rectifiers.

Question: which values of a layer does an optimized picture raise? Options: those after its rectifiers; those
before. Choice: before, because on noise, where every optimization starts, a rectifier silences most features
of a deep layer (of SqueezeNet's ``fire9`` 72 %), and from zero there is no way up: the gradient is zero too.
A layer that joins, pools or passes on what was rectified is traced to the rectifiers of all that it joins.
Cost: where a feature is below zero, its value is not one that the network sees.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from generator.engine import rules
from generator.engine.end import HIDDEN
from generator.engine.graph import Step

_COMMUTES = (
    *(rules.Concatenate, rules.Crop, rules.GlobalMaximum, rules.Identity, rules.MaxPooling),
    *(rules.Permute, rules.Reshape, rules.Take, rules.TiledMaxPooling),
)
"""Rules that give the same before and after a function that only rises, value by value."""

RAW = f"{HIDDEN}before rectifiers/"
"""What the names of steps begin with whose rectifiers are left out."""


def up_to(steps: Sequence[Step], layers: Iterable[str]) -> tuple[Step, ...]:
    """Return the steps that some layers depend on, in their order."""
    needed, kept = set(layers), []
    for step in reversed(steps):
        if step.name in needed:
            kept.append(step)
            needed.update(step.inputs)
    return tuple(reversed(kept))


def before_rectifiers(steps: Sequence[Step], layer: str) -> tuple[tuple[Step, ...], str]:
    """Return the steps below a layer, and the name of its values before its last rectifiers.

    A layer without any is itself. All other steps, also those that read the same rectifiers, stay as they
    are.
    """
    by_name = {step.name: step for step in steps}
    copies: dict[str, Step] = {}
    name = _raw(layer, by_name, copies)
    kept = up_to([*steps, *(copy for copy in copies.values())], [name])
    return kept, name


def _raw(name: str, by_name: Mapping[str, Step], copies: dict[str, Step]) -> str:
    """Return the name of a step's values before its last rectifiers; add the steps that compute them."""
    step = by_name.get(name)
    if step is None:
        return name  # the picture
    if isinstance(step.rule, rules.Rectifier):
        return step.inputs[0]
    if not isinstance(step.rule, _COMMUTES):
        return name
    inputs = tuple(_raw(source, by_name, copies) for source in step.inputs)
    if inputs == step.inputs:
        return name
    copies[RAW + name] = replace(step, name=RAW + name, inputs=inputs)
    return RAW + name
