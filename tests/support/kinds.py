"""Small kinds of artifacts: numbers instead of pictures, functions instead of a model and a drawing."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, ClassVar, Self, TypeVar

import numpy as np

from generator.artifacts.artifact import ADDED, Artifact, Lane, Source, Values
from generator.environment import Stage
from generator.errors import PageError
from generator.records import Output, Value

F = TypeVar("F")
Model = Callable[[str, np.ndarray], np.ndarray]
"""(layer, picture) -> what the layer makes of it."""

Pen = Callable[[str, np.ndarray], bytes]
"""(path, numbers) -> what the file at the path shows."""


@dataclass(frozen=True)
class Seen(Artifact[F]):
    """What a model makes of a picture; all kinds of it are made together."""

    picture: Source[np.ndarray]
    model: Source[Model]
    layer: str
    budget: int = field(default=0, compare=False, kw_only=True)
    fit: str = field(default="crop", kw_only=True, metadata=ADDED)

    stage: ClassVar[Stage] = "results"
    lane: ClassVar[Lane] = "pass"

    @property
    def name(self) -> str:
        return f"{self.subject.name} {self.layer} {type(self).__name__}"

    @classmethod
    def make(cls, artifacts: Sequence[Self], values: Values) -> Iterator[tuple[Self, Value]]:
        for one in artifacts:
            yield one, one.read(values.opened(one.model)(one.layer, values.opened(one.picture)))
        values.say(f"{artifacts[0].subject.name}: {len(artifacts)} seen")

    def read(self, numbers: np.ndarray) -> Value:
        raise NotImplementedError


@dataclass(frozen=True)
class Rows(Seen[None]):
    """The numbers themselves, which may be large."""

    def read(self, numbers: np.ndarray) -> Value:
        return Value(arrays=(numbers,))


@dataclass(frozen=True)
class Strength(Seen[float]):
    """One number, which later stages may ask for."""

    def read(self, numbers: np.ndarray) -> Value:
        return Value(float(numbers.sum()))


@dataclass(frozen=True)
class Panel(Artifact[str]):
    """A file that is drawn from rows; its facts are its path."""

    rows: Rows
    pen: Source[Pen]
    path: str

    stage: ClassVar[Stage] = "figures"
    lane: ClassVar[Lane] = "draw"

    @property
    def name(self) -> str:
        return self.path

    @classmethod
    def make(cls, artifacts: Sequence[Self], values: Values) -> Iterator[tuple[Self, Value]]:
        for one in artifacts:
            content = values.opened(one.pen)(one.path, values.array(one.rows))
            yield one, Value(one.path, (Output(one.path, content),))


@dataclass(frozen=True)
class Montage(Artifact[int]):
    """A file that lists panels; its facts are how many."""

    panels: tuple[Panel, ...]
    path: str

    stage: ClassVar[Stage] = "figures"
    lane: ClassVar[Lane] = "draw"

    @property
    def name(self) -> str:
        return self.path

    @classmethod
    def make(cls, artifacts: Sequence[Self], values: Values) -> Iterator[tuple[Self, Value]]:
        for one in artifacts:
            paths = [values.facts(panel) for panel in one.panels]
            yield one, Value(len(paths), (Output(one.path, "\n".join(paths).encode()),))


@dataclass(frozen=True)
class Copy(Artifact[None]):
    """A file that is drawn from the picture alone."""

    picture: Source[np.ndarray]
    path: str

    stage: ClassVar[Stage] = "figures"
    lane: ClassVar[Lane] = "draw"

    @property
    def name(self) -> str:
        return self.path

    @classmethod
    def make(cls, artifacts: Sequence[Self], values: Values) -> Iterator[tuple[Self, Value]]:
        for one in artifacts:
            yield one, Value(files=(Output(one.path, values.opened(one.picture).tobytes()),))


@dataclass(frozen=True)
class Text(Artifact[int]):
    """A page that a worker process may write; the facts are the number of its process."""

    path: str
    words: str
    book: Source[Callable[[str], tuple[int, bytes]]] = field(compare=False)

    stage: ClassVar[Stage] = "pages"
    lane: ClassVar[Lane] = "process"

    @property
    def name(self) -> str:
        return self.path

    @classmethod
    def make(cls, artifacts: Sequence[Self], values: Values) -> Iterator[tuple[Self, Value]]:
        for one in artifacts:
            process, content = values.opened(one.book)(one.words)
            yield one, Value(process, (Output(one.path, content),))


def source(name: str, value: Any, is_shared: bool = False, **parts: str) -> Source[Any]:
    """Return a source that opens to a value."""
    return Source(name, parts or {name: "1"}, lambda: value, is_shared)


def writer() -> Callable[[str], tuple[int, bytes]]:
    """Open a book, which says where it is read."""
    return _written


def _written(words: str) -> tuple[int, bytes]:
    if words == "wrong":
        raise PageError("page.html:1: wrong")
    return os.getpid(), words.encode()
