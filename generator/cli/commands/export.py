"""``gallery export FILE``: write all results of the gallery into an archive, for another machine."""

from __future__ import annotations

import argparse

from generator import results
from generator.check import sizes
from generator.cli.commands import DONE, FAILED
from generator.cli.console import console
from generator.cli.setup import configuration, keeper_of
from generator.errors import ArchiveError
from generator.store import Key
from generator.store.archive import refuse_other_file, write_archive


def run(options: argparse.Namespace) -> int:
    """Write the archive and say what is in it.

    Raises:
        ArchiveError: it cannot be written, or the cache cannot hold the results.
    """
    refuse_other_file(options.file)
    with console(options.quiet, options.verbose) as progress:
        keeper = keeper_of(options, progress.warn)
        config = configuration(options, keeper)
        keys, failed = results.gather(config, keeper, progress, options.offline)

        def payload(key: Key) -> bytes:
            content = keeper.cache.get(key)
            if content is None:
                raise ArchiveError(f"{keeper.cache.folder}: does not keep {key.name}; nothing is exported")
            return content

        count = write_archive(options.file, keys, payload)
    if not options.quiet:
        print(f"{count} results, {sizes.amount(options.file.stat().st_size)}: {options.file}")
    return FAILED if failed else DONE
