"""The multiplications that a forward pass and a backward sweep need, counted from the engine's steps.

Only convolutions count. Going back, a row passes a convolution once, however many branches it came by; a row
that arrives with one non-zero channel, as a feature does at the layer that computes it, counts as one of the
convolution's features.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from math import prod

from generator.engine import rules
from generator.engine.graph import Step

_ONE_CHANNEL = (rules.Rectifier, rules.MaxPooling, rules.TiledMaxPooling)
"""Rules that send a row of one channel on as a row of one channel."""


def forward(steps: Sequence[Step], layers: Iterable[str]) -> int:
    """Return the multiplications of one picture's forward pass to some layers."""
    needed, total = set(layers), 0
    for step in reversed(steps):
        if step.name in needed:
            needed.update(step.inputs)
            total += of_step(step)
    return total


def backward(steps: Sequence[Step], features: Mapping[str, int]) -> float:
    """Return the multiplications of a sweep with some features of each layer: layer -> how many."""
    whole: dict[str, set[tuple[str, int]]] = {}
    single = {layer: {(layer, place) for place in range(count)} for layer, count in features.items()}
    total = 0.0
    for step in reversed(steps):
        full, alone = whole.pop(step.name, set()), single.pop(step.name, set())
        alone -= full
        total += of_step(step) * (len(full) + len(alone) / step.shape[-1])
        for source in step.inputs:
            keeps = isinstance(step.rule, _ONE_CHANNEL)
            whole.setdefault(source, set()).update(full if keeps else full | alone)
            single.setdefault(source, set()).update(alone if keeps else ())
    return total


def of_step(step: Step) -> int:
    """Return the multiplications of one row through a step; 0 if it is no convolution."""
    if not isinstance(step.rule, rules.Convolution):
        return 0
    height, width, inputs, _ = step.rule.kernel.shape
    return prod(step.shape) * height * width * inputs
