"""The pages of albums and of hidden pictures: what lists them, and what does not."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from generator.check import broken
from generator.pages import BuildInfo, SitePages
from generator.records import Album, GalleryConfig, MarkdownText, Prediction, ShownPicture, Tag
from tests.pages.conftest import drawn_files, watched
from tests.support.pages import render

OWL = Prediction("n01622779", "great grey owl", 0.9)


def copies(pictures: list[ShownPicture]) -> Iterator[ShownPicture]:
    """Yield four pictures: two in an album, one of them hidden, and two outside, one of them hidden.

    Only the hidden picture outside shows feature 9 of a layer, and an owl.
    """
    first = pictures[0]
    for slug, album, is_hidden in (
        ("a", "zoo", False),
        ("b", "zoo", True),
        ("c", "", False),
        ("d", "", True),
    ):
        image = replace(
            first.image, slug=slug, title=f"T{slug}", album=album, is_hidden=is_hidden, tags=(f"tag-{slug}",)
        )
        views = first.views
        if slug == "d":
            panels = tuple(replace(panel, features=(9, 4)) for panel in views[1].panels)
            views = (views[0], replace(views[1], panels=panels, predictions=(OWL,)))
        yield replace(first, image=image, views=views)


@pytest.fixture(scope="module")
def four(pictures: list[ShownPicture]) -> list[ShownPicture]:
    return list(copies(pictures))


@pytest.fixture(scope="module")
def grouped(config: GalleryConfig, four: list[ShownPicture]) -> GalleryConfig:
    text = MarkdownText("Seen **there**, <b>not</b> [here](javascript:x).")
    return replace(
        config,
        base_url="https://example.org/",
        images=tuple(one.image for one in four),
        albums=(Album("zoo", "The & zoo", text, "b"), Album("none", "Nothing")),
        tags=tuple(Tag(f"tag-{slug}", f"tag-{slug}") for slug in "abcd"),
    )


@pytest.fixture(scope="module")
def made(grouped: GalleryConfig, four: list[ShownPicture]) -> dict[str, str]:
    return {one.path: one.content.decode() for one in render(grouped, four, "1", "c0")}


def test_the_index_shows_albums_and_pictures_outside(made: dict[str, str]) -> None:
    index = made["index.html"]
    assert '<a href="albums/zoo/index.html">' in index
    assert "The &amp; zoo" in index
    assert '<span class="guess">1 picture</span>' in index
    assert "images/b/thumbnail.jpg" in index, "the cover"
    assert "albums/none" not in index
    assert '<span class="title">Tc<' in index
    assert '<span class="title">Ta<' not in index


def test_an_album_lists_its_pictures_with_its_text(made: dict[str, str]) -> None:
    album = made["albums/zoo/index.html"]
    assert "<strong>there</strong>, &lt;b&gt;not&lt;/b&gt; [here](javascript:x)" in album
    assert [f">T{slug}<" in album for slug in "abcd"] == [True, False, False, False]
    assert not [path for path in made if "none" in path]


def test_a_picture_links_to_its_album(made: dict[str, str]) -> None:
    page = made["images/a/index.html"]
    assert '<a href="../../albums/zoo/index.html">The &amp; zoo</a>' in page
    assert 'rel="next"' not in page, "its only neighbour is hidden"
    assert "albums" not in made["images/c/index.html"]


def test_no_list_names_a_hidden_picture(made: dict[str, str]) -> None:
    lists = [path for path in made if path.endswith((".html", ".js", ".xml"))]
    lists = [path for path in lists if not path.startswith(("images/b/", "images/d/"))]
    unlisted = [path for path in lists if "/9/" in path or "n01622779" in path]
    assert len(unlisted) == 4
    assert [path for path in lists if ">Td<" in made[path] or '"Td"' in made[path]] == unlisted
    assert not [path for path in made if path.startswith(("tags/tag-b", "tags/tag-d"))]
    locations = made["sitemap.xml"]
    assert "/images/a/" in locations
    assert not [word for word in ("/images/b/", "/images/d/", "/9/", "n01622779") if word in locations]


def test_a_hidden_picture_has_pages_that_work(
    made: dict[str, str], four: list[ShownPicture], tmp_path: Path
) -> None:
    assert '<meta name="robots" content="noindex">' in made["images/d/index.html"]
    assert "noindex" not in made["images/a/index.html"]
    for path, content in made.items():
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_text(content)
    for output in drawn_files(four):
        (tmp_path / output.path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / output.path).write_bytes(output.content)
    assert broken(tmp_path) == []


def test_a_gallery_of_albums_alone_can_be_searched(grouped: GalleryConfig, four: list[ShownPicture]) -> None:
    inside = {one.path: one.content.decode() for one in render(grouped, four[:2], "1", "c0")}
    assert '<template data-tile>\n        <li data-slug="a"' in inside["index.html"]
    assert "Further pictures" not in inside["index.html"]
    assert '"album":"The & zoo"' in inside["search/1.js"]


def test_the_data_names_albums_and_hidden_pictures(made: dict[str, str]) -> None:
    manifest = json.loads(made["gallery.json"])
    assert manifest["albums"] == [
        {
            "title": "The & zoo",
            "slug": "zoo",
            "page": "albums/zoo/index.html",
            "cover": "b",
            "images": ["a", "b"],
        }
    ]
    assert [one["hidden"] for one in manifest["images"]] == [False, True, False, True]


def test_a_failed_cover_is_replaced(grouped: GalleryConfig, four: list[ShownPicture]) -> None:
    page = SitePages(grouped, [four[0], four[2]], BuildInfo("1", "2")).page("index.html").rendered().decode()
    assert "images/a/thumbnail.jpg" in page


def test_a_search_hides_the_albums_and_shows_what_is_in_them(
    browser: Browser, grouped: GalleryConfig, four: list[ShownPicture], tmp_path: Path
) -> None:
    shown = [four[0], replace(four[2], image=replace(four[2].image, album="zoo"))]
    for output in (*render(grouped, shown, "1", "c0"), *drawn_files(shown)):
        (tmp_path / output.path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / output.path).write_bytes(output.content)
    with watched(browser) as page:
        page.goto(f"{tmp_path.as_uri()}/index.html")
        expect(page.locator(".albums")).to_be_visible()
        expect(page.locator("[data-gallery] .title")).to_have_count(0)
        page.get_by_role("searchbox").fill("zoo tc")
        expect(page.locator("[data-gallery] .title")).to_have_text(["Tc"])
        expect(page.locator(".albums")).to_be_hidden()
        page.get_by_role("button", name="Clear").click()
        expect(page.locator(".albums")).to_be_visible()
