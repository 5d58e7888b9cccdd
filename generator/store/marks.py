"""The mark of a file or folder: numbers that change when it changes, known without reading it.

The clock that stamps files ticks coarsely: two changes within one tick may leave the same mark (git calls
such files "racily clean"). A mark is therefore not trusted if the file changed within the last two seconds.
"""

from __future__ import annotations

from pathlib import Path

RACY_NS = 2_000_000_000  # FAT has the coarsest times in use: two seconds

Mark = list[int]


def mark(path: Path) -> Mark:
    """Return size, modification time (content), change time (content or attributes), and inode.

    Raises:
        OSError: there is no such file or folder.
    """
    found = path.stat()
    return [found.st_size, found.st_mtime_ns, found.st_ctime_ns, found.st_ino]


def is_settled(found: Mark, at_ns: int) -> bool:
    """Tell whether a mark read at ``at_ns``, in nanoseconds since 1970, would show any later change.

    >>> is_settled([0, 5_000_000_000, 5_000_000_000, 1], 8_000_000_000)
    True
    """
    return max(found[1:3]) < at_ns - RACY_NS
