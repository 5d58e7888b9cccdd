"""Figures in other people's pages: as picture, object and inline, in light and dark, under rules not ours."""

from __future__ import annotations

import io
import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from playwright import sync_api

from generator.figures import draw_result
from generator.records import Figure
from tests.figures.test_draw import boxes, layer, picture, result

SIDES = (7, 8, 13, 14, 28, 56, 2, 4, 3, 1)
INK, LIGHT_INK = (0x1B, 0x1F, 0x24), (0xE4, 0xE7, 0xEB)
PAGE = "<!doctype html><meta charset=utf-8><title>Post</title><style>{style}</style><body>{body}"
SPACED = "body { margin: 0; color: #1b1f24 } svg, img, object { display: block; margin: 0 0 8px }"
HOSTILE = """
body { direction: rtl; font: italic 900 30px/3 serif; letter-spacing: 4px; text-transform: uppercase;
  text-anchor: middle; word-spacing: 9px }
svg { fill: red; font-size: 40px } svg * { transition: all 3s } text, tspan { fill: red; font-size: 40px }
rect { fill: lime; stroke: blue; stroke-width: 5px } img { max-width: 100%; border-radius: 50% }
.label, .name, .soft, .bar, .pair, .veil, .track, .frame { color: white; opacity: .9; padding: 9px }
"""


@pytest.fixture(scope="module")
def ten() -> list[Figure]:
    """Ten figures of one picture, each with maps of its own."""
    return [
        draw_result(
            f"cat-vgg16-pool{side}", picture(), [(layer(f"pool{side}", side), result(2, side))], title="A cat"
        )
        for side in SIDES
    ]


@pytest.fixture
def page(browser: sync_api.Browser) -> Iterator[sync_api.Page]:
    context = browser.new_context(viewport={"width": 1200, "height": 3000})
    yield context.new_page()
    context.close()


def shot(page: sync_api.Page, target: str = "body") -> np.ndarray:
    content = page.locator(target).first.screenshot(animations="disabled")
    return np.asarray(Image.open(io.BytesIO(content)).convert("RGB"), float)


def inlined(page: sync_api.Page, figures: list[Figure], style: str = "", before: str = "") -> None:
    body = before + "".join(figure.svg for figure in figures)
    page.set_content(PAGE.format(style=SPACED + style, body=body))


def ink(page: sync_api.Page, target: str) -> tuple[int, ...]:
    """Return the colour of the label of a figure's first pair: the one farthest from its paper."""
    pixels = shot(page, target)[8:28, 130:180].reshape(-1, 3)
    return tuple(int(value) for value in pixels[np.abs(pixels - pixels[0]).sum(axis=1).argmax()])


def test_ten_inline_look_as_ten_pictures(ten: list[Figure], page: sync_api.Page, tmp_path: Path) -> None:
    names = []
    for figure in ten:
        (tmp_path / f"{figure.slug}.svg").write_text(figure.svg, encoding="utf-8")
        names.append(f'<img src="{figure.slug}.svg" width="{figure.width_px}" height="{figure.height_px}">')
    (tmp_path / "post.html").write_text(PAGE.format(style=SPACED, body="".join(names)), encoding="utf-8")
    page.goto((tmp_path / "post.html").as_uri())
    pictures = shot(page)
    inlined(page, ten)
    assert np.abs(shot(page) - pictures).mean() < 0.1
    ids = page.evaluate("[...document.querySelectorAll('[id]')].map(element => element.id)")
    assert [name for name, count in Counter(ids).items() if count > 1] == []
    assert len(ids) == 180


def test_one_figure_twice_looks_the_same_twice(ten: list[Figure], page: sync_api.Page) -> None:
    inlined(page, [ten[0], ten[1], ten[0]])
    first, _, third = (page.locator("svg").nth(place).screenshot() for place in range(3))
    assert first == third


