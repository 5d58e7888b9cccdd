"""The mark of a file or folder: what changes with it, without reading it.

A system stamps changes with a clock that stands still for a moment, so a change right after another may leave
the same mark. What changed within the last two seconds is therefore not taken at its mark.
"""

from __future__ import annotations

from pathlib import Path

RACY_NS = 2_000_000_000

Mark = list[int]


def mark(path: Path) -> Mark:
    """Return size, time of the last change of content, time of the last change at all, and inode.

    Raises:
        OSError: there is no such file or folder.
    """
    found = path.stat()
    return [found.st_size, found.st_mtime_ns, found.st_ctime_ns, found.st_ino]


def is_settled(found: Mark, at_ns: int) -> bool:
    """Return whether nothing can have changed unseen since a mark was as it is at ``at_ns``, since 1970.

    >>> is_settled([0, 5_000_000_000, 5_000_000_000, 1], 8_000_000_000)
    True
    """
    return max(found[1:3]) < at_ns - RACY_NS
