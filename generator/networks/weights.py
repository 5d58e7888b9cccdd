"""Locate weights files, and say how to get a missing one.

Nothing here downloads (``fetch`` does) or reads a weights file (``arrays`` does). Packages that contain
weights are never imported: their files are found through the package metadata.
"""

from __future__ import annotations

import hashlib
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path

from generator import environment
from generator.errors import WeightsError
from generator.networks.sources import Download, Packaged, Source


def locate(source: Source, cache: Path) -> Path:
    """Return the path of a source's file.

    Raises:
        WeightsError: the file is missing; the text contains the command that gets it.
    """
    path = expected_path(source, cache)
    if path is None or not path.is_file():
        raise WeightsError(f"{source.title}: {_how_to_get(source)}")
    return path


def is_present(source: Source, cache: Path) -> bool:
    """Return whether a source's file exists."""
    path = expected_path(source, cache)
    return path is not None and path.is_file()


def verified(source: Source, cache: Path) -> Path:
    """Return the path of a source's file after verifying its checksum; ``fetch`` already verified downloads.

    Raises:
        WeightsError: the file is missing or has another checksum.
    """
    path = locate(source, cache)
    if isinstance(source, Packaged) and (found := sha256_of(path)) != source.sha256:
        raise WeightsError(f"{path}: its SHA-256 is {found}, expected {source.sha256}")
    return path


def status(source: Source, cache: Path) -> str:
    """Return one line: the path of a source's file, or how to get it."""
    return str(locate(source, cache)) if is_present(source, cache) else _how_to_get(source)


def download_path(source: Download, cache: Path) -> Path:
    """Return the path of a complete download in the cache."""
    return cache / environment.WEIGHTS / source.file_name


def sha256_of(path: Path) -> str:
    """Return a file's SHA-256 in hexadecimal."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def expected_path(source: Source, cache: Path) -> Path | None:
    """Return the path where a source's file is expected, ``None`` if its package is not installed."""
    return _packaged_path(source) if isinstance(source, Packaged) else download_path(source, cache)


def _packaged_path(source: Packaged) -> Path | None:
    """Return the path of a file of an installed distribution, ``None`` if it is not installed."""
    try:
        return Path(str(distribution(source.distribution).locate_file(source.file)))
    except PackageNotFoundError:
        return None


def _how_to_get(source: Source) -> str:
    if isinstance(source, Packaged):
        return f"{source.file} of the package {source.distribution} is not installed; run: {source.command}"
    return f"{source.file_name} is not fetched; run: {source.command}"
