"""Build a site from the command line: report progress, and seal a complete build."""

from __future__ import annotations

import argparse
import gc
from collections.abc import Iterator
from pathlib import Path

from generator.build import Report, build
from generator.check import broken
from generator.cli.console import console
from generator.cli.scan_report import report as report_scan
from generator.cli.setup import configuration, facts_of, seal_of, store_of
from generator.cli.warnings import warn_or_refuse
from generator.datasets.opening import marked
from generator.errors import SiteError, first_lines
from generator.networks import choice
from generator.records import GalleryConfig
from generator.site import files
from generator.store.seal import Facts, Seal

COLLECT_EVERY = 100_000
"""New objects between collections of garbage; at Python's 700 they take an eighth of a rebuild."""


Sealing = tuple[Seal, Facts]


def build_site(
    options: argparse.Namespace, force: bool, is_preview: bool = False, sealing: Sealing | None = None
) -> Report:
    """Build the site, seal it if no picture failed, print where it is, and return the report.

    A preview replaces the old site before it is checked, and is therefore not sealed. ``sealing`` is the
    gallery's seal and what it depends on, if they were read before; a change after that breaks the seal.
    """
    gc.freeze()  # the modules are no garbage, and many
    gc.set_threshold(COLLECT_EVERY)
    seal, facts = sealing or (seal_of(options), facts_of(options))
    with console(options.quiet, options.verbose) as progress:
        store = store_of(options, progress.warn, force, options.archive)
        config = configuration(options, store)
        warn_or_refuse(config, options.strict, options.verbose, progress.warn)
        report = build(
            config,
            store,
            progress,
            options.jobs,
            options.offline,
            is_checked=not is_preview,
            scans=not is_preview,
        )
        if report.dataset and not is_preview:
            report_scan(report.dataset, progress)
    summary = _summary(report)
    if report.failed or is_preview:
        seal.break_off()
    else:
        written = [store.scan_file(config.dataset.source)] if config.dataset else []
        seal.set(facts, inputs(config), [*files(report.output), *written], summary)
    if not options.quiet:
        for line in store.archive.lines() if store.archive else ():
            print(line)
        print(summary, flush=True)
    return report


def check(options: argparse.Namespace, output: Path) -> None:
    """Check the files of a preview.

    Raises:
        SiteError: a link, an id or a file in the site is broken.
    """
    store = store_of(options, lambda _: None)
    problems = broken(output, store.checked_links)
    store.checked_links.save()
    if problems:
        raise SiteError("\n".join(first_lines(["the site is broken:", *problems])))


def _summary(report: Report) -> str:
    failed = f", {len(report.failed)} left out" if report.failed else ""
    return f"{len(report.shown)} pictures{failed}: {report.output / 'index.html'}"


def inputs(config: GalleryConfig) -> Iterator[Path]:
    """Yield every file and folder that a build reads because its configuration names it.

    This includes missing files that would be read if they existed, such as weights with a classifier.
    """
    yield from (image.path for image in config.images)
    yield from config.sources
    for spec in config.networks:
        yield from spec.own.files if spec.own else choice.candidates(spec.name, spec.weights)
    if config.templates:
        yield from (config.templates, *config.templates.rglob("*"))
    if config.dataset:
        yield from marked(config.dataset.source)
