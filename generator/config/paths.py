"""Paths in a configuration: relative to its folder, and perhaps without a file."""

from __future__ import annotations

from bisect import bisect
from itertools import chain
from os.path import normpath
from pathlib import Path
from unicodedata import normalize

from generator.config.words import nearest
from generator.environment import expanded

_MOST_NAMES = 500


def anchored(folder: Path, path: str) -> Path:
    """Return ``path``, relative to ``folder``, as an absolute path without ``..``; keeps symbolic links.

    ``~`` as its first part is the user's home folder, as in a shell. A path that does not exist is looked
    up in other Unicode normal forms.
    """
    found = Path(normpath(folder / expanded(path)))
    return found if path.isascii() or _exists(found) else _in_other_form(found)


def _in_other_form(path: Path) -> Path:
    """Return the existing path that differs only in its Unicode normal form, or else ``path``.

    macOS stores names decomposed, keyboards compose them: both look the same.
    """
    forms = (Path(normalize(form, str(path))) for form in ("NFC", "NFD"))
    return next(filter(_exists, forms), path)


def _exists(path: Path) -> bool:
    return is_file(path) or is_folder(path)


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
