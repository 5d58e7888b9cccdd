"""The models in a process that scans: loaded when a shard first needs them, and those that keys name."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from pathlib import Path

from generator.analysis.scanner import Scanner
from generator.errors import NetworkError
from generator.records import NetworkSpec


class Scanners:
    """The scanners of a process, by the slugs of their models, each opened once."""

    def __init__(self, openers: Mapping[str, Callable[[], Scanner]]) -> None:
        self._openers = openers
        self._opened: dict[str, Scanner] = {}

    def __getitem__(self, slug: str) -> Scanner:
        if slug not in self._opened:
            self._opened[slug] = self._openers[slug]()
        return self._opened[slug]


def opened_scanner(spec: NetworkSpec, files: Mapping[Path, str], is_distinct: bool) -> Scanner:
    """Return the scanner of a model, which computes in one thread.

    Args:
        spec: the model as configured.
        files: its files with their SHA-256, which the keys of tables name.
        is_distinct: whether pictures with the same bytes count once.

    Raises:
        NetworkError: the model cannot be loaded, or a file has changed since.
        WeightsError: its weights are damaged.
    """
    from generator.networks import backend, own
    from generator.networks.network import load_known

    backend.load()
    from generator.engine.compiled import use_one_thread

    use_one_thread()
    network = (
        own.load(spec.own) if spec.own else load_known(spec.name, spec.weights, spec.variant, spec.input_size)
    )
    for path, known in files.items():
        with path.open("rb") as file:
            if hashlib.file_digest(file, "sha256").hexdigest() != known:
                raise NetworkError(f"{path}: changed while it was read; scan again")
    return Scanner(network, tuple(spec.scanned), is_distinct, spec.fit)
