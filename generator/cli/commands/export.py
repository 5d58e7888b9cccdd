"""``gallery export FILE``: write all results of the gallery to an archive for another machine."""

from __future__ import annotations

import argparse

from generator.build.export import export
from generator.build.models import Fetch, open_models
from generator.build.plan import Plan
from generator.build.run import Run
from generator.build.scans import DatasetScan
from generator.check import sizes
from generator.cli.commands import DONE, FAILED
from generator.cli.console import console
from generator.cli.setup import configuration, store_of
from generator.store import Key
from generator.store.archive import refuse_other_file


def run(options: argparse.Namespace) -> int:
    """Write the archive and print its content and size.

    Raises:
        ArchiveError: the archive cannot be written, or the cache is too small for the results.
    """
    refuse_other_file(options.file)
    with console(options.quiet, options.verbose) as progress:
        store = store_of(options, progress.warn)
        config = configuration(options, store)
        fetch = Fetch(progress, options.offline)
        models = open_models(config.networks, store.digest, progress.say, fetch)
        tables: tuple[Key, ...] = ()
        if config.dataset:
            tables = DatasetScan(config.dataset, models, store, progress).complete(fetch).keys
        plan = Plan(config, models, store)
        count, failed = export(options.file, plan.results, store, Run(store, progress), tables)
    if not options.quiet:
        print(f"{count} results, {sizes.amount(options.file.stat().st_size)}: {options.file}")
    return FAILED if failed else DONE
