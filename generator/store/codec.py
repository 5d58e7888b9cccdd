"""Records to bytes and back, exact to the last bit.

Question: how are records kept? Options: pickle; a serialization library; a small format of our own. Choice:
our own, a JSON tree followed by the bytes of the arrays. Reading it runs no code, floats and arrays come back
to the last bit, and an unknown record is refused. Cost: this module.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from pathlib import Path
from typing import Any

import numpy as np

from generator import records
from generator.records import ExamplePicture, Prediction

_LENGTH_BYTES = 8
_NAMED = Prediction, ExamplePicture
"""Records that are named tuples."""
_RECORDS = {
    name: kind
    for name, kind in vars(records).items()
    if isinstance(kind, type) and kind.__module__.startswith(f"{records.__name__}.")
}


def pack(value: Any) -> bytes:
    """Return the bytes of a record, or of tuples and mappings of records, plain values, bytes and arrays.

    Layout: the length of the header in 8 bytes; the header, which lists the arrays' types and shapes before
    the tree; then the arrays, in the order in which the tree names them.

    Raises:
        TypeError: the value contains something else.
    """
    blobs: list[np.ndarray] = []
    tree = _plain(value, blobs)
    shapes = [[blob.dtype.str, blob.shape] for blob in blobs]
    head = json.dumps([shapes, tree], separators=(",", ":")).encode()
    return b"".join((len(head).to_bytes(_LENGTH_BYTES, "big"), head, *(blob.tobytes() for blob in blobs)))


def unpack(content: bytes) -> Any:
    """Return the value that ``pack`` was given; every sequence comes back as a tuple.

    Raises:
        KeyError: an unknown record.
        ValueError: the bytes do not have this layout.
    """
    start = _LENGTH_BYTES + int.from_bytes(content[:_LENGTH_BYTES], "big")
    shapes, tree = json.loads(content[_LENGTH_BYTES:start])
    blobs = []
    for kind, shape in shapes:
        dtype, count = np.dtype(kind), int(np.prod(shape, dtype=np.int64))
        # A view of the bytes, not a copy: a layer's reconstructions may be hundreds of megabytes.
        blobs.append(np.frombuffer(content, dtype, count, start).reshape(shape))
        start += count * dtype.itemsize
    return _restored(tree, blobs)


def _plain(value: Any, blobs: list[np.ndarray]) -> Any:
    """Return a value as JSON can hold it, and append its arrays to ``blobs``.

    A value that JSON cannot hold becomes a mapping with one entry, its tag.
    """
    if value is None or isinstance(value, bool | int | float | str):
        return value
    if isinstance(value, bytes):
        blobs.append(np.frombuffer(value, np.uint8))
        return {"bytes": len(blobs) - 1}
    if isinstance(value, np.ndarray):
        blobs.append(np.ascontiguousarray(value))
        return {"array": len(blobs) - 1}
    if isinstance(value, Path):
        return {"path": str(value)}
    if is_dataclass(value) or isinstance(value, _NAMED):
        names = value._fields if isinstance(value, _NAMED) else [field.name for field in fields(value)]
        return {"record": [type(value).__name__, *(_plain(getattr(value, name), blobs) for name in names)]}
    if isinstance(value, Mapping):
        return {"map": [[_plain(key, blobs), _plain(one, blobs)] for key, one in value.items()]}
    if isinstance(value, tuple | list):
        return [_plain(one, blobs) for one in value]
    raise TypeError(f"cannot keep a {type(value).__name__}")


def _restored(tree: Any, blobs: list[np.ndarray]) -> Any:
    if isinstance(tree, list):
        return tuple(_restored(one, blobs) for one in tree)
    if not isinstance(tree, dict):
        return tree
    ((tag, value),) = tree.items()
    return _TAGS[tag](value, blobs)


def _record(value: list[Any], blobs: list[np.ndarray]) -> Any:
    kind, *members = value
    return _RECORDS[kind](*(_restored(member, blobs) for member in members))


_TAGS = {
    "array": lambda place, blobs: blobs[place],
    "bytes": lambda place, blobs: blobs[place].tobytes(),
    "map": lambda pairs, blobs: {_restored(key, blobs): _restored(one, blobs) for key, one in pairs},
    "path": lambda text, _: Path(text),
    "record": _record,
}
