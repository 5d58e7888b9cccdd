"""A recorder of what a run writes and reports."""

from __future__ import annotations

import threading
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass, field

from generator.records import Output


@dataclass
class Written:
    """A site in memory; like a real one it refuses to write a file twice and to remove one that is not there.

    ``before`` is called with each output before it is written.
    """

    files: dict[str, bytes] = field(default_factory=dict)
    removed: list[str] = field(default_factory=list)
    threads: set[int] = field(default_factory=set)
    before: Callable[[Output], object] = lambda _: None

    def write(self, output: Output) -> None:
        self.before(output)
        assert output.path not in self.files, f"{output.path} is written twice"
        self.threads.add(threading.get_ident())
        self.files[output.path] = output.content

    def remove(self, path: str) -> None:
        self.threads.add(threading.get_ident())
        self.removed.append(path)
        del self.files[path]


@dataclass
class Told:
    """What was reported, in order."""

    said: list[str] = field(default_factory=list)
    pictures: list[str] = field(default_factory=list)
    passes: list[tuple[int, int]] = field(default_factory=list)
    errors: dict[str, Exception] = field(default_factory=dict)
    threads: set[int] = field(default_factory=set)

    def say(self, text: str) -> None:
        self.threads.add(threading.get_ident())
        self.said.append(text)

    warn = say

    def fetching(self, title: str) -> AbstractContextManager[Callable[[int, int | None], None]]:
        raise AssertionError(f"{title} is fetched")

    def shown(self, picture: str, done: int, total: int) -> None:
        self.threads.add(threading.get_ident())
        self.pictures.append(f"{picture} {done}/{total}")

    def passed(self, done: int, total: int) -> None:
        self.threads.add(threading.get_ident())
        self.passes.append((done, total))

    def scanned(self, done: int, total: int, rate: float) -> None:
        self.passes.append((done, total))

    def failed(self, picture: str, error: Exception) -> None:
        self.threads.add(threading.get_ident())
        self.pictures.append(f"{picture} failed")
        self.errors[picture] = error
