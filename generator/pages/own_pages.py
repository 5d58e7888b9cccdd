"""Pages of the user's own: Markdown files beside the configuration."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from generator import paths
from generator.pages import markdown
from generator.pages.metadata import card
from generator.pages.page_records import PageConfig
from generator.pages.renderer import PageRenderer, UnrenderedPage
from generator.pages.texts import Texts
from generator.records import OwnPage, ShownPicture


class PageLink(NamedTuple):
    """A page in the navigation."""

    path: str
    title: str


def page_links(pages: Sequence[OwnPage]) -> list[PageLink]:
    """Return the pages for the navigation; a title is that of the file, or its first heading, or its name."""
    return [
        PageLink(
            paths.own_page(page.name), page.title or markdown.heading(page.text.markdown) or page.file_title
        )
        for page in pages
    ]


def own_pages(
    renderer: PageRenderer,
    config: PageConfig,
    texts: Texts,
    pages: Sequence[OwnPage],
    first: ShownPicture | None,
) -> Iterator[UnrenderedPage]:
    """Yield the pages; ``first`` is the picture that they are shared with."""
    for page, known in zip(pages, page_links(pages), strict=True):
        article = texts.article(page.text, known.path)
        yield renderer.page(
            known.path,
            "page.html",
            title=known.title,
            summary=page.description or article.summary or known.title,
            text=article.html,
            card=card(config, first) if first else None,
        )
