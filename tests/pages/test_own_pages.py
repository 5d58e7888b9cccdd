"""Sections of pages: their navigation, and the pages before and after."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from generator.pages import BuildInfo, SitePages
from generator.pages.own_pages import page_links, sections, top_links
from generator.records import GalleryConfig, MarkdownText, OwnPage, ShownPicture


def page(name: str, title: str = "", text: str = "x") -> OwnPage:
    return OwnPage(name, title, name.title(), "", MarkdownText(text, Path(f"/g/{name}.md")))


PAGES = (
    page("notes", "Notes"),
    page("alone"),
    page("notes/a"),
    page("notes/b"),
    page("plain/c"),
    page("notes/b/d"),
)


def test_a_page_belongs_to_the_pages_of_its_folders() -> None:
    names = [one.name for one in PAGES]
    assert [sections(name, names) for name in names] == [
        [],
        [],
        ["notes"],
        ["notes"],
        [],
        ["notes", "notes/b"],
    ]


def test_pages_in_sections_are_in_no_other_navigation() -> None:
    assert [link.title for link in top_links(PAGES)] == ["Notes", "Alone", "Plain/C"]
    assert len(page_links(PAGES)) == len(PAGES)


def test_a_section_has_its_own_navigation(config: GalleryConfig, pictures: list[ShownPicture]) -> None:
    made = SitePages(replace(config, pages=PAGES), pictures, BuildInfo("1", "2"))
    html = made.page("notes/a/index.html").rendered().decode()
    assert '<nav class="section" aria-label="Pages of Notes">' in html
    assert '<li><a href="../index.html">Notes</a></li>' in html
    assert '<li><a href="index.html" aria-current="page">Notes/A</a></li>' in html
    assert '<a rel="prev" href="../index.html">' in html
    assert '<a rel="next" href="../b/index.html">' in html
    deep = made.page("notes/b/d/index.html").rendered().decode()
    assert '<li><a href="../../index.html">Notes</a></li>\n        <li><a href="../index.html">' in deep
    alone = made.page("alone/index.html").rendered().decode()
    assert 'class="section"' not in alone
    assert 'rel="next"' not in alone


def test_a_heading_is_longer_than_the_name_in_the_navigation(
    config: GalleryConfig, pictures: list[ShownPicture]
) -> None:
    named = replace(config, pages=(page("a", "Short", "# A long title\n\n## First\n"),))
    html = SitePages(named, pictures, BuildInfo("1", "2")).page("a/index.html").rendered().decode()
    assert '<h1 dir="auto">A long title</h1>' in html
    assert '<li aria-current="page">Short</li>' in html
    assert '<h2 id="first">First</h2>' in html
