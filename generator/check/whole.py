"""Checks a whole site: reads every file, follows every reference.

Parsing takes most of the time, and most files do not change between builds. So results of parsing can be
kept, by the SHA-256 of a file's bytes.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, MutableMapping
from hashlib import sha256
from pathlib import Path, PurePosixPath
from typing import Any

from generator.check.readers import read
from generator.check.references import broken_references
from generator.check.site_file import Reference, SiteFile


def broken(site: Path, known: MutableMapping[str, Any] | None = None) -> list[str]:
    """Return what is broken in a built site as ``path:line: problem``, sorted by path and line.

    Args:
        site: the folder.
        known: results of earlier parsing, by digest, as plain values; new results are added.
    """
    known = {} if known is None else known
    files = {name: _read(name, _content(f"{site}/{name}"), known) for name in sorted(_names(str(site)))}
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


def _content(path: str) -> bytes:
    with open(path, "rb", buffering=0) as file:  # noqa: PTH123
        return file.read()


def _read(name: str, content: bytes, known: MutableMapping[str, Any]) -> SiteFile:
    """Return a parsed file, from ``known`` if the same bytes were parsed before with the same suffix."""
    place = f"{sha256(content).hexdigest()}{PurePosixPath(name).suffix}"
    if place not in known:
        file = read(name, content)
        known[place] = [file.ids, file.references, file.problems]
        return file
    ids, references, problems = known[place]
    return SiteFile(
        name, ids, [Reference._make(one) for one in references], [(line, text) for line, text in problems]
    )
