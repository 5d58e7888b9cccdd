"""``gallery why IMAGE``: print whether the last build reused each artifact of a picture, or why not."""

from __future__ import annotations

import argparse
from difflib import get_close_matches

from generator.cli.commands import DONE
from generator.cli.setup import configuration, seal_of, store_of
from generator.errors import ConfigError
from generator.records import GalleryConfig
from generator.store.ledger import REUSED


def run(options: argparse.Namespace) -> int:
    """Print for each artifact of a picture whether the last build reused it, or why not.

    Raises:
        ConfigError: no picture has that slug.
    """
    store = store_of(options, lambda _: None)
    _refuse_unknown(configuration(options, store), options.image)
    lines = [line for line in store.ledger.before() if _concerns(line.name, options.image)]
    untouched = seal_of(options).is_confirmed
    for line in lines:
        outcome, reason = (REUSED, "") if untouched else (line.outcome, line.reason)
        print(f"{outcome:7} {line.stage:8} {line.name}{f' ({reason})' if reason else ''}")
    if not lines:
        print(f"{options.image}: no build has included this picture yet")
    return DONE


def _refuse_unknown(config: GalleryConfig, slug: str) -> None:
    slugs = [image.slug for image in config.images]
    if slug not in slugs:
        near = get_close_matches(slug, slugs, n=1)
        hint = f"; nearest: {near[0]}" if near else ""
        raise ConfigError(f"no picture {slug!r}{hint}; pictures: {', '.join(slugs)}")


def _concerns(name: str, slug: str) -> bool:
    return name.startswith((f"{slug}/", f"images/{slug}/"))
