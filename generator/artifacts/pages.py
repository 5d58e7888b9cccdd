"""The pages of a site, rendered in this process or in worker processes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import ClassVar, Self, cast

from generator.artifacts.artifact import Artifact, Lane, Source, Values
from generator.environment import Stage
from generator.errors import PageError
from generator.pages import SitePages, UnrenderedPage
from generator.records import Output, Value


@dataclass(frozen=True)
class Page(Artifact[None]):
    """One page.

    ``made_by`` has digests of its template and of everything that the template receives, so the unrendered
    page and ``site_pages`` are not part of the key. A worker process does not get the unrendered page, which
    may hold half of the gallery's records; it takes the page of the same path from its own ``site_pages``.
    """

    path: str
    made_by: Mapping[str, str]
    site_pages: Source[SitePages] | None = field(compare=False, repr=False)
    unrendered: UnrenderedPage | None = field(compare=False, repr=False)

    stage: ClassVar[Stage] = "pages"
    lane: ClassVar[Lane] = "process"

    def __getstate__(self) -> dict[str, object]:
        return {**self.__dict__, "unrendered": None}

    @property
    def name(self) -> str:
        """The path of the page."""
        return self.path

    @classmethod
    def make(cls, artifacts: Sequence[Self], values: Values) -> Iterator[tuple[Self, Value]]:
        """Render the pages.

        Raises:
            PageError: a template is wrong, or is not the one any more that the page's key names.
        """
        for one in artifacts:
            page = one.unrendered or values.opened(cast(Source[SitePages], one.site_pages)).page(one.path)
            content = page.rendered()
            if page.template_now() != one.made_by.get("template", ""):
                raise PageError(f"{one.path}: its template changed while it was rendered; build again")
            yield one, Value(files=(Output(one.path, content),))


@dataclass(frozen=True)
class Listing(Page):
    """A page that lists the others; ``site_pages`` of a worker lacks it, so this process renders it."""

    lane: ClassVar[Lane] = "draw"
