"""The pages as text: complete, escaped, accessible, linked, and the same every time."""

from __future__ import annotations

import gzip
import json
import re
from dataclasses import replace
from functools import partial
from html import unescape
from html.parser import HTMLParser
from pathlib import Path
from xml.etree import ElementTree

import pytest

from generator.check import broken
from generator.records import GalleryConfig, LayerInfo, Prediction, ShownPicture, View
from tests.pages.conftest import HOSTILE, LAYERS
from tests.support.pages import render

LAYER_FOLDERS = ("conv1-preactivation", "pool1", "predictions")
HTML = (
    "index.html",
    "404.html",
    "about/index.html",
    "embed/index.html",
    *("tags/index.html", "tags/animal/index.html", "tags/script/index.html"),
    *(f"images/{slug}/{page}index.html" for slug in ("cat", "hostile", "bare") for page in ("", "compare/")),
    *(f"models/{model}/index.html" for model in ("edges", "classes")),
    *(
        f"models/{model}/{layer}/{feature}index.html"
        for model in ("edges", "classes")
        for layer in LAYER_FOLDERS
        for feature in ("", "4/", "7/")
    ),
    *(f"models/classes/classes/{wnid}/index.html" for wnid in ("n02123045", "n02124075")),
)
KNOWN_STYLE = Path(__file__).parent / "checked_style.txt"
"""The properties that the Nu HTML checker has accepted."""
VOID = {"meta", "link", "img", "path", "rect", "br", "source", "input", "circle"}


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
        self.tags.append((f"svg {tag}" if tag == "title" and "svg" in self.open else tag, dict(attrs)))
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
    assets = {
        f"assets/{name}"
        for name in (
            "style.css",
            "scroller.css",
            "find.css",
            "icon.svg",
            "compare.js",
            "contact.js",
            "copy.js",
            "find.js",
            "search.js",
            "viewer.js",
        )
    }
    parts = ("", "/models/edges", "/models/classes", "/pictures/1")
    index = {"search/1.js", *(f"search/entries{part}.js" for part in parts)}
    assert set(pages) == {*HTML, *results, *assets, *index, "gallery.json", "robots.txt", ".nojekyll"}


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
        # Without words: the second copy of a panel, which fades in, and what tiles show in their corner.
        assert image["alt"] or (image["class"] or "").split()[0] in ("plain", "through", "inset")
        assert int(image["width"] or 0) > 0
        assert int(image["height"] or 0) > 0


def test_nothing_is_loaded_from_elsewhere_and_no_script_stands_in_a_page(page: Page) -> None:
    loaded = [image["src"] for image in page.all("img")]
    loaded += [link["href"] for link in page.all("link") if link["rel"] != "canonical"]
    assert not [address for address in loaded if re.match(r"(?!data:)[a-z]+:|//", address or "")]
    for script in page.all("script"):
        facts = script == {"type": "application/ld+json"}
        assert facts or re.fullmatch(r"(\.\./)*assets/[a-z]+\.js", script["src"] or "")
    assert not [name for _, attributes in page.tags for name in attributes if name.startswith("on")]


def test_every_link_anchor_and_image_exists(site: Path) -> None:
    assert broken(site) == []


def test_titles_with_markup_are_shown_as_they_are(pages: dict[str, str]) -> None:
    markup = "".join(pages[path] for path in HTML)
    scripts = set(re.findall("<script[^>]*>", markup)) - {'<script type="application/ld+json">'}
    assert all(script.startswith("<script defer src=") for script in scripts)
    page = Page(pages["images/hostile/index.html"])
    assert HOSTILE in page.text
    assert page.all("img")[0]["alt"] == HOSTILE


def test_the_index_shows_every_picture_with_its_best_prediction(pages: dict[str, str]) -> None:
    page = Page(pages["index.html"])
    assert "Chelsea the cat Egyptian cat 71 %" in words(page)
    assert "71 %, CLASSES" not in words(page)
    assert "its most probable class." in words(page)  # only one of the networks has any
    thumbnails = [image["src"] for image in page.all("img") if "thumbnail" in (image["src"] or "")]
    assert thumbnails == [f"images/{slug}/thumbnail.jpg" for slug in ("cat", "hostile", "bare")]
    assert "Bare Networks EDGES" in words(page)


