"""``gallery build``: build the site and say where it is."""

from __future__ import annotations

import argparse

from generator.build import build
from generator.console import console
from generator.verbs import DONE, FAILED
from generator.verbs.opened import configuration, keeper_of


def run(options: argparse.Namespace) -> int:
    """Build the site and say where it is."""
    with console(options.quiet, options.verbose) as progress:
        keeper = keeper_of(options, progress.warn, options.force, options.archive)
        config = configuration(options, keeper)
        report = build(config, keeper, progress, options.jobs, options.offline)
    if not options.quiet:
        failed = f", {len(report.failed)} left out" if report.failed else ""
        for line in keeper.archive.lines() if keeper.archive else ():
            print(line)
        print(f"{len(report.shown)} pictures{failed}: {report.output / 'index.html'}")
    return FAILED if report.failed else DONE
