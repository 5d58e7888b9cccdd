"""Entries on disk, one file each, found by the digest of their key.

Each begins with the checksum of what follows: an entry that a crash, a full disk or a bad sector has spoilt
is found when it is read, told, and made anew. Nothing waits for the disk: a torn entry is only a missing one.
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
from generator.store.key import Key, digest
from generator.store.parts import abandoned, replace

_LAG_SECONDS = 0.05  # of the clock that stamps files
_MAGIC = b"convnet-gallery 1 "
_ENTRY = re.compile(r"[0-9a-f]{62}(\.\d+\.\d+\.part)?")
_OURS = re.compile(r"[0-9a-f]{8,64}(\.json)?(\.\d+\.\d+\.part)?")


class Entries:
    """The entries in a folder; safe to share between threads and processes.

    Args:
        folder: made when there is something to keep.
        report: is told of what is damaged, and once why nothing can be kept.
        fresh: find only what was kept since, so that everything is made again.
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
        """Return what is kept under a key, ``None`` where nothing sound is."""
        path = self._path(key)
        if self._fresh and path not in self._kept_since:
            return None
        try:
            content = path.read_bytes()
        except (FileNotFoundError, NotADirectoryError):
            return None
        except OSError as error:
            self._report(f"{path}: cannot be read: {error.strerror}; {key.name} is made anew")
            return None
        head, _, payload = content.partition(b"\n")
        if head != _head(payload):
            self._report(f"{path}: is damaged; {key.name} is made anew")
            _unlink(path)
            return None
        with suppress(OSError):
            os.utime(path)
        return payload

    def put(self, key: Key, payload: bytes) -> None:
        """Keep bytes under a key; where that fails, say so once and go on."""
        if self._closed:
            return
        try:
            replace(path := self._path(key), _head(payload), b"\n", payload)
            self._kept_since.add(path)
        except OSError as error:
            self._close(error)

    def _close(self, error: OSError) -> None:
        """Keep nothing more, and say why; only once, for threads meet the same full disk together."""
        with self._closing:
            closed, self._closed = self._closed, True
        if not closed:
            self._report(f"{self.folder}: cannot be written: {error.strerror}; nothing more is kept")

    def trim(self, limit_bytes: int) -> int:
        """Remove what was not used for longest until the rest fits, and return how many bytes went.

        Of what was used since this cache was opened, results go before figures and pages: they are by far
        the largest, and a gallery whose figures are kept asks for few of them. Before all goes what dead
        builds left half written.
        """
        for path in abandoned(self.folder):
            _unlink(path)
        entries = sorted(_measured(self.folder), key=self._worth)
        total = sum(size for _, size, _ in entries)
        gone = 0
        for _, size, name in entries:
            if total - gone <= limit_bytes:
                break
            _unlink(Path(name))
            gone += size
        return gone

    def _worth(self, entry: tuple[float, int, str]) -> tuple[bool, bool, float, str]:
        """Return what sorts entries so that those come first which are missed the least."""
        used, _, name = entry
        is_used = used >= self._since
        return is_used, is_used and Path(name).parts[-3] != "results", used, name

    def _path(self, key: Key) -> Path:
        name = digest(key)
        return self.folder / key.stage / name[:2] / name[2:]


def unused_since(folder: Path, seconds: float) -> Iterator[Path]:
    """Yield the entries, and parts of such, last used before a time in seconds since 1970."""
    for used, _, path in sorted(_measured(folder)):
        if used < seconds:
            yield Path(path)


def is_named_by_us(path: Path) -> bool:
    """Tell whether a file in a cache has a name of its entries and memories, or of parts of such."""
    return _OURS.fullmatch(path.name) is not None


def _measured(folder: Path) -> Iterator[tuple[float, int, str]]:
    """Yield when each entry was last used, its bytes and its path; none that vanishes meanwhile.

    What has no name of ours is not: whoever chooses a folder of theirs for the cache keeps what lies in it.
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
