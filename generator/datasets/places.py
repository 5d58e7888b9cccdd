"""The entries of a table as places, and the pictures that they are in."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

from generator.errors import DatasetError, first_lines
from generator.records import Place

if TYPE_CHECKING:
    from generator.datasets.shards import Item, Shard
    from generator.datasets.table import Table


def places(table: Table, layer: str, feature: int) -> tuple[Place, ...]:
    """Return the places of a feature that ``table.examples`` gives, strongest first.

    Raises:
        NetworkError: the table does not have the layer.
        SelectionError: the layer does not have the feature.
    """
    examples = table.examples(layer, feature)
    rows = table.layers[layer].pictures[feature, : len(examples)]
    return tuple(
        Place(layer, feature, rank, one.picture, table.pictures[row].digest, one.value, one.class_name)
        for rank, (one, row) in enumerate(zip(examples, rows, strict=True))
    )


def by_picture(some: Iterable[Place]) -> dict[str, list[Place]]:
    """Return picture -> the places in it, in their order."""
    found: dict[str, list[Place]] = {}
    for place in some:
        found.setdefault(place.picture, []).append(place)
    return found


def pictures(shards: Sequence[Shard], wanted: Mapping[str, object] | Collection[str]) -> Iterator[Item]:
    """Yield the pictures of these names, shard by shard.

    Raises:
        DatasetError: a picture is not in the data set, or a shard is damaged.
    """
    missing = set(wanted)
    for shard in shards:
        for item in shard.items(wanted):
            missing.discard(item.name)
            yield item
    if missing:
        lost = [f"{name}: is no longer in the data set; scan the data set again" for name in sorted(missing)]
        raise DatasetError("\n".join(first_lines(lost)))
