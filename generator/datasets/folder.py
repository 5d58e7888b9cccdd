"""A folder of pictures as a data set: its sub-folders are classes, its shards buckets of about 1,000 files.

Question: which files are in a bucket? Options: a thousand by name, then the next thousand; files whose paths
have a hash in the same range. Choice: the hash, by its first bits, as many as are necessary: a bucket with
too many files is split in two. So a new picture changes one bucket, not all that come after it. Cost: the
pictures of a sub-folder are spread over all buckets.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Container, Iterable, Iterator, Mapping
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path, PurePosixPath

from generator.datasets.shards import MOST_BYTES, TOO_LARGE, Item
from generator.errors import DatasetError
from generator.records.picture_formats import SUFFIXES

MOST_FILES = 1500
"""The files above which a bucket is split, so that most have 750 to 1,500."""


@dataclass(frozen=True)
class Bucket:
    """Some pictures of a folder, by their paths within it; ``bits`` are the first bits of their hashes."""

    folder: Path
    paths: tuple[str, ...]
    bits: str

    @property
    def name(self) -> str:
        """The name of the shard."""
        return f"{self.folder}, part {self.bits}" if self.bits else str(self.folder)

    @property
    def files(self) -> Mapping[str, Path]:
        """The pictures by their paths."""
        return {path: self.folder / path for path in self.paths}

    def count(self) -> int:
        """Return the number of pictures."""
        return len(self.paths)

    def items(self, names: Container[str] | None = None) -> Iterator[Item]:
        """Yield the pictures, or those of these names, in the order of their paths."""
        for path in (path for path in self.paths if names is None or path in names):
            content, problem = _read(self.folder / path)
            yield Item(path, content, _class_of(path), problem)


def buckets(folder: Path) -> tuple[Bucket, ...]:
    """Return the pictures of a folder and its sub-folders in buckets.

    A picture is known by the suffix of its name. What is hidden is left out, and links to folders are not
    followed.

    Raises:
        DatasetError: the folder or one below cannot be read.
    """
    return tuple(Bucket(folder, paths, bits) for bits, paths in _split(_pictures(folder), ""))


def folders_in(folder: Path) -> Iterator[tuple[Path, list[str]]]:
    """Yield a folder and those below it that are not hidden, each with the names of its files.

    Raises:
        DatasetError: one of them cannot be read.
    """
    for place, folders, files in os.walk(folder, onerror=_refuse):
        folders[:] = [name for name in folders if not name.startswith(".")]
        yield Path(place), files


def _pictures(folder: Path) -> list[str]:
    """Return the paths of the pictures within the folder, with slashes, sorted."""
    found = []
    for place, files in folders_in(folder):
        below = place.relative_to(folder)
        found += [
            (below / name).as_posix()
            for name in files
            if not name.startswith(".") and Path(name).suffix.lower() in SUFFIXES
        ]
    return sorted(found)


def _refuse(error: OSError) -> None:
    raise DatasetError(f"{error.filename}: cannot be read: {error.strerror}") from error


def _split(paths: Iterable[str], bits: str) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Yield the first bits of the hash and the paths of each bucket."""
    own = tuple(paths)
    if len(own) <= MOST_FILES:
        if own:
            yield bits, own
        return
    place = len(bits)
    for bit in "01":
        yield from _split((path for path in own if _bits(path)[place] == bit), bits + bit)


def _bits(path: str) -> str:
    hashed = sha256(path.encode("utf-8", "surrogateescape")).digest()
    return f"{int.from_bytes(hashed, 'big'):0256b}"


def _class_of(path: str) -> str:
    """Return the sub-folder of the data set that a picture is in, or nothing.

    >>> _class_of("dogs/puppies/rex.png"), _class_of("rex.png")
    ('dogs', '')
    """
    parts = PurePosixPath(path).parts
    return parts[0] if len(parts) > 1 else ""


def _read(path: Path) -> tuple[bytes, str]:
    """Return the bytes of a file and nothing, or nothing and why it cannot be read."""
    try:
        facts = path.stat()
        if not stat.S_ISREG(facts.st_mode):  # opening a pipe or a device could block forever
            return b"", "not a file"
        if facts.st_size > MOST_BYTES:
            return b"", TOO_LARGE
        return path.read_bytes(), ""
    except FileNotFoundError:
        return b"", "no such file"
    except OSError as error:
        return b"", f"cannot be read: {error.strerror}"
