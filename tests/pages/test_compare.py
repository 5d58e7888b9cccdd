"""Panels side by side: which are offered, what stands in the address, and what a browser makes of both."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from playwright import sync_api
from playwright.sync_api import expect

from generator.records import GalleryConfig, Panel, ShownPicture
from tests.pages.conftest import drawn_files, watched
from tests.pages.test_browser import OVERFLOW
from tests.support.pages import render

PAGE = "images/cat/compare/index.html"
CHOSEN = "?left=classes/pool1/guided&right=edges/conv1-preactivation/deconvnet"


@pytest.fixture
def page(browser: sync_api.Browser) -> Iterator[sync_api.Page]:
    with watched(browser) as page:
        yield page


def side(page: sync_api.Page, name: str) -> sync_api.Locator:
    return page.get_by_role("region", name=name, exact=True)


def chosen(page: sync_api.Page, name: str) -> list[str]:
    """What a side's three choices are set to."""
    return [
        side(page, name).get_by_label(label).locator("option:checked").inner_text()
        for label in ("network", "layer", "method")
    ]


def expect_panel(page: sync_api.Page, name: str, caption: str, folder: str) -> None:
    """Assert that a side has exactly this panel: its caption, and pairs that lie in its file."""
    expect(side(page, name).locator("figcaption")).to_have_text([caption])
    sources = side(page, name).locator("img").evaluate_all("all => all.map(image => image.src)")
    assert len(sources) == 2 * 2
    assert all(f"/images/cat/{folder}.svg#" in source for source in sources)


def rendered(config: GalleryConfig, picture: ShownPicture) -> dict[str, str]:
    return {output.path: output.content.decode() for output in render(config, [picture], "1", "c0ffee")}


def test_every_panel_stands_once_by_every_method(pages: dict[str, str]) -> None:
    names = re.findall('<figure class="method" id="([^"]+)"', pages[PAGE])
    layers, methods = ("conv1-preactivation", "pool1", "predictions"), ("deconvnet", "guided")
    assert names == [
        f"{model}/{layer}/{method}"
        for model in ("edges", "classes")
        for layer in layers
        for method in methods
    ]
    images = re.findall("<img [^>]*>", pages[PAGE])
    assert len(images) == 2 * 2 * len(names)
    assert all('loading="lazy"' in image and 'width="168" height="168"' in image for image in images)
    assert sum("reconstruction by guided backpropagation." in image for image in images) == 12
    assert pages[PAGE].count("about/index.html#limits") == len(methods)


def test_panels_of_a_picture_link_to_their_comparison(pages: dict[str, str]) -> None:
    links = re.findall('href="(compare/[^"]*)"', pages["images/cat/index.html"])
    assert links[:2] == [
        "compare/index.html#edges/",
        "compare/index.html?left=edges/conv1-preactivation/deconvnet&amp;right=edges/conv1-preactivation/guided",
    ]
    assert len(links) == 2 * (1 + 3)


def test_without_further_methods_a_layer_is_compared_with_another_network(
    config: GalleryConfig, pictures: list[ShownPicture]
) -> None:
    views = tuple(replace(view, comparisons={}) for view in pictures[0].views)
    shorter = (views[0], replace(views[1], panels=views[1].panels[:2]))
    alone = replace(config, compare=())
    pages = rendered(alone, replace(pictures[0], views=shorter))
    links = re.findall(r'compare/index.html\?left=([^&]*)&amp;right=([^"]*)"', pages["images/cat/index.html"])
    assert links == [
        ("edges/conv1-preactivation/deconvnet", "classes/conv1-preactivation/deconvnet"),
        ("edges/pool1/deconvnet", "classes/conv1-preactivation/deconvnet"),
        ("edges/predictions/deconvnet", "classes/pool1/deconvnet"),
        ("classes/conv1-preactivation/deconvnet", "edges/conv1-preactivation/deconvnet"),
        ("classes/pool1/deconvnet", "edges/pool1/deconvnet"),
    ]


@pytest.mark.parametrize(("panels", "has_page"), [(1, False), (2, True)])
def test_a_lone_panel_has_nothing_to_be_compared_with(
    config: GalleryConfig, pictures: list[ShownPicture], panels: int, has_page: bool
) -> None:
    view = pictures[0].views[0]
    lone = replace(view, panels=view.panels[:panels], comparisons={})
    pages = rendered(replace(config, compare=()), replace(pictures[0], views=(lone,)))
    assert (PAGE in pages) == has_page
    assert ("compare/index.html" in pages["images/cat/index.html"]) == has_page
    assert "?left=" not in pages["images/cat/index.html"]