def test_only_the_first_thumbnails_load_at_once(config: GalleryConfig, pictures: list[ShownPicture]) -> None:
    many = [replace(pictures[0], image=replace(pictures[0].image, slug=f"cat-{n}")) for n in range(8)]
    index = next(output for output in render(config, many, "1", "2") if output.path == "index.html")
    found = Page(index.content.decode()).all("img")
    thumbnails = [image.get("loading") for image in found if "thumbnail" in (image["src"] or "")]
    assert thumbnails == [None] * 5 + ["lazy"] * 3
    assert {image.get("loading") for image in found if "seen" in (image["src"] or "")} == {"lazy"}


def test_a_tile_has_what_the_network_saw_in_its_corner(pages: dict[str, str]) -> None:
    for path in ("index.html", "tags/animal/index.html", "models/classes/classes/n02124075/index.html"):
        root = "../" * path.count("/")
        seen = [image for image in Page(pages[path]).all("img") if "seen" in (image["src"] or "")]
        assert [image["src"] for image in seen[:2]] == [
            f"{root}images/cat/{name}" for name in ("seen.webp", "seen-96.webp")
        ]
        assert [(image["width"], image["height"]) for image in seen[:2]] == [("180", "120"), ("90", "60")]
        told = "In the corner is what EDGES saw: the picture where the reconstruction"
        assert f"{told} of its strongest feature of pool1 is strong." in words(Page(pages[path]))


def test_the_gallery_opens_with_one_feature(pages: dict[str, str]) -> None:
    """The deepest layer with maps of the first network, and its strongest feature; from one panel."""
    page = Page(pages["index.html"])
    panel = "images/cat/edges/pool1.svg#cat-edges-pool1.0."
    steps = [image["src"] for image in page.all("img") if "pool1.svg" in (image["src"] or "")]
    assert steps == [f"{panel}{part}" for part in ("map.plain", "map", "reconstruction")]
    text = words(page)
    for step in ("A picture. EDGES looks at Chelsea the cat.", "Where. In colour, pool1 feature 7", "What."):
        assert step in text


def test_a_picture_knows_its_credit_its_networks_and_its_neighbours(pages: dict[str, str]) -> None:
    page = Page(pages["images/hostile/index.html"])
    assert "Picture by Ann, CC0 1.0 (source)." in words(page)
    part = "what is in the frame, the middle 50 % of the height, scaled to 32 x 32 pixels."
    assert f"EDGES and CLASSES see {part}" in words(page)
    assert [(link["rel"], link["href"]) for link in page.all("a") if "rel" in link] == [
        ("prev", "../cat/index.html"),
        ("next", "../bare/index.html"),
    ]


def test_predictions_are_a_table_of_real_numbers(pages: dict[str, str]) -> None:
    page = Page(pages["images/cat/index.html"])
    assert "Egyptian cat 71 % tabby < 0.1 %" in words(page)
    assert [bar["width"] for bar in page.all("rect") if "x" not in bar][:2] == ["71.4%", "0.0%"]
    assert page.all("th")[2]["title"] == "n02124075"


@pytest.mark.parametrize(
    ("last", "words_said"),
    [
        (
            LayerInfo("predictions", "Dense", (3,), 9, None),
            "has 3 classes without names. Name them with labels: in",
        ),
        (LayerInfo("mean", "GlobalAveragePooling2D", (16,), 0, None), "has 16 outputs without names"),
        (LAYERS[1], "has no classifier with these weights, so there are no predictions."),
    ],
)
def test_a_network_that_names_nothing_says_why(
    config: GalleryConfig, pictures: list[ShownPicture], last: LayerInfo, words_said: str
) -> None:
    (view,) = pictures[2].views
    lone = replace(view, network=replace(view.network, layers=(*LAYERS[:2], last)))
    outputs = render(config, [replace(pictures[2], views=(lone,))], "1", "2")
    page = next(output for output in outputs if output.path == "images/bare/index.html")
    assert f"EDGES {words_said}" in words(Page(page.content.decode()))


