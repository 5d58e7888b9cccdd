"""Entries on disk, one file each, found by the digest of their key.

Each file begins with the checksum of the rest. An entry that a crash, a full disk or a bad sector has damaged
is noticed when it is read, reported, and made again. For that reason no write waits for the disk (no fsync):
an entry lost with the power is only a missing entry. What took minutes to make is the exception.
"""

from __future__ import annotations

import hashlib
import os
import re
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from pathlib import Path

from generator import environment
from generator.store.key import Key
from generator.store.whole_files import abandoned, replace

_LAG_SECONDS = 0.05  # files are stamped by a coarser clock, a few milliseconds behind time.time()
_MAGIC = b"convnet-gallery 1 "
_ENTRY = re.compile(r"[0-9a-f]{62}(\.\d+\.\d+\.part)?")
_OURS = re.compile(r"[0-9a-f]{8,64}(\.json)?(\.\d+\.\d+\.part)?")


class Entries:
    """The entries in a folder; threads and processes may share it.

    Args:
        folder: created with the first entry.
        report: called for each damaged entry, and once if entries cannot be written.
        fresh: find only entries that this object has written, so that everything is made again.
    """

    def __init__(self, folder: Path, report: Callable[[str], None], fresh: bool = False) -> None:
        self.folder = folder
        self._report = report
        self._fresh = fresh
        self._kept_since: set[Path] = set()
        self._closed = False
        self._since = time.time() - _LAG_SECONDS
        self._closing = threading.Lock()

    def get(self, key: Key) -> bytes | None:
        """Return the bytes kept under a key, ``None`` if they are missing or damaged."""
        path = self._path(key)
        if self._fresh and path not in self._kept_since:
            return None
        try:
            with path.open("rb", buffering=0) as file:  # all at once
                content = file.read()
        except (FileNotFoundError, NotADirectoryError):
            return None
        except OSError as error:
            self._report(f"{path}: cannot be read: {error.strerror}; {key.name} is made again")
            return None
        head, _, payload = content.partition(b"\n")
        if head != _head(payload):
            self._report(f"{path}: is damaged; {key.name} is made again")
            _unlink(path)
            return None
        with suppress(OSError):
            os.utime(path)  # the time of last use, by which ``trim`` sorts; access times are often off
        return payload

    def put(self, key: Key, payload: bytes) -> None:
        """Keep bytes under a key; if that fails, report it once and go on."""
        if self._closed:
            return
        try:
            replace(path := self._path(key), _head(payload), b"\n", payload)
            self._kept_since.add(path)
        except OSError as error:
            self._close(error)

    def put_synced(self, key: Key, payload: bytes) -> None:
        """Keep bytes under a key, on the disk before this returns.

        Raises:
            OSError: they cannot be written.
        """
        replace(path := self._path(key), _head(payload), b"\n", payload, is_synced=True)
        self._kept_since.add(path)

    def _close(self, error: OSError) -> None:
        """Keep nothing more, and report why, once: several threads may meet the same full disk."""
        with self._closing:
            closed, self._closed = self._closed, True
        if not closed:
            self._report(f"{self.folder}: cannot be written: {error.strerror}; nothing more is kept")

    def trim(self, limit_bytes: int) -> int:
        """Remove the entries unused for longest until the rest fits, and return the bytes removed.

        Files that killed builds left half written go first. Entries used since this cache was opened come
        later, results before figures and pages: results are by far the largest, and a gallery whose figures
        are kept needs few of them. Tables of data sets go last: they are small, and took longest to make.
        """
        for path in abandoned(self.folder):
            _unlink(path)
        entries = list(_measured(self.folder))
        total = sum(size for _, size, _ in entries)
        gone = 0
        for _, size, name in sorted(entries, key=self._worth) if total > limit_bytes else ():
            if total - gone <= limit_bytes:
                break
            _unlink(Path(name))
            gone += size
        return gone

    def _worth(self, entry: tuple[float, int, str]) -> tuple[bool, bool, bool, float, str]:
        """Return a sort key that puts the entries first whose loss costs least."""
        used, _, name = entry
        is_used, stage = used >= self._since, Path(name).parts[-3]
        return stage == "tables", is_used, is_used and stage != "results", used, name

    def _path(self, key: Key) -> Path:
        return self.folder / key.stage / key.digest[:2] / key.digest[2:]


def unused_since(folder: Path, seconds: float) -> Iterator[Path]:
    """Yield the entries, and half-written ones, last used before a time in seconds since 1970."""
    for used, _, path in sorted(_measured(folder)):
        if used < seconds:
            yield Path(path)


def is_named_by_us(path: Path) -> bool:
    """Tell whether a file in a cache folder has a name that the store gives to its files."""
    return _OURS.fullmatch(path.name) is not None


def _measured(folder: Path) -> Iterator[tuple[float, int, str]]:
    """Yield the time of last use, the size in bytes and the path of each entry.

    Files deleted during the walk are skipped, and so are files with other names: a user who chooses a folder
    with files of their own for the cache keeps them.
    """
    for stage in environment.STAGES:
        for place in (folder / stage).glob("??"):
            with suppress(OSError), os.scandir(place) as entries:
                yield from _measured_there(entries)


def _measured_there(entries: Iterable[os.DirEntry[str]]) -> Iterator[tuple[float, int, str]]:
    for entry in entries:
        if _ENTRY.fullmatch(entry.name):
            with suppress(OSError):
                found = entry.stat(follow_symlinks=False)
                yield found.st_mtime, found.st_size, entry.path


def _head(payload: bytes) -> bytes:
    return _MAGIC + hashlib.sha256(payload).hexdigest().encode()


def _unlink(path: Path) -> None:
    with suppress(OSError):
        path.unlink()
