"""``gallery build``: build the site, or return at once if nothing has changed."""

from __future__ import annotations

import argparse

from generator.cli.commands import DONE, FAILED
from generator.cli.setup import facts_of, seal_of


def run(options: argparse.Namespace) -> int:
    """Build the site unless the seal shows that nothing changed, and print where it is."""
    seal, facts = seal_of(options), facts_of(options)
    summary = None if options.force else seal.said(facts)
    if summary is None:
        from generator.cli.site_build import build_site

        return FAILED if build_site(options, options.force, sealing=(seal, facts)).failed else DONE
    seal.confirm()
    if not options.quiet:
        print(summary)
    return DONE