def test_a_panel_names_all_it_is_compared_with(config: GalleryConfig, pictures: list[ShownPicture]) -> None:
    view = pictures[0].views[0]
    both = replace(view, comparisons={"guided": view.panels, "gradient": view.panels})
    several = replace(config, compare=("guided", "gradient"))
    outputs = render(several, [replace(pictures[0], views=(both,))], "1", "2")
    page = next(output for output in outputs if output.path == "images/cat/index.html")
    links = "pool1: Compare with guided backpropagation and gradient pool1, feature 7"
    assert links in words(Page(page.content.decode()))


def test_the_search_offers_what_the_gallery_has(
    config: GalleryConfig, pictures: list[ShownPicture], pages: dict[str, str]
) -> None:
    (tools,) = [tag for tag in Page(pages["index.html"]).all("div") if "data-search" in tag]
    assert (tools["data-filters"], tools["data-example"]) == ("tag class network", "conv1:preactivation/7")
    untagged = replace(pictures[2], image=replace(pictures[2].image, tags=()))
    index = next(output for output in render(config, [untagged], "1", "2") if output.path == "index.html")
    (tools,) = [tag for tag in Page(index.content.decode()).all("div") if "data-search" in tag]
    assert tools["data-filters"] == ""


def test_captions_say_what_the_panels_do_not(pages: dict[str, str]) -> None:
    text = words(Page(pages["images/cat/index.html"]))
    for caption in (
        "conv1:preactivation Convolution: the 2 strongest of 16 features, 8 x 8 units each.",
        "One unit sees 3 rows and 5 columns of the input.",
        "pool1 Max pooling: the 2 strongest of 16 features, 4 x 4 units each. One unit sees 4 x 4 pixels",
        "predictions Fully connected: the 2 strongest of 10 features. One unit sees the whole input.",
    ):
        assert caption in text


def test_every_panel_has_an_address_on_its_page(pages: dict[str, str]) -> None:
    page = Page(pages["images/cat/index.html"])
    figures = [figure["id"] for figure in page.all("figure") if "id" in figure]
    layers = ("conv1-preactivation", "pool1", "predictions")
    assert figures == [f"{model}/{layer}" for model in ("edges", "classes") for layer in layers]


def by(method: str, view: View) -> View:
    return replace(view, spec=replace(view.spec, method=method))


@pytest.mark.parametrize(
    ("method", "scale"),
    [
        *(("deconvnet", "power"), ("guided", "symmetric"), ("gradient", "minmax")),
        *(("gradient", "luminance"), ("deconvnet", "clipped")),
    ],
)
def test_the_guide_speaks_of_the_method_and_scale_used(
    config: GalleryConfig, pictures: list[ShownPicture], method: str, scale: str
) -> None:
    shown = [replace(one, views=tuple(map(partial(by, method), one.views))) for one in pictures]
    networks = tuple(view.spec for view in shown[0].views)
    outputs = render(replace(config, method=method, scale=scale, networks=networks), shown, "1", "2")
    index = next(output for output in outputs if output.path == "index.html").content.decode()
    paper = {"deconvnet": "Zeiler", "guided": "Springenberg", "gradient": "Simonyan"}
    assert [name for name, author in paper.items() if author in index] == [method]
    assert ("mid-grey is zero" in index) == (scale != "minmax")
    assert ("Weak values are raised" in index) == (scale == "power")
    assert ("share one brightness" in index) == (scale == "luminance")


def test_an_empty_gallery_still_has_an_index(config: GalleryConfig) -> None:
    pages = {output.path: output.content.decode() for output in render(config, [], "1", "2")}
    assert "No picture could be shown." in pages["index.html"]


HOME = "https://example.org/gallery/"


@pytest.fixture(scope="module")
def based(config: GalleryConfig, pictures: list[ShownPicture]) -> dict[str, str]:
    """The pages of a gallery that knows its address."""
    outputs = render(replace(config, base_url=HOME), pictures, "1", "2", epoch=1_700_000_000)
    return {output.path: output.content.decode() for output in outputs}


def test_the_sitemap_lists_every_page(based: dict[str, str], pages: dict[str, str]) -> None:
    tree = ElementTree.fromstring(based["sitemap.xml"])
    found = [element.text or "" for element in tree.iter() if element.tag.endswith("loc")]
    listed = {path for path in HTML if path != "404.html"}
    assert sorted(found) == sorted(HOME + path.removesuffix("index.html") for path in listed)
    assert based["robots.txt"].endswith(f"Sitemap: {HOME}sitemap.xml\n")
    assert f'href="{HOME}"' in based["404.html"]
    assert not {"sitemap.xml", "feed.xml"} & set(pages)