def test_an_address_chooses_both_sides(page: sync_api.Page, base: str) -> None:
    page.goto(f"{base}/{PAGE}{CHOSEN}")
    expect_panel(page, "Left", "pool1 of CLASSES: guided backpropagation", "classes/guided/pool1")
    expect_panel(page, "Right", "conv1:preactivation of EDGES: deconvnet", "edges/conv1-preactivation")
    assert chosen(page, "Left") == ["CLASSES", "pool1", "Guided backpropagation"]
    assert chosen(page, "Right") == ["EDGES", "conv1:preactivation", "Deconvnet"]
    expect(page.get_by_role("status")).to_be_empty()


def test_a_choice_stands_in_the_address_and_can_be_gone_back_from(
    page: sync_api.Page,
    base: str,
) -> None:
    page.goto(f"{base}/{PAGE}{CHOSEN}")
    side(page, "Left").get_by_label("layer").select_option("predictions")
    side(page, "Right").get_by_label("method").select_option("Guided backpropagation")
    assert page.url == f"{base}/{PAGE}?left=classes/predictions/guided&right=edges/conv1-preactivation/guided"
    expect_panel(
        page,
        "Right",
        "conv1:preactivation of EDGES: guided backpropagation",
        "edges/guided/conv1-preactivation",
    )
    page.reload()
    expect_panel(page, "Left", "predictions of CLASSES: guided backpropagation", "classes/guided/predictions")
    expect_panel(
        page,
        "Right",
        "conv1:preactivation of EDGES: guided backpropagation",
        "edges/guided/conv1-preactivation",
    )
    page.go_back()
    expect_panel(page, "Right", "conv1:preactivation of EDGES: deconvnet", "edges/conv1-preactivation")
    page.go_back()
    assert page.url == f"{base}/{PAGE}{CHOSEN}"
    assert chosen(page, "Left") == ["CLASSES", "pool1", "Guided backpropagation"]
    page.go_forward()
    expect_panel(page, "Left", "predictions of CLASSES: guided backpropagation", "classes/guided/predictions")


def test_another_network_keeps_layer_and_method(page: sync_api.Page, base: str) -> None:
    page.goto(f"{base}/{PAGE}{CHOSEN}")
    side(page, "Left").get_by_label("network").select_option("EDGES")
    expect_panel(page, "Left", "pool1 of EDGES: guided backpropagation", "edges/guided/pool1")


def test_sides_swap_by_keyboard(page: sync_api.Page, base: str) -> None:
    page.goto(f"{base}/{PAGE}{CHOSEN}")
    page.get_by_role("button", name="Swap sides").focus()
    page.keyboard.press("Enter")
    expect_panel(page, "Left", "conv1:preactivation of EDGES: deconvnet", "edges/conv1-preactivation")
    assert page.url.endswith("?left=edges/conv1-preactivation/deconvnet&right=classes/pool1/guided")
    expect(page.get_by_role("button", name="Swap sides")).to_be_focused()


def test_a_panel_that_is_not_there_is_named_and_replaced(page: sync_api.Page, base: str) -> None:
    page.goto(f"{base}/{PAGE}?left=edges/pool9/<b>&right=classes/pool1/guided")
    words = "This picture has no panel “edges/pool9/<b>”; another is shown instead."
    expect(page.get_by_role("status")).to_have_text(words)
    expect_panel(page, "Left", "pool1 of EDGES: deconvnet", "edges/pool1")
    expect_panel(page, "Right", "pool1 of CLASSES: guided backpropagation", "classes/guided/pool1")
    page.get_by_role("button", name="Swap sides").click()
    expect(page.get_by_role("status")).to_be_empty()


def test_a_panel_leads_to_its_comparison_and_back(page: sync_api.Page, base: str) -> None:
    page.goto(f"{base}/images/cat/index.html")
    page.get_by_role("link", name="pool1: Compare with guided backpropagation").last.click()
    expect_panel(page, "Left", "pool1 of CLASSES: deconvnet", "classes/pool1")
    expect_panel(page, "Right", "pool1 of CLASSES: guided backpropagation", "classes/guided/pool1")
    page.get_by_role("navigation", name="Breadcrumb").get_by_role("link", name="Chelsea the cat").click()
    assert page.url == f"{base}/images/cat/index.html"


