"""A tar of pictures as a shard, in the way of WebDataset.

Members whose names are the same up to the first dot belong together: ``00017.jpg`` is a picture,
``00017.cls``, ``00017.json`` or ``00017.txt`` has its label. They may be anywhere in the archive.

Python's ``tarfile`` takes a damaged header for the end of the archive, and the end of the file too. So the
end is looked at here: what comes after the last member must be a block of zeros.
"""

from __future__ import annotations

import json
import tarfile
from collections.abc import Callable, Container, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from tarfile import TarInfo
from typing import IO

from generator.datasets.shards import MOST_BYTES, TOO_LARGE, Item
from generator.errors import DatasetError
from generator.records.picture_formats import SUFFIXES

MOST_LABEL_BYTES = 1_000_000
JSON_KEYS = ("label", "class", "class_name")
"""The keys of a ``.json`` member that may name the class; the first of them that is there does."""

_BLOCK = 512
_COMPRESSED = (b"\x1f\x8b", b"BZh", b"\xfd7zXZ\x00", b"\x28\xb5\x2f\xfd")


@dataclass(frozen=True)
class TarShard:
    """A tar archive of pictures and their labels."""

    path: Path

    @property
    def name(self) -> str:
        """The name of the shard."""
        return str(self.path)

    @property
    def files(self) -> Mapping[str, Path]:
        """The archive, whose name is in the names of its pictures."""
        return {self.path.name: self.path}

    def count(self) -> int:
        """Return the number of pictures.

        Raises:
            DatasetError: the archive is damaged or cut short.
        """
        with self._opened() as file:
            return sum(1 for _ in _pictures_among(_members(file, self.name)))

    def items(self, names: Container[str] | None = None) -> Iterator[Item]:
        """Yield the pictures, or those of these names, in the order of the archive.

        Raises:
            DatasetError: the archive is damaged or cut short, or a label cannot be read.
        """
        with self._opened() as file:
            members = _members(file, self.name)
            yield from self._pictures(file, members, names)

    @contextmanager
    def _opened(self) -> Iterator[IO[bytes]]:
        try:
            with self.path.open("rb") as file:
                yield file
        except OSError as error:
            raise DatasetError(f"{self.name}: cannot be read: {error.strerror or error}") from error

    def _pictures(
        self, file: IO[bytes], members: list[TarInfo], names: Container[str] | None
    ) -> Iterator[Item]:
        labels = {}
        for member in members:
            if member.isreg() and _extension(member) in _LABELS:
                labels[_key(member), _extension(member)] = _label(file, member, self.name)
        for member in _pictures_among(members):
            name = f"{self.path.name}/{_path(member)}"
            if names is None or name in names:
                content, problem = _content(file, member)
                yield Item(name, content, _class_of(member, labels), problem)


def _pictures_among(members: list[TarInfo]) -> Iterator[TarInfo]:
    plain = {_key(member) for member in members if _extension(member) in SUFFIXES}
    return (member for member in members if _is_picture(member, plain))


def _members(file: IO[bytes], shard: str) -> list[TarInfo]:
    """Return the members of an archive, if it is whole."""
    head = file.read(8)
    if head.startswith(_COMPRESSED):
        raise DatasetError(f"{shard}: compressed; unpack it to a plain .tar")
    if not head:
        raise DatasetError(f"{shard}: the file is empty")
    file.seek(0)
    members: list[TarInfo] = []
    try:
        with tarfile.open(fileobj=file, mode="r:") as archive:
            members += iter(archive)
            end = archive.offset
    except (tarfile.TarError, ValueError, OverflowError) as error:
        raise DatasetError(f"{shard}: {_broken(members or None, error)}") from error
    file.seek(end)
    block = file.read(_BLOCK)
    if len(block) < _BLOCK:
        raise DatasetError(f"{shard}: cut short after the member '{_path(members[-1])}'")
    if any(block):
        raise DatasetError(f"{shard}: damaged after the member '{_path(members[-1])}'")
    return members


def _broken(members: list[TarInfo] | None, error: Exception) -> str:
    if members is None:
        return f"not a tar archive: {error}"
    where = f"the member '{_path(members[-1])}'"
    return (
        f"cut short within {where}" if "unexpected end" in str(error) else f"damaged after {where}: {error}"
    )


def _path(member: TarInfo) -> str:
    return member.name.removeprefix("./")


def _key(member: TarInfo) -> tuple[str, str]:
    """Return what the members of one picture have in common: folder, and name up to the first dot."""
    path = PurePosixPath(member.name)
    return path.parent.as_posix(), path.name.partition(".")[0]


def _extension(member: TarInfo) -> str:
    """Return the name of a member from its first dot on, in lower case; nothing for a hidden file."""
    name = PurePosixPath(member.name).name
    return "" if name.startswith(".") else "".join(name.partition(".")[1:]).lower()


def _is_picture(member: TarInfo, plain: Iterable[tuple[str, str]]) -> bool:
    """Return whether a member is the picture of its key.

    ``a.mask.png`` is not if there is an ``a.jpg``; otherwise it is, as ``a.b.png`` of other programs.
    """
    extension = _extension(member)
    if member.isdir() or not extension.endswith(SUFFIXES):
        return False
    return extension in SUFFIXES or _key(member) not in plain


def _content(file: IO[bytes], member: TarInfo) -> tuple[bytes, str]:
    """Return the bytes of a picture and nothing, or nothing and why it cannot be read."""
    if member.issym() or member.islnk():
        return b"", "a link"
    if not member.isreg() or member.issparse():
        return b"", "not a plain file"
    if member.size > MOST_BYTES:
        return b"", TOO_LARGE
    file.seek(member.offset_data)
    return file.read(member.size), ""


def _class_of(member: TarInfo, labels: Mapping[tuple[tuple[str, str], str], str]) -> str:
    """Return the label of a picture, or the folder that it is in, or nothing."""
    found = (labels.get((_key(member), extension), "") for extension in _LABELS)
    return next(filter(None, found), PurePosixPath(_path(member)).parent.name)


def _label(file: IO[bytes], member: TarInfo, shard: str) -> str:
    place = f"{shard}: the member '{_path(member)}'"
    if member.size > MOST_LABEL_BYTES:
        raise DatasetError(f"{place}: a label of more than {MOST_LABEL_BYTES // 10**6} MB")
    content, problem = _content(file, member)
    try:
        return "" if problem else _LABELS[_extension(member)](content.decode("utf-8"))
    except UnicodeDecodeError as error:
        raise DatasetError(f"{place}: expected text in UTF-8") from error
    except (ValueError, RecursionError) as error:
        raise DatasetError(f"{place}: expected JSON: {error}") from error


def _first_line(text: str) -> str:
    return next(iter(text.strip().splitlines()), "")


def _of_json(text: str) -> str:
    facts = json.loads(text)
    found = (
        facts if not isinstance(facts, dict) else next((facts[key] for key in JSON_KEYS if key in facts), "")
    )
    return str(found) if isinstance(found, str | int) else ""


_LABELS: Mapping[str, Callable[[str], str]] = {".cls": _first_line, ".json": _of_json, ".txt": _first_line}
"""The members with labels -> what reads them; if there are several, the first one counts."""
