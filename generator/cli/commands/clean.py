"""``gallery clean``: remove the site, and on request the cache; only files that gallery made."""

from __future__ import annotations

import argparse
import time
from contextlib import suppress
from pathlib import Path

from generator import environment, site
from generator.build import protected
from generator.cli.commands import DONE
from generator.cli.setup import configuration
from generator.networks.known import NETWORKS
from generator.networks.packages import UNFINISHED
from generator.store.entries import is_named_by_us, unused_since


def run(options: argparse.Namespace) -> int:
    """Remove the site and on request the cache, or with ``--older-than`` only unused cache entries."""
    if options.older_than is not None:
        _remove_unused(environment.cache_folder(), time.time() - 86_400 * options.older_than)
        return DONE
    config = configuration(options)
    if site.remove_site(config.output, protected(config)):
        print(f"removed {config.output}")
    for name in environment.CACHE_FOLDERS if options.cache else ():
        _remove(environment.cache_folder() / name)
    return DONE


def _remove(folder: Path) -> None:
    """Remove a folder of the cache, except files in it that gallery did not make."""
    found = sorted(path for path in folder.rglob("*") if path.is_file())
    ours = [path for path in found if _is_ours(path)]
    for path in ours:
        path.unlink()
    for emptied in sorted({folder, *(path.parent for path in ours)}, reverse=True):
        with suppress(OSError):  # missing, or not empty
            emptied.rmdir()
    if ours:
        print(
            f"removed {folder}"
            + (", except files in it that gallery did not make" if len(found) > len(ours) else "")
        )


def _is_ours(path: Path) -> bool:
    """Tell whether gallery made a file: an entry, weights, their lock, or what a killed fetch has left."""
    name = path.name.removesuffix(".part").removesuffix(".lock").removeprefix(".")
    return is_named_by_us(path) or name in _fetched() or path.parent.name.startswith(UNFINISHED)


def _fetched() -> set[str]:
    """Return the names of all weights files that can be fetched."""
    choices = (known for entry in NETWORKS.values() for known in entry.weights.values())
    return {source.file_name for known in choices for source in known.files}


def _remove_unused(folder: Path, seconds: float) -> None:
    """Remove the cache entries last used before a time, and print how many and how large they were."""
    sizes = []
    for path in unused_since(folder, seconds):
        sizes.append(path.stat().st_size)
        path.unlink()
    print(f"removed {len(sizes)} entries, {sum(sizes) / 1e6:.1f} MB, from {folder}")
