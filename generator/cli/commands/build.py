"""``gallery build``: build the site and say where it is; at once, where nothing has changed."""

from __future__ import annotations

import argparse

from generator.cli.commands import DONE, FAILED
from generator.cli.setup import facts_of, seal_of


def run(options: argparse.Namespace) -> int:
    """Build the site, unless the last build is as good as a new one, and say where it is."""
    seal = seal_of(options)
    said = None if options.force else seal.said(facts_of(options))
    if said is None:
        from generator.cli.site_build import built

        return FAILED if built(options, options.force).failed else DONE
    seal.confirm()
    if not options.quiet:
        print(said)
    return DONE
