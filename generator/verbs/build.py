"""``gallery build``: build the site and say where it is; at once, where nothing has changed."""

from __future__ import annotations

import argparse

from generator.verbs import DONE
from generator.verbs.sealed import facts_of, seal_of


def run(options: argparse.Namespace) -> int:
    """Build the site, unless the last build is as good as a new one, and say where it is."""
    seal, facts = seal_of(options), facts_of(options)
    said = None if options.force else seal.said(facts)
    if said is None:
        from generator.verbs.building import built

        return built(options, seal, facts)
    seal.confirm()
    if not options.quiet:
        print(said)
    return DONE
