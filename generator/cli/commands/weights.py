"""``gallery weights NAME``: fetch what is missing of a model's weights, verify all, say where they are."""

from __future__ import annotations

import argparse

from generator import environment
from generator.cli.commands import DONE
from generator.cli.console import console
from generator.networks import fetch, registry
from generator.networks import weights as shelf
from generator.networks.sources import Download


def run(options: argparse.Namespace) -> int:
    """Fetch and verify a model's weights.

    Raises:
        NetworkError: no such model.
        WeightsError: they cannot be had, or are damaged.
    """
    cache = environment.cache_folder()
    for name, known in registry.entry(options.name).weights.items():
        source = known.files[-1 if options.no_classifier else 0]
        if isinstance(source, Download):
            with console(options.quiet, options.verbose) as progress:
                fetch.fetch(source, cache, progress.fetching(source.title), options.offline)
        print(f"{name}: {shelf.verified(source, cache)}")
    return DONE
