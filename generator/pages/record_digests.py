"""Digests of records: the store finds a page by the digest of what its template receives."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import fields, is_dataclass
from pathlib import Path

import numpy as np

_PLAIN = (str, int, float, bool, type(None), Path)
_FIELDS: dict[type, tuple[str, ...]] = {}
"""The names of a record's fields, which takes long to find out."""


class RecordDigests:
    """Computes digests of nested records; a record that occurs many times is hashed once."""

    def __init__(self) -> None:
        self._known: dict[int, tuple[object, bytes]] = {}  # the record keeps its id from being reused

    def of(self, value: object) -> str:
        """Return the SHA-256 of a value: 64 hexadecimal digits.

        Raises:
            TypeError: the value contains something without a digest, such as a function.

        >>> RecordDigests().of({"a": (1, None)}) == RecordDigests().of({"a": (1, None)})
        True
        """
        return hashlib.sha256(self._encoded(value)).hexdigest()

    def _encoded(self, value: object) -> bytes:
        """Return a plain value with its type and length, of anything else the digest.

        A page of a feature has thousands of numbers, and hashing each by itself took longer than the rest.
        """
        if isinstance(value, _PLAIN):
            content = repr(value).encode("utf-8", "surrogatepass")
            return b"%s %d\0%s" % (type(value).__name__.encode(), len(content), content)
        known = self._known.get(id(value))
        if known:
            return known[1]
        if isinstance(value, np.ndarray):
            return _hash(f"{value.dtype.str} {value.shape}", np.ascontiguousarray(value).tobytes())
        digest = self._whole(value)
        if type(value).__module__.startswith("generator.records"):
            self._known[id(value)] = value, digest  # pages share these; their own lists would only pile up
        return digest

    def _whole(self, value: object) -> bytes:
        """Return the digest of a record or a collection."""
        members: Iterable[object]
        if isinstance(value, tuple | list):
            members = value
        elif isinstance(value, Mapping):
            members = (member for pair in value.items() for member in pair)
        elif is_dataclass(value):
            kind = type(value)
            if kind not in _FIELDS:
                _FIELDS[kind] = tuple(field.name for field in fields(value))
            members = [getattr(value, name) for name in _FIELDS[kind]]
        else:
            raise TypeError(f"a {type(value).__name__} has no digest")
        return _hash(type(value).__name__, b"".join(map(self._encoded, members)))


def _hash(kind: str, content: bytes) -> bytes:
    return hashlib.sha256(f"{kind} {len(content)}\0".encode() + content).digest()
