"""Checksums of files, remembered as long as size, times and inode are the same.

As in git, a file that changed within the last seconds is not remembered: it could change again without its
time telling.
"""

from __future__ import annotations

import hashlib
import json
import os
import time
from contextlib import suppress
from pathlib import Path

_RACY_NS = 2_000_000_000


class Digests:
    """SHA-256 of files; ``memory`` is the file in which they are remembered between runs."""

    def __init__(self, memory: Path) -> None:
        self._memory = memory
        self._known = _loaded(memory)
        self._used: dict[str, list[object]] = {}

    def of(self, path: Path) -> str:
        """Return the SHA-256 of a file: 64 hexadecimal digits.

        Raises:
            OSError: it cannot be read.
        """
        name, mark = str(path), _mark(path)
        known = self._known.get(name)
        if known and known[:-1] == mark:
            self._used[name] = known
            return str(known[-1])
        with path.open("rb") as file:
            found = hashlib.file_digest(file, "sha256").hexdigest()
        if _mark(path) == mark and time.time_ns() - path.stat().st_mtime_ns > _RACY_NS:
            self._used[name] = [*mark, found]
        return found

    def save(self) -> None:
        """Remember what was asked for, for the next run; where that cannot be written, do without."""
        if self._used == self._known:
            return
        part = self._memory.with_name(f"{self._memory.name}.{os.getpid()}.part")
        with suppress(OSError):
            self._memory.parent.mkdir(parents=True, exist_ok=True)
            part.write_text(json.dumps(self._used), encoding="utf-8")
            part.replace(self._memory)


def _mark(path: Path) -> list[object]:
    found = path.stat()
    return [found.st_size, found.st_mtime_ns, found.st_ctime_ns, found.st_ino]


def _loaded(memory: Path) -> dict[str, list[object]]:
    """Return what is remembered; nothing where the file is missing or not of this form."""
    with suppress(OSError, ValueError):
        known = json.loads(memory.read_text(encoding="utf-8"))
        if isinstance(known, dict) and all(isinstance(entry, list) for entry in known.values()):
            return known
    return {}
