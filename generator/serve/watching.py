"""Which files have changed.

Question: how is a change noticed? Options: the system's events, through the package ``watchfiles``; a look at
size, time and inode again and again. Choice: the look. The files are known and few, it works on network
drives and in containers, where events get lost, and a file that is missing, a folder that comes later and an
editor that renames need no case of their own. Cost: a tenth of a second, and of 1,000 pictures a look takes
9 ms, a twentieth of one core; where it takes longer, looks are fewer.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from stat import S_ISDIR

INTERVAL_S, QUIET_S, PATIENCE_S = 0.1, 0.05, 2.0
"""Between two looks; how long nothing changes once a change is done; how long that is waited for."""
SHARE, LONGEST_S = 20, 0.5
"""Looking takes one part in so many of the time, but however long a look takes, the next is never later."""

FOLDER = ()
Marks = dict[str, tuple[int, ...] | None]
"""Of each file what changes with its content; ``None`` for a file that is missing."""


def marks(paths: Iterable[Path]) -> Marks:
    """Return the marks of files; of a folder, of all that lies in it and is not hidden."""
    found: Marks = {}
    for path in map(str, paths):
        found[path] = _mark(path)
        if found[path] == FOLDER:
            found |= {file: _mark(file) for file in _below(path)}
    return found


def await_change(sources: Callable[[], Iterable[Path]], before: Marks) -> None:
    """Return once the sources differ from what they were, and have come to rest.

    An editor that saves writes, renames and removes several files; all of that is one change, and none if it
    leaves everything as it was.
    """
    while True:
        started = time.thread_time()
        now = marks(sources())
        if now != before and _settled(sources, now) != before:
            return
        time.sleep(min(max(INTERVAL_S, SHARE * (time.thread_time() - started)), LONGEST_S))


def _settled(sources: Callable[[], Iterable[Path]], now: Marks) -> Marks:
    """Return the marks of sources that have not changed for a moment, or the latest where they always do."""
    patience = time.monotonic() + PATIENCE_S
    while time.monotonic() < patience:
        time.sleep(QUIET_S)
        last, now = now, marks(sources())
        if now == last:
            break
    return now


def _below(path: str) -> Iterator[str]:
    """Yield all files below a folder but hidden ones and what editors keep beside a file."""
    for folder, folders, names in os.walk(path):
        folders[:] = [name for name in folders if not name.startswith(".")]
        yield from (f"{folder}/{name}" for name in names if not name.startswith(".") and name[-1] != "~")


def _mark(path: str) -> tuple[int, ...] | None:
    """Return what changes with a file; of a folder nothing does, what counts lies in it."""
    try:
        found = Path(path).stat()
    except (OSError, ValueError):
        return None
    return FOLDER if S_ISDIR(found.st_mode) else (found.st_size, found.st_mtime_ns, found.st_ino)
