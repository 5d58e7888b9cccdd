"""Checksums of files, remembered while their size, times and inode stay the same, as in git's index."""

from __future__ import annotations

import hashlib
import json
import stat
import time
from collections.abc import Mapping
from pathlib import Path

from generator.store.marks import Mark, is_settled, mark
from generator.store.memory import recalled, remember


class Digests:
    """The SHA-256 of files; ``memory`` is the file that remembers them between runs."""

    def __init__(self, memory: Path) -> None:
        self._memory = memory
        self._known = recalled(memory)
        self._used: dict[str, list[object]] = {}

    def of(self, path: Path) -> str:
        """Return the SHA-256 of a file: 64 hexadecimal digits.

        Raises:
            OSError: the file cannot be read.
        """
        name, found = str(path), mark(path)
        known = self._used.get(name) or self._known.get(name)
        if isinstance(known, list) and known[:-1] == found:
            self._used[name] = known
            return str(known[-1])
        digest = _sha256(path)
        # A file that changed while it was hashed, or just before, is hashed again in the next run.
        if mark(path) == found and is_settled(found, time.time_ns()):
            self._used[name] = [*found, digest]
        return digest

    def of_all(self, name: str, files: Mapping[str, Path]) -> str:
        """Return the SHA-256 of several files and their names, which is remembered as one under ``name``.

        A file that is missing, or none that can be read, counts as such.
        """
        if known := self.known_of_all(name, files):
            return known
        found = _marks(files)
        hashed = hashlib.sha256()
        for own_name, path in files.items():
            hashed.update(json.dumps([own_name, self._content_digest(path, len(files) == 1)]).encode())
        # As above: while files change, nothing is remembered.
        if _marks(files) == found and all(one is None or is_settled(one, time.time_ns()) for one in found):
            self._used[name] = [_together(found), hashed.hexdigest()]
        return hashed.hexdigest()

    def known_of_all(self, name: str, files: Mapping[str, Path]) -> str:
        """Return what ``of_all`` remembers, without reading any file; nothing if one has changed."""
        known = self._used.get(name) or self._known.get(name)
        if not isinstance(known, list) or known[0] != _together(_marks(files)):
            return ""
        self._used[name] = known
        return str(known[-1])

    def _content_digest(self, path: Path, is_only: bool) -> str:
        """Return the SHA-256 of a file's content; nothing for what cannot be read, such as a pipe.

        An only file may be a large one with several parts, each of which asks for it.
        """
        try:
            if not stat.S_ISREG(path.stat().st_mode):  # opening a pipe could block forever
                return ""
            return self.of(path) if is_only else _sha256(path)
        except OSError:
            return ""

    def save(self, forgets: bool = True) -> None:
        """Remember the checksums that this run asked for; the others are forgotten, unless told otherwise."""
        used = self._used if forgets else {**self._known, **self._used}
        if used != self._known:
            remember(self._memory, used)


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _marks(files: Mapping[str, Path]) -> list[Mark | None]:
    found: list[Mark | None] = []
    for path in files.values():
        try:
            found.append(mark(path))
        except OSError:
            found.append(None)
    return found


def _together(marks: list[Mark | None]) -> str:
    """Return one mark for many: they would be larger than what is remembered of all other files."""
    return hashlib.sha256(json.dumps(marks).encode()).hexdigest()