@pytest.mark.parametrize("path", [path for path in HTML if path != "404.html"])
def test_every_page_says_where_it_is_and_what_it_is_shared_by(based: dict[str, str], path: str) -> None:
    page = Page(based[path])
    here = HOME + path.removesuffix("index.html")
    assert [link["href"] for link in page.all("link") if link["rel"] == "canonical"] == [here]
    shared = {meta["property"]: meta["content"] for meta in page.all("meta") if "property" in meta}
    named = {meta["name"]: meta["content"] for meta in page.all("meta") if "name" in meta}
    title = re.search("<title>(.*)</title>", based[path])
    assert title
    assert (shared["og:url"], shared["og:title"]) == (here, unescape(title[1]))
    assert shared["og:description"] == named["description"]
    assert re.fullmatch(f"{HOME}images/[a-z]+/card.jpg", shared["og:image"] or "")
    assert named["twitter:card"] == "summary_large_image"


def test_titles_tell_pages_apart(based: dict[str, str]) -> None:
    titles = [re.findall("<title>.*</title>", based[path])[0] for path in HTML]
    assert len(set(titles)) == len(titles)


def test_a_picture_is_known_to_robots_with_its_licence(based: dict[str, str], pages: dict[str, str]) -> None:
    script = re.compile('<script type="application/ld.json">(.*)</script>')
    facts = json.loads(script.findall(based["images/hostile/index.html"])[0])
    kind = (facts["@type"], facts["name"], facts["license"])
    assert kind == ("ImageObject", HOSTILE, "https://example.org/cc0")
    assert (facts["contentUrl"], facts["creator"]["name"]) == (f"{HOME}images/hostile/picture.jpg", "Ann")
    unaddressed = json.loads(script.findall(pages["images/cat/index.html"])[0])
    assert unaddressed["contentUrl"] == "picture.jpg"


def test_the_feed_has_an_entry_for_each_picture_and_one_date(based: dict[str, str]) -> None:
    atom = "{http://www.w3.org/2005/Atom}"
    feed = ElementTree.fromstring(based["feed.xml"])
    assert {date.text for date in feed.iter(f"{atom}updated")} == {"2023-11-14T22:13:20Z"}
    entries = feed.findall(f"{atom}entry")
    assert [entry.findtext(f"{atom}id") for entry in entries] == [
        f"{HOME}images/{slug}/" for slug in ("cat", "hostile", "bare")
    ]
    assert entries[1].findtext(f"{atom}title") == HOSTILE
    assert feed.findtext(f"{atom}id") == HOME


def test_the_missing_page_leans_on_no_other_file(pages: dict[str, str]) -> None:
    page = Page(pages["404.html"])
    assert [link["href"] for link in page.all("link")] == ["data:,"]
    assert [link["href"] for link in page.all("a")] == ["#main"]


def test_the_missing_page_has_only_style_that_the_audit_knows(pages: dict[str, str]) -> None:
    """The Nu checker reads inline style alone. What is new here is first tried by ``make audit``."""
    style = re.search(r"<style>(.*)</style>", pages["404.html"], flags=re.DOTALL)
    assert style
    rules = re.sub(r"/\*.*?\*/", "", style[1], flags=re.DOTALL)
    assert set(re.findall(r"@[a-z-]+", rules)) <= {"@media"}
    used = set(re.findall(r"(?<=[{;\s])([a-z][a-z-]*)\s*:\s[^{}]*?[;}]", rules))
    assert len(used) > 70
    assert used - {line.strip() for line in KNOWN_STYLE.read_text(encoding="utf-8").splitlines()} == set()


def test_rendering_again_gives_the_same(
    config: GalleryConfig, pictures: list[ShownPicture], pages: dict[str, str]
) -> None:
    again = {output.path: output.content.decode() for output in render(config, pictures, "1.2.3", "c0ffee")}
    assert list(again.items()) == list(pages.items())


