"""Make the table of a shard from the maxima of its pictures, batch by batch."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from hashlib import sha256
from typing import TYPE_CHECKING

import numpy as np

from generator.datasets import ranking
from generator.datasets.table import LayerTable, LeftOut, Picture, Table, contents_of, joined, strongest
from generator.datasets.tallies import tallied
from generator.errors import DatasetError, EngineError

if TYPE_CHECKING:
    from generator.records import Array

HELD_BYTES = 32_000_000
"""The bytes of maxima that are held before they are ranked. Ranking many at once is faster."""


class Collector:
    """Collects the maxima of one shard's pictures.

    Args:
        layers: layer -> its number of features, in the order of the maxima.
        is_distinct: whether pictures with the same bytes count once among the strongest.
    """

    def __init__(self, layers: Mapping[str, int], is_distinct: bool = True) -> None:
        self._layers = dict(layers)
        self._is_distinct = is_distinct
        self._held: list[tuple[tuple[Picture, ...], Array]] = []
        self._held_bytes = 0
        self._names: set[str] = set()
        self._digest = sha256()
        self._left_out: list[LeftOut] = []
        self._table: Table = self._table_of((), np.zeros((0, sum(self._layers.values())), np.float32))

    def add(self, pictures: Sequence[Picture], maxima: Array) -> None:
        """Add pictures with their maxima, (pictures, features of all layers) float32.

        Raises:
            DatasetError: a picture of this name was added before.
            EngineError: a maximum is NaN or infinite; the text names picture and layer.
        """
        for picture, row in zip(pictures, maxima, strict=True):
            self._refuse_overflow(picture, row)
            self._note(picture.name, picture.digest, picture.class_name)
        self._held.append((tuple(pictures), maxima.astype(np.float32)))
        self._held_bytes += self._held[-1][1].nbytes
        if self._held_bytes > HELD_BYTES:
            self._rank()

    def leave_out(self, picture: LeftOut) -> None:
        """Add a picture that could not be read.

        Raises:
            DatasetError: a picture of this name was added before.
        """
        self._note(picture.name, picture.reason)
        self._left_out.append(picture)

    def table(self) -> Table:
        """Return the table of all pictures; its shard is the digest of their names, bytes and classes."""
        self._rank()
        left_out = tuple(sorted(self._left_out))
        return replace(self._table, left_out=left_out, shards=(self._digest.hexdigest(),))

    def _note(self, *facts: str) -> None:
        if facts[0] in self._names:
            raise DatasetError(f"the picture '{facts[0]}' is in its shard twice")
        self._names.add(facts[0])
        self._digest.update("\0".join((*facts, "")).encode("utf-8", "surrogatepass"))

    def _refuse_overflow(self, picture: Picture, row: Array) -> None:
        if np.isfinite(row).all():
            return
        wrong = int(np.flatnonzero(~np.isfinite(row))[0])
        ends = np.cumsum(list(self._layers.values()))
        layer = [*self._layers][int(np.searchsorted(ends, wrong, side="right"))]
        raise EngineError(f"{picture.name}: layer '{layer}': its activations hold NaN or infinity")

    def _rank(self) -> None:
        """Rank what is held, so that only the strongest stay in memory."""
        if self._held:
            pictures = tuple(picture for part, _ in self._held for picture in part)
            maxima = np.concatenate([rows for _, rows in self._held])
            self._held, self._held_bytes = [], 0
            self._table = joined(self._table, self._table_of(pictures, maxima))

    def _table_of(self, pictures: tuple[Picture, ...], maxima: Array) -> Table:
        order = sorted(range(len(pictures)), key=pictures.__getitem__)
        ordered = tuple(pictures[place] for place in order)
        contents = contents_of(ordered) if self._is_distinct else None
        layers, start = {}, 0
        for name, features in self._layers.items():
            own = maxima[order, start : start + features]
            ranked = strongest(ranking.ranks(own.T, np.arange(len(order))), contents)
            layers[name] = LayerTable(ranking.values_of(ranked), ranking.pictures_of(ranked), tallied(own))
            start += features
        return Table(layers, ordered, len(pictures), is_distinct=self._is_distinct)
