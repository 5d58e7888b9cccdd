"""Notices which files have changed.

Question: how is a change noticed? Options: events of the operating system, through the package
``watchfiles``; polling size, time and inode of each file. Choice: polling. The files are known and few; it
works on network drives and in containers, where events get lost; and missing files, folders that appear later
and editors that rename need no special case. Cost: a delay of a tenth of a second. A poll of 1,000 pictures
takes 9 ms, a twentieth of one core; slower polls are less frequent.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from stat import S_ISDIR

INTERVAL_S, QUIET_S, PATIENCE_S = 0.1, 0.05, 2.0
"""The time between polls; the quiet time after which a change is complete; the longest wait for that."""
SHARE, LONGEST_S = 20, 0.5
"""Polling takes at most one part in ``SHARE`` of the time, but pauses are never longer than ``LONGEST_S``."""

MOST_NAMED = 3
"""The number of changed files that are named."""

FOLDER = ()
Marks = dict[str, tuple[int, ...] | None]
"""For each file, numbers that change with its content; ``None`` for a missing file."""


def marks(paths: Iterable[Path]) -> Marks:
    """Return the marks of files; for a folder, of all files in it that are not hidden."""
    found: Marks = {}
    for path in map(str, paths):
        found[path] = _mark(path)
        if found[path] == FOLDER:
            found |= {file: _mark(file) for file in _below(path)}
    return found


def await_change(sources: Callable[[], Iterable[Path]], before: Marks) -> Marks:
    """Wait until the sources differ from ``before`` and have stopped changing; return their marks.

    An editor may write, rename and remove several files to save one. That counts as one change, and as none
    if everything ends up as before.
    """
    while True:
        started = time.thread_time()
        now = marks(sources())
        if now != before and (settled := _settled(sources, now)) != before:
            return settled
        time.sleep(min(max(INTERVAL_S, SHARE * (time.thread_time() - started)), LONGEST_S))


def described(before: Marks, now: Marks) -> str:
    """Return what changed between two moments, by the names of the first files.

    >>> described({"in/a.jpg": (1,), "b.yml": (1,)}, {"in/a.jpg": None, "b.yml": (2,), "c.jpg": (1,)})
    'b.yml changed, c.jpg added, a.jpg removed'
    """
    changed = [path for path in sorted({*before, *now}) if before.get(path) != now.get(path)]
    named = [f"{Path(path).name} {_what(before.get(path), now.get(path))}" for path in changed[:MOST_NAMED]]
    more = [f"{len(changed) - MOST_NAMED} more"] if len(changed) > MOST_NAMED else []
    return ", ".join(named) + "".join(f" and {rest}" for rest in more)


def _what(before: tuple[int, ...] | None, now: tuple[int, ...] | None) -> str:
    return "added" if before is None else "removed" if now is None else "changed"


def _settled(sources: Callable[[], Iterable[Path]], now: Marks) -> Marks:
    """Return the marks once they stop changing, or the latest after ``PATIENCE_S``."""
    patience = time.monotonic() + PATIENCE_S
    while time.monotonic() < patience:
        time.sleep(QUIET_S)
        last, now = now, marks(sources())
        if now == last:
            break
    return now


def _below(path: str) -> Iterator[str]:
    """Yield all files below a folder, except hidden ones and backups of editors."""
    for folder, folders, names in os.walk(path):
        folders[:] = [name for name in folders if not name.startswith(".")]
        yield from (f"{folder}/{name}" for name in names if not name.startswith(".") and name[-1] != "~")


def _mark(path: str) -> tuple[int, ...] | None:
    """Return the mark of a file; that of a folder is constant, because only the files in it count."""
    try:
        found = Path(path).stat()
    except (OSError, ValueError):
        return None
    return (
        FOLDER
        if S_ISDIR(found.st_mode)
        else (found.st_size, found.st_mtime_ns, found.st_ctime_ns, found.st_ino)
    )
