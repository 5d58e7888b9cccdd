"""A lock file beside the site's folder, so that only one process works on it at a time.

Question: how is a stale lock recognized? Options: by its process id; by its age; by a lock of the operating
system on the file. Choice: the system's, because it ends with its process, however that ends.

Question: our own ``flock``, or ``filelock``? Importing ``filelock`` takes a third of the time of a build
with nothing to do. Choice: ours on Linux and macOS, which also names the process; ``filelock`` on Windows,
which has no ``flock``. Cost: two ways.
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
    """Lock a folder against other builds and removals while the block runs.

    Raises:
        SiteError: another process holds the lock; the text names it, except on Windows.
    """
    path = folder.with_name(f".{folder.name}.lock")
    if sys.platform == "win32":
        with by_filelock(path, folder):
            yield
        return
    file = _taken(path, folder)
    try:
        yield
    finally:
        _give_up(path, file)


@contextmanager
def by_filelock(path: Path, folder: Path) -> Iterator[None]:
    """Lock a folder as ``locked`` does, on any system."""
    from filelock import FileLock, Timeout

    lock = FileLock(path)
    try:
        lock.acquire(timeout=0)
    except Timeout:
        raise _at_work(folder, "") from None
    try:
        yield
    finally:
        lock.release()


def _at_work(folder: Path, process: str) -> SiteError:
    return SiteError(
        f"{folder}: another gallery{process} is at work on it (often a 'gallery serve'); "
        "wait until it is done"
    )


def _give_up(path: Path, file: int) -> None:
    """Remove the lock file, even if a signal arrives now; then close it."""
    try:
        path.unlink(missing_ok=True)
    except BaseException:
        path.unlink(missing_ok=True)
        raise
    finally:
        os.close(file)


def _taken(path: Path, folder: Path) -> int:
    """Return the open, locked file; if its last owner has just removed it, open it again."""
    while True:
        file = os.open(path, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW, 0o600)
        try:
            if sys.platform != "win32":  # for the type checker
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            owner = os.pread(file, 20, 0).decode("ascii", "replace").strip() or "unknown"
            os.close(file)
            raise _at_work(folder, f" (process {owner})") from None
        with suppress(FileNotFoundError):
            if os.path.samestat(os.fstat(file), path.stat()):
                _sign(file, path)
                return file
        os.close(file)


def _sign(file: int, path: Path) -> None:
    """Write the process id into the lock file, if the disk has room; give the lock up at a signal."""
    try:
        with suppress(OSError):
            os.ftruncate(file, 0)
            os.pwrite(file, f"{os.getpid()}\n".encode(), 0)
    except BaseException:
        _give_up(path, file)
        raise
