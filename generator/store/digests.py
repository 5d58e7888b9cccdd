"""Checksums of files, remembered as long as their marks are the same, as in git."""

from __future__ import annotations

import hashlib
import time
from pathlib import Path

from generator.store.marks import is_settled, mark
from generator.store.memory import recalled, remember


class Digests:
    """SHA-256 of files; ``memory`` is the file in which they are remembered between runs."""

    def __init__(self, memory: Path) -> None:
        self._memory = memory
        self._known = recalled(memory)
        self._used: dict[str, list[object]] = {}

    def of(self, path: Path) -> str:
        """Return the SHA-256 of a file: 64 hexadecimal digits.

        Raises:
            OSError: it cannot be read.
        """
        name, found = str(path), mark(path)
        known = self._known.get(name)
        if isinstance(known, list) and known[:-1] == found:
            self._used[name] = known
            return str(known[-1])
        with path.open("rb") as file:
            digest = hashlib.file_digest(file, "sha256").hexdigest()
        if mark(path) == found and is_settled(found, time.time_ns()):
            self._used[name] = [*found, digest]
        return digest

    def save(self) -> None:
        """Remember what was asked for, for the next run."""
        if self._used != self._known:
            remember(self._memory, self._used)
