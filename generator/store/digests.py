"""Checksums of files, remembered while their size, times and inode stay the same, as in git's index."""

from __future__ import annotations

import hashlib
import time
from pathlib import Path

from generator.store.marks import is_settled, mark
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
        with path.open("rb") as file:
            digest = hashlib.file_digest(file, "sha256").hexdigest()
        # A file that changed while it was hashed, or just before, is hashed again in the next run.
        if mark(path) == found and is_settled(found, time.time_ns()):
            self._used[name] = [*found, digest]
        return digest

    def save(self) -> None:
        """Remember the checksums that this run asked for; the others are forgotten."""
        if self._used != self._known:
            remember(self._memory, self._used)
