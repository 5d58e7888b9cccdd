"""``gallery weights NAME``: fetch missing weights of a model, verify all, and print their paths."""

from __future__ import annotations

import argparse

from generator import environment
from generator.cli.commands import DONE
from generator.cli.console import console
from generator.errors import WeightsError
from generator.networks import fetch, registry


def run(options: argparse.Namespace) -> int:
    """Fetch and verify the weights of a model.

    Raises:
        NetworkError: no such model.
        WeightsError: no such weights, or they cannot be fetched.
    """
    folder = environment.weights_folder()
    choices = registry.entry(options.name).weights
    if options.weights is not None and options.weights not in choices:
        raise WeightsError(f"{options.name}: no weights {options.weights!r}; choices: {', '.join(choices)}")
    missing = []
    for name, known in choices.items():
        if options.weights not in (None, name):
            continue
        source = known.files[-1 if options.no_classifier else 0]
        try:
            with (
                console(options.quiet, options.verbose) as progress,
                progress.fetching(source.title) as listen,
            ):
                print(f"{name}: {fetch.fetch(source, folder, listen, options.offline)}")
        except WeightsError as error:
            missing.append(str(error))
    if missing:
        raise WeightsError("\n".join(missing))
    return DONE
