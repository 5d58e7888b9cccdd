"""Scan the data set of a gallery: every shard goes through every model once, and its table is kept.

Question: where do shards run? Options: in this process; in processes that it starts; in those, but in one if
a GPU computes. Choice: the last. Each process computes in one thread and loads the models by itself, so that
this one never loads them. Cost: the memory of the models, once a process.

What is found and what is made is decided here for shards, and not in ``run``: a shard takes minutes, and
several go on at once.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, wait
from dataclasses import dataclass, field, replace
from functools import partial
from time import monotonic

from generator import environment
from generator.analysis.scanner import Cost, Scanner, tables
from generator.build.models import Fetch, Model, fetch_missing
from generator.build.scan_models import Scanners, opened_scanner
from generator.build.shard_tables import ShardTables
from generator.datasets.opening import opened
from generator.datasets.shards import Shard
from generator.datasets.table import Table, merged
from generator.errors import DatasetError, first_lines
from generator.records import DatasetSpec, NetworkSpec, Progress
from generator.store import Key, Store
from generator.workers.processes import Workers, count_done

REPORT_SECONDS = 0.5
_ENDED = (
    "a process that scanned pictures ended abruptly, perhaps for lack of memory; scan with fewer --workers. "
    "Shards that were finished are kept"
)


@dataclass(frozen=True)
class ScannedDataset:
    """A data set, and the table of each model over all of its shards, by the model's slug.

    A table has the layers that are scanned, and shows as many examples as configured. ``made`` counts the
    shards that this run has scanned, for any model; ``keys`` are those of all tables of shards.
    """

    spec: DatasetSpec
    shards: tuple[Shard, ...]
    tables: Mapping[str, Table]
    keys: tuple[Key, ...]
    made: int = 0
    cost: Cost = field(default_factory=Cost)


@dataclass(frozen=True)
class _Wanted:
    """A shard, and the models that lack its table, with the keys of these tables."""

    shard: Shard
    digest: str
    keys: Mapping[str, Key]


class DatasetScan:
    """The scan of a gallery's data set.

    Args:
        spec: the data set.
        models: the models of the gallery.
        store: keeps the tables of shards.
        progress: receives a report of what is done.

    Raises:
        DatasetError: there are no pictures or shards, or they cannot be read.
    """

    def __init__(self, spec: DatasetSpec, models: Sequence[Model], store: Store, progress: Progress) -> None:
        self._spec, self._store, self._progress = spec, store, progress
        self._models = {model.spec.slug: model for model in models if model.spec.scanned}
        self.shards = tuple(opened(spec.source))
        self._tables = ShardTables(spec, self._models, store, progress.warn)
        self._folded: dict[str, Table] = {}
        self._keys: list[Key] = []
        self._digests: dict[str, str] = {}
        self._refused: list[str] = []

    def kept(self) -> ScannedDataset | None:
        """Return what is known without reading any picture; ``None``, with a warning, if a shard is missing.

        The strongest of some pictures are not the strongest of all.
        """
        missing = len(self._look_up())
        if missing:
            count = f"{missing} of {len(self.shards)} shards are not scanned, or have changed since"
            self._progress.warn(f"{self._spec.source}: {count}; 'gallery scan' scans them")
            return None
        return self._whole()

    def complete(self, fetch: Fetch, workers: int | None = None) -> ScannedDataset:
        """Scan the shards that are missing, and return the tables over all.

        Args:
            fetch: downloads missing weights.
            workers: the number of processes; by default one a core, or one where a GPU computes.

        Raises:
            DatasetError: a shard is damaged, or no picture can be read. All other shards are kept.
            EngineError: activations of a picture hold NaN or infinity.
            StoreError: a table cannot be kept.
            WeightsError: the weights of a model are missing or damaged.
            WorkerError: a process ended before its work was done.
        """
        missing, made, cost = self._look_up(), 0, Cost()
        if missing:
            for model in self._models.values():
                fetch_missing(model.spec, fetch)
            total = sum(self._count(shard) for shard in missing)
            jobs = min(workers or default_workers(), len(missing))
            self._progress.say(f"scanning {self._spec.source}: shards {len(missing)}, processes {jobs}")
            with Workers(jobs, _ENDED) as pool:
                for _, one in self._scanned(missing, pool, _Rate(self._progress, pool, total), jobs):
                    made, cost = made + 1, cost + one
        if self._refused:
            count = f"{len(self._refused)} of {len(self.shards)} shards cannot be scanned"
            raise DatasetError("\n".join(first_lines([f"{count}; the others are kept", *self._refused])))
        self._store.note_scan(self._spec.source, self._digests)
        return replace(self._whole(), made=made, cost=cost)

    def _whole(self) -> ScannedDataset:
        """Return the tables over all shards.

        Raises:
            DatasetError: no picture can be read.
        """
        found = {
            slug: replace(self._folded[slug], shown=self._spec.examples)
            for slug in self._models
            if slug in self._folded
        }
        for table in found.values():
            if not table.seen:
                lines = [f"{one.name}: {one.reason}" for one in table.left_out]
                raise DatasetError(
                    "\n".join(first_lines([f"{self._spec.source}: no picture can be read", *lines]))
                )
        return ScannedDataset(self._spec, self.shards, found, tuple(self._keys))

    def _look_up(self) -> list[Shard]:
        """Fold the tables of all shards that are known by the marks of their files; return the others."""
        missing = []
        for shard in self.shards:
            digest = self._store.known_digest_of_all(shard.name, shard.files)
            keys = self._tables.keys(shard, digest) if digest else {}
            found = {slug: self._tables.found(slug, key) for slug, key in keys.items()}
            if keys and all(found.values()):
                self._digests[shard.name] = digest
                self._fold({slug: table for slug, table in found.items() if table}, keys)
            else:
                missing.append(shard)
        return missing

    def _scanned(
        self, shards: Sequence[Shard], pool: Workers, rate: _Rate, jobs: int
    ) -> Iterator[tuple[Shard, Cost]]:
        """Scan shards and yield each with its cost, except those that are found after all, by their bytes."""
        shared = {"scanners": partial(Scanners, self._openers())}
        begun: dict[Future[tuple[list[Table], Cost]], _Wanted] = {}
        waiting = iter(shards)
        while True:
            # One more than there are processes, so that none waits while a table is kept.
            while len(begun) <= jobs and (shard := next(waiting, None)):
                if wanted := self._wanted(shard):
                    begun[pool.begin(_scan_in_worker, [(shard, tuple(wanted.keys))], shared)] = wanted
                else:
                    rate.pass_over(self._count(shard))
            if not begun:
                return
            done, _ = wait(begun, REPORT_SECONDS, FIRST_COMPLETED)
            rate.report()
            for future in done:
                wanted = begun.pop(future)
                try:
                    found, cost = pool.result(future)
                except DatasetError as error:
                    self._refused.append(str(error))
                    continue
                self._keep(wanted, found)
                yield wanted.shard, cost

    def _wanted(self, shard: Shard) -> _Wanted | None:
        """Return the models that lack the table of a shard, whose bytes are read; ``None`` if none does."""
        digest = self._digests[shard.name] = self._store.digest_of_all(shard.name, shard.files)
        keys = self._tables.keys(shard, digest)
        found = {slug: self._tables.found(slug, key) for slug, key in keys.items()}
        self._fold({slug: table for slug, table in found.items() if table}, keys)
        missing = {slug: keys[slug] for slug, table in found.items() if not table}
        return _Wanted(shard, digest, missing) if missing else None

    def _keep(self, wanted: _Wanted, found: Sequence[Table]) -> None:
        """Keep the tables of a shard, unless it has changed since its digest was taken."""
        shard = wanted.shard
        if self._store.digest_of_all(shard.name, shard.files) != wanted.digest:
            self._refused.append(f"{shard.name}: changed while it was read; scan again")
            return
        named = dict(zip(wanted.keys, found, strict=True))
        for slug, table in named.items():
            self._tables.keep(wanted.keys[slug], table)
        self._store.save_digests()
        self._fold(named, wanted.keys)

    def _fold(self, found: Mapping[str, Table], keys: Mapping[str, Key]) -> None:
        for slug, table in found.items():
            self._folded[slug] = merged(self._folded[slug], table) if slug in self._folded else table
            self._keys.append(keys[slug])

    def _count(self, shard: Shard) -> int:
        """Return the number of a shard's pictures, 0 if it is damaged: scanning it says so."""
        try:
            return shard.count()
        except DatasetError:
            return 0

    def _openers(self) -> dict[str, partial[Scanner]]:
        return {
            slug: partial(opened_scanner, _shipped(model.spec), model.files, self._spec.is_distinct)
            for slug, model in self._models.items()
        }


