"""Checks a whole site: reads every file, follows every reference.

Parsing takes most of the time, and most files do not change between builds. So results of parsing can be
kept, by the SHA-256 of a file's bytes.
"""

from __future__ import annotations

from collections.abc import MutableMapping
from hashlib import sha256
from pathlib import Path
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
    found = {path.relative_to(site).as_posix(): path for path in site.rglob("*") if path.is_file()}
    files = {name: _read(name, found[name].read_bytes(), known) for name in sorted(found)}
    missing = [] if "index.html" in files else ["index.html: missing"]
    return missing + [
        f"{name}:{line}: {text}"
        for name, file in files.items()
        for line, text in sorted([*file.problems, *broken_references(file, files)])
    ]


def _read(name: str, content: bytes, known: MutableMapping[str, Any]) -> SiteFile:
    """Return a parsed file, from ``known`` if the same bytes were parsed before with the same suffix."""
    place = f"{sha256(content).hexdigest()}{Path(name).suffix}"
    if place not in known:
        file = read(name, content)
        references = [[one.line, one.attribute, one.target] for one in file.references]
        known[place] = [file.ids, references, file.problems]
        return file
    ids, references, problems = known[place]
    return SiteFile(
        name, ids, [Reference(*one) for one in references], [(line, text) for line, text in problems]
    )
