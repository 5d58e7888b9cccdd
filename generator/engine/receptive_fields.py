"""The receptive field of each layer, from the engine's own steps."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from generator.engine.field import Field
from generator.engine.graph import IMAGE, Step


def receptive_fields(steps: Iterable[Step], picture: tuple[int, ...]) -> Mapping[str, tuple[int, int]]:
    """Return the height and width in pixels of the largest receptive field in each step.

    What a field has beyond the edge of the picture does not count; of a small map, no unit may be far enough
    from the edges for a whole field. Height and width may belong to different units.

    Args:
        steps: the steps of a model, in order.
        picture: the shape of its input, (height, width, channels).
    """
    steps = tuple(steps)
    last_use = {source: step.name for step in steps for source in step.inputs}
    fields = {IMAGE: Field.of_picture(picture)}
    sizes = {}
    for step in steps:
        field = step.rule.field(*(fields[source] for source in step.inputs))
        sizes[step.name] = field.size
        fields[step.name] = field
        for source in {*step.inputs, step.name}:
            if last_use.get(source, step.name) == step.name:
                del fields[source]
    return sizes
