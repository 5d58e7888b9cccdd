"""What is pasted and downloaded from under a figure, from a disk and from a server's sub-path."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from dataclasses import replace
from html import unescape
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from playwright.sync_api import Browser, BrowserContext, Locator, Page, expect

from generator.records import GalleryConfig, ShownPicture
from tests.pages.conftest import HOSTILE, until, watched
from tests.support.pages import render

TEXTS = ("HTML", "Markdown", "Permalink")
PAPERS = {"light": (255, 255, 255), "dark": (18, 18, 18)}
INKS = {"light": (27, 31, 36), "dark": (228, 231, 235)}


@pytest.fixture(params=["light", "dark"])
def scheme(request: pytest.FixtureRequest) -> str:
    return request.param


@pytest.fixture
def page(browser: Browser, base: str) -> Iterator[Page]:
    with watched(browser, permissions=["clipboard-read", "clipboard-write"]) as page:
        page.goto(f"{base}/images/hostile/index.html")
        yield page


def kit(page: Page, number: int = 1) -> Locator:
    """Return what is under the panel of that number, unfolded."""
    found = page.locator("details[data-embed]").nth(number)
    found.locator("summary").click()
    return found


def text(under: Locator, name: str) -> str:
    return under.locator(f"[data-copy={name.lower()}]").input_value()


def clipboard(page: Page) -> str:
    return page.evaluate("navigator.clipboard.readText()")


@pytest.mark.parametrize("name", TEXTS)
def test_a_button_copies_its_text_and_says_so(page: Page, name: str) -> None:
    under = kit(page)
    under.get_by_role("button", name=f"Copy {name}", exact=True).click()
    expect(under.get_by_role("status")).to_have_text(f"{name} copied.")
    assert clipboard(page) == text(under, name)


def test_keys_copy_too_and_the_focus_stays(page: Page) -> None:
    under = kit(page)
    button = under.get_by_role("button", name="Copy Markdown")
    button.focus()
    page.keyboard.press("Enter")
    expect(under.get_by_role("status")).to_have_text("Markdown copied.")
    expect(button).to_be_focused()


def test_where_the_clipboard_is_refused_the_text_is_selected_and_copied(page: Page) -> None:
    page.evaluate("() => { navigator.clipboard.writeText = () => Promise.reject(new Error('refused')); }")
    under = kit(page)
    button = under.get_by_role("button", name="Copy HTML")
    button.click()
    expect(under.get_by_role("status")).to_have_text("HTML copied.")
    assert clipboard(page) == text(under, "HTML")
    expect(button).to_be_focused()
    page.evaluate("() => { document.execCommand = () => false; }")
    under.get_by_role("button", name="Copy Permalink").click()
    expect(under.get_by_role("status")).to_have_text("Permalink is selected; copy it with Ctrl+C or ⌘C.")
    expect(under.locator("[data-copy=permalink]")).to_be_focused()


def test_a_served_gallery_knows_its_address(browser: Browser, served: str) -> None:
    with watched(browser) as page:
        page.goto(f"{served}/images/hostile/index.html")
        texts = [page.locator(f"[data-copy={name.lower()}]").nth(1).input_value() for name in TEXTS]
        assert page.locator("text=Put the address of this gallery").count() == 0
        here = f"{served}/images/hostile/index.html#edges/pool1"
        figure = f"{served}/images/hostile/edges/pool1.svg"
        markup, markdown, permalink = texts
        assert permalink == here
        assert re.findall('(?:href|src)="([^"]*)"', markup) == [here, figure, here]
        assert unescape(markup).count(HOSTILE) == 2
        assert markdown.endswith(f"]({figure})]({here})")
        page.goto(permalink)
        assert page.locator("figure:target").get_attribute("data-layer") == "pool1"


def test_what_is_copied_shows_the_figure_elsewhere(browser: Browser, served: str, tmp_path: Path) -> None:
    with watched(browser) as page:
        page.goto(f"{served}/images/cat/index.html")
        markup = page.locator("[data-copy=html]").first.input_value()
        post = tmp_path / "post.html"
        post.write_text(f"<!doctype html><meta charset=utf-8><title>A post</title>{markup}", encoding="utf-8")
        page.goto(post.as_uri())
        image = page.locator("img")
        image.scroll_into_view_if_needed()
        until(page, "document.images[0].naturalWidth === 1200")
        page.get_by_role("link", name="Gallery").click()
        expect(page).to_have_url(f"{served}/images/cat/index.html#edges/conv1-preactivation")


def test_from_a_disk_addresses_stay_relative_and_no_picture_is_offered(browser: Browser, site: Path) -> None:
    with watched(browser) as page:
        page.goto(f"{site.as_uri()}/images/cat/index.html")
        under = kit(page)
        assert text(under, "Permalink") == "images/cat/index.html#edges/pool1"
        expect(under).to_contain_text("Put the address of this gallery before the paths.")
        assert page.get_by_role("button", name="PNG at 2x").count() == 0


def test_an_address_of_the_gallerys_own_is_left_alone(
    browser: Browser, served: str, site: Path, config: GalleryConfig, pictures: list[ShownPicture]
) -> None:
    home = "https://example.org/gallery/"
    outputs = render(replace(config, base_url=home), pictures, "1", "2")
    content = next(output.content for output in outputs if output.path == "images/cat/index.html")
    with watched(browser) as page:
        address = f"{served}/images/cat/index.html"
        page.route(address, lambda route: route.fulfill(body=content, content_type="text/html"))
        page.goto(address)
        permalinks = page.locator("[data-copy=permalink]").evaluate_all("all => all.map(one => one.value)")
        assert all(link.startswith(f"{home}images/cat/#") for link in permalinks)


def downloaded(page: Page, under: Locator) -> tuple[str, Image.Image]:
    with page.expect_download() as known:
        under.get_by_role("button", name="PNG at 2x").click()
    expect(under.get_by_role("status")).to_have_text("PNG downloaded.")
    content = Path(known.value.path()).read_bytes()
    return known.value.suggested_filename, Image.open(io.BytesIO(content))


def test_the_png_is_the_figure_at_twice_its_size(browser: Browser, served: str, scheme: str) -> None:
    with watched(browser, color_scheme=scheme) as page:
        page.goto(f"{served}/images/cat/index.html")
        name, picture = downloaded(page, kit(page))
        assert (name, picture.format, picture.size) == ("cat-edges-pool1@2x.png", "PNG", (2400, 600))
        colours = {
            (50, 300): INKS[scheme],
            (2390, 590): PAPERS[scheme],
            (2 * 136 + 9, 77): (255, 165, 0),
            (2 * 496 + 9, 77): (0, 128, 0),
            (2 * 664 + 9, 77): (128, 128, 128),
        }
        assert {place: picture.convert("RGB").getpixel(place) for place in colours} == colours
        edge = np.asarray(picture.convert("RGB"))[300, 190:210]
        assert {tuple(pixel) for pixel in edge.tolist()} == {INKS[scheme], PAPERS[scheme]}


def test_the_png_is_what_a_sharper_screen_shows(browser: Browser, served: str, scheme: str) -> None:
    options = {"color_scheme": scheme, "device_scale_factor": 2, "viewport": {"width": 1200, "height": 300}}
    with watched(browser, **options) as page:
        page.goto(f"{served}/images/cat/index.html")
        _, picture = downloaded(page, kit(page))
        page.route("**/favicon.ico", lambda route: route.fulfill(status=204))
        page.goto(f"{served}/images/cat/edges/pool1.svg")
        shown = Image.open(io.BytesIO(page.screenshot()))
        difference = np.abs(np.asarray(picture.convert("RGB"), int) - np.asarray(shown.convert("RGB"), int))
        assert difference.max() <= 2


def test_a_figure_that_cannot_be_drawn_is_told(browser: Browser, served: str) -> None:
    with watched(browser) as page:
        page.goto(f"{served}/images/cat/index.html")
        under = kit(page)
        under.evaluate("kit => { kit.dataset.figure = '../../assets/style.css'; }")
        under.get_by_role("button", name="PNG at 2x").click()
        expect(under.get_by_role("status")).to_have_text("The browser cannot draw this figure as a PNG.")


def test_the_embed_page_has_the_same_kit(browser: Browser, base: str) -> None:
    with watched(browser, permissions=["clipboard-read", "clipboard-write"]) as page:
        page.goto(f"{base}/embed/index.html")
        page.get_by_role("button", name="Copy Permalink").click()
        expect(page.get_by_role("status")).to_have_text("Permalink copied.")
        assert clipboard(page) == text(page.locator("details"), "Permalink")
        assert page.get_by_role("main").get_by_role("button").count() == (3 if base.startswith("file") else 4)


@pytest.mark.parametrize("width", [320, 1280])
def test_the_kit_fits(browser: Browser, served: str, scheme: str, width: int) -> None:
    with watched(browser, color_scheme=scheme, viewport={"width": width, "height": 800}) as page:
        page.goto(f"{served}/images/hostile/index.html")
        under = kit(page)
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        for button in under.get_by_role("button").all():
            box = button.bounding_box()
            assert box
            assert min(box["width"], box["height"]) >= 24


def test_without_scripts_nothing_dead_is_shown(browser: Browser, base: str) -> None:
    context: BrowserContext = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{base}/images/cat/index.html")
    under = kit(page)
    assert under.get_by_role("button").count() == 0
    expect(under.locator("[data-copy=html]")).to_be_visible()
    context.close()
