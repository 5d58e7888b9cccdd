"""Finds the pictures in a folder or matched by a glob."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from contextlib import suppress
from pathlib import Path

from generator.config.paths import anchored, is_file, is_folder
from generator.records.picture_formats import ARRAYS, SUFFIXES

MAGIC = re.compile(r"[*?\[]")
_OF_SYSTEMS = frozenset(
    (
        *(
            "@eaDir",
            "#recycle",
            "#snapshot",
        ),  # Synology: thumbnails of every picture, deleted files, old ones
        *("@Recycle", "@Recently-Snapshot"),  # QNAP
        *("__MACOSX", "$RECYCLE.BIN", "System Volume Information"),
    )
)
"""Folders that systems make among those of their users; a glob enters one only by its name."""
_MOST_PARTS = 50  # of a glob, each one folder level; thousands of ``**/`` would take forever


def search(path: str, folder: Path, output: Path) -> list[Path]:
    """Return the pictures of a folder or a glob, sorted; empty if the system refuses to search it.

    Broken links and pipes are included, so that reading them fails with a message instead of a picture
    missing without one.
    """
    return list(pictures(path, matches(path, folder, output)))


def matches(path: str, folder: Path, output: Path) -> list[Path]:
    """Return everything in a folder or matched by a glob, sorted."""
    target = anchored(folder, path)
    try:
        found = list(target.iterdir() if is_folder(target) else _glob(path, folder, output))
    except (OSError, ValueError):
        return []
    return sorted(found, key=lambda file: file.as_posix())


def _glob(path: str, folder: Path, output: Path) -> Iterator[Path]:
    """Yield the matches of a glob, except in hidden folders, in those of systems, and in the output."""
    start, parts = start_of(path, folder)
    for found in start.glob("/".join(parts)) if parts else ():
        parts_below = found.relative_to(start).parts
        hidden = any(part.startswith(".") or part in _OF_SYSTEMS for part in parts_below)
        if not hidden and output not in found.parents:
            yield found


def start_of(path: str, folder: Path) -> tuple[Path, tuple[str, ...]]:
    """Return the folder from which a glob starts, and the parts of its pattern below that folder.

    Several ``**`` in a row are reduced to one: they match the same, but ``Path.glob`` walks the tree again
    for each of them.

    Raises:
        ValueError: the pattern has more than ``_MOST_PARTS`` parts.
    """
    given = Path(path).parts
    parts = tuple(part for part, last in zip(given, ("", *given), strict=False) if not part == last == "**")
    plain = next(
        (count for count in range(len(parts)) if _is_pattern(parts[: count + 1], folder)), len(parts)
    )
    if len(parts) > plain + _MOST_PARTS:
        raise ValueError(f"a glob of {len(parts) - plain} parts")
    return anchored(folder, str(Path(*parts[:plain]))), _with_files(parts[plain:])


def _with_files(pattern: tuple[str, ...]) -> tuple[str, ...]:
    """Return a pattern that also matches files if it ends in ``**``, which means only folders to pathlib."""
    return (*pattern, "*") if pattern[-1:] == ("**",) else pattern


def _is_pattern(parts: tuple[str, ...], folder: Path) -> bool:
    """Return whether the last part of a path is a pattern: an existing file or folder is meant as it is."""
    if not MAGIC.search(parts[-1]):
        return False
    named = anchored(folder, str(Path(*parts)))
    return not (is_folder(named) or is_file(named))


def searched(path: str, folder: Path) -> Iterator[Path]:
    """Yield the folders whose content decides what a folder or a glob matches."""
    with suppress(OSError, ValueError):
        start, parts = start_of(path, folder)
        for length in range(max(1, len(parts))):
            found = start.glob("/".join(parts[:length])) if length else (start,)
            yield from sorted(place for place in found if is_folder(place))


def pictures(path: str, found: Iterable[Path]) -> Iterator[Path]:
    """Yield the pictures among what a path matches; arrays only if the glob ends with their suffix."""
    wanted = path.lower().endswith(ARRAYS)
    for file in found:
        if _is_picture(file) or (wanted and is_array(file)):
            yield file


def is_array(path: Path) -> bool:
    """Return whether a path is a file that is named like one of NumPy's and not hidden."""
    return path.suffix.lower() in ARRAYS and not path.name.startswith(".") and not is_folder(path)


def _is_picture(path: Path) -> bool:
    """Return whether a path is a file that is named like a picture and not hidden."""
    has_suffix = path.suffix.lower() in SUFFIXES and not path.name.startswith(".")
    return has_suffix and not is_folder(path)
