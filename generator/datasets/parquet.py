"""A Parquet file of pictures as a data set, in the way of Hugging Face; each of its row groups is a shard.

A picture is in a column of bytes, or of structures with the bytes and the path of its file. Which column: the
only one of that type, or the one with a usual name.
"""

from __future__ import annotations

import json
from collections.abc import Container, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any

import pyarrow as pa
from pyarrow import parquet

from generator.datasets.shards import MOST_BYTES, TOO_LARGE, Item
from generator.errors import DatasetError

IMAGES = ("image", "img", "picture", "jpg", "jpeg", "png", "webp")
"""The usual names of the column of pictures; the first of them counts if several columns have bytes."""
LABELS = ("label", "class", "class_name", "labels")
"""The columns that may name the class; the first of them that is there does."""
_ROWS = 16
"""The rows that are read together: pictures may be large."""


@dataclass(frozen=True)
class RowGroup:
    """A row group of a Parquet file, by its number."""

    path: Path
    number: int

    @property
    def name(self) -> str:
        """The name of the shard."""
        return f"{self.path}, row group {self.number}"

    @property
    def files(self) -> Mapping[str, Path]:
        """The file, whose name is in the names of its pictures, under a name of this row group."""
        return {f"{self.path.name}, {self.number}": self.path}

    def count(self) -> int:
        """Return the number of pictures.

        Raises:
            DatasetError: the file cannot be read.
        """
        with _opened(self.path) as file:
            return int(file.metadata.row_group(self.number).num_rows)

    def items(self, names: Container[str] | None = None) -> Iterator[Item]:
        """Yield the pictures, or those of these names, in the order of the rows.

        Raises:
            DatasetError: the file is damaged, or has no column of pictures.
        """
        with _opened(self.path) as file:
            image, label = _columns(file.schema_arrow, self.path)
            labels = _class_names(file.schema_arrow, label)
            first = sum(file.metadata.row_group(before).num_rows for before in range(self.number))
            columns = [image, label] if label else [image]
            batches = file.iter_batches(_ROWS, row_groups=[self.number], columns=columns)
            rows = (row for batch in batches for row in batch.to_pylist())
            for number, row in enumerate(rows, start=first):
                content, path, problem = _picture(row[image])
                name = "/".join(filter(None, (self.path.name, f"{number:06}", PurePosixPath(path).name)))
                if names is None or name in names:
                    yield Item(name, content, _class_name(row.get(label), labels), problem)


def row_groups(path: Path) -> tuple[RowGroup, ...]:
    """Return the row groups of a file.

    Raises:
        DatasetError: it is no Parquet file, is damaged, or has no column of pictures.
    """
    with _opened(path) as file:
        _columns(file.schema_arrow, path)
        return tuple(RowGroup(path, number) for number in range(file.metadata.num_row_groups))


@contextmanager
def _opened(path: Path) -> Iterator[Any]:
    try:
        with parquet.ParquetFile(path) as file:
            yield file
    except (pa.ArrowException, OSError) as error:
        text = str(error).splitlines()[0] if str(error) else type(error).__name__
        raise DatasetError(f"{path}: not a Parquet file, or damaged: {text}") from error


def _columns(schema: Any, path: Path) -> tuple[str, str]:
    """Return the names of the columns with the pictures and with their classes, which may be empty."""
    found = [field.name for field in schema if _has_bytes(field.type)]
    usual = [name for name in IMAGES if name in found]
    if not found or (len(found) > 1 and not usual):
        which = f"several columns of bytes: {', '.join(found)}; rename one" if found else "no column of bytes"
        raise DatasetError(f"{path}: {which}; expected pictures in a column 'image'")
    return (usual or found)[0], next((name for name in LABELS if name in schema.names), "")


def _has_bytes(kind: Any) -> bool:
    if pa.types.is_struct(kind):
        return any(field.name == "bytes" and _has_bytes(field.type) for field in kind)
    return bool(pa.types.is_binary(kind) or pa.types.is_large_binary(kind))


def _class_names(schema: Any, label: str) -> Sequence[str]:
    """Return the names of the classes that the file of Hugging Face's ``datasets`` has, or nothing."""
    try:
        known = json.loads((schema.metadata or {})[b"huggingface"])["info"]["features"][label]["names"]
    except (KeyError, TypeError, ValueError):
        return ()
    return known if isinstance(known, list) and all(isinstance(name, str) for name in known) else ()


def _class_name(label: object, names: Sequence[str]) -> str:
    if isinstance(label, int) and 0 <= label < len(names):
        return names[label]
    return str(label) if isinstance(label, str | int) else ""


def _picture(value: object) -> tuple[bytes, str, str]:
    """Return the bytes of a picture, the path of its file, and why it cannot be read; each may be empty."""
    content, path = (value.get("bytes"), value.get("path")) if isinstance(value, dict) else (value, "")
    path = path if isinstance(path, str) else ""
    if not isinstance(content, bytes):
        return b"", path, "only the path of a file, without its bytes" if path else "no picture"
    return (b"", path, TOO_LARGE) if len(content) > MOST_BYTES else (content, path, "")