def test_what_stands_around_a_figure_changes_nothing_in_it(ten: list[Figure], page: sync_api.Page) -> None:
    inlined(page, ten[:2])
    alone = shot(page, "svg")
    inlined(page, ten[:2], HOSTILE)
    assert np.abs(shot(page, "svg") - alone).max() <= 8  # at some corners of a contour, by Chromium's layers


def test_a_figure_changes_nothing_around_it(ten: list[Figure], page: sync_api.Page) -> None:
    drawing = '<svg width="90"><text y="20" class="name">B</text></svg>'
    words = f'<div id="mine" class="pair"><b class="label">A</b> {drawing}</div>'
    inlined(page, [], before=words)
    alone = shot(page, "#mine")
    inlined(page, ten[:2], before=words)
    assert (shot(page, "#mine") == alone).all()


def test_a_picture_follows_the_scheme_of_its_page(
    ten: list[Figure], browser: sync_api.Browser, tmp_path: Path
) -> None:
    (tmp_path / "cat.svg").write_text(ten[0].svg, encoding="utf-8")
    body = '<img src="cat.svg"><object data="cat.svg" type="image/svg+xml"></object>'
    seen, paper_of_object = {}, {}
    for paper in ("light dark", "light"):
        style = f":root {{ color-scheme: {paper} }} * {{ margin: 0; display: block }}"
        (tmp_path / "post.html").write_text(PAGE.format(style=style, body=body), encoding="utf-8")
        for scheme in ("light", "dark"):
            with browser.new_context(color_scheme=scheme) as context:
                page = context.new_page()
                page.goto((tmp_path / "post.html").as_uri())
                seen[paper, scheme] = [ink(page, "img"), ink(page, "object")]
                paper_of_object[paper, scheme] = shot(page, "object")[0, 0, 0]
    assert seen == {
        ("light dark", "light"): [INK, INK],
        ("light dark", "dark"): [LIGHT_INK, LIGHT_INK],
        ("light", "light"): [INK, INK],
        ("light", "dark"): [INK, LIGHT_INK],
    }
    assert paper_of_object["light", "dark"] < 40  # where they differ, browsers give an object its own paper


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_inline_it_takes_the_colour_of_the_text_around_it(
    ten: list[Figure], browser: sync_api.Browser, scheme: str
) -> None:
    with browser.new_context(color_scheme=scheme) as context:
        page = context.new_page()
        inlined(page, ten[:1])
        assert ink(page, "svg") == INK
        inlined(page, ten[:1], "body { background: #101214; color: #abcdef }")
        assert ink(page, "svg") == (0xAB, 0xCD, 0xEF)


@pytest.mark.parametrize("way", ["inline", "object"])
def test_a_pointer_takes_the_veil_away_and_a_label_leads_to_its_page(
    page: sync_api.Page, tmp_path: Path, way: str
) -> None:
    target = (tmp_path / "feature.html").as_uri()
    figure = draw_result(
        "cat",
        picture(),
        [(layer(), result(2))],
        title="A cat",
        link=lambda name, number: f"{target}?{name}/{number}",
    )
    (tmp_path / "cat.svg").write_text(figure.svg, encoding="utf-8")
    (tmp_path / "feature.html").write_text("A feature")
    holder = '<object data="cat.svg" type="image/svg+xml"></object>' if way == "object" else figure.svg
    (tmp_path / "post.html").write_text(PAGE.format(style=SPACED, body=holder), encoding="utf-8")
    page.goto((tmp_path / "post.html").as_uri())
    page.mouse.move(5, 5)
    first, second = boxes(2)[1].views
    x, y = int(first.x), int(first.y)
    tinted = shot(page)
    page.mouse.move(x + 60, y + 60)
    page.wait_for_timeout(300)
    changed = np.abs(shot(page) - tinted).mean(axis=-1)
    left = changed[y : int(first.bottom), x : int(second.x)]
    assert left.mean() > 8
    assert changed[:, : x - 20].max() == 0
    page.mouse.click(x + 8, y - 12)
    page.wait_for_url(re.compile("feature"))
    assert page.url == f"{target}?block5_pool/41"
