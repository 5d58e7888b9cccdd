"""Paths in a configuration: relative to its folder, and perhaps without a file."""

from __future__ import annotations

from bisect import bisect
from itertools import chain
from os.path import normpath
from pathlib import Path

from generator.config.words import nearest

_MOST_NAMES = 500


def anchored(folder: Path, path: str) -> Path:
    """Return ``path``, relative to ``folder``, as an absolute path without ``..``; keeps symbolic links.

    ``~`` as its first part is the user's home folder, as in a shell.
    """
    found = Path(path).expanduser() if path == "~" or path.startswith("~/") else path
    return Path(normpath(folder / found))


def is_file(path: Path) -> bool:
    """Return whether a file exists; ``False`` for a path that the system refuses, such as one with NUL."""
    try:
        return path.is_file()
    except (OSError, ValueError):
        return False


def is_folder(path: Path) -> bool:
    """Return whether a folder exists; ``False`` for a path that the system refuses."""
    try:
        return path.is_dir()
    except (OSError, ValueError):
        return False


def nearest_file(path: Path) -> str:
    """Return ``; nearest: NAME``, the sibling with the name most similar to a missing ``path``, or nothing.

    A path that exists, such as a folder where a file was expected, has no nearest sibling.
    If a folder above ``path`` is missing, its siblings are compared instead. In a large folder only the
    ``_MOST_NAMES`` names next to it in sorted order are compared, because each comparison is slow.
    """
    try:
        way = chain(reversed(path.parents), (path,))
        missing = next((place for place in way if not place.exists()), None)
        if missing is None:
            return ""
        names = sorted(sibling.name for sibling in missing.parent.iterdir())
        start = max(0, bisect(names, missing.name) - _MOST_NAMES // 2)
        return nearest(missing.name, names[start : start + _MOST_NAMES])
    except (OSError, ValueError):
        return ""