def test_a_feature_page_lists_its_pictures_strongest_first_and_the_others_as_bars(
    config: GalleryConfig, pictures: list[ShownPicture]
) -> None:
    def seen(slug: str, features: tuple[int, int], strengths: tuple[float, float]) -> ShownPicture:
        one = replace(pictures[2], image=replace(pictures[2].image, slug=slug, title=slug.upper()))
        panels = [replace(panel, features=features, strengths=strengths) for panel in one.views[0].panels]
        return replace(one, views=(replace(one.views[0], panels=tuple(panels)),))

    shown = [seen("a", (7, 4), (9, 5)), seen("b", (7, 2), (20, 5)), seen("c", (3, 2), (9, 5))]
    pages = {output.path: output.content.decode() for output in render(config, shown, "1", "2")}
    page = Page(pages["models/edges/pool1/7/index.html"])
    assert "Among the 2 strongest features of its layer in 2 of 3 pictures." in words(page)
    assert [image["src"] for image in page.all("img")] == [
        f"../../../../images/{slug}/edges/pool1.svg#{slug}-edges-pool1.0.{view}"
        for slug in "ba"
        for view in ("map", "reconstruction")
    ]
    assert [bar["width"] for bar in page.all("rect")] == ["100.0%", "45.0%", "35.0%"]
    assert words(page).count("C 7") == 1
    assert [link["href"] for link in page.all("a") if "rel" in link] == ["../4/index.html"]


def test_a_feature_page_stays_small_with_a_thousand_pictures(
    config: GalleryConfig, pictures: list[ShownPicture]
) -> None:
    image, view = pictures[2].image, pictures[2].views[0]
    others = tuple(replace(panel, features=(5, 3)) for panel in view.panels)
    many = [
        replace(
            pictures[2],
            image=replace(image, slug=f"a-rather-long-name-{number}", title=f"A rather long title, {number}"),
            views=(view if number % 2 else replace(view, panels=others),),
        )
        for number in range(1000)
    ]
    pages = {output.path: output.content for output in render(config, many, "1", "2")}
    feature = pages["models/edges/pool1/7/index.html"]
    assert len(feature) < 300_000
    assert Page(feature.decode()).text.count("And 400 more, in which it is weaker.") == 2


def test_a_long_gallery_goes_on_on_further_pages(config: GalleryConfig, pictures: list[ShownPicture]) -> None:
    image = pictures[2].image
    many = [replace(pictures[2], image=replace(image, slug=f"p{number}")) for number in range(121)]
    outputs = {output.path: output.content for output in render(config, many, "1", "2")}
    paths = ("index.html", "page/2/index.html", "page/3/index.html")
    pages = [Page(outputs[path].decode()) for path in paths]
    assert [len(page.all("picture")) for page in pages] == [60, 60, 1]
    around = [(link["rel"], link["href"]) for link in pages[1].all("a") if "rel" in link]
    assert around == [("prev", "../../index.html"), ("next", "../3/index.html")]


def test_a_class_page_shows_the_pictures_it_is_predicted_for(pages: dict[str, str]) -> None:
    first = words(Page(pages["models/classes/classes/n02124075/index.html"]))
    assert "Top prediction Chelsea the cat 71 %" in first
    assert "Among the five best predictions" not in first
    further = words(Page(pages["models/classes/classes/n02123045/index.html"]))
    assert (
        "For no picture of this gallery. Among the five best predictions Chelsea the cat < 0.1 %" in further
    )


def test_a_logit_is_never_a_percentage(config: GalleryConfig, pictures: list[ShownPicture]) -> None:
    first = pictures[0]
    edges, classes = first.views
    guesses = (Prediction("n1", "owl", 12.5), Prediction("n2", "kite", -3.25))
    unlike = replace(classes, predictions=guesses, measure="logit")
    based = replace(config, base_url=HOME)
    written = {
        output.path: output.content.decode()
        for output in render(based, [replace(first, views=(edges, unlike))], "1", "c0ffee")
    }
    assert "owl logit 12.5" in words(Page(written["index.html"]))
    assert "its highest class" in words(Page(written["index.html"]))
    assert "Logit owl logit 12.5 kite logit \N{MINUS SIGN}3.25" in words(
        Page(written["images/cat/index.html"])
    )
    assert "logit 12.5" in words(Page(written["models/classes/classes/n1/index.html"]))
    assert "CLASSES: owl, logit 12.5." in written["feed.xml"]
    assert '"owl",12.5,"logit 12.5"' in written["search/1.js"]
    (_, told) = json.loads(written["images/cat/result.json"])["models"]
    assert told["predictions"][1] == {"wnid": "n2", "label": "kite", "logit": -3.25}


