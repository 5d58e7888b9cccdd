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
from generator.pages import BuildInfo, SitePages
from generator.records import GalleryConfig, Output, ShownPicture, Subject
from generator.records.kept import PAGE
from generator.store import Store
from generator.workers import processes
from tests.pages.conftest import config, pages, pictures
from tests.support.runs import Told, Written

__all__ = ["config", "pages", "pictures"]  # fixtures

BUILD_INFO = BuildInfo("1.2.3", "c0ffee")


def site_pages_of(config: GalleryConfig, pictures: list[ShownPicture]) -> Source[SitePages]:
    return Source("pages", {}, partial(SitePages, config, pictures, BUILD_INFO), is_shared=True)


def pages_of(site_pages: Source[SitePages]) -> list[Page]:
    return [
        Page(Subject(PAGE, page.path), page.path, page.made_by(), site_pages, page)
        for page in site_pages.open().pages()
    ]


def made(artifacts: list[Page], shared: dict[str, object]) -> dict[str, bytes]:
    def nothing_kept(artifact: Artifact[None]) -> None:
        raise AssertionError(artifact.name)

    values = [value for _, value in Page.make(artifacts, Values(shared, nothing_kept))]
    return {file.path: file.content for value in values for file in value.files}


@pytest.fixture
def site_pages(config: GalleryConfig, pictures: list[ShownPicture]) -> Source[SitePages]:
    return site_pages_of(config, pictures)


def test_a_page_is_rendered_from_what_it_holds(site_pages: Source[SitePages], pages: dict[str, str]) -> None:
    rendered = made(pages_of(site_pages), {})
    assert {path: content.decode() for path, content in rendered.items()}.items() <= pages.items()
    assert "index.html" in rendered


def test_a_page_that_travelled_is_rendered_from_the_site_pages(site_pages: Source[SitePages]) -> None:
    here = pages_of(site_pages)
    there = pickle.loads(pickle.dumps(here))
    assert {page.unrendered for page in there} == {None}
    assert made(there, {site_pages.identity: site_pages.open()}) == made(here, {})


def test_a_page_travels_light(site_pages: Source[SitePages]) -> None:
    (index,) = (page for page in pages_of(site_pages) if page.path == "index.html")
    assert len(pickle.dumps(index)) < 5000


def test_what_a_page_is_rendered_from_is_no_part(site_pages: Source[SitePages]) -> None:
    page = pages_of(site_pages)[0]
    assert replace(page, unrendered=None, site_pages=None).digest == page.digest
    assert set(page.parts) == {"path", *page.made_by, "kind", "pages code", "pages packages"}
    assert not page.key.is_computed


def test_a_wrong_template_is_an_error(
    config: GalleryConfig, pictures: list[ShownPicture], tmp_path: Path
) -> None:
    (tmp_path / "about.html").write_text("\n{{ nothing.at_all }}")
    with pytest.raises(PageError, match=r"about\.html:2: 'nothing' is undefined"):
        made(pages_of(site_pages_of(replace(config, templates=tmp_path), pictures)), {})


# In worker processes


def built(folder: Path, site_pages: Source[SitePages], jobs: int) -> dict[str, bytes]:
    """Return all pages as a run makes them."""
    site = Written()
    groups = [Group(Subject(PAGE, "pages"), partial(pages_of, site_pages))]
    store = Store(folder, "gallery", pytest.fail)
    Run(store, Told(), jobs).complete([Stage(lambda _: iter(groups))], site)
    return site.files


def test_processes_give_the_bytes_that_one_gives(
    site_pages: Source[SitePages], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    alone = built(tmp_path / "one", site_pages, 1)
    monkeypatch.setattr(processes, "MIN_ITEMS", 0)
    monkeypatch.setattr(
        "generator.pages.renderer.PageRenderer._rendered", lambda _, path, *__: pytest.fail(path)
    )
    assert list(built(tmp_path / "two", site_pages, 2).items()) == list(alone.items())


def test_a_wrong_template_in_another_process_is_told_the_same(
    config: GalleryConfig, pictures: list[ShownPicture], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(processes, "MIN_ITEMS", 0)
    (tmp_path / "about.html").write_text("\n{{ nothing.at_all }}")
    wrong = site_pages_of(replace(config, templates=tmp_path), pictures)
    with pytest.raises(PageError, match=r"about\.html:2: 'nothing' is undefined"):
        built(tmp_path / "kept", wrong, 2)


def test_the_sitemap_is_written_also_where_processes_work(
    config: GalleryConfig, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """``SitePages`` lacks it: it lists what was written."""
    monkeypatch.setattr(processes, "MIN_ITEMS", 0)
    store, site = Store(tmp_path / "kept", "gallery", pytest.fail), Written()
    plan = Plan(replace(config, base_url="https://example.org/", images=()), [], store)
    first = Group(Subject(PAGE, "about"), files=[Output("about/index.html", b"")])
    lists = plan.site(BUILD_INFO)[-1]
    known = Run(store, Told(), 2).complete([Stage(lambda _: iter([first])), lists], site)
    assert b"https://example.org/about/" in site.files["sitemap.xml"]
    assert list(site.files) == known.paths == ["about/index.html", "sitemap.xml", "gallery.json"]
