"""Paths as a configuration gives them: relative to its folder, and perhaps to nothing at all."""

from __future__ import annotations

from os.path import normpath
from pathlib import Path

from generator.config.words import nearest


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
    """Return ``; nearest: NAME`` of what lies beside a missing ``path``, or nothing."""
    try:
        return nearest(path.name, sorted(sibling.name for sibling in path.parent.iterdir()))
    except (OSError, ValueError):
        return ""