@pytest.mark.parametrize(("width", "beside"), [(320, False), (480, False), (1280, True), (2560, True)])
def test_sides_stand_beside_each_other_where_there_is_room(
    page: sync_api.Page,
    base: str,
    width: int,
    beside: bool,
) -> None:
    page.set_viewport_size({"width": width, "height": 800})
    page.goto(f"{base}/{PAGE}")
    boxes = [side(page, name).bounding_box() for name in ("Left", "Right")]
    assert boxes[0]
    assert boxes[1]
    assert (boxes[0]["y"] == boxes[1]["y"]) == beside
    assert page.evaluate(OVERFLOW) <= 0


def test_the_columns_of_all_methods_are_aligned(page: sync_api.Page, site: Path) -> None:
    for width in (320, 1280):
        page.set_viewport_size({"width": width, "height": 800})
        page.goto(f"{site.as_uri()}/{PAGE}")
        rows = page.locator(".compared").first.locator(".method")
        lefts = [
            [box["x"] for pair in row.locator(".pair").all() if (box := pair.bounding_box())]
            for row in rows.all()
        ]
        assert lefts[0] == lefts[1]
        assert len(set(lefts[0])) == 2


def test_a_map_above_its_reconstructions_is_shown_once(
    page: sync_api.Page, config: GalleryConfig, pictures: list[ShownPicture], tmp_path: Path
) -> None:
    panels = tuple(replace(panel, is_stacked=True) for panel in pictures[0].views[0].panels)
    stacked = replace(pictures[0].views[0], panels=panels, comparisons={"guided": panels})
    shown = replace(pictures[0], views=(stacked,))
    for output in (*render(config, [shown], "1", "2"), *drawn_files(pictures[:1])):
        path = tmp_path / output.path
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(output.content)
    page.goto(f"{tmp_path.as_uri()}/{PAGE}")
    for place, views in enumerate((2, 1)):
        method = page.locator(".compared").first.locator(".method").nth(place)
        expect(method.locator("img:visible")).to_have_count(2 * views)


@pytest.mark.parametrize("width", [320, 390])
def test_a_third_column_scrolls_and_widens_no_page(
    page: sync_api.Page, config: GalleryConfig, pictures: list[ShownPicture], tmp_path: Path, width: int
) -> None:
    def wide(panel: Panel) -> Panel:
        numbers = {name: (*getattr(panel, name), 1.0) for name in ("strengths", "limits")}
        positions = (*panel.positions, None)
        return replace(panel, features=(7, 4, 2), view_width_px=400, positions=positions, **numbers)

    views = tuple(
        replace(view, panels=(three := tuple(map(wide, view.panels))), comparisons={"guided": three})
        for view in pictures[0].views
    )
    for output in (
        *render(config, [replace(pictures[0], views=views)], "1", "2"),
        *drawn_files(pictures[:1]),
    ):
        path = tmp_path / output.path
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(output.content)
    page.set_viewport_size({"width": width, "height": 800})
    page.goto(f"{tmp_path.as_uri()}/{PAGE}")
    assert page.locator(".compared .scroller").first.evaluate("element => element.scrollWidth") > 700
    assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_the_layers_choice_is_as_wide_as_the_methods(page: sync_api.Page, base: str) -> None:
    for width in (320, 390, 768, 1280):
        page.set_viewport_size({"width": width, "height": 800})
        page.goto(f"{base}/{PAGE}")
        layer, method = (
            side(page, "Left").get_by_label(name).evaluate("select => select.offsetWidth")
            for name in ("layer", "method")
        )
        assert layer >= method > 200


def test_without_scripts_every_panel_is_there_and_nothing_is_offered_in_vain(
    browser: sync_api.Browser,
    site: Path,
) -> None:
    page = browser.new_page(java_script_enabled=False)
    page.goto(f"{site.as_uri()}/{PAGE}{CHOSEN}")
    assert page.locator("select:visible, button:visible").count() == 0
    assert page.locator(".method").count() == 12
    expect(page.get_by_role("heading", level=1)).to_have_text("Chelsea the cat, compared")
    page.close()
