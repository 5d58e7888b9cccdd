"""Checks a whole site: reads every file, follows every reference.

Parsing takes most of the time, and most files do not change between builds. So results of parsing can be
kept, by the SHA-256 of a file's bytes.

Question: must a file be read to know its SHA-256? Options: yes; no, if its size, time of change and inode are
those of a file read before, as in git's index. Choice: no. A build links the unchanged files of the old site
only after it compared their bytes, so a link with the same numbers has the same bytes. The numbers of a file
that changed within the last two seconds are not remembered, because clocks of files tick coarsely. Cost: who
changes a page in place and sets its time back hides a fault from the check after a preview.
"""

from __future__ import annotations

import os
import time
from collections.abc import Iterator, MutableMapping, Sequence
from hashlib import sha256
from pathlib import Path, PurePosixPath
from typing import Any

from generator.check.readers import is_read, read
from generator.check.references import broken_references
from generator.check.site_file import Reference, SiteFile

RACY_NS = 2_000_000_000
"""The age from which the times of a file are trusted; FAT has the coarsest: two seconds."""


def broken(site: Path, known: MutableMapping[str, Any] | None = None) -> list[str]:
    """Return what is broken in a built site as ``path:line: problem``, sorted by path and line.

    Args:
        site: the folder.
        known: results of earlier parsing, by digest, as plain values; new results are added.
    """
    known = {} if known is None else known
    files = {name: _file(name, f"{site}/{name}", known) for name in sorted(_names(str(site)))}
    missing = [] if "index.html" in files else ["index.html: missing"]
    return missing + [
        f"{name}:{line}: {text}"
        for name, file in files.items()
        for line, text in sorted([*file.problems, *broken_references(file, files)])
    ]


def _names(folder: str, place: str = "") -> Iterator[str]:
    """Yield the path of each file below a folder, in the site; Path objects take longer than the rest."""
    with os.scandir(folder) as entries:
        for entry in entries:
            if entry.is_dir(follow_symlinks=False):
                yield from _names(entry.path, f"{place}{entry.name}/")
            elif entry.is_file():
                yield f"{place}{entry.name}"


def _file(name: str, path: str, known: MutableMapping[str, Any]) -> SiteFile:
    """Return a parsed file, from ``known`` if the same bytes were parsed before with the same suffix."""
    suffix = PurePosixPath(name).suffix
    if not is_read(suffix):
        return SiteFile(name)
    with open(path, "rb", buffering=0) as file:  # noqa: PTH123
        found = os.fstat(file.fileno())
        mark = f"{found.st_size} {found.st_mtime_ns} {found.st_ino}{suffix}"
        if mark in known and known[mark] in known:
            return _known(name, known[known[mark]])
        content = file.read()
    place = f"{sha256(content).hexdigest()}{suffix}"
    if found.st_mtime_ns < time.time_ns() - RACY_NS:
        known[mark] = place
    if place not in known:
        parsed = read(name, content)
        known[place] = [parsed.ids, parsed.references, parsed.problems]
        return parsed
    return _known(name, known[place])


def _known(name: str, parsed: Sequence[Any]) -> SiteFile:
    """Return a file that was parsed before."""
    ids, references, problems = parsed
    return SiteFile(
        name, ids, [Reference._make(one) for one in references], [(line, text) for line, text in problems]
    )
