"""``gallery build``: build the site and say where it is."""

from __future__ import annotations

import argparse

from generator.build import Report, build
from generator.console import console
from generator.verbs import DONE, FAILED
from generator.verbs.opened import configuration, keeper_of


def run(options: argparse.Namespace) -> int:
    """Build the site and say where it is."""
    report = built(options, options.force)
    return FAILED if report.failed else DONE


def built(options: argparse.Namespace, force: bool) -> Report:
    """Build the site, say where it is, and return what was done."""
    with console(options.quiet, options.verbose) as progress:
        keeper = keeper_of(options, progress.warn, force)
        config = configuration(options, keeper)
        report = build(config, keeper, progress, options.jobs, options.offline)
    if not options.quiet:
        failed = f", {len(report.failed)} left out" if report.failed else ""
        print(f"{len(report.shown)} pictures{failed}: {report.output / 'index.html'}", flush=True)
    return report
