"""Paths as a configuration gives them: relative to its folder, and perhaps to nothing at all."""

from __future__ import annotations

from bisect import bisect
from itertools import chain
from os.path import normpath
from pathlib import Path

from generator.config.words import nearest

_MOST_NAMES = 500


def anchored(folder: Path, path: str) -> Path:
    """Return ``path``, read from ``folder``, as an absolute one without ``..``; links stay as they are."""
    return Path(normpath(folder / path))


def is_file(path: Path) -> bool:
    """Return whether there is such a file; a path that the system refuses is none."""
    try:
        return path.is_file()
    except (OSError, ValueError):
        return False


def is_folder(path: Path) -> bool:
    """Return whether there is such a folder, likewise."""
    try:
        return path.is_dir()
    except (OSError, ValueError):
        return False


def nearest_file(path: Path) -> str:
    """Return ``; nearest: NAME`` of what lies beside a missing ``path``, or nothing.

    Where a folder on the way is missing already, that is the name of what lies beside this folder. In a large
    folder only the names around the place where it would stand are compared with it.
    """
    try:
        way = chain(reversed(path.parents), (path,))
        missing = next((place for place in way if not place.exists()), path)
        names = sorted(sibling.name for sibling in missing.parent.iterdir())
        start = max(0, bisect(names, missing.name) - _MOST_NAMES // 2)
        return nearest(missing.name, names[start : start + _MOST_NAMES])
    except (OSError, ValueError):
        return ""
