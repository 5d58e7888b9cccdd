"""Pages are the same bytes whoever renders them."""

from __future__ import annotations

import pickle
from dataclasses import replace
from functools import partial
from pathlib import Path

import pytest

from generator.artifacts.artifact import Artifact, Source, Values
from generator.artifacts.pages import Page
from generator.build.plan import Plan
from generator.build.run import Run
from generator.build.stages import Group, Stage
from generator.errors import PageError
from generator.pages import Book, Edition
from generator.records import Exhibit, GalleryConfig, Output, Subject
from generator.records.kept import PAGE
from generator.store import Store
from generator.workers import processes
from tests.pages.conftest import config, exhibits, pages
from tests.support.runs import Told, Written

__all__ = ["config", "exhibits", "pages"]  # fixtures

EDITION = Edition("1.2.3", "c0ffee")


def book_of(config: GalleryConfig, exhibits: list[Exhibit]) -> Source[Book]:
    return Source("pages", {}, partial(Book, config, exhibits, EDITION), is_shared=True)


def pages_of(book: Source[Book]) -> list[Page]:
    return [
        Page(Subject(PAGE, sheet.path), sheet.path, sheet.made_by(), book, sheet)
        for sheet in book.open().sheets()
    ]


def made(artifacts: list[Page], shared: dict[str, object]) -> dict[str, bytes]:
    def nothing_kept(artifact: Artifact[None]) -> None:
        raise AssertionError(artifact.name)

    values = [value for _, value in Page.make(artifacts, Values(shared, nothing_kept))]
    return {file.path: file.content for value in values for file in value.files}


@pytest.fixture
def book(config: GalleryConfig, exhibits: list[Exhibit]) -> Source[Book]:
    return book_of(config, exhibits)


def test_a_page_is_rendered_from_its_sheet(book: Source[Book], pages: dict[str, str]) -> None:
    rendered = made(pages_of(book), {})
    assert {path: content.decode() for path, content in rendered.items()}.items() <= pages.items()
    assert "index.html" in rendered


def test_a_page_that_travelled_is_rendered_from_the_book(book: Source[Book]) -> None:
    here = pages_of(book)
    there = pickle.loads(pickle.dumps(here))
    assert {page.sheet for page in there} == {None}
    assert made(there, {book.identity: book.open()}) == made(here, {})


def test_a_page_travels_light(book: Source[Book]) -> None:
    (index,) = (page for page in pages_of(book) if page.path == "index.html")
    assert len(pickle.dumps(index)) < 5000


def test_neither_sheet_nor_book_is_a_part(book: Source[Book]) -> None:
    page = pages_of(book)[0]
    assert replace(page, sheet=None, book=None).digest == page.digest
    assert set(page.parts) == {"path", *page.made_by, "kind", "pages code", "pages packages"}
    assert not page.key.is_computed


def test_a_wrong_template_is_an_error(config: GalleryConfig, exhibits: list[Exhibit], tmp_path: Path) -> None:
    (tmp_path / "about.html").write_text("\n{{ nothing.at_all }}")
    with pytest.raises(PageError, match=r"about\.html:2: 'nothing' is undefined"):
        made(pages_of(book_of(replace(config, templates=tmp_path), exhibits)), {})


# In worker processes


def built(folder: Path, book: Source[Book], jobs: int) -> dict[str, bytes]:
    """Return all pages as a run makes them."""
    site = Written()
    groups = [Group(Subject(PAGE, "pages"), partial(pages_of, book))]
    store = Store(folder, "gallery", pytest.fail)
    Run(store, Told(), jobs).complete([Stage(lambda _: iter(groups))], site)
    return site.files


def test_processes_give_the_bytes_that_one_gives(
    book: Source[Book], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    alone = built(tmp_path / "one", book, 1)
    monkeypatch.setattr(processes, "FEWEST", 0)
    monkeypatch.setattr("generator.pages.press.Press._rendered", lambda _, path, *__: pytest.fail(path))
    assert list(built(tmp_path / "two", book, 2).items()) == list(alone.items())


def test_a_wrong_template_in_another_process_is_told_the_same(
    config: GalleryConfig, exhibits: list[Exhibit], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(processes, "FEWEST", 0)
    (tmp_path / "about.html").write_text("\n{{ nothing.at_all }}")
    wrong = book_of(replace(config, templates=tmp_path), exhibits)
    with pytest.raises(PageError, match=r"about\.html:2: 'nothing' is undefined"):
        built(tmp_path / "kept", wrong, 2)


def test_the_sitemap_is_written_also_where_processes_work(
    config: GalleryConfig, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """No book has it: it lists what was written."""
    monkeypatch.setattr(processes, "FEWEST", 0)
    store, site = Store(tmp_path / "kept", "gallery", pytest.fail), Written()
    plan = Plan(replace(config, base_url="https://example.org/", images=()), [], store)
    first = Group(Subject(PAGE, "about"), files=[Output("about/index.html", b"")])
    lists = plan.site(EDITION)[-1]
    known = Run(store, Told(), 2).complete([Stage(lambda _: iter([first])), lists], site)
    assert b"https://example.org/about/" in site.files["sitemap.xml"]
    assert list(site.files) == known.paths == ["about/index.html", "sitemap.xml", "gallery.json"]