class _Rate:
    """Reports how many pictures are scanned, and how many a second."""

    def __init__(self, progress: Progress, pool: Workers, total: int) -> None:
        self._progress, self._pool, self._total = progress, pool, total
        self._passed_over, self._since = 0, monotonic()

    def pass_over(self, count: int) -> None:
        """Count pictures that need no scan."""
        self._passed_over += count

    def report(self) -> None:
        """Report what is done by now."""
        done = self._pool.counted
        rate = done / max(monotonic() - self._since, 0.001)
        self._progress.scanned(min(done + self._passed_over, self._total), self._total, rate)


def default_workers() -> int:
    """Return the number of processes: one a core, or one where a GPU computes."""
    return 1 if environment.may_use_gpu() else environment.cores()


def _shipped(spec: NetworkSpec) -> NetworkSpec:
    """Return a model without what a process need not know."""
    return replace(spec, features={}, fewer={})


def _scan_in_worker(
    work: Sequence[tuple[Shard, tuple[str, ...]]], opened_once: dict[str, object]
) -> tuple[list[Table], Cost]:
    """Scan one shard with some of the models, in a worker process."""
    scanners = opened_once["scanners"]
    if not isinstance(scanners, Scanners):
        raise TypeError(scanners)
    ((shard, slugs),) = work
    return tables(shard, [scanners[slug] for slug in slugs], count_done)
