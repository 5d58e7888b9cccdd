"""``gallery publish``: build and check the site, and push it to a branch of a git remote."""

from __future__ import annotations

import argparse
import os
import sys
from contextlib import ExitStack

from generator import publish, site
from generator.build import build
from generator.check import broken, sizes
from generator.cli.commands import DONE, FAILED
from generator.cli.console import console
from generator.cli.setup import configuration, store_of
from generator.cli.warnings import warn_or_refuse
from generator.errors import PublishError, first_lines
from generator.publish import Outcome, Publication, Remote
from generator.records import GalleryConfig


def run(options: argparse.Namespace) -> int:
    """Publish the site, or print what is wrong with it.

    Raises:
        PublishError: a picture failed, or the branch cannot or must not be written.
    """
    with ExitStack() as stack:
        with console(options.quiet, options.verbose) as progress:
            store = store_of(options, progress.warn, archive=options.archive)
            config = configuration(options, store)
            warn_or_refuse(config, options.strict, options.verbose, progress.warn)
            _refuse_within(config)
            remote = publish.find_remote(config.path.parent, options.remote, options.branch)
            epoch = os.environ.get("SOURCE_DATE_EPOCH", "")
            publication = stack.enter_context(publish.opened(remote, epoch))
            report = build(config, store, progress, options.jobs, options.offline)
        if report.failed:
            names = ", ".join(first_lines(report.failed))
            raise PublishError(f"nothing was published, because these pictures failed: {names}")
        if problems := _add_site(config, publication):
            print("\n".join((*first_lines(problems), "gallery: nothing was published")), file=sys.stderr)
            return FAILED
        message = options.message or f"Gallery: {config.title}"
        outcome = publication.send(message, options.orphan, options.dry_run)
    if not options.quiet:
        for line in store.archive.lines() if store.archive else ():
            print(line)
        print(_summary(outcome, remote, options.dry_run))
        if outcome.commit and not config.base_url:
            print("base_url is not set, so the site has no feed, sitemap or social cards")
    return DONE


def _refuse_within(config: GalleryConfig) -> None:
    """Refuse a site inside another one: published alone, it would take the place of both."""
    outer = next((parent for parent in config.output.parents if (parent / site.MARKER).is_file()), None)
    if outer:
        raise PublishError(
            f"{config.output}: lies in the site {outer}; publish that gallery, whose branch has both"
        )


def _add_site(config: GalleryConfig, publication: Publication) -> list[str]:
    """Add the site's files to the publication, or return their problems.

    The site is locked, so that no build replaces it between the check and the last file.
    """
    with site.locked(config.output.resolve()):
        problems = broken(config.output) + sizes.excesses(config.output)
        if not problems:
            publication.add(publish.contents(config.output, config.cname))
    return problems


def _summary(outcome: Outcome, remote: Remote, dry_run: bool) -> str:
    """Return one line about what was published."""
    if not outcome.commit:
        return f"nothing changed: {outcome.files} files, {remote.place}"
    verb = "would publish" if dry_run else "published"
    changes = f"{outcome.added} new, {outcome.changed} changed, {outcome.removed} removed"
    return f"{verb} {outcome.files} files ({changes}): {remote.place}"
