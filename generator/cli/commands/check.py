"""``gallery check``: validate what a build would read, or walk the site that it wrote; compute nothing."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterable
from pathlib import Path

from generator import images, pages
from generator.check import broken, sizes
from generator.cli.commands import DONE, FAILED
from generator.cli.setup import configuration
from generator.cli.warnings import remarks
from generator.errors import ImageError, SiteError
from generator.records import GalleryConfig


def run(options: argparse.Namespace) -> int:
    """Say what is wrong with the configuration's pictures and templates, or with the built site."""
    config = configuration(options)
    return _check_site(config.output) if options.site else _check_inputs(config, options.strict)


def _check_inputs(config: GalleryConfig, strict: bool) -> int:
    """Say what is wrong with the pictures of a valid configuration, and what to remark on."""
    pages.check_templates(config.templates)
    problems, warnings = list(_unreadable(config)), list(remarks(config))
    if strict:
        problems, warnings = problems + warnings, []
    for warning in warnings:
        print(f"warning: {warning}", file=sys.stderr)
    if not problems:
        print(f"{_checked(config)}: {_count(len(warnings), 'warning') if warnings else 'nothing wrong'}")
    return _told(problems)


def _checked(config: GalleryConfig) -> str:
    """Return how much there is of what was checked."""
    layers = sum(len(network.layers) for network in config.networks)
    counts = {"picture": len(config.images), "network": len(config.networks), "layer": layers}
    return ", ".join(_count(count, noun) for noun, count in counts.items())


def _count(count: int, noun: str) -> str:
    return f"{count} {noun}{'' if count == 1 else 's'}"


def _unreadable(config: GalleryConfig) -> Iterable[str]:
    for image in config.images:
        try:
            images.read(image.path)
        except ImageError as error:
            yield f"{image.slug}: {error}"


def _check_site(folder: Path) -> int:
    """Say how large the built site is, and what is broken in it or too large for GitHub Pages."""
    if not folder.is_dir():
        raise SiteError(f"{folder}: no such folder; 'gallery build' makes it")
    for line in sizes.report(folder):
        print(line)
    return _told(broken(folder) + sizes.excesses(folder))


def _told(problems: list[str]) -> int:
    for problem in problems:
        print(problem, file=sys.stderr)
    return FAILED if problems else DONE
