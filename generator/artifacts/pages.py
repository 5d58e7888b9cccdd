"""The pages of a site: text, rendered by whoever has time."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import ClassVar, Self, cast

from generator.artifacts.artifact import Artifact, Lane, Source, Values
from generator.environment import Stage
from generator.pages import Book, Sheet
from generator.records import Output, Value


@dataclass(frozen=True)
class Page(Artifact[None]):
    """One page.

    ``made_by`` digests its template and all that the template is given, so neither the sheet nor the book
    that has it is a part of the key. A worker process is sent no sheet, which may hold half of the gallery's
    records: it takes the one of that path from its own book.
    """

    path: str
    made_by: Mapping[str, str]
    book: Source[Book] | None = field(compare=False, repr=False)
    sheet: Sheet | None = field(compare=False, repr=False)

    stage: ClassVar[Stage] = "pages"
    lane: ClassVar[Lane] = "process"

    def __getstate__(self) -> dict[str, object]:
        return {**self.__dict__, "sheet": None}

    @property
    def name(self) -> str:
        """The path."""
        return self.path

    @classmethod
    def make(cls, artifacts: Sequence[Self], values: Values) -> Iterator[tuple[Self, Value]]:
        """Render.

        Raises:
            PageError: a template is wrong.
        """
        for one in artifacts:
            sheet = one.sheet or values.opened(cast(Source[Book], one.book)).sheet(one.path)
            yield one, Value(files=(Output(one.path, sheet.rendered()),))


@dataclass(frozen=True)
class Listing(Page):
    """A page that lists the others: no book has it, so only this process can render it."""

    lane: ClassVar[Lane] = "draw"
