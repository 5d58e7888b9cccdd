"""Filtering the gallery, as data and in a browser, from a disk and from a server's sub-path."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from generator.pages.jinja_environment import make_environment
from generator.pages.page_records import page_config
from generator.pages.renderer import PageRenderer, UnrenderedPage
from generator.pages.search import PER_SHARD, search_index, shard_count
from generator.pages.shown_networks import model_views
from generator.records import GalleryConfig, Prediction, ShownPicture
from tests.pages.conftest import HOSTILE, drawn_files, serving, view, watched
from tests.support.pages import render

PER_PAGE = 60
NAMES = ("Émile the owl", "Falcon 9", HOSTILE, "Hedgehog", "Zebra")
GUESSES = {
    "Émile the owl": ("great grey owl", "kite"),
    "Falcon 9": ("missile", "kite"),
    "Hedgehog": ("porcupine", "hamster"),
    "Zebra": ("zebra", "tiger"),
}
ALT = {"Zebra": "A striped animal in the grass"}


def named(
    picture: ShownPicture, slug: str, title: str, tags: tuple[str, ...], certainty: float
) -> ShownPicture:
    """Return a picture of that name, with guesses where it has any."""
    labels = GUESSES.get(title, ())
    guesses = tuple(
        Prediction("", label, share) for label, share in zip(labels, (certainty, 0.01), strict=False)
    )
    views = (view("edges", ()), view("classes", guesses)) if labels else (view("edges", ()),)
    image = replace(picture.image, slug=slug, title=title, alt=ALT.get(title, ""), tags=tags)
    return replace(picture, image=image, views=views)


@pytest.fixture(scope="module")
def many(pictures: list[ShownPicture]) -> list[ShownPicture]:
    """Five pictures with names and 130 others: three pages of the gallery."""
    tags = (("bird",), ("object",), (HOSTILE,), ("animal", "mammal"), ("animal", "mammal"))
    first = [
        named(pictures[place % 2], f"named-{place}", title, tags[place], 0.9 - place / 10)
        for place, title in enumerate(NAMES)
    ]
    others = [named(pictures[0], f"plain-{place}", f"Plain {place}", (), 0.0) for place in range(130)]
    return [*others[:70], *first, *others[70:]]


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory, config: GalleryConfig, many: list[ShownPicture]) -> Path:
    """The site of these pictures; panels only of those with names."""
    folder = tmp_path_factory.mktemp("many")
    write(folder, config, many)
    return folder


def write(folder: Path, config: GalleryConfig, shown: list[ShownPicture]) -> None:
    """Write the site of these pictures; of the plain ones the first and the last alone have their figures."""
    for output in (*render(config, shown, "1.2.3", "c0ffee"), *drawn_files(shown)):
        is_plain = output.path.endswith(".svg") and "/plain-" in output.path
        if is_plain and not re.search("/plain-(0|129)/", output.path):
            continue
        path = folder / output.path
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(output.content)


@pytest.fixture(scope="module")
def served(site: Path) -> Iterator[str]:
    """The address of this site, in a sub-path of a server on the loopback."""
    with serving(site.parent) as address:
        yield f"{address}/{site.name}"


@pytest.fixture
def page(browser: Browser, base: str) -> Iterator[Page]:
    with watched(browser, viewport={"width": 1280, "height": 800}) as page:
        page.goto(f"{base}/index.html")
        yield page


@pytest.fixture
def lone(browser: Browser, served: str) -> Iterator[Page]:
    with watched(browser, viewport={"width": 1280, "height": 800}) as page:
        page.goto(f"{served}/index.html")
        yield page


def field(page: Page) -> Locator:
    return page.get_by_role("searchbox")


def choice(page: Page, name: str) -> Locator:
    return page.get_by_role("combobox", name=name, exact=True)


def titles(page: Page) -> Locator:
    return page.locator("[data-gallery] .title")


# The data


@pytest.fixture(scope="module")
def renderer(config: GalleryConfig) -> PageRenderer:
    return PageRenderer(make_environment(None), page_config(config), [], "1.2.3")


def scripts(renderer: PageRenderer, pictures: list[ShownPicture]) -> list[UnrenderedPage]:
    return list(search_index(renderer, pictures, model_views(pictures, {})))


def shards(renderer: PageRenderer, pictures: list[ShownPicture]) -> list[Any]:
    texts = [script.rendered().decode() for script in scripts(renderer, pictures)]
    found = [re.fullmatch(r"galleryShard\((\d+),(.*)\);\n", text, re.DOTALL) for text in texts]
    assert [int(match[1]) for match in found if match] == list(range(1, len(texts) + 1))
    return [json.loads(match[2]) for match in found if match]


def test_the_index_says_what_the_pages_say(renderer: PageRenderer, many: list[ShownPicture]) -> None:
    (shard,) = shards(renderer, many)
    assert [picture["title"] for picture in shard["pictures"]] == [one.image.title for one in many]
    zebra = next(picture for picture in shard["pictures"] if picture["title"] == "Zebra")
    assert zebra["tags"] == ["animal", "mammal"]
    assert [model["slug"] for model in shard["models"]] == ["edges", "classes"]
    assert zebra["seen"][0] == [[], [[7, 4], [7, 4], [7, 4]]]
    assert zebra["seen"][1][0] == [["zebra", 0.5, "50 %"], ["tiger", 0.01, "1.0 %"]]
    plain = next(picture for picture in shard["pictures"] if picture["title"] == "Plain 0")
    assert plain["seen"][1] is None


def test_the_index_is_split_and_harmless(renderer: PageRenderer, many: list[ShownPicture]) -> None:
    larger = [
        replace(picture, image=replace(picture.image, slug=f"{picture.image.slug}-{part}"))
        for part in range(4)
        for picture in many
    ]
    assert len(shards(renderer, larger)) == shard_count(len(larger)) == 3
    assert sum(len(shard["pictures"]) for shard in shards(renderer, larger)) == len(larger)
    assert max(len(shard["pictures"]) for shard in shards(renderer, larger)) == PER_SHARD
    for script in scripts(renderer, larger):
        content = script.rendered()
        assert b"<" not in content
        assert content.isascii()
    again = [script.made_by() for script in scripts(renderer, list(larger))]
    assert [script.made_by() for script in scripts(renderer, larger)] == again


# In a browser


def test_typing_finds_titles_tags_and_classes_by_the_beginnings_of_words(page: Page) -> None:
    for query, expected in (
        ("emile", ["Émile the owl"]),
        ("KITE", ["Émile the owl", "Falcon 9"]),
        ("mam", ["Hedgehog", "Zebra"]),
        ("mam zeb", ["Zebra"]),
        ("script alert", [HOSTILE]),
        ("falcon 9", ["Falcon 9"]),
        ("striped", ["Zebra"]),
        ("ebra", []),
    ):
        field(page).fill(query)
        expect(titles(page)).to_have_text(expected)
        count = f"{len(expected)} of 135 pictures" if expected else "No pictures found. Try fewer words."
        expect(page.get_by_role("status")).to_have_text(count)
    field(page).fill("")
    expect(titles(page)).to_have_count(PER_PAGE)
    expect(page.get_by_role("status")).to_be_empty()


def test_what_was_searched_for_is_said_below_a_picture(lone: Page) -> None:
    guess = lone.locator("[data-gallery] .guess")
    field(lone).fill("zebra")
    expect(guess).to_have_text(["zebra 50 %"])
    field(lone).fill("tiger")
    expect(guess).to_have_text(["tiger 1.0 %"])


def test_what_stands_below_a_picture_stays_unless_a_class_is_asked_for(
    browser: Browser, tmp_path: Path, config: GalleryConfig, pictures: list[ShownPicture]
) -> None:
    sure, surer = Prediction("", "cup", 0.6), Prediction("", "espresso", 0.9)
    views = (view("edges", (sure,)), view("classes", (surer,)))
    image = replace(pictures[0].image, title="Tasse", tags=())
    lone = [replace(pictures[0], image=image, views=views)]
    write(tmp_path, config, lone)
    with watched(browser) as page:
        page.goto(f"{tmp_path.as_uri()}/index.html")
        guess = page.locator("[data-gallery] .guess")
        expect(guess).to_have_text("cup 60 %, EDGES")
        for query, said in (("tass", "cup 60 %, EDGES"), ("espr", "espresso 90 %, CLASSES")):
            field(page).fill(query)
            expect(page.get_by_role("status")).to_have_text("1 of 1 pictures")
            expect(guess).to_have_text(said)
        expect(choice(page, "Class")).to_be_visible()
        expect(choice(page, "Tag")).to_be_hidden()
        expect(field(page)).to_have_attribute("placeholder", "Filter pictures: word or conv1:preactivation/7")


def test_features_are_found_by_layer_and_number(lone: Page) -> None:
    field(lone).fill("pool1 7 zebra")
    expect(titles(lone)).to_have_text(["Zebra"])
    field(lone).fill("pool1/4 zebra")
    expect(titles(lone)).to_have_text(["Zebra"])
    field(lone).fill("pool1/5")
    expect(titles(lone)).to_have_count(0)


def test_filters_narrow_and_show_their_counts(page: Page) -> None:
    tag, kind = choice(page, "Tag"), choice(page, "Class")
    field(page).focus()
    expect(tag.locator("option")).to_have_text(
        ["Any tag", f"{HOSTILE} (1)", "animal (2)", "bird (1)", "mammal (2)", "object (1)"]
    )
    tag.select_option("animal")
    expect(titles(page)).to_have_text(["Hedgehog", "Zebra"])
    kind.select_option("zebra")
    expect(titles(page)).to_have_text(["Zebra"])
    tag.select_option("")
    kind.select_option("missile")
    expect(titles(page)).to_have_text(["Falcon 9"])
    expect(page.locator("[data-gallery] .guess")).to_have_text(["missile 80 %"])
    kind.select_option("")
    choice(page, "Network").select_option("classes")
    expect(titles(page)).to_have_text(["Émile the owl", "Falcon 9", "Hedgehog", "Zebra"])


def test_pictures_are_sorted(lone: Page) -> None:
    field(lone).fill("animal")
    choice(lone, "Order").select_option("title")
    expect(titles(lone)).to_have_text(["Hedgehog", "Zebra"])
    field(lone).fill("")
    expect(titles(lone).first).to_have_text(HOSTILE)
    choice(lone, "Order").select_option("probability")
    expect(titles(lone).nth(0)).to_have_text("Émile the owl")
    expect(titles(lone).nth(3)).to_have_text("Zebra")


def test_pictures_are_sorted_by_what_compares(
    browser: Browser, tmp_path: Path, config: GalleryConfig, pictures: list[ShownPicture]
) -> None:
    seen = {"high": ("logit", 9.5), "low": ("logit", -4.0), "lower": ("logit", -7.0)}

    def shown(seen: dict[str, tuple[Any, float]]) -> list[ShownPicture]:
        return [
            replace(
                pictures[0],
                image=replace(pictures[0].image, slug=slug, title=slug),
                views=(replace(view(measure, (Prediction("", "cup", score),)), measure=measure),),
            )
            for slug, (measure, score) in seen.items()
        ]

    mixed = seen | {"sure": ("probability", 0.9), "surer": ("probability", 0.95)}
    for given, order, expected in (
        (dict(reversed(seen.items())), "By logit", ["high", "low", "lower"]),
        (mixed, "By probability", ["surer", "sure", "high", "low", "lower"]),
    ):
        write(tmp_path / order, config, shown(given))
        with watched(browser) as page:
            page.goto(f"{(tmp_path / order).as_uri()}/index.html")
            field(page).focus()
            choice(page, "Order").select_option(label=order)
            expect(titles(page)).to_have_text(expected)


def test_the_address_keeps_the_search(page: Page) -> None:
    field(page).fill("mam")
    expect(page).to_have_url(re.compile(r"\?q=mam$"))
    choice(page, "Tag").select_option("animal")
    expect(page).to_have_url(re.compile(r"\?q=mam&tag=animal$"))
    page.reload()
    expect(field(page)).to_have_value("mam")
    expect(titles(page)).to_have_text(["Hedgehog", "Zebra"])
    page.go_back()
    expect(page).to_have_url(re.compile(r"\?q=mam$"))
    expect(choice(page, "Tag")).to_have_value("")
    page.go_forward()
    expect(choice(page, "Tag")).to_have_value("animal")


def test_back_from_a_picture_finds_the_search_again(lone: Page) -> None:
    field(lone).fill("zebra")
    expect(titles(lone)).to_have_count(1)
    titles(lone).click()
    expect(lone.get_by_role("heading", level=1)).to_have_text("Zebra")
    lone.go_back()
    expect(titles(lone)).to_have_text(["Zebra"])


def test_what_the_address_asks_and_nobody_has_is_not_asked(lone: Page, served: str) -> None:
    lone.goto(f"{served}/index.html?tag=none&sort=upwards&q=zebra&other=1#pictures")
    expect(titles(lone)).to_have_text(["Zebra"])
    expect(choice(lone, "Tag")).to_have_value("")


def test_escape_empties_the_field_and_leaves_it(page: Page) -> None:
    field(page).focus()
    page.keyboard.type("zeb/ra")
    expect(field(page)).to_have_value("zeb/ra")
    page.keyboard.press("Escape")
    expect(field(page)).to_have_value("")
    expect(titles(page)).to_have_count(PER_PAGE)
    page.keyboard.press("Escape")
    expect(field(page)).not_to_be_focused()


def test_one_button_clears_all(lone: Page) -> None:
    clear = lone.get_by_role("button", name="Clear")
    expect(clear).to_be_hidden()
    field(lone).fill("zebra")
    choice(lone, "Tag").select_option("animal")
    clear.click()
    expect(titles(lone)).to_have_count(PER_PAGE)
    expect(lone).to_have_url(re.compile(r"/index\.html$"))
    expect(field(lone)).to_be_focused()


def test_all_pages_are_searched_and_results_come_as_one_scrolls(page: Page, base: str) -> None:
    page.goto(f"{base}/page/2/index.html")
    numbers = page.get_by_role("navigation", name="Pages")
    expect(numbers).to_be_visible()
    field(page).fill("plain")
    expect(page.get_by_role("status")).to_have_text("130 of 135 pictures")
    expect(numbers).to_be_hidden()
    expect(titles(page)).to_have_count(PER_PAGE)
    for count in (120, 130):
        titles(page).last.scroll_into_view_if_needed()
        expect(titles(page)).to_have_count(count)
    image = page.locator("[data-slug=plain-129] picture img")
    image.scroll_into_view_if_needed()
    expect(image).to_have_js_property("complete", True)
    assert image.evaluate("image => image.naturalWidth") > 0
    page.get_by_role("link", name="Plain 129").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Plain 129")


def test_a_found_picture_is_the_one_the_list_shows(lone: Page) -> None:
    markup = "item => item.outerHTML.replace(/ loading=.lazy./, '').replace(/\\s+/g, ' ')"
    lone.goto(lone.url.replace("index.html", "page/2/index.html"))
    zebra = lone.locator("[data-slug=named-4]")
    written = zebra.evaluate(markup)
    field(lone).fill("zebra")
    expect(titles(lone)).to_have_count(1)
    found = zebra.evaluate(markup)
    for pattern in (
        r'srcset="[^"]*"',
        r'sizes="[^"]*"',
        r'href="[^"]*"',
        r'alt="[^"]*"',
        r'(?:width|height)="\d+"',
    ):
        assert re.findall(pattern, found) == re.findall(pattern, written)


@pytest.mark.parametrize("width", [320, 768, 2560])
def test_the_tools_fit_every_width_and_nothing_moves(browser: Browser, served: str, width: int) -> None:
    with watched(browser, viewport={"width": width, "height": 800}) as page:
        page.goto(f"{served}/index.html?q=zebra")
        expect(titles(page)).to_have_text(["Zebra"])
        overflow = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
        assert page.evaluate(overflow) <= 0
        page.goto(f"{served}/index.html")
        shift = "new Promise(done => new PerformanceObserver(list => done(list.getEntries().length)).observe("
        shift += "{type: 'layout-shift', buffered: true}) || setTimeout(() => done(0), 300))"
        assert page.evaluate(shift) == 0


def test_without_scripts_nothing_is_promised(browser: Browser, base: str) -> None:
    with watched(browser, java_script_enabled=False) as page:
        page.goto(f"{base}/index.html?q=zebra")
        expect(titles(page)).to_have_count(PER_PAGE)
        assert page.locator("[data-search]").inner_html().strip() == ""
        assert page.locator("[data-search]").evaluate("element => element.offsetHeight") == 0
