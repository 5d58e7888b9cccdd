"""The public function ``scan``: the strongest pictures of every feature, over a data set.

Question: where does it run? Options: in processes, one a core; in this process, unless ``workers`` says more.
Choice: the latter, because a script without ``if __name__ == "__main__":`` would start itself again in every
process, and a model in memory may not be loadable elsewhere. Cost: the user must ask for more.
"""

from __future__ import annotations

import os
import warnings
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from functools import partial, reduce
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

from generator.analysis.scanner import Scanner, tables
from generator.api import arguments
from generator.api.deconvolution import chosen_layers
from generator.api.loading import network_of
from generator.api.montages import ScannedTable
from generator.datasets.opening import opened
from generator.datasets.table import DEFAULT_EXAMPLES, KEPT, merged
from generator.errors import DatasetError, EngineError, first_lines, shown
from generator.networks.shipping import Shipped, arrived, shipped
from generator.workers.processes import Workers, count_done

if TYPE_CHECKING:
    from generator.datasets.shards import Shard
    from generator.datasets.table import Table
    from generator.networks.network import Network

_ENDED = (
    "a process that scanned pictures ended abruptly, perhaps for lack of memory, or because the script that "
    'calls `scan` has no `if __name__ == "__main__":`; scan with fewer `workers`, or without'
)


def scan(
    network: Any,
    dataset: str | os.PathLike[str],
    layers: Iterable[str] | None = None,
    examples: int = DEFAULT_EXAMPLES,
    workers: int | None = None,
) -> ScannedTable:
    """Return which pictures of a data set excite each feature of some layers most.

    A feature's value for a picture is the maximum of its rectified map. Pictures are cut and scaled as for
    ``deconvolve``. The numbers, to the last bit, do not depend on ``workers``. A picture that cannot be read
    is left out, with a warning.

    Args:
        network: as for ``deconvolve``.
        dataset: a folder of pictures, whose sub-folders are classes; a folder of ``.tar`` shards as
            WebDataset writes them, or of ``.parquet`` files; one such file; or a pattern of them, such as
            ``shards/train-*.tar``.
        layers: names of layers, by default the network's pools. ``predictions`` is the logits.
        examples: the number of pictures that ``table.examples`` gives, at most 25.
        workers: the number of processes, each with one thread, which the shards are divided among: of a
            folder parts of about 1,000 files. A script must then call this below
            ``if __name__ == "__main__":``. By default this process scans, with the threads of its backend.

    Raises:
        DatasetError: there are no pictures, or a shard is damaged or cut short.
        EngineError: the activations of a picture hold NaN or infinity, or ``examples`` or ``workers`` is
            wrong.
        NetworkError: no such network or layer, an operation of a ``keras.Model`` has no rule, or with
            ``workers`` a model that cannot be loaded from a file without its classes.
        WeightsError: the weights of a network given by name are missing or damaged.
        WorkerError: a process ended before its work was done.
    """
    wanted = arguments.layer_names(layers)
    count = arguments.whole_number("examples", examples, f" from 1 to {KEPT}", EngineError)
    processes = 0 if workers is None else arguments.whole_number("workers", workers, ", or None", EngineError)
    if not 1 <= count <= KEPT:
        raise EngineError(f"`examples` must be a whole number from 1 to {KEPT}. Received: {count}")
    if processes < 0 or workers == 0:
        raise EngineError(f"`workers` must be at least 1, or None. Received: {processes}")
    shards = opened(_path(dataset))
    found = network_of(network)
    names = chosen_layers(found, wanted, {})
    parts = _in_processes(found, names, shards, processes) if processes else _here(found, names, shards)
    table = replace(reduce(merged, parts), shown=count)
    _report(table, dataset)
    return ScannedTable(**vars(table), of=found, dataset=_path(dataset))


def _path(value: Any) -> Path:
    if not isinstance(value, str | os.PathLike) or not isinstance(os.fspath(value), str):
        raise DatasetError(f"`dataset` must be a path or text. Received: {shown(value)}")
    return Path(value)


def _here(network: Network, layers: Sequence[str], shards: Sequence[Shard]) -> Iterator[Table]:
    return map(Scanner(network, layers).table, shards)


def _in_processes(
    network: Network, layers: Sequence[str], shards: Sequence[Shard], count: int
) -> Iterator[Table]:
    """Yield the tables of the shards, in their order."""
    count = min(count, len(shards))
    with TemporaryDirectory() as folder, Workers(count, _ENDED) as workers:
        shared = {"scanner": partial(_opened_scanner, shipped(network, Path(folder)), tuple(layers))}
        begun = [workers.begin(_scanned, [shard], shared) for shard in shards]
        yield from map(workers.result, begun)


def _opened_scanner(one: Shipped, layers: tuple[str, ...]) -> Scanner:
    """Return a scanner in another process."""
    from generator.networks import backend

    backend.load()
    from generator.engine.compiled import use_one_thread

    use_one_thread()
    return Scanner(arrived(one), layers)


def _scanned(shards: Sequence[Shard], opened_once: dict[str, object]) -> Table:
    scanner = opened_once["scanner"]
    if not isinstance(scanner, Scanner):
        raise TypeError(scanner)
    ((table,), _) = tables(shards[0], [scanner], count_done)
    return table


def _report(table: Table, dataset: str | os.PathLike[str]) -> None:
    """Warn of pictures that were left out; refuse a data set that has no others.

    Raises:
        DatasetError: no picture could be read.
    """
    lines = [f"{picture.name}: {picture.reason}" for picture in table.left_out]
    if not table.seen:
        raise DatasetError("\n".join([f"{os.fspath(dataset)}: no picture can be read", *first_lines(lines)]))
    if lines:
        total = table.seen + len(lines)
        text = f"{os.fspath(dataset)}: {len(lines)} of {total} pictures are left out"
        warnings.warn("\n".join([text, *first_lines(lines)]), stacklevel=3)
