"""A site removed on request: what was made goes, what is the user's stays."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from generator.site.folders import ALWAYS_THEIRS, MARKER, checked, entries, made, prune, reported
from generator.site.lock import locked


def remove_site(folder: Path, protected: Sequence[Path] = ()) -> bool:
    """Remove the files that were made, and the folder if no other is in it; tell whether anything went.

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
            prune(folder, ours)  # before the marker goes: folders alone would not be known as ours
            stays = not {path.name for path in folder.iterdir()} - {MARKER} <= ALWAYS_THEIRS
            _forget(folder, stays)
            prune(folder, ())
    return bool(ours) or not stays


def _forget(folder: Path, stays: bool) -> None:
    """Empty the marker of a folder that stays ours for the user's files in it; remove it elsewhere."""
    if stays:
        (folder / MARKER).write_text("", encoding="utf-8")
    else:
        (folder / MARKER).unlink()