def test_a_network_page_draws_every_layer_and_links_those_shown(pages: dict[str, str]) -> None:
    page = Page(pages["models/edges/index.html"])
    named = [link["aria-label"] or "" for link in page.all("a") if "aria-label" in link]
    assert [name.replace("\N{MULTIPLICATION SIGN}", "x") for name in named] == [
        "conv1:preactivation: Convolution, 8 x 8 x 16",
        "pool1: Max pooling, 4 x 4 x 16",
        "predictions: Fully connected, 10",
    ]
    assert "Weights ImageNet Licence MIT" in words(page)
    assert "618 in 3 layers" in words(page)


@pytest.mark.parametrize(
    ("shares", "told"),
    [
        ((0.6, 0.5, 0.1), "In pool1 it has 50 % of their energy, the median of 3 pictures."),
        ((None, None, 0.25), "In pool1 it has 25 % of their energy. It comes from the way back"),
        ((0.6, 0.24, 0.1), ""),
        ((None, None, None), ""),
    ],
)
def test_a_network_page_warns_of_grids_once(
    config: GalleryConfig, pictures: list[ShownPicture], shares: tuple[float | None, ...], told: str
) -> None:
    measured = [
        replace(picture, views=tuple(replace(view, grid_share=share) for view in picture.views))
        for picture, share in zip(pictures, shares, strict=True)
    ]
    pages = {output.path: output.content.decode() for output in render(config, measured, "1", "2")}
    page = words(Page(pages["models/edges/index.html"]))
    assert told in page
    assert page.count("fine grid") == bool(told)


def test_what_to_paste_is_text_and_whole(based: dict[str, str]) -> None:
    page = based["images/hostile/index.html"]
    area = re.findall('<textarea[^>]*data-copy="html">(.*?)</textarea>', page, re.DOTALL)[0]
    figure = Page(unescape(area))
    assert figure.unbalanced == []
    (image,) = figure.all("img")
    assert image["src"] == f"{HOME}images/hostile/edges/conv1-preactivation.svg"
    assert image["alt"] == "Layer conv1:preactivation: features 7 and 4."
    assert figure.all("a")[0]["href"] == f"{HOME}images/hostile/#edges/conv1-preactivation"
    assert HOSTILE in figure.text


def test_a_feature_is_shown_where_it_is_strong_though_others_are_stronger(
    config: GalleryConfig, pictures: list[ShownPicture]
) -> None:
    first, second, *others = pictures
    edges, classes = second.views
    own = classes.panels[1]
    panels = (*classes.panels[:1], replace(own, features=(9, 4)), *classes.panels[2:])
    single = replace(own, features=(7,), strengths=(700.0,), limits=own.limits[:1], positions=("centre",))
    seen = replace(classes, panels=panels, single_panels={"pool1": (single,)})
    gallery = [first, replace(second, views=(edges, seen)), *others]
    pages = {output.path: output.content.decode() for output in render(config, gallery, "1", "c0ffee")}
    page = Page(pages["models/classes/pool1/7/index.html"])
    sources = [image["src"] for image in page.all("img")]
    assert [source.rpartition("#")[2] for source in sources if source] == [
        f"{name}-pool1.0.{view}" for name in ("cat-classes", "hostile-classes-7") for view in config.views
    ]
    assert "other features are stronger in this picture" in words(page)
    assert "number 1 in this picture" in words(page)
    result = json.loads(pages["images/hostile/result.json"])
    (sighting,) = result["models"][1]["sightings"]["pool1"]
    assert (sighting["feature"], sighting["figure"]["path"]) == (7, "classes/7/pool1.svg")
    assert "images/hostile/classes/7/pool1.svg" in json.loads(pages["gallery.json"])["artifacts"]


def test_all_scripts_together_are_light(pages: dict[str, str]) -> None:
    scripts = "".join(
        content for path, content in pages.items() if path.startswith("assets/") and path.endswith(".js")
    )
    assert 0 < len(gzip.compress(scripts.encode(), mtime=0)) < 20_000
