"""One build at a time: a lock beside the site's folder.

Question: how is a lock left by a dead process told from a living one's? Options: its process id; its age; a
lock of the system on the file. Choice: the system's, which ends with its process however that ends. Cost:
Windows has no lock.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from generator.errors import SiteError

if sys.platform != "win32":
    import fcntl


@contextmanager
def locked(folder: Path) -> Iterator[None]:
    """Keep every other build and removal away from a folder while the block runs.

    Raises:
        SiteError: another is at it; the text says which process.
    """
    path = folder.with_name(f".{folder.name}.lock")
    file = _taken(path, folder)
    try:
        yield
    finally:
        _give_up(path, file)


def _give_up(path: Path, file: int) -> None:
    """Remove the lock, also when a signal comes now; then let go of it."""
    try:
        path.unlink(missing_ok=True)
    except BaseException:
        path.unlink(missing_ok=True)
        raise
    finally:
        os.close(file)


def _taken(path: Path, folder: Path) -> int:
    """Return the open lock file; one that its last owner removed meanwhile is opened anew."""
    while True:
        file = os.open(path, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW, 0o600)
        try:
            if sys.platform != "win32":
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            owner = os.pread(file, 20, 0).decode("ascii", "replace").strip() or "unknown"
            os.close(file)
            raise SiteError(
                f"{folder}: another gallery (process {owner}) is at work on it (often a 'gallery serve'); "
                "wait until it is done"
            ) from None
        with suppress(FileNotFoundError):
            if os.path.samestat(os.fstat(file), path.stat()):
                _sign(file, path)
                return file
        os.close(file)


def _sign(file: int, path: Path) -> None:
    """Say in the lock whose it is; on a full disk it holds without, at a signal it goes."""
    try:
        with suppress(OSError):
            os.ftruncate(file, 0)
            os.pwrite(file, f"{os.getpid()}\n".encode(), 0)
    except BaseException:
        _give_up(path, file)
        raise
