"""Parts of a network's steps: those below some layers, and a layer before its last rectifiers.

Question: which values of a layer does an optimized picture raise? Options: those after its rectifiers; those
before. Choice: before, because on noise, where every optimization starts, a rectifier silences most features
of a deep layer (of SqueezeNet's ``fire9`` 72 %), and from zero there is no way up: the gradient is zero too.
A layer that joins, pools or passes on what was rectified is traced to the rectifiers of all that it joins.
Cost: where a feature is below zero, its value is not one that the network sees.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from generator.engine import rules
from generator.engine.end import HIDDEN
from generator.engine.graph import Step

Tensor = Any

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


def between(steps: Sequence[Step], start: str, layer: str) -> tuple[Step, ...]:
    """Return the steps that lead from one step to another, without the first."""
    reached, kept = {start}, []
    for step in up_to(steps, [layer]):
        if reached.intersection(step.inputs) and step.name != start:
            kept.append(step)
            reached.add(step.name)
    return tuple(kept)


def walk(steps: Sequence[Step], maps: Mapping[str, Tensor]) -> Iterator[tuple[str, Tensor]]:
    """Yield the output of each step, for any number of pictures; maps that no step needs any more are freed.

    ``maps`` are the values that the first steps read.
    """
    last = {source: step.name for step in steps for source in step.inputs}
    known = dict(maps)
    for step in steps:
        known[step.name] = step.rule.output(*(known[name] for name in step.inputs))
        yield step.name, known[step.name]
        for name in {name for name in step.inputs if last[name] == step.name}:
            del known[name]  # without a compiler, the memory of all maps would be held until the end


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
