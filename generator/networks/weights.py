"""Locate weights files, and say how to get a missing one.

Nothing here downloads (``fetch`` does) or reads a weights file (``arrays`` does).
"""

from __future__ import annotations

import hashlib
from pathlib import Path

from generator.errors import WeightsError
from generator.networks.sources import Source


def locate(source: Source, folder: Path) -> Path:
    """Return the path of a source's file.

    Raises:
        WeightsError: the file is missing; the text contains the command that gets it.
    """
    if not is_present(source, folder):
        raise WeightsError(f"{source.title}: {_how_to_get(source)}")
    return path_in(folder, source)


def is_present(source: Source, folder: Path) -> bool:
    """Return whether a source's file exists."""
    return path_in(folder, source).is_file()


def status(source: Source, folder: Path) -> str:
    """Return one line: the path of a source's file, or how to get it."""
    return str(locate(source, folder)) if is_present(source, folder) else _how_to_get(source)


def path_in(folder: Path, source: Source) -> Path:
    """Return the path of a source's complete file in the folder of weights."""
    return folder / source.file_name


def sha256_of(path: Path) -> str:
    """Return a file's SHA-256 in hexadecimal."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _how_to_get(source: Source) -> str:
    return f"{source.file_name} is not fetched; run: {source.command}"
