"""The groups of layers of a user's own network, which its graph has to tell: a file marks none.

Question: which layers does ``pools`` have if strided convolutions reduce the maps? Options: none; those
before each reduction; all. Choice: the second, as in the known networks: the last layer of each level, and a
level ends where a stride makes maps smaller, or an upsampling makes them larger. If poolings alone reduce the
maps, or three and more do, the group is these poolings, as in VGG. Cost: in a network with one pooling the
group has other layers too.

``blocks`` are the layers that join branches, each with the activation after it; without branches the same as
``pools``.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import TYPE_CHECKING

from generator.networks import tables

if TYPE_CHECKING:
    from generator.engine.graph import Graph, Step

_ENOUGH_POOLINGS = 3
_JOINS = {"Add", "Average", "Concatenate", "Maximum"}
_ACTIVATIONS = {"Activation", "ELU", "LeakyReLU", "PReLU", "ReLU"}
_STRIDES = ("strides", "size")
"""The attributes of Keras's layers that say by which factors they shrink or enlarge maps."""


def groups(graph: Graph, names: Sequence[str]) -> Mapping[str, tuple[str, ...]]:
    """Return the layers of each group, in the order of the steps.

    Args:
        graph: the network.
        names: its layers that can be shown.
    """
    kinds = {name: type(layer).__name__ for name, layer in graph.layers.items()}
    shapes = {step.name: step.shape for step in graph.steps}
    every = tuple(name for name in names if kinds.get(name) != "BatchNormalization")
    mapped = tuple(name for name in names if len(shapes[name]) == 3)
    shown = pools(graph) or every
    return {
        "pools": shown,
        "convs": tuple(name for name in mapped if "Conv" in kinds.get(name, "")),
        "blocks": _joins(graph.steps, kinds, mapped) or shown,
        "all": every,
    }


def part_ends(steps: Sequence[Step], names: Sequence[str]) -> tuple[str, ...]:
    """Return the layers, among ``names`` in order, after which the next one leads to other outputs."""
    reached: dict[str, frozenset[str]] = {}
    for step in reversed(steps):
        leads = reached.setdefault(step.name, frozenset((step.name,)))  # an output, if nothing reads it
        for source in step.inputs:
            reached[source] = reached.get(source, frozenset()) | leads
    known = [name for name in names if name in reached]
    return tuple(one for one, other in pairwise(known) if reached[one] != reached[other])


def pools(graph: Graph) -> tuple[str, ...]:
    """Return the poolings, or the last layer of each level; empty without a layer with maps."""
    kinds = {name: type(layer).__name__ for name, layer in graph.layers.items()}
    shapes = {step.name: step.shape for step in graph.steps}
    maxima = tuple(name for name in kinds if "MaxPooling" in kinds[name] and len(shapes[name]) == 3)
    changing = [step.name for step in graph.steps if _changes_level(step, graph, shapes)]
    poolings = tuple(name for name in kinds if name in {*maxima, *changing} and "Pooling" in kinds[name])
    if len(maxima) >= _ENOUGH_POOLINGS:
        return maxima
    if poolings and (len(poolings) >= _ENOUGH_POOLINGS or {*changing} <= {*poolings}):
        return poolings
    return _last_of_levels(graph, kinds, changing)


def _changes_level(step: Step, graph: Graph, shapes: Mapping[str, tuple[int, ...]]) -> bool:
    """Tell whether a layer shrinks or enlarges maps by a stride, not only at their edges."""
    from generator.engine.graph import PREACTIVATION  # loads Keras

    layer = graph.layers.get(step.name.removesuffix(PREACTIVATION))
    factors = next((getattr(layer, name) for name in _STRIDES if hasattr(layer, name)), 1)
    before = shapes.get(step.inputs[0])
    has_stride = max(factors if isinstance(factors, tuple | list) else (factors,)) > 1
    return has_stride and len(step.shape) == 3 and (before is None or before[:2] != step.shape[:2])


def _last_of_levels(graph: Graph, kinds: Mapping[str, str], changing: Sequence[str]) -> tuple[str, ...]:
    """Return the last layer of each level; layers before the first convolution have no level."""
    levels: dict[str, int] = {}
    last: dict[int, str] = {}
    for step in graph.steps:
        known = [levels[source] for source in step.inputs if source in levels]
        if not known and "Conv" not in kinds.get(step.name, ""):
            continue
        levels[step.name] = max(known, default=0) + (step.name in changing)
        if len(step.shape) == 3 and kinds.get(step.name, "") not in tables.UNSHOWN and step.name in kinds:
            last[levels[step.name]] = step.name
    return tuple(last.values())


def _joins(steps: Sequence[Step], kinds: Mapping[str, str], mapped: Sequence[str]) -> tuple[str, ...]:
    """Return the layers that join branches; in place of a join the activation that alone follows it."""
    found = []
    for step in steps:
        if step.name not in mapped or kinds.get(step.name) not in _JOINS:
            continue
        after = [other.name for other in steps if step.name in other.inputs]
        is_activated = len(after) == 1 and kinds.get(after[0]) in _ACTIVATIONS
        found.append(after[0] if is_activated else step.name)
    return tuple(found)
