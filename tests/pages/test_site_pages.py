"""A page is known by all that changes its bytes, before it is rendered."""

from __future__ import annotations

import pickle
from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path

import pytest

from generator.pages import BuildInfo, SitePages
from generator.records import GalleryConfig, ShownPicture

BUILD_INFO = BuildInfo("1.2.3", "c0ffee")
Made = dict[str, Mapping[str, str]]


def made_by(
    config: GalleryConfig, pictures: Sequence[ShownPicture], build_info: BuildInfo = BUILD_INFO
) -> Made:
    """What every page is made by, by its path."""
    return {page.path: page.made_by() for page in SitePages(config, pictures, build_info).pages()}


def changed(before: Made, after: Made) -> set[str]:
    """Return the pages that another making would change."""
    assert set(before) == set(after)
    return {path for path in before if before[path] != after[path]}


def test_a_page_is_found_by_its_path(
    config: GalleryConfig, pictures: list[ShownPicture], pages: dict[str, str]
) -> None:
    site_pages = SitePages(config, pictures, BUILD_INFO)
    for path in ("index.html", "images/cat/result.json", "search/1.js"):
        assert site_pages.page(path).rendered().decode() == pages[path]


def test_another_process_makes_the_same_book(
    config: GalleryConfig, pictures: list[ShownPicture], pages: dict[str, str]
) -> None:
    site_pages = pickle.loads(pickle.dumps(partial(SitePages, config, pictures, BUILD_INFO)))()
    assert {page.path: page.rendered().decode() for page in site_pages.pages()}.items() <= pages.items()


def test_the_same_pages_are_made_by_the_same(config: GalleryConfig, pictures: list[ShownPicture]) -> None:
    assert made_by(config, pictures) == made_by(config, list(pictures))


def test_only_pages_that_show_a_title_depend_on_it(
    config: GalleryConfig, pictures: list[ShownPicture]
) -> None:
    cat, *others = pictures
    renamed = [replace(cat, image=replace(cat.image, title="Another cat")), *others]
    pages = changed(made_by(config, pictures), made_by(config, renamed))
    assert {"index.html", "images/cat/index.html", "images/cat/result.json", "search/1.js"} <= pages
    assert not {"robots.txt", "404.html", "images/bare/result.json"} & pages


def test_paths_of_this_machine_change_no_page(config: GalleryConfig, pictures: list[ShownPicture]) -> None:
    moved = [replace(one, image=replace(one.image, path=Path("/elsewhere.jpg"))) for one in pictures]
    elsewhere = replace(config, path=Path("/b/c.yml"), output=Path("/b/site"))
    assert not changed(made_by(config, pictures), made_by(elsewhere, moved))


@pytest.mark.parametrize("change", [{"title": "Another"}, {"base_url": "https://example.org/"}])
def test_settings_that_templates_may_read_change_pages(
    config: GalleryConfig, pictures: list[ShownPicture], change: dict[str, str]
) -> None:
    before, after = made_by(config, pictures), made_by(replace(config, **change), pictures)
    assert all(before[path] != after[path] for path in before)


def test_a_template_changes_the_pages_made_of_it(
    config: GalleryConfig, pictures: list[ShownPicture], tmp_path: Path
) -> None:
    (tmp_path / "about.html").write_text("{% extends '!about.html' %}")
    themed = replace(config, templates=tmp_path)
    assert changed(made_by(config, pictures), made_by(themed, pictures)) == {"about/index.html"}


def test_another_version_changes_every_page(config: GalleryConfig, pictures: list[ShownPicture]) -> None:
    newer = made_by(config, pictures, replace(BUILD_INFO, version="1.2.4"))
    assert changed(made_by(config, pictures), newer) == set(newer)
    of_config = made_by(config, pictures, replace(BUILD_INFO, config_hash="beef"))
    assert of_config == made_by(config, pictures), "only the manifest says it"


def moved(config: GalleryConfig, pictures: list[ShownPicture], **former: str) -> tuple[GalleryConfig, Made]:
    """Return a configuration in which pictures had other addresses, and its pages."""
    images = [
        replace(one, former_slug=former.get(one.slug, one.slug), path=Path("x.jpg")) for one in config.images
    ]
    elsewhere = replace(config, images=tuple(images))
    return elsewhere, made_by(elsewhere, pictures)


@pytest.mark.parametrize("base_url", ["", "https://example.org/gallery/"])
def test_a_former_address_forwards(
    config: GalleryConfig, pictures: list[ShownPicture], base_url: str, tmp_path: Path
) -> None:
    elsewhere, made = moved(replace(config, base_url=base_url), pictures, cat="picture-2")
    assert set(made) - set(made_by(elsewhere, [])) >= {"images/picture-2/index.html", "images/cat/index.html"}
    site_pages = SitePages(elsewhere, pictures, BUILD_INFO)
    html = site_pages.page("images/picture-2/index.html").rendered().decode()
    assert '<meta http-equiv="refresh" content="0; url=../cat/index.html">' in html
    canonical = f"{base_url}images/cat/" if base_url else "../cat/index.html"
    assert f'<link rel="canonical" href="{canonical}">' in html
    assert html.count('href="../cat/index.html"') == (1 if base_url else 2)
    written = ["images/cat/index.html", "images/picture-2/index.html"]
    for listing in site_pages.sitemap(written):
        assert listing.rendered().decode().count("<loc>") == 1


def test_no_page_forwards_from_a_name_that_windows_reserves(
    config: GalleryConfig, pictures: list[ShownPicture]
) -> None:
    _, made = moved(config, pictures, cat="con")
    assert set(made) == set(made_by(config, pictures))


def test_forwarding_never_replaces_a_page(config: GalleryConfig, pictures: list[ShownPicture]) -> None:
    before = set(made_by(config, pictures))
    _, made = moved(config, pictures, cat="hostile")
    assert set(made) == before
    _, made = moved(config, pictures[1:], cat="picture-2", bare="cat")
    assert not {path for path in made if path.startswith(("images/picture-2/", "images/cat/"))}
