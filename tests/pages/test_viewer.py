"""The full-screen view, in a browser, from a disk and from a server's sub-path."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator

import pytest
from PIL import Image
from playwright.sync_api import Browser, Locator, Page, expect

from tests.pages.conftest import until, watched

PLACES = [
    (model, layer, feature)
    for model in ("edges", "classes")
    for layer in ("conv1-preactivation", "pool1", "predictions")
    for feature in (7, 4)
]
CAT = "images/cat/index.html"
ORANGE, GREEN, NAVY, GRAY = (255, 165, 0), (0, 128, 0), (0, 0, 128), (128, 128, 128)


@pytest.fixture
def page(browser: Browser, base: str) -> Iterator[Page]:
    with watched(browser, viewport={"width": 1280, "height": 800}) as page:
        page.goto(f"{base}/{CAT}")
        yield page


@pytest.fixture
def lone(browser: Browser, served: str) -> Iterator[Page]:
    """A served page alone, for what does not depend on where it comes from."""
    with watched(browser, viewport={"width": 1280, "height": 800}) as page:
        page.goto(f"{served}/{CAT}")
        yield page


def viewer(page: Page) -> Locator:
    return page.get_by_role("dialog")


def panel(page: Page, model: str = "classes", layer: str = "pool1", place: int = 0) -> Locator:
    """Return a pair of a panel."""
    return page.locator(f'[id="{model}/{layer}"] a[data-open]').nth(place)


def expect_pair(page: Page, number: int) -> None:
    """Expect the pair of that number, from 1, in words, in the address and in the link to its feature."""
    model, layer, feature = PLACES[number - 1]
    name = f"{layer.replace('-', ':')}, feature {feature}"
    expect(page.get_by_role("dialog", name=name, exact=True)).to_be_visible()
    expect(viewer(page).get_by_role("status")).to_have_text(re.compile(rf"{name}.* {number} of 12$"))
    expect(page).to_have_url(re.compile(rf"#view={model}/{layer}/{feature}$"))
    link = viewer(page).get_by_role("link")
    expect(link).to_have_attribute("href", re.compile(rf"/models/{model}/{layer}/{feature}/index\.html$"))
    source = re.compile(
        rf"{model}/{layer}\.svg#cat-.*\.{0 if feature == 7 else 1}\.(map|reconstruction|map.plain)$"
    )
    for image in viewer(page).locator("img").all():
        expect(image).to_have_attribute("src", source)


def colours(page: Page) -> list[tuple[int, ...]]:
    """Return the colour in the middle of each half."""
    until(page, "[...document.querySelectorAll('.viewer img')].every(image => image.complete)")
    shots = [Image.open(io.BytesIO(half.screenshot())) for half in page.locator(".half").all()]
    return [shot.convert("RGB").getpixel((shot.width // 2, shot.height // 2)) for shot in shots]


def transform(page: Page) -> tuple[float, float, float]:
    """Return zoom and translation, the same of both halves."""
    found = page.locator(".half img").evaluate_all("all => all.map(one => getComputedStyle(one).transform)")
    assert found[0] == found[1]
    scale, _, _, _, x, y = (float(number) for number in re.findall(r"-?[\d.]+(?:e-\d+)?", found[0]))
    return scale, x, y


def click_pair(page: Page, place: int, **options: object) -> None:
    """Click on a pair, at its reconstruction."""
    pair = page.locator('[id="classes/pool1"] a[data-open]').nth(place)
    pair.locator("img").last.click(**options)


# Opening and closing


@pytest.mark.parametrize("place", [0, 1])
def test_a_click_opens_the_pair_that_was_clicked(page: Page, place: int) -> None:
    click_pair(page, place)
    expect_pair(page, 9 + place)
    assert colours(page) == [(ORANGE, GREEN)[place], GRAY]


def test_enter_on_a_panel_opens_its_first_pair(page: Page) -> None:
    panel(page).focus()
    page.keyboard.press("Enter")
    expect_pair(page, 9)
    assert page.evaluate("document.activeElement.matches('dialog')")


def test_an_address_opens_a_pair_and_closing_leads_to_its_layer(page: Page) -> None:
    page.goto(f"{page.url}#view=edges/conv1-preactivation/4")
    expect_pair(page, 2)
    page.reload()
    expect_pair(page, 2)
    page.keyboard.press("Escape")
    expect(viewer(page)).to_be_hidden()
    assert page.url.endswith("#edges/conv1-preactivation")


def test_an_address_of_nothing_opens_nothing(page: Page) -> None:
    page.goto(f"{page.url}#view=edges/conv1-preactivation/99")
    expect(viewer(page)).to_be_hidden()


@pytest.mark.parametrize("way", ["Escape", "button", "back"])
def test_closing_gives_back_focus_and_address(page: Page, way: str) -> None:
    here = page.url
    panel(page).focus()
    page.keyboard.press("Enter")
    expect_pair(page, 9)
    if way == "button":
        viewer(page).get_by_role("button", name="Close").click()
    elif way == "back":
        page.go_back()
    else:
        page.keyboard.press("Escape")
    expect(viewer(page)).to_be_hidden()
    expect(page).to_have_url(here)
    expect(panel(page)).to_be_focused()


def test_closed_by_the_mouse_a_panel_keeps_its_map(lone: Page) -> None:
    click_pair(lone, 0)
    viewer(lone).get_by_role("button", name="Close").click()
    expect(panel(lone)).to_be_focused()
    lone.mouse.move(5, 5)
    expect(panel(lone).locator(".plain")).to_have_css("opacity", "0")


def test_the_page_goes_to_the_layer_last_looked_at_and_forward_opens_it_again(page: Page) -> None:
    panel(page, "edges", "conv1-preactivation").focus()
    page.keyboard.press("Enter")
    page.keyboard.press("End")
    expect_pair(page, 12)
    page.go_back()
    expect(viewer(page)).to_be_hidden()
    expect(panel(page, "classes", "predictions", 1)).to_be_focused()
    expect(panel(page, "classes", "predictions")).to_be_in_viewport()
    page.go_forward()
    expect_pair(page, 12)


def test_escape_twice_leaves_no_address_behind(page: Page) -> None:
    page.goto(f"{page.url}#view=edges/pool1/7")
    page.evaluate("document.querySelector('dialog').close()")  # what Chromium does at a second Escape
    expect(page).to_have_url(re.compile("#edges/pool1$"))


def test_a_modified_click_follows_the_link(lone: Page) -> None:
    with lone.context.expect_page() as opened:
        panel(lone).click(modifiers=["Control"])
    assert opened.value.url.endswith("/images/cat/classes/pool1.svg")
    with lone.context.expect_page() as opened:
        panel(lone).click(button="middle")
    assert opened.value.url.endswith("/images/cat/classes/pool1.svg")
    expect(viewer(lone)).to_be_hidden()


# Walking


def test_arrows_walk_across_features_layers_and_networks_to_the_ends(page: Page) -> None:
    click_pair(page, 1)
    for key, number in (
        *(("ArrowRight", 11), ("ArrowLeft", 10), ("ArrowUp", 8), ("ArrowUp", 6), ("ArrowDown", 8)),
        *(("Home", 1), ("ArrowLeft", 1), ("ArrowUp", 1), ("End", 12), ("ArrowRight", 12), ("ArrowDown", 12)),
    ):
        page.keyboard.press(key)
        expect_pair(page, number)
    assert page.evaluate("history.length") == 3  # about:blank, the page, the viewer
    page.go_back()
    expect(viewer(page)).to_be_hidden()


def test_buttons_walk_too_and_keep_the_focus_at_the_end(lone: Page) -> None:
    click_pair(lone, 0)
    for name, number in (
        *(("Next feature", 10), ("Previous feature", 9), ("Previous layer", 7), ("Next layer", 9)),
        ("Next layer", 11),
    ):
        viewer(lone).get_by_role("button", name=name).click()
        expect_pair(lone, number)
    down = viewer(lone).get_by_role("button", name="Next layer")
    expect(down).to_have_attribute("aria-disabled", "true")
    expect(down).to_be_focused()
    lone.keyboard.press("ArrowUp")
    expect_pair(lone, 9)
    expect(down).to_have_attribute("aria-disabled", "false")


def test_tab_stays_in_the_viewer_and_the_link_leads_to_the_feature(lone: Page) -> None:
    click_pair(lone, 0)
    for _ in range(20):
        lone.keyboard.press("Tab")
        assert lone.evaluate(
            "document.activeElement === document.body || !!document.activeElement.closest('dialog')"
        )
    viewer(lone).get_by_role("link").click()
    expect(lone.get_by_role("heading", level=1)).to_have_text("pool1 feature 7")


def test_the_neighbours_are_loaded_beforehand(lone: Page) -> None:
    lone.add_init_script("""const Plain = Image; window.loaded = [];
        window.Image = function () { const made = new Plain(); loaded.push(made); return made; };""")
    lone.goto(f"{lone.url}#view=edges/pool1/4")
    lone.reload()
    expect_pair(lone, 4)
    until(lone, "loaded.length === 4 && loaded.every(image => image.naturalWidth)")
    sources = lone.evaluate(
        """loaded.map(image => image.src.split('/images/cat/')[1]
            .replace(/#.*pool1|#.*preactivation|#.*ions/, ''))"""
    )
    assert sorted(sources) == [
        "edges/conv1-preactivation.svg.1.map",
        "edges/pool1.svg.0.map",
        "edges/predictions.svg.0.map",
        "edges/predictions.svg.1.map",
    ]


def test_the_map_goes_and_comes_and_stays_away_on_the_walk(page: Page) -> None:
    click_pair(page, 0)
    toggle = viewer(page).get_by_role("button", name="Map")
    expect(toggle).to_have_attribute("aria-pressed", "true")
    page.keyboard.press("m")
    expect(toggle).to_have_attribute("aria-pressed", "false")
    assert colours(page) == [NAVY, GRAY]
    page.keyboard.press("ArrowRight")
    expect_pair(page, 10)
    assert colours(page) == [NAVY, GRAY]
    toggle.click()
    assert colours(page) == [GREEN, GRAY]


# Zoom and pan


def test_keys_and_buttons_zoom_within_bounds(lone: Page) -> None:
    click_pair(lone, 0)
    assert transform(lone) == (1, 0, 0)
    lone.keyboard.press("-")
    assert transform(lone) == (1, 0, 0)
    lone.keyboard.press("+")
    assert transform(lone) == (1.5, 0, 0)
    viewer(lone).get_by_role("button", name="Zoom in").click()
    assert transform(lone) == (2.25, 0, 0)
    for _ in range(9):
        lone.keyboard.press("+")
    assert transform(lone) == (8, 0, 0)
    expect(viewer(lone).get_by_role("button", name="Zoom in")).to_have_attribute("aria-disabled", "true")
    viewer(lone).get_by_role("button", name="Zoom out").click()
    assert transform(lone)[0] == pytest.approx(8 / 1.5, rel=1e-4)
    viewer(lone).get_by_role("button", name="whole pair").click()
    assert transform(lone) == (1, 0, 0)
    lone.keyboard.press("+")
    lone.keyboard.press("0")
    assert transform(lone) == (1, 0, 0)


def middle(page: Page, half: int = 0) -> tuple[float, float, float]:
    """Return the middle of a half, and its width."""
    box = page.locator(".half").nth(half).bounding_box()
    assert box
    return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2, box["width"]


def test_the_wheel_zooms_at_the_pointer_and_the_place_stays(lone: Page) -> None:
    click_pair(lone, 0)
    x, y, width = middle(lone, 1)
    lone.mouse.move(x + width / 4, y)
    lone.mouse.wheel(0, -400)
    until(lone, "getComputedStyle(document.querySelector('.half img')).transform[7] != '1'")
    scale, moved, _ = transform(lone)
    assert scale == pytest.approx(2.2255, rel=1e-3)
    assert moved == pytest.approx(-width / 4 * (scale - 1), rel=1e-2)
    assert lone.evaluate("scrollY") == lone.evaluate("Math.round(scrollY)")
    lone.keyboard.press("ArrowRight")
    assert transform(lone)[0] == scale


def test_a_double_click_zooms_in_and_out(lone: Page) -> None:
    click_pair(lone, 0)
    x, y, width = middle(lone)
    lone.mouse.dblclick(x - width / 8, y)
    assert transform(lone) == (3, pytest.approx(width / 4, rel=1e-2), pytest.approx(0, abs=1))
    lone.mouse.dblclick(x, y)
    assert transform(lone) == (1, 0, 0)


def test_dragging_pans_both_halves_and_never_past_the_edge(lone: Page) -> None:
    click_pair(lone, 0)
    x, y, width = middle(lone)
    lone.keyboard.press("+")
    lone.mouse.move(x, y)
    lone.mouse.down()
    lone.mouse.move(x + 30, y - 20)
    assert transform(lone) == (1.5, 30, -20)
    lone.mouse.move(x + 2000, y - 2000, steps=3)
    lone.mouse.up()
    edge = width / 4
    assert transform(lone) == (1.5, pytest.approx(edge, abs=1), pytest.approx(-edge, abs=1))
    lone.mouse.move(x, y)
    assert transform(lone)[1] == pytest.approx(edge, abs=1)


def test_shift_with_arrows_pans(lone: Page) -> None:
    click_pair(lone, 0)
    lone.keyboard.press("Shift+ArrowRight")
    assert transform(lone) == (1, 0, 0)
    lone.keyboard.press("+")
    lone.keyboard.press("+")
    lone.keyboard.press("Shift+ArrowRight")
    lone.keyboard.press("Shift+ArrowUp")
    assert transform(lone) == (2.25, -80, 80)
    expect_pair(lone, 9)


def touch(page: Page, *moments: list[tuple[float, float]]) -> None:
    """Put fingers down, move them from moment to moment, and lift them."""
    session = page.context.new_cdp_session(page)
    for number, points in enumerate((*moments, [])):
        kind = "touchMove" if points and number else "touchStart" if points else "touchEnd"
        where = [{"x": x, "y": y, "id": finger} for finger, (x, y) in enumerate(points)]
        session.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": where})


@pytest.fixture
def phone(browser: Browser, served: str) -> Iterator[Page]:
    options = {"viewport": {"width": 390, "height": 800}, "has_touch": True, "is_mobile": True}
    with watched(browser, **options) as page:
        page.goto(f"{served}/{CAT}#view=classes/pool1/7")
        expect_pair(page, 9)
        yield page


def test_two_fingers_pinch(phone: Page) -> None:
    x, y, _ = middle(phone)
    touch(phone, *([(x - apart, y), (x + apart, y)] for apart in (20, 50, 60)))
    until(phone, "getComputedStyle(document.querySelector('.half img')).transform != 'none'")
    assert transform(phone)[0] == pytest.approx(3, rel=0.01)
    assert phone.evaluate("visualViewport.scale") == 1
    expect_pair(phone, 9)


@pytest.mark.parametrize(
    ("x", "y", "number"), [(-120, 9, 10), (120, 9, 8), (9, -120, 11), (9, 120, 7), (9, 9, 9)]
)
def test_a_swipe_walks(phone: Page, x: int, y: int, number: int) -> None:
    from_x, from_y, _ = middle(phone)
    touch(phone, *([(from_x + share * x, from_y + share * y)] for share in (0, 0.5, 1)))
    expect_pair(phone, number)


def test_a_tap_opens_the_pair_that_was_tapped(phone: Page) -> None:
    viewer(phone).get_by_role("button", name="Close").tap()
    expect(viewer(phone)).to_be_hidden()
    panel(phone, place=1).tap(position={"x": 80, "y": 80})
    expect_pair(phone, 10)


# How it stands


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("size", [(320, 568), (320, 256), (568, 320), (390, 800), (1280, 800), (2560, 1300)])
def test_the_pair_is_as_large_as_fits_and_nothing_is_cut(
    browser: Browser, served: str, scheme: str, size: tuple[int, int]
) -> None:
    width, height = size
    with watched(browser, viewport={"width": width, "height": height}, color_scheme=scheme) as page:
        page.goto(f"{served}/{CAT}#view=classes/pool1/7")
        expect_pair(page, 9)
        first, second = (half.bounding_box() for half in page.locator(".half").all())
        stage = page.locator(".stage").bounding_box()
        assert first
        assert second
        assert stage
        assert first["width"] == pytest.approx(first["height"])
        beside = min(stage["width"] / 2, stage["height"])
        stacked = min(stage["width"], stage["height"] / 2)
        assert first["width"] == pytest.approx(max(beside, stacked), abs=1)
        touching = second["y"] - first["y"] if stacked > beside else second["x"] - first["x"]
        assert touching == pytest.approx(first["width"], abs=0.1)
        assert (
            page.evaluate("dialog => dialog.scrollWidth - dialog.clientWidth", page.query_selector("dialog"))
            == 0
        )
        dialog = viewer(page).bounding_box()
        assert dialog == {"x": 0, "y": 0, "width": width, "height": height}
        ground = viewer(page).evaluate("dialog => getComputedStyle(dialog).backgroundColor")
        assert ground == {"light": "rgb(253, 253, 252)", "dark": "rgb(20, 22, 24)"}[scheme]
        for button in viewer(page).get_by_role("button").all():
            box = button.bounding_box()
            assert box
            assert min(box["width"], box["height"]) >= 39.9
        page.set_viewport_size({"width": 700, "height": 700})
        expect(page.locator(".stage")).to_have_css("width", re.compile("^6"))


def test_the_real_full_screen_is_a_key_away(lone: Page) -> None:
    click_pair(lone, 0)
    lone.keyboard.press("f")
    until(lone, "document.fullscreenElement?.matches('.viewer > div')")
    lone.keyboard.press("ArrowRight")
    expect_pair(lone, 10)
    lone.keyboard.press("f")
    until(lone, "!document.fullscreenElement")
    expect_pair(lone, 10)


# The page around it


def test_arrows_turn_to_the_neighbouring_pictures_while_nothing_has_the_focus(page: Page, base: str) -> None:
    page.keyboard.press("ArrowRight")
    page.wait_for_url(f"{base}/images/hostile/index.html")  # loaded, so its script hears the next key
    page.keyboard.press("ArrowLeft")
    page.wait_for_url(f"{base}/{CAT}")
    for key in ("ArrowLeft", "Alt+ArrowDown", "Shift+ArrowRight", "Control+ArrowRight"):
        page.keyboard.press(key)
    panel(page).focus()
    page.keyboard.press("ArrowRight")
    page.wait_for_timeout(100)
    expect(page).to_have_url(f"{base}/{CAT}")


def test_the_page_says_what_can_be_done(lone: Page, served: str) -> None:
    hints = lone.get_by_role("region", name="How to read the panels")
    expect(hints).to_contain_text("press Enter on it, to see it full screen")
    expect(hints).to_contain_text("← and → go to the neighbouring pictures")
    expect(panel(lone)).to_have_attribute("aria-haspopup", "dialog")


def test_without_scripts_the_link_leads_to_the_figure(browser: Browser, base: str) -> None:
    with watched(browser, java_script_enabled=False) as page:
        page.route("**/favicon.ico", lambda route: route.fulfill(status=204))
        page.goto(f"{base}/{CAT}")
        assert page.locator("dialog, button:visible").count() == 0
        assert "full screen" not in page.locator("main").inner_text()
        panel(page).click()
        expect(page).to_have_url(re.compile(r"/images/cat/classes/pool1\.svg$"))
