"""Removes a site: files that a build made go, the user's files stay."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from generator.site.folders import ALWAYS_THEIRS, MARKER, checked, entries, made, prune, reported
from generator.site.lock import locked


def remove_site(folder: Path, protected: Sequence[Path] = ()) -> bool:
    """Remove the files that a build made, then the folder if it is empty; return whether there were any.

    Raises:
        SiteError: the folder is not empty and not a site, or must not be touched.
    """
    with reported(folder):
        folder = checked(folder, protected)
        if not (folder / MARKER).is_file():
            return False
        with locked(folder):
            ours = sorted(entries(folder) & made(folder))
            for path in ours:
                (folder / path).unlink()
            prune(folder, ours)  # while there is a marker: without one, folders are not ours
            stays = not {path.name for path in folder.iterdir()} - {MARKER} <= ALWAYS_THEIRS
            _forget(folder, stays)
            prune(folder, ())
    return bool(ours) or not stays


def _forget(folder: Path, stays: bool) -> None:
    """Empty the marker if the folder has files of the user, else remove it."""
    if stays:
        (folder / MARKER).write_text("", encoding="utf-8")
    else:
        (folder / MARKER).unlink()
