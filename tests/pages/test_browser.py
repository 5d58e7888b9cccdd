"""The pages in a real browser: from a disk and from a server's sub-path, narrow and wide, light and dark.

Scripts are off throughout; Playwright itself still measures.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright import sync_api
from playwright.sync_api import expect

from tests.pages.conftest import watched

PAGES = (
    "index.html",
    "images/cat/index.html",
    "images/cat/compare/index.html",
    "images/hostile/index.html",
    "models/classes/index.html",
    "models/classes/pool1/index.html",
    "models/classes/pool1/7/index.html",
    "models/classes/classes/n02124075/index.html",
    "about/index.html",
    "embed/index.html",
    "404.html",
)
WIDTHS = (320, 360, 480, 768, 1280, 1920)

OVERFLOW = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
UNLOADED = """[...document.images].filter(image => !image.naturalWidth && image.checkVisibility())
    .map(image => image.src)"""
GROUND = "getComputedStyle(document.body).backgroundColor"


@pytest.fixture(params=["light", "dark"])
def page(request: pytest.FixtureRequest, browser: sync_api.Browser) -> Iterator[sync_api.Page]:
    """A page without scripts that fails on anything the console or the network complains of."""
    with watched(browser, color_scheme=request.param, java_script_enabled=False) as page:
        yield page


@pytest.mark.parametrize("path", PAGES)
def test_pages_load_whole_and_fit_every_width(page: sync_api.Page, base: str, path: str) -> None:
    page.goto(f"{base}/{path}")
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 800})
        assert page.evaluate(OVERFLOW) <= 0, f"{width} px"
    for image in page.locator("img:visible").all():
        image.scroll_into_view_if_needed()
    page.wait_for_load_state("networkidle")
    assert page.evaluate(UNLOADED) == []


def test_the_style_applies_and_follows_the_scheme(page: sync_api.Page, base: str) -> None:
    grounds = set()
    for path in PAGES:
        page.goto(f"{base}/{path}")
        grounds.add(page.evaluate(GROUND))
    dark = page.evaluate("matchMedia('(prefers-color-scheme: dark)').matches")
    assert grounds == {"rgb(20, 22, 24)" if dark else "rgb(253, 253, 252)"}


@pytest.mark.parametrize("width", [320, 390, 1280])
def test_views_have_their_own_size_below_or_beside_each_other(
    page: sync_api.Page, base: str, width: int
) -> None:
    page.set_viewport_size({"width": width, "height": 800})
    for path in ("images/cat/index.html", "models/classes/pool1/7/index.html"):
        page.goto(f"{base}/{path}")
        boxes = [view.bounding_box() for view in page.locator(".pair").first.locator("img:not(.plain)").all()]
        assert [(box["width"], box["height"]) for box in boxes if box] == [(168, 168)] * 2
        first, second = boxes
        assert first
        assert second
        beside = width >= 390
        assert (second["x"] - first["x"], second["y"] - first["y"]) == ((168, 0) if beside else (0, 168))
        assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_words_of_a_layer_are_beside_its_pairs_on_wide_screens(page: sync_api.Page, base: str) -> None:
    page.goto(f"{base}/images/cat/index.html")
    figure = page.locator("figure.layer").first
    for width, is_beside in ((1280, True), (900, False), (390, False)):
        page.set_viewport_size({"width": width, "height": 800})
        words, pairs, embed = (
            figure.locator(part).bounding_box() or {} for part in ("figcaption", ".pairs", "details")
        )
        if is_beside:
            assert pairs["x"] >= words["x"] + words["width"]
            assert (words["y"], embed["x"]) == (pairs["y"], words["x"])
            assert embed["y"] + embed["height"] < pairs["y"] + pairs["height"]
        else:
            assert pairs["y"] >= words["y"] + words["height"]
            assert embed["y"] >= pairs["y"] + pairs["height"]


def test_columns_of_a_comparison_are_as_wide_as_their_pairs(page: sync_api.Page, base: str) -> None:
    page.goto(f"{base}/images/cat/compare/index.html")
    for width in (1280, 390):
        page.set_viewport_size({"width": width, "height": 800})
        for method in page.locator(".compared").first.locator(".method").all():
            boxes = [box.bounding_box() or {} for box in method.locator("li").all()]
            assert [box["width"] for box in boxes] == [336, 336]
            assert boxes[1]["x"] - boxes[0]["x"] == 336 + 24
            views = [view.bounding_box() or {} for view in method.locator("img").all()]
            assert {(view["width"], view["height"]) for view in views} == {(168, 168)}


def test_what_the_network_saw_covers_a_tile_under_the_focus(page: sync_api.Page, base: str) -> None:
    page.goto(f"{base}/index.html")
    tile = page.locator("[data-slug=cat] a")
    large, inset = tile.locator(".through"), tile.locator(".inset")
    expect(inset).to_be_visible()
    expect(large).to_be_hidden()
    page.keyboard.press("Tab")
    tile.focus()
    expect(inset).to_be_hidden()
    expect(large).to_be_visible()
    expect(large).to_have_js_property("complete", value=True)
    boxes = "images => images.map(image => JSON.stringify(image.getBoundingClientRect()))"
    assert len(set(tile.locator("img:visible").evaluate_all(boxes))) == 1
    tile.evaluate("element => element.blur()")
    expect(large).to_be_hidden()
    # The thumbnail of a small picture may be narrower than its tile.
    small = """all => all.map(one => {
      one.classList.add("crisp"); one.style.setProperty("--columns", "160px");
    })"""
    tile.locator(".looks, picture img").evaluate_all(small)
    rights = tile.locator("img:visible").evaluate_all(
        "all => all.map(one => one.getBoundingClientRect().right)"
    )
    assert rights == [48 + 320, 48 + 320]
    tile.hover()
    expect(large).to_be_visible()


def test_the_right_edge_of_a_comparison_fades_while_there_is_more(page: sync_api.Page, base: str) -> None:
    page.set_viewport_size({"width": 390, "height": 800})
    page.goto(f"{base}/images/cat/compare/index.html")
    scroller = page.locator(".scroller").first
    expect(scroller).to_have_css("mask-image", re.compile("linear-gradient"))
    expect(scroller).to_have_css("mask-size", "100% 100%")
    scroller.evaluate("element => element.scrollLeft = element.scrollWidth")
    expect(scroller).to_have_css("mask-size", "calc(100% + 48px) 100%")
    page.set_viewport_size({"width": 1280, "height": 800})
    page.reload()
    expect(scroller).to_have_css("mask-image", "none")


def test_a_map_fades_to_the_plain_picture_under_the_focus(page: sync_api.Page, base: str) -> None:
    page.goto(f"{base}/images/cat/index.html")
    pair = page.locator("a[data-open]").first
    plain = pair.locator(".plain")
    assert plain.evaluate("element => getComputedStyle(element).opacity") == "0"
    page.keyboard.press("Tab")
    pair.focus()
    expect(plain).to_have_css("opacity", "1")
    boxes = "images => images.map(image => JSON.stringify(image.getBoundingClientRect()))"
    shown, over, _ = pair.locator("img").evaluate_all(boxes)
    assert shown == over


def test_the_policy_lets_facts_through_and_runs_nothing(browser: sync_api.Browser, site: Path) -> None:
    page, complaints = browser.new_page(), []
    page.on("console", lambda message: complaints.append(message.text))
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.goto(f"{site.as_uri()}/images/hostile/index.html")
    facts = page.evaluate("JSON.parse(document.querySelector('script[type$=json]').textContent)")
    assert facts["@type"] == "ImageObject"
    assert complaints == []
    page.evaluate("document.head.append(Object.assign(document.createElement('script'), {text: 'ran = 1'}))")
    assert page.evaluate("typeof ran") == "undefined"
    assert "Content Security Policy" in complaints[0]
    page.close()


def test_the_policy_lets_the_page_be_asked_for_robots_and_nothing_elsewhere(
    browser: sync_api.Browser, served: str
) -> None:
    page = browser.new_page()
    page.goto(f"{served}/index.html")
    asked = """address => new Promise((resolve, reject) => {
        addEventListener("securitypolicyviolation", event => resolve(event.effectiveDirective));
        fetch(address).then(answer => resolve(answer.status), error => setTimeout(reject, 5000, error));
    })"""
    assert page.evaluate(asked, "robots.txt") == 200
    assert page.evaluate(asked, "http://localhost:9/robots.txt") == "connect-src"
    page.close()


def test_thumbnails_of_a_row_share_their_height(page: sync_api.Page, base: str) -> None:
    page.goto(f"{base}/index.html")
    page.set_viewport_size({"width": 1280, "height": 800})
    heights = [image.bounding_box()["height"] for image in page.locator(".gallery img[srcset]").all()]
    assert len(heights) > 1
    assert max(heights) - min(heights) < 1


def test_the_name_of_a_feature_is_large_enough_for_a_finger(page: sync_api.Page, base: str) -> None:
    page.goto(f"{base}/images/cat/index.html")
    names = page.locator(".pairs a.title").all()
    assert names
    assert all(name.bounding_box()["height"] >= 24 for name in names)


@pytest.mark.parametrize(
    ("columns", "box", "shown"), [(8, 227, 224), (28, 300, 280), (64, 300, 256), (160, 90, 90)]
)
def test_pixels_of_a_small_picture_are_equally_large(
    page: sync_api.Page, base: str, columns: int, box: int, shown: int
) -> None:
    page.goto(f"{base}/index.html")
    script = """([columns, width]) => {
      const image = document.querySelector(".gallery img"), box = document.createElement("div");
      box.style.width = `${width}px`;
      image.className = "crisp"; image.style.setProperty("--columns", `${columns}px`);
      image.width = 320; image.height = 320;
      document.querySelector("main").append(box); box.append(image);
      return [image.getBoundingClientRect().width, getComputedStyle(image).imageRendering];
    }"""
    assert page.evaluate(script, [columns, box]) == [shown, "pixelated"]


def test_readers_walk_from_picture_to_picture(page: sync_api.Page, base: str) -> None:
    page.goto(f"{base}/index.html")
    page.get_by_role("link", name="Chelsea the cat", exact=True).click()
    assert page.get_by_role("heading", level=1).inner_text() == "Chelsea the cat"
    page.get_by_role("navigation", name="Neighbouring pictures").get_by_role("link").click()
    page.get_by_role("navigation", name="Breadcrumb").get_by_role("link").click()
    assert page.url == f"{base}/index.html"
