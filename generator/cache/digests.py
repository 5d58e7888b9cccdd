"""Checksums of files, remembered as long as size, times and inode are the same.

As in git, a file that changed within the last seconds is not remembered: it could change again without its
time telling.
"""

from __future__ import annotations

import hashlib
import time
from pathlib import Path

from generator.cache.memory import recalled, remember

_RACY_NS = 2_000_000_000


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
        name, mark = str(path), _mark(path)
        known = self._known.get(name)
        if isinstance(known, list) and known[:-1] == mark:
            self._used[name] = known
            return str(known[-1])
        with path.open("rb") as file:
            found = hashlib.file_digest(file, "sha256").hexdigest()
        if _mark(path) == mark and time.time_ns() - path.stat().st_mtime_ns > _RACY_NS:
            self._used[name] = [*mark, found]
        return found

    def save(self) -> None:
        """Remember what was asked for, for the next run."""
        if self._used != self._known:
            remember(self._memory, self._used)


def _mark(path: Path) -> list[object]:
    found = path.stat()
    return [found.st_size, found.st_mtime_ns, found.st_ctime_ns, found.st_ino]
