"""Tables as ``.npz`` files, whose bytes are the same for the same table.

Question: how are the arrays packed? Options: deflated; as they are. Choice: as they are, with integers in the
smallest type that holds them, because versions of zlib write different bytes for the same content. Cost: a
file about three times as long.

A file may come from anywhere, so it is checked whole before anything is made of it. NumPy's own ``load``
trusts the lengths in a file, and may ask for any amount of memory.
"""

from __future__ import annotations

import io
import json
import re
from collections.abc import Iterator, Mapping
from math import prod
from pathlib import Path
from typing import TYPE_CHECKING, Any
from zipfile import ZIP_STORED, BadZipFile, ZipFile, ZipInfo

import numpy as np

from generator.datasets.table import KEPT, LayerTable, LeftOut, Picture, Table
from generator.datasets.tallies import BINS, Tallies
from generator.errors import DatasetError

if TYPE_CHECKING:
    from generator.records import Array

FORMAT = "table of a data set"
VERSION = 1
_EARLIEST = (1980, 1, 1, 0, 0, 0)
_INTEGERS = (np.uint8, np.uint16, np.uint32, np.uint64)
_HEX = re.compile("[0-9a-f]{64}")
_ARRAYS = ("values", "pictures", "active", "leading", "histogram")


def packed(table: Table) -> bytes:
    """Return the bytes of a file: a zip of ``.npy`` arrays, the first of which has the names as JSON."""
    head = {
        "format": FORMAT,
        "version": VERSION,
        "layers": [[name, len(layer.values)] for name, layer in table.layers.items()],
        "pictures": table.pictures,
        "seen": table.seen,
        "left_out": table.left_out,
        "shards": table.shards,
        "distinct": table.is_distinct,
    }
    names = np.frombuffer(json.dumps(head, separators=(",", ":")).encode("ascii"), np.uint8)
    file = io.BytesIO()
    with ZipFile(file, "w", ZIP_STORED) as archive:
        for name, array in (("head", names), *_arrays(table)):
            member = io.BytesIO()
            np.lib.format.write_array(member, array, version=(1, 0), allow_pickle=False)
            entry = ZipInfo(f"{name}.npy", _EARLIEST)
            entry.create_system = 3  # the same on every system
            archive.writestr(entry, member.getvalue())
    return file.getvalue()


def unpacked(content: bytes) -> Table:
    """Return the table that ``packed`` was given.

    Raises:
        DatasetError: these are not the bytes of a table, or they are damaged.
    """
    try:
        with ZipFile(io.BytesIO(content)) as archive:
            head = json.loads(_member(archive, "head").tobytes())
            if not isinstance(head, dict) or head.get("format") != FORMAT:
                raise DatasetError("not the table of a data set")
            if head.get("version") != VERSION:
                raise DatasetError(
                    f"of version {head.get('version')!r}; this program reads version {VERSION}"
                )
            return _table(archive, head)
    except DatasetError:
        raise
    except BadZipFile as error:
        raise DatasetError(f"not the table of a data set, or damaged: {error}") from error
    # What Python and NumPy raise for bytes of any other kind.
    except (
        ValueError,
        KeyError,
        TypeError,
        EOFError,
        IndexError,
        NotImplementedError,
        RuntimeError,
    ) as error:
        raise DatasetError("not the table of a data set, or damaged") from error


def save(table: Table, path: Path) -> None:
    """Write a table to a file; an existing one is replaced.

    Raises:
        DatasetError: the file cannot be written.
    """
    try:
        path.write_bytes(packed(table))
    except OSError as error:
        raise DatasetError(f"{path}: cannot be written: {error.strerror}") from error


def load(path: Path) -> Table:
    """Return the table in a file.

    Raises:
        DatasetError: the file cannot be read, is damaged, or has no table.
    """
    try:
        return unpacked(path.read_bytes())
    except OSError as error:
        raise DatasetError(f"{path}: cannot be read: {error.strerror}") from error
    except DatasetError as error:
        raise DatasetError(f"{path}: {error}") from error.__cause__


def _arrays(table: Table) -> Iterator[tuple[str, Array]]:
    for number, layer in enumerate(table.layers.values()):
        tallies = layer.tallies
        integers = layer.pictures, tallies.active, tallies.leading, tallies.histogram
        arrays = (layer.values.astype("<f4"), *map(_narrow, integers))
        yield from ((f"{number}.{name}", array) for name, array in zip(_ARRAYS, arrays, strict=True))


def _narrow(numbers: Array) -> Array:
    """Return integers in the smallest type that holds them."""
    most = int(numbers.max(initial=0))
    narrow = next(kind for kind in _INTEGERS if most <= np.iinfo(kind).max)
    return np.ascontiguousarray(numbers.astype(np.dtype(narrow).newbyteorder("<")))


def _member(archive: ZipFile, name: str) -> Array:
    """Return an array of the archive, without trusting the lengths that it names."""
    entry = archive.getinfo(f"{name}.npy")
    if entry.compress_type != ZIP_STORED:
        raise ValueError(name)  # it could unpack to any size
    content = archive.read(entry)
    file = io.BytesIO(content)
    if np.lib.format.read_magic(file) != (1, 0):
        raise ValueError(name)
    shape, in_columns, dtype = np.lib.format.read_array_header_1_0(file)
    start = file.tell()
    if in_columns or dtype.hasobject or prod(shape) * dtype.itemsize != len(content) - start:
        raise ValueError(name)
    return np.frombuffer(content, dtype, offset=start).reshape(shape)


def _table(archive: ZipFile, head: Mapping[str, Any]) -> Table:
    pictures = tuple(Picture(*map(_text, one)) for one in head["pictures"])
    left_out = tuple(LeftOut(*map(_text, one)) for one in head["left_out"])
    shards = tuple(map(_text, head["shards"]))
    layers = {
        _text(name): _layer(archive, number, int(features), len(pictures))
        for number, (name, features) in enumerate(head["layers"])
    }
    names = [picture.name for picture in pictures]
    is_sound = (
        names == sorted(set(names))
        and all(_HEX.fullmatch(digest) for digest in (*(one.digest for one in pictures), *shards))
        and list(left_out) == sorted(left_out)
        and list(shards) == sorted(set(shards))
        and type(head["seen"]) is int
        and head["seen"] >= 0
        and type(head["distinct"]) is bool
        and len(layers) == len(head["layers"])
        and len(archive.namelist()) == 1 + len(layers) * len(_ARRAYS)
    )
    if not is_sound:
        raise ValueError("head")
    return Table(layers, pictures, head["seen"], left_out, shards, head["distinct"])


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise TypeError(value)
    return value


def _layer(archive: ZipFile, number: int, features: int, pictures: int) -> LayerTable:
    values, *integers = (_member(archive, f"{number}.{name}") for name in _ARRAYS)
    shapes = ((features, KEPT), (features, KEPT), (features,), (features,), (features, BINS))
    arrays = (values, *integers)
    if tuple(array.shape for array in arrays) != shapes or values.dtype != np.float32:
        raise ValueError(number)
    if any(array.dtype.kind != "u" for array in integers):
        raise ValueError(number)
    places, active, leading, histogram = (array.astype(np.int64) for array in integers)
    is_sound = (
        np.isfinite(values).all()
        and (values >= 0).all()
        and (values[:, 1:] <= values[:, :-1]).all()
        and (places < np.where(values > 0, pictures, 1)).all()
        and (places >= 0).all()
    )
    if not is_sound:
        raise ValueError(number)
    return LayerTable(values, places, Tallies(active, leading, histogram))
