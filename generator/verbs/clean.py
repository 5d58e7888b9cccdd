"""``gallery clean``: remove the site, and of the cache what is asked; only what gallery made."""

from __future__ import annotations

import argparse
import shutil
import time
from pathlib import Path

from generator import site
from generator.build import protected
from generator.cache.entries import STAGES, unused_since
from generator.networks import weights as shelf
from generator.verbs import DONE
from generator.verbs.opened import configuration


def run(options: argparse.Namespace) -> int:
    """Remove the site, and the cache if asked; with ``--older-than``, only what was not used since."""
    if options.older_than is not None:
        _remove_unused(shelf.cache_folder(), time.time() - 86_400 * options.older_than)
        return DONE
    config = configuration(options)
    if site.remove_site(config.output, protected(config)):
        print(f"removed {config.output}")
    for name in ("weights", *STAGES, "digests", "ledgers", "read", "seals") if options.cache else ():
        _remove(shelf.cache_folder() / name)
    return DONE


def _remove(folder: Path) -> None:
    if folder.is_dir():
        shutil.rmtree(folder)
        print(f"removed {folder}")


def _remove_unused(folder: Path, seconds: float) -> None:
    """Remove the entries of the cache last used before a time, and say how much went."""
    sizes = []
    for path in unused_since(folder, seconds):
        sizes.append(path.stat().st_size)
        path.unlink()
    print(f"removed {len(sizes)} entries, {sum(sizes) / 1e6:.1f} MB, from {folder}")
