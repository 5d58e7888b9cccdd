"""The table of a data set: the pictures that excite each feature most, and counts over all pictures.

Question: where do copies of a picture drop out? Options: when the table is read; when it is made. Choice:
when it is made, because a table of 25 places may hold nothing but copies of one picture. Cost: a table with
copies is another table.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from difflib import get_close_matches
from itertools import pairwise
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from generator.datasets import ranking
from generator.datasets.tallies import Tallies
from generator.errors import DatasetError, NetworkError, SelectionError

if TYPE_CHECKING:
    from generator.records import Array

KEPT = 25
"""The places of each feature in a table, and so the most examples that it can give."""
DEFAULT_EXAMPLES = 9


@dataclass(frozen=True)
class Example:
    """A picture that excites a feature.

    ``picture`` is its path within the data set, for a shard ``SHARD.tar/MEMBER``; ``value`` the maximum of
    the feature's rectified map; ``class_name`` the class that its folder or its label names, or nothing.
    """

    picture: str
    value: float
    class_name: str = ""


class Picture(NamedTuple):
    """A picture of a data set: its name, the SHA-256 of its bytes, 64 hexadecimal digits, and its class."""

    name: str
    digest: str
    class_name: str = ""


class LeftOut(NamedTuple):
    """A picture that could not be read, and why."""

    name: str
    reason: str


@dataclass(frozen=True, eq=False)
class LayerTable:
    """The strongest pictures of each feature of a layer, and its counts.

    ``values`` (features, 25) float32, descending; 0 where there is no further picture. ``pictures``
    (features, 25) int64, their places among the table's pictures; 0 where there is none.
    """

    values: Array
    pictures: Array
    tallies: Tallies


@dataclass(frozen=True, eq=False)
class Table:
    """The strongest pictures of each feature, over all pictures of a data set.

    ``layers`` has a table for each layer. ``pictures`` are those that are in one of them, in the order of
    their names. ``seen`` is the number of pictures that were read, ``left_out`` names those that could not
    be, in order. ``shards`` are the digests of the shards. If ``is_distinct``, of pictures with the same
    bytes only the first is in the row of a feature; ``seen`` and the counts take each. ``shown`` is the
    number of examples that ``examples`` gives.
    """

    layers: Mapping[str, LayerTable]
    pictures: tuple[Picture, ...]
    seen: int
    left_out: tuple[LeftOut, ...] = ()
    shards: tuple[str, ...] = ()
    is_distinct: bool = True
    shown: int = DEFAULT_EXAMPLES

    def examples(self, layer: str, feature: int) -> tuple[Example, ...]:
        """Return the strongest pictures of a feature, strongest first; of equal ones first by name.

        There are fewer than ``shown`` if fewer pictures have a maximum above zero.

        Raises:
            NetworkError: the table does not have the layer.
            SelectionError: the layer does not have the feature.
        """
        table = self._layer(layer)
        features = len(table.values)
        if not 0 <= feature < features:
            raise SelectionError(f"no feature {feature}; layer '{layer}' has features 0 to {features - 1}")
        rows = zip(table.values[feature, : self.shown], table.pictures[feature, : self.shown], strict=True)
        found = ((float(value), self.pictures[place]) for value, place in rows if value > 0)
        return tuple(Example(picture.name, value, picture.class_name) for value, picture in found)

    def histogram(self, layer: str) -> Array:
        """Return how many pictures have which maximum, (features, 64) int64.

        Bin k counts 2^(k - 32) <= maximum < 2^(k - 31); the first also counts smaller ones, the last larger
        ones.

        Raises:
            NetworkError: the table does not have the layer.
        """
        return self._layer(layer).tallies.histogram

    def active(self, layer: str) -> Array:
        """Return in how many pictures each feature has a maximum above zero, (features,) int64.

        Raises:
            NetworkError: the table does not have the layer.
        """
        return self._layer(layer).tallies.active

    def leading(self, layer: str) -> Array:
        """Return in how many pictures a feature is among the layer's three strongest, (features,) int64.

        Features are ranked by their maxima; of equal ones the lower number is first.

        Raises:
            NetworkError: the table does not have the layer.
        """
        return self._layer(layer).tallies.leading

    def _layer(self, name: str) -> LayerTable:
        if name in self.layers:
            return self.layers[name]
        nearest = get_close_matches(str(name), self.layers, n=1)
        hint = f"; nearest: {nearest[0]}" if nearest else ""
        raise NetworkError(f"no layer '{name}' in this table{hint}; layers: {', '.join(self.layers)}")


def merged(first: Table, second: Table) -> Table:
    """Return the table of both shards together, whichever comes first.

    Raises:
        DatasetError: they are not tables of different shards, or not of the same layers.
    """
    if set(first.shards) & set(second.shards):
        raise DatasetError("cannot merge two tables of the same shard: its pictures would count twice")
    return joined(first, second)


def joined(first: Table, second: Table) -> Table:
    """Return the table of two parts of a data set, which may be parts of one shard.

    Raises:
        DatasetError: a picture is in both, or they do not have the same layers.
    """
    _refuse_different(first, second)
    pictures = tuple(sorted((*first.pictures, *second.pictures)))
    _refuse_twice(pictures)
    places = {picture: place for place, picture in enumerate(pictures)}
    moved = [np.array([places[one] for one in part.pictures] or [0]) for part in (first, second)]
    contents = contents_of(pictures) if first.is_distinct else None
    layers = {
        name: _joined(table, second.layers[name], moved, contents) for name, table in first.layers.items()
    }
    return _referenced(
        replace(
            first,
            layers=layers,
            pictures=pictures,
            seen=first.seen + second.seen,
            left_out=tuple(sorted((*first.left_out, *second.left_out))),
            shards=tuple(sorted((*first.shards, *second.shards))),
        )
    )


def contents_of(pictures: tuple[Picture, ...]) -> Array | None:
    """Return a number for the content of each picture, (pictures,); ``None`` if no two are the same."""
    numbers: dict[str, int] = {}
    found = [numbers.setdefault(picture.digest, len(numbers)) for picture in pictures]
    return np.array(found) if len(numbers) < len(pictures) else None


def strongest(ranked: Array, contents: Array | None) -> Array:
    """Return the ranks (features, 25) of the strongest pictures, without copies if there are ``contents``."""
    return ranking.first(ranked if contents is None else ranking.without_copies(ranked, contents), KEPT)


def _joined(one: LayerTable, other: LayerTable, moved: list[Array], contents: Array | None) -> LayerTable:
    parts = zip((one, other), moved, strict=True)
    ranked = [ranking.ranks(table.values, places[table.pictures]) for table, places in parts]
    first = strongest(np.concatenate(ranked, axis=1), contents)
    return LayerTable(ranking.values_of(first), ranking.pictures_of(first), one.tallies + other.tallies)


def _referenced(table: Table) -> Table:
    """Return the table without the pictures that have dropped out of all rows."""
    used = np.zeros(len(table.pictures), bool)
    for layer in table.layers.values():
        used[layer.pictures[layer.values > 0]] = True
    places = np.maximum(np.cumsum(used) - 1, 0)
    layers = {
        name: replace(layer, pictures=np.where(layer.values > 0, places[layer.pictures], 0))
        if len(places)
        else layer
        for name, layer in table.layers.items()
    }
    kept = tuple(picture for picture, is_used in zip(table.pictures, used, strict=True) if is_used)
    return replace(table, layers=layers, pictures=kept)


def _refuse_different(first: Table, second: Table) -> None:
    shapes = [{name: len(layer.values) for name, layer in table.layers.items()} for table in (first, second)]
    if list(shapes[0].items()) != list(shapes[1].items()):
        raise DatasetError(
            f"cannot merge tables of different layers: {', '.join(shapes[0])} and {', '.join(shapes[1])}"
        )
    if first.is_distinct != second.is_distinct:
        raise DatasetError("cannot merge a table with copies of pictures and one without")


def _refuse_twice(pictures: tuple[Picture, ...]) -> None:
    """Refuse a picture in two tables; ``pictures`` are in order."""
    for one, other in pairwise(pictures):
        if one.name == other.name:
            raise DatasetError(f"the picture '{one.name}' is in two tables")
