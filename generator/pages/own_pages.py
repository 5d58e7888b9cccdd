"""Pages of the user's own: Markdown files beside the configuration.

Pages of a folder with a page of its own, ``notes/index.md``, are the section of that page: it is in the
navigation of the site, they are in that of the section.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from generator import paths
from generator.pages import markdown
from generator.pages.metadata import card, structured_page
from generator.pages.page_records import PageConfig
from generator.pages.renderer import PageRenderer, UnrenderedPage
from generator.pages.texts import Texts
from generator.records import OwnPage, ShownPicture


class PageLink(NamedTuple):
    """A page in the navigation."""

    path: str
    title: str


def page_links(pages: Sequence[OwnPage]) -> list[PageLink]:
    """Return links to all pages; a title is that of the file, or its first heading, or its name."""
    return [
        PageLink(
            paths.own_page(page.name), page.title or markdown.heading(page.text.markdown) or page.file_title
        )
        for page in pages
    ]


def top_links(pages: Sequence[OwnPage]) -> list[PageLink]:
    """Return links to the pages that are in no section, for the navigation of the site."""
    names = [page.name for page in pages]
    return [
        link for page, link in zip(pages, page_links(pages), strict=True) if not sections(page.name, names)
    ]


def sections(name: str, names: Sequence[str]) -> list[str]:
    """Return the names of the pages in whose sections a page is, the outermost first.

    >>> sections("notes/2026/first", ["notes", "notes/2026/first", "not"])
    ['notes']
    """
    parts = name.split("/")
    above = ("/".join(parts[:count]) for count in range(1, len(parts)))
    return [one for one in above if one in names]


def own_pages(
    renderer: PageRenderer,
    config: PageConfig,
    texts: Texts,
    pages: Sequence[OwnPage],
    first: ShownPicture | None,
) -> Iterator[UnrenderedPage]:
    """Yield the pages; ``first`` is the picture that they are shared with."""
    links = {page.name: link for page, link in zip(pages, page_links(pages), strict=True)}
    for page in pages:
        known, section = links[page.name], _section(page.name, links)
        article = texts.article(page.text, known.path, bool(page.title))
        place = section.index(known) if known in section else -1
        summary = page.description or article.summary or known.title
        yield renderer.page(
            known.path,
            "page.html",
            title=article.title or known.title,
            name=known.title,
            summary=summary,
            text=article.html,
            above=[links[name] for name in sections(page.name, list(links))],
            section=section,
            before=section[place - 1] if place > 0 else None,
            after=section[place + 1] if 0 <= place < len(section) - 1 else None,
            card=card(config, first) if first else None,
            structured=structured_page(config, "WebPage", known.path, known.title, summary),
        )


def _section(name: str, links: Mapping[str, PageLink]) -> list[PageLink]:
    """Return the page of the section that a page is or belongs to, and the pages in it; empty without one."""
    names = list(links)
    inside = {one: (sections(one, names) or [""])[-1] for one in names}
    head = name if name in inside.values() else inside[name]
    return [links[head], *(links[one] for one in names if inside[one] == head)] if head else []
