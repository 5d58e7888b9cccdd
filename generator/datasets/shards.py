"""Shards: the parts of a data set that are scanned, kept and resumed one by one."""

from __future__ import annotations

from collections.abc import Container, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

MOST_BYTES = 500_000_000
TOO_LARGE = f"more than {MOST_BYTES // 10**6} MB"


@dataclass(frozen=True)
class Item:
    """A picture of a data set: its name, the bytes of its file, and its class, if it has one.

    ``problem`` says why the file cannot be read; there are no bytes then.
    """

    name: str
    content: bytes
    class_name: str = ""
    problem: str = ""


class Shard(Protocol):
    """A part of a data set; ``name`` is its name in messages."""

    @property
    def name(self) -> str:
        """The name of the shard."""

    @property
    def files(self) -> Mapping[str, Path]:
        """The files that it is made of, by all of their names that its pictures' names depend on."""

    def count(self) -> int:
        """Return the number of its pictures, without reading them.

        Raises:
            DatasetError: the shard is damaged.
        """

    def items(self, names: Container[str] | None = None) -> Iterator[Item]:
        """Yield the pictures, or those of these names, always in the same order, one at a time in memory.

        Raises:
            DatasetError: the shard is damaged.
        """
