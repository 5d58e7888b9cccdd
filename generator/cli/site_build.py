"""A build from the command line: told while it runs, sealed when it is complete."""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from pathlib import Path

from generator.build import Report, build
from generator.check import broken
from generator.cli.console import console
from generator.cli.setup import configuration, facts_of, seal_of, store_of
from generator.cli.warnings import weigh
from generator.errors import SiteError
from generator.networks import choice
from generator.records import GalleryConfig
from generator.site import files


def built(options: argparse.Namespace, force: bool, is_preview: bool = False) -> Report:
    """Build the site, seal it if nothing was left out, say where it is, and return what was done.

    A preview is swapped in before it is checked, and so not sealed.
    """
    seal, facts = seal_of(options), facts_of(options)
    with console(options.quiet, options.verbose) as progress:
        store = store_of(options, progress.warn, force, options.archive)
        config = configuration(options, store)
        weigh(config, options.strict, progress.warn)
        report = build(config, store, progress, options.jobs, options.offline, is_checked=not is_preview)
    said = _said(report)
    if report.failed or is_preview:
        seal.break_off()
    else:
        seal.set(facts, inputs(config), files(report.output), said)
    if not options.quiet:
        for line in store.archive.lines() if store.archive else ():
            print(line)
        print(said, flush=True)
    return report


def check(options: argparse.Namespace, output: Path) -> None:
    """Check a preview.

    Raises:
        SiteError: something in it is broken.
    """
    store = store_of(options, lambda _: None)
    problems = broken(output, store.read)
    store.read.save()
    if problems:
        raise SiteError("\n".join(["the site is broken:", *problems]))


def _said(report: Report) -> str:
    failed = f", {len(report.failed)} left out" if report.failed else ""
    return f"{len(report.shown)} pictures{failed}: {report.output / 'index.html'}"


def inputs(config: GalleryConfig) -> Iterator[Path]:
    """Yield every file and folder that a build reads because its configuration names it.

    Also those that are not there, but would be read if they were, such as fuller weights.
    """
    yield from (image.path for image in config.images)
    yield from config.sources
    for spec in config.networks:
        yield from [spec.own.path] if spec.own else choice.candidates(spec.name, spec.weights)
    if config.templates:
        yield from (config.templates, *config.templates.rglob("*"))
