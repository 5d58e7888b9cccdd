"""``gallery check``: validate the inputs of a build, or check the site it wrote; compute nothing."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterable
from functools import partial
from pathlib import Path

from generator import images, pages
from generator.check import broken, sizes
from generator.cli import dataset_estimate
from generator.cli.commands import DONE, FAILED
from generator.cli.console import counted
from generator.cli.setup import configuration, describe_own_model, store_of
from generator.cli.warnings import all_warnings
from generator.errors import ImageError, SiteError, first_lines
from generator.records import GalleryConfig


def run(options: argparse.Namespace) -> int:
    """Print what is wrong with the pictures and templates of the configuration, or with the built site."""
    config = configuration(options)
    if options.site:
        return _check_site(config.output)
    describe = partial(describe_own_model, store=store_of(options, lambda _: None))
    status = _check_inputs(config, options.strict, options.verbose)
    for line in dataset_estimate.lines(config, describe):
        print(line)
    return status


def _check_inputs(config: GalleryConfig, strict: bool, verbose: bool) -> int:
    """Print what is wrong with the pictures and templates of a valid configuration, and the warnings."""
    pages.check_templates(config.templates)
    pages.check_texts(config)
    problems, warnings = list(_unreadable(config)), list(all_warnings(config, verbose))
    if strict:
        problems, warnings = problems + warnings, []
    lines = [f"warning: {warning}" for warning in warnings]
    for line in lines if verbose else first_lines(lines):
        print(line, file=sys.stderr)
    if not problems:
        print(f"{_summary(config)}: {counted(len(warnings), 'warning') if warnings else 'no problems'}")
    return _print_problems(problems, verbose)


def _summary(config: GalleryConfig) -> str:
    """Return the number of pictures, networks and layers that were checked."""
    specs = (config.seen(network).values() for network in config.networks)
    layers = sum(len({layer for spec in some for layer in spec.layers}) for some in specs)
    drafts = {"draft": config.drafts} if config.drafts else {}
    counts = {"picture": len(config.images), **drafts, "network": len(config.networks), "layer": layers}
    return ", ".join(counted(count, noun) for noun, count in counts.items())


def _unreadable(config: GalleryConfig) -> Iterable[str]:
    readings = {spec.takes.reading: spec.takes for spec in reversed(config.networks)}
    for image in config.images:
        try:
            for taken in reversed(readings.values()):
                images.read_for(image.path, taken)
        except ImageError as error:
            yield f"{image.slug}: {error}"


def _check_site(folder: Path) -> int:
    """Print the size of the built site, and what is broken in it or too large for GitHub Pages."""
    if not folder.is_dir():
        raise SiteError(f"{folder}: no such folder; run 'gallery build' first")
    for line in sizes.report(folder):
        print(line)
    return _print_problems(broken(folder) + sizes.excesses(folder))


def _print_problems(problems: list[str], verbose: bool = False) -> int:
    for line in problems if verbose else first_lines(problems):
        print(line, file=sys.stderr)
    return FAILED if problems else DONE
