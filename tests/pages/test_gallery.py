"""The pages as text: complete, escaped, accessible, linked, and the same every time."""

from __future__ import annotations

import re
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path
from xml.etree import ElementTree

import pytest
from jinja2 import UndefinedError

from generator.check import broken
from generator.pages import render
from generator.pages.environment import TEMPLATES
from generator.records import Exhibit, GalleryConfig
from tests.pages.conftest import HOSTILE

HTML = (
    "index.html",
    "404.html",
    "images/cat/index.html",
    "images/hostile/index.html",
    "images/bare/index.html",
)
VOID = {"meta", "link", "img", "path", "rect", "br"}


class Page(HTMLParser):
    """The tags of a page with their attributes, its text, and the tags that do not nest."""

    def __init__(self, content: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.text = ""
        self.open: list[str] = []
        self.unbalanced: list[str] = []
        self.feed(content)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if tag not in VOID and (not self.open or self.open.pop() != tag):
            self.unbalanced.append(tag)

    def handle_data(self, data: str) -> None:
        self.text += data

    def all(self, tag: str) -> list[dict[str, str | None]]:
        return [attributes for name, attributes in self.tags if name == tag]


@pytest.fixture(params=HTML)
def page(request: pytest.FixtureRequest, pages: dict[str, str]) -> Page:
    return Page(pages[request.param])


def words(page: Page) -> str:
    """Return a page's text on one line, each multiplication sign an x."""
    return " ".join(page.text.split()).replace("\N{MULTIPLICATION SIGN}", "x")


def test_every_file_that_a_site_needs_is_there(pages: dict[str, str]) -> None:
    results = {f"images/{slug}/result.json" for slug in ("cat", "hostile", "bare")}
    assets = {"assets/style.css", "assets/icon.svg"}
    assert set(pages) == {*HTML, *results, *assets, "gallery.json", "robots.txt", ".nojekyll"}


def test_pages_have_one_heading_all_landmarks_and_balanced_tags(page: Page) -> None:
    assert (page.unbalanced, page.open) == ([], [])
    for tag in ("h1", "header", "main", "footer", "title"):
        assert len(page.all(tag)) == 1, tag
    assert page.all("nav")
    assert page.all("html") == [{"lang": "en"}]
    assert page.all("a")[0] == {"class": "skip", "href": "#main"}
    named = {meta["name"]: meta["content"] for meta in page.all("meta") if "name" in meta}
    assert {"viewport", "description", "color-scheme", "generator"} <= set(named)
    assert all(named.values())


def test_ids_are_unique_and_labels_name_them(page: Page) -> None:
    ids = [attributes["id"] for _, attributes in page.tags if "id" in attributes]
    assert len(ids) == len(set(ids))
    assert {attributes["aria-labelledby"] for attributes in page.all("section")} <= set(ids)


def test_images_have_text_and_a_size(page: Page) -> None:
    for image in page.all("img"):
        assert image["alt"]
        assert int(image["width"] or 0) > 0
        assert int(image["height"] or 0) > 0


def test_nothing_is_loaded_from_elsewhere_and_nothing_runs(page: Page) -> None:
    loaded = [image["src"] for image in page.all("img")]
    loaded += [link["href"] for link in page.all("link") if link["rel"] != "canonical"]
    assert not [address for address in loaded if re.match(r"(?!data:)[a-z]+:|//", address or "")]
    assert page.all("script") == []
    assert not [name for _, attributes in page.tags for name in attributes if name.startswith("on")]


def test_every_link_anchor_and_image_exists(site: Path) -> None:
    assert broken(site) == []


def test_titles_with_markup_are_shown_as_they_are(pages: dict[str, str]) -> None:
    assert "<script" not in "".join(pages[path] for path in HTML)
    page = Page(pages["images/hostile/index.html"])
    assert HOSTILE in page.text
    assert page.all("img")[0]["alt"] == HOSTILE


def test_the_index_shows_every_picture_with_its_best_prediction(pages: dict[str, str]) -> None:
    page = Page(pages["index.html"])
    assert "Chelsea the cat Egyptian cat 71 %" in words(page)
    assert [image["src"] for image in page.all("img")] == [
        f"images/{slug}/thumbnail.jpg" for slug in ("cat", "hostile", "bare")
    ]
    assert "Bare Networks" in words(page)


def test_only_the_first_thumbnails_load_at_once(config: GalleryConfig, exhibits: list[Exhibit]) -> None:
    many = [replace(exhibits[0], image=replace(exhibits[0].image, slug=f"cat-{n}")) for n in range(8)]
    index = next(output for output in render(config, many, "1", "2") if output.path == "index.html")
    assert [image.get("loading") for image in Page(index.content.decode()).all("img")] == [None] * 5 + [
        "lazy"
    ] * 3


def test_a_picture_knows_its_credit_its_networks_and_its_neighbours(pages: dict[str, str]) -> None:
    page = Page(pages["images/hostile/index.html"])
    assert "Picture by Ann, CC0 1.0 (source)." in words(page)
    assert "EDGES and CLASSES see its central part, scaled to 32 x 32 pixels." in words(page)
    assert [(link["rel"], link["href"]) for link in page.all("a") if "rel" in link] == [
        ("prev", "../cat/index.html"),
        ("next", "../bare/index.html"),
    ]


def test_predictions_are_a_table_of_real_numbers(pages: dict[str, str]) -> None:
    page = Page(pages["images/cat/index.html"])
    assert "Egyptian cat 71 % tabby < 0.1 %" in words(page)
    assert [bar["width"] for bar in page.all("rect")] == ["71.4%", "0.0%"]
    assert page.all("th")[2]["title"] == "n02124075"
    assert "EDGES has no classifier" in words(page)


def test_captions_say_what_the_panels_do_not(pages: dict[str, str]) -> None:
    text = words(Page(pages["images/cat/index.html"]))
    for caption in (
        "conv1:linear Convolution: the 2 strongest of 16 features, 8 x 8 units each. One unit sees 3 x 3 pix",
        "pool1 Max pooling: the 2 strongest of 16 features, 4 x 4 units each. One unit sees 4 x 4 pixels",
        "predictions Fully connected: the 2 strongest of 10 features. One unit sees the whole input.",
    ):
        assert caption in text


def test_every_panel_has_an_address_on_its_page(pages: dict[str, str]) -> None:
    page = Page(pages["images/cat/index.html"])
    figures = [figure["id"] for figure in page.all("figure") if "id" in figure]
    layers = ("conv1-linear", "pool1", "predictions")
    assert figures == [f"{model}/{layer}" for model in ("edges", "classes") for layer in layers]


@pytest.mark.parametrize("scale", ["symmetric", "minmax"])
@pytest.mark.parametrize("method", ["deconvnet", "guided", "gradient"])
def test_the_guide_speaks_of_the_method_and_scale_used(
    config: GalleryConfig, exhibits: list[Exhibit], method: str, scale: str
) -> None:
    outputs = render(replace(config, method=method, scale=scale), exhibits, "1", "2")
    index = next(output for output in outputs if output.path == "index.html").content.decode()
    paper = {"deconvnet": "Zeiler", "guided": "Springenberg", "gradient": "Simonyan"}
    assert [name for name, author in paper.items() if author in index] == [method]
    assert ("mid-grey is zero" in index) == (scale == "symmetric")


def test_an_empty_gallery_still_has_an_index(config: GalleryConfig) -> None:
    pages = {output.path: output.content.decode() for output in render(config, [], "1", "2")}
    assert "No picture could be shown." in pages["index.html"]


def test_the_sitemap_needs_a_base_url(config: GalleryConfig, exhibits: list[Exhibit]) -> None:
    based = replace(config, base_url="https://example.org/gallery/")
    pages = {output.path: output.content.decode() for output in render(based, exhibits, "1", "2")}
    tree = ElementTree.fromstring(pages["sitemap.xml"])
    found = [element.text for element in tree.iter() if element.tag.endswith("loc")]
    slugs = ("cat", "hostile", "bare")
    home = "https://example.org/gallery/"
    assert found == [home, *(f"{home}images/{slug}/" for slug in slugs)]
    assert pages["robots.txt"].endswith(f"Sitemap: {home}sitemap.xml\n")
    canonical = [
        link["href"]
        for link in Page(pages["images/cat/index.html"]).all("link")
        if link["rel"] == "canonical"
    ]
    assert canonical == [f"{home}images/cat/"]
    assert f'href="{home}"' in pages["404.html"]


def test_the_missing_page_leans_on_no_other_file(pages: dict[str, str]) -> None:
    page = Page(pages["404.html"])
    assert [link["href"] for link in page.all("link")] == ["data:,"]
    assert [link["href"] for link in page.all("a")] == ["#main"]


def test_rendering_again_gives_the_same(
    config: GalleryConfig, exhibits: list[Exhibit], pages: dict[str, str]
) -> None:
    again = {output.path: output.content.decode() for output in render(config, exhibits, "1.2.3", "c0ffee")}
    assert list(again.items()) == list(pages.items())


def test_a_name_without_a_value_is_an_error(
    tmp_path: Path, config: GalleryConfig, exhibits: list[Exhibit]
) -> None:
    for path in TEMPLATES.iterdir():
        if path.is_file():
            (tmp_path / path.name).write_text(path.read_text())
    (tmp_path / "index.html").write_text("{{ exhibits }} {{ exhibit_count }}")
    with pytest.raises(UndefinedError, match="'exhibit_count' is undefined"):
        list(render(config, exhibits, "1", "2", templates=tmp_path))
