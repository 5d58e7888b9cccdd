"""The pages of tags: complete, split, linked, and made again only for their own pictures."""

from __future__ import annotations

import json
from dataclasses import replace

from generator.pages import BuildInfo, SitePages
from generator.pages.tag_pages import MOST_SHOWN
from generator.records import GalleryConfig, ShownPicture, Tag
from tests.support.pages import render

INFO = BuildInfo("1.2.3", "c0ffee")


def tagged(pictures: list[ShownPicture], *tags: tuple[str, ...]) -> list[ShownPicture]:
    """Return copies of the first picture, each with its tags."""
    return [
        replace(
            pictures[0], image=replace(pictures[0].image, slug=f"p{place}", title=f"P {place}", tags=some)
        )
        for place, some in enumerate(tags)
    ]


def site(config: GalleryConfig, pictures: list[ShownPicture], *names: str) -> dict[str, str]:
    known = tuple(Tag(name, name) for name in names)
    made = SitePages(replace(config, tags=known), pictures, INFO).pages()
    return {page.path: page.rendered().decode() for page in made}


def test_a_tag_lists_its_pictures_and_no_others(config: GalleryConfig, pictures: list[ShownPicture]) -> None:
    pages = site(config, tagged(pictures, ("bird",), (), ("bird", "red")), "bird", "red")
    bird, red = pages["tags/bird/index.html"], pages["tags/red/index.html"]
    assert [title in bird for title in ("P 0", "P 1", "P 2")] == [True, False, True]
    assert [title in red for title in ("P 0", "P 1", "P 2")] == [False, False, True]
    assert '<a href="../tags/' not in bird
    assert '<a href="../../images/p0/index.html">' in bird


def test_pictures_and_the_index_link_to_tags(pages: dict[str, str]) -> None:
    assert '<a href="../../tags/script/index.html">&lt;script&gt;' in pages["images/cat/index.html"]
    assert '<a href="tags/animal/index.html">animal <span class="soft">3</span></a>' in pages["index.html"]
    assert '<a href="animal/index.html">animal' in pages["tags/index.html"]


def test_a_tag_of_many_pictures_has_several_pages(
    config: GalleryConfig, pictures: list[ShownPicture]
) -> None:
    pages = site(config, tagged(pictures, *[("bird",)] * 61), "bird")
    first, second = pages["tags/bird/index.html"], pages["tags/bird/page/2/index.html"]
    assert first.count("data-slug=") == 60
    assert second.count("data-slug=") == 1
    assert 'rel="next" href="page/2/index.html"' in first
    assert 'rel="prev" href="../../index.html"' in second


def test_the_index_shows_the_most_frequent_tags(config: GalleryConfig, pictures: list[ShownPicture]) -> None:
    names = [f"t{number}" for number in range(MOST_SHOWN + 1)]
    pages = site(config, tagged(pictures, tuple(names), tuple(names[1:])), *names)
    assert "tags/t0/index.html" not in pages["index.html"]
    assert f"tags/t{MOST_SHOWN}/index.html" in pages["index.html"]
    assert f'<a href="tags/index.html">All {MOST_SHOWN + 1} tags</a>' in pages["index.html"]
    assert "t0/index.html" in pages["tags/index.html"]


def test_a_tag_of_failed_pictures_has_no_page(config: GalleryConfig, pictures: list[ShownPicture]) -> None:
    pages = site(config, tagged(pictures, ("bird",)), "bird", "gone")
    assert "tags/bird/index.html" in pages
    assert not [path for path in pages if "gone" in path]
    assert not [path for path in site(config, tagged(pictures, ())) if path.startswith("tags")]


def test_a_title_changes_only_the_tags_of_the_picture(
    config: GalleryConfig, pictures: list[ShownPicture]
) -> None:
    config = replace(config, tags=(Tag("bird", "bird"), Tag("red", "red")))
    before = tagged(pictures, ("bird",), ("red",))
    after = [replace(before[0], image=replace(before[0].image, title="Other")), before[1]]
    made = [
        {page.path: page.made_by() for page in SitePages(config, one, INFO).pages()}
        for one in (before, after)
    ]
    changed = {path for path in made[0] if made[0][path] != made[1][path]}
    assert {path for path in changed if path.startswith("tags")} == {"tags/bird/index.html"}


def test_the_data_names_tags_with_their_pictures(config: GalleryConfig, pictures: list[ShownPicture]) -> None:
    config = replace(config, tags=(Tag("C++", "c-1"),), base_url="https://example.org/")
    files = {
        one.path: one.content.decode() for one in render(config, tagged(pictures, (), ("C++",)), "1", "c0")
    }
    assert json.loads(files["gallery.json"])["tags"] == [
        {"name": "C++", "slug": "c-1", "page": "tags/c-1/index.html", "images": ["p1"]}
    ]
    assert "<loc>https://example.org/tags/c-1/</loc>" in files["sitemap.xml"]
