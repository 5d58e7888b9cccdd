"""``gallery scan``: find the strongest pictures of every feature in the data set, shard by shard."""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable, Mapping
from pathlib import Path

from generator.build.models import Fetch, open_models
from generator.build.scans import DatasetScan
from generator.cli.commands import DONE
from generator.cli.console import console
from generator.cli.scan_report import report, summary
from generator.cli.setup import configuration, store_of
from generator.datasets.opening import NO_PARQUET
from generator.datasets.table import Table
from generator.errors import ConfigError, DatasetError


def run(options: argparse.Namespace) -> int:
    """Scan what is missing, and print what was found in the data set.

    Raises:
        ConfigError: the configuration has no data set.
        DatasetError: a shard is damaged, no picture can be read, or Parquet cannot be written.
    """
    started = time.monotonic()
    save = _saving() if options.parquet else None
    with console(options.quiet, options.verbose) as progress:
        store = store_of(options, progress.warn, options.force)
        config = configuration(options, store)
        if not config.dataset:
            raise ConfigError(f"{options.config}: has no key 'dataset', so there is nothing to scan")
        fetch = Fetch(progress, options.offline)
        models = open_models(config.networks, store.digest, progress.say, fetch)
        scan = DatasetScan(config.dataset, models, store, progress)
        try:
            found = scan.complete(fetch, options.workers)
        finally:
            store.save_digests()
        report(found, progress)
    store.trim(config.cache_limit)
    if save:
        save(found.tables, options.parquet)
    if not options.quiet:
        for line in summary(found, time.monotonic() - started):
            print(line)
    return DONE


def _saving() -> Callable[[Mapping[str, Table], Path], None]:
    """Return what writes Parquet; asked for before the scan, so that nobody waits for the message.

    Raises:
        DatasetError: the extra is missing.
    """
    try:
        from generator.datasets.parquet_table import save
    except ImportError as error:
        raise DatasetError(f"--parquet: {NO_PARQUET}") from error
    return save
