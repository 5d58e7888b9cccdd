"""What pages tell those who share and index them: cards, structured data, and which are left out."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from generator.records import Album, GalleryConfig, MarkdownText, OwnPage, ShownPicture
from tests.support.pages import render

HOME = "https://example.org/gallery/"
Pages = dict[str, str]


@pytest.fixture(scope="module")
def pages(config: GalleryConfig, pictures: list[ShownPicture]) -> Pages:
    """The pages of a gallery with an album whose cover is its second picture; a third one is hidden."""
    inside = [replace(one, image=replace(one.image, album="cats")) for one in pictures[:2]]
    hidden = replace(pictures[2], image=replace(pictures[2].image, is_hidden=True, tags=("secret",)))
    views = [
        replace(view, panels=(replace(view.panels[0], features=(9, 8)), *view.panels[1:]), comparisons={})
        for view in hidden.views
    ]
    shown = [*inside, replace(hidden, views=tuple(views))]
    gallery = replace(
        config,
        base_url=HOME,
        images=tuple(one.image for one in shown),
        albums=(Album("cats", "Cats", cover=inside[1].image.slug),),
        pages=(OwnPage("own", "Own", "F", "A sentence.", MarkdownText("Text.", Path("/g/own.md"))),),
    )
    return {one.path: one.content.decode() for one in render(gallery, shown, "1", "c0")}


def structured(page: str) -> dict[str, Any]:
    found = re.search(r'<script type="application/ld\+json">(.*?)</script>', page)
    assert found
    return dict(json.loads(found[1]))


def test_an_album_is_shared_with_its_cover(pages: Pages) -> None:
    assert f'og:image" content="{HOME}images/hostile/card.jpg"' in pages["albums/cats/index.html"]


def test_albums_tags_and_own_pages_have_structured_data(pages: Pages) -> None:
    album, tag, own = (
        structured(pages[f"{name}/index.html"]) for name in ("albums/cats", "tags/animal", "own")
    )
    assert (album["@type"], album["name"], album["url"]) == ("CollectionPage", "Cats", f"{HOME}albums/cats/")
    assert (tag["@type"], tag["name"], tag["url"]) == ("CollectionPage", "animal", f"{HOME}tags/animal/")
    assert (own["@type"], own["name"], own["description"]) == ("WebPage", "Own", "A sentence.")
    assert all(one["isPartOf"]["url"] == HOME for one in (album, tag, own))


def test_search_engines_leave_out_what_only_a_hidden_picture_has(pages: Pages) -> None:
    noindex = {path for path, text in pages.items() if 'name="robots" content="noindex"' in text}
    hidden = {"images/bare/index.html", "images/bare/compare/index.html"}
    features = {f"models/edges/conv1-preactivation/{number}/index.html" for number in (8, 9)}
    assert noindex == {"404.html", *hidden, *features}
    assert not any(path.removesuffix("index.html") in pages["sitemap.xml"] for path in noindex - {"404.html"})
    assert "bare" not in pages["feed.xml"] + pages["sitemap.xml"] + pages["search/1.js"]


def test_the_words_of_a_card_are_sentences(pages: Pages) -> None:
    assert 'og:image:alt" content="Chelsea the cat. Beside it, what' in pages["images/cat/index.html"]
