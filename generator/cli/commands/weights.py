"""``gallery weights NAME``: fetch missing weights of a model, verify all, and print their paths."""

from __future__ import annotations

import argparse

from generator import environment
from generator.cli.commands import DONE
from generator.cli.console import console
from generator.networks import fetch, registry
from generator.networks import weights as weights_files
from generator.networks.sources import Download


def run(options: argparse.Namespace) -> int:
    """Fetch and verify the weights of a model.

    Raises:
        NetworkError: no such model.
        WeightsError: the weights cannot be fetched, or are damaged.
    """
    cache = environment.cache_folder()
    for name, known in registry.entry(options.name).weights.items():
        source = known.files[-1 if options.no_classifier else 0]
        if isinstance(source, Download):
            with console(options.quiet, options.verbose) as progress:
                fetch.fetch(source, cache, progress.fetching(source.title), options.offline)
        print(f"{name}: {weights_files.verified(source, cache)}")
    return DONE
