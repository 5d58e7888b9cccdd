"""The kept tables of shards: their keys, whether one is found, and how one is kept."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from generator.build.models import Model
from generator.datasets.shards import Shard
from generator.datasets.table import Table
from generator.datasets.table_file import packed, unpacked
from generator.errors import DatasetError
from generator.records import DatasetSpec, Value
from generator.store import Key, Store, text_digest
from generator.store.versions import code


class ShardTables:
    """The tables of a data set's shards in a store.

    Args:
        spec: the data set.
        models: the models that it is scanned for, by their slugs.
        store: keeps the tables.
        warn: told of kept tables that cannot be used.
    """

    def __init__(
        self, spec: DatasetSpec, models: Mapping[str, Model], store: Store, warn: Callable[[str], None]
    ) -> None:
        self._spec, self._models, self._store, self._warn = spec, models, store, warn

    def keys(self, shard: Shard, digest: str) -> dict[str, Key]:
        """Return the key of a shard's table for each model; the digest is that of the shard's files."""
        return {
            slug: Key("tables", f"{slug}: {shard.name}", self._parts(model, digest), model.subject, True)
            for slug, model in self._models.items()
        }

    def found(self, slug: str, key: Key) -> Table | None:
        """Return a kept table, ``None`` if there is none that can be used; an archive may hold anything."""
        value = self._store.find(key)
        if value is None or not isinstance(value.facts, bytes):
            return None
        try:
            table = unpacked(value.facts)
        except DatasetError as error:
            self._warn(f"{key.name}: {error}; it is scanned again")
            return None
        features = {name: len(layer.values) for name, layer in table.layers.items()}
        is_asked = features == self._models[slug].spec.scanned and table.is_distinct == self._spec.is_distinct
        return table if is_asked else None

    def keep(self, key: Key, table: Table) -> None:
        """Keep a table.

        Raises:
            StoreError: it cannot be written.
        """
        self._store.keep_table(key, Value(facts=packed(table)))

    def _parts(self, model: Model, digest: str) -> dict[str, str]:
        """Return everything that makes a table; the size of a batch is in the code."""
        layers = repr([*model.spec.scanned.items()])
        return {
            **model.source.parts,
            "kind": "ShardTable",
            "shard": digest,
            "layers": layers if len(layers) <= 64 else text_digest(layers),
            "distinct": str(self._spec.is_distinct),
            "fit": model.spec.fit,
            "threads": "1",
            "tables code": code("tables"),
        }
