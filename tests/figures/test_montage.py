"""The montage of a feature: its size, its words, and what Chromium and librsvg draw of it."""

from __future__ import annotations

import io
import re
from dataclasses import replace
from xml.etree import ElementTree

import numpy as np
import pytest
from PIL import Image

from generator.errors import FigureError
from generator.figures.montage import draw_montage
from generator.figures.patches import encode_patch
from generator.records.choices import PATCH_VIEWS
from tests.figures.patches import patches

SVG = "{http://www.w3.org/2000/svg}"


@pytest.fixture(scope="module")
def tiles():
    return [encode_patch(patch) for patch in patches()]


def drawn(tiles, **options):
    figure = draw_montage("net-fire9-294", tiles, title="fire9, feature 294", **options)
    return figure, ElementTree.fromstring(figure.svg)


def test_nine_pairs_of_noise_take_at_most_60_kb(tiles):
    figure, _ = drawn(tiles)
    assert len(figure.svg.encode()) <= 60_000


def test_places_lie_in_a_square(tiles):
    for count, columns in ((1, 1), (3, 2), (4, 2), (9, 3)):
        figure, root = drawn(tiles[:count])
        frames = [one for one in root.iter(f"{SVG}rect") if one.get("class") == "frame"]
        assert len(frames) == count
        assert len({one.get("x") for one in frames}) == columns
        edges = [float(one.get("x")) + float(one.get("width")) for one in frames]
        assert max(edges) <= figure.width_px


def test_each_place_has_its_class_file_and_value_as_title(tiles):
    figure, root = drawn(tiles)
    groups = [one for one in root.iter(f"{SVG}g") if one.get("class") == "pair"]
    titles = [group.find(f"{SVG}title").text for group in groups]
    assert titles[1].startswith("class 1, set/<1> & co.jpg, 50; reconstruction \N{PLUS-MINUS SIGN}")
    assert figure.description.startswith("1: class 0, set/<0> & co.jpg, 100. 2: class 1, ")
    words = [text.text for text in groups[0].iter(f"{SVG}text")]
    assert words == ["class 0", "100"]


def test_a_place_without_a_class_has_the_name_of_its_file(tiles):
    _, root = drawn([replace(tiles[0], class_name="", picture="shard.tar/a/an-animal-with-a-long-name.jpg")])
    text = next(iter(root.iter(f"{SVG}text"))).text
    assert text == "an-animal-with-a\N{HORIZONTAL ELLIPSIS}"


def test_fragments_show_each_place_and_view(tiles):
    _, root = drawn(tiles[:2], views=PATCH_VIEWS)
    found = {one.get("id"): one.get("viewBox") for one in root.iter(f"{SVG}view")}
    kinds = "view", *PATCH_VIEWS
    assert set(found) == {f"net-fire9-294.{place}.{kind}" for place in (0, 1) for kind in kinds}
    assert found["net-fire9-294.0.reconstruction"] == "104,8,96,96"


def test_the_photograph_is_embedded_once_however_often_it_is_shown(tiles):
    for views in (PATCH_VIEWS, ("seen",), ("photograph",)):
        figure, _ = drawn(tiles, views=views)
        assert figure.svg.count(tiles[0].photograph_uri) == 1
        assert figure.svg.count(tiles[0].reconstruction_uri) == ("reconstruction" in views)
        assert figure.svg.count(tiles[0].strength_uri) == ("seen" in views)


def test_ids_are_unique_and_nothing_is_loaded(tiles):
    figure, root = drawn(tiles, views=PATCH_VIEWS)
    ids = [one.get("id") for one in root.iter() if one.get("id")]
    assert len(set(ids)) == len(ids)
    assert not re.findall(r"(?:href|src)=\"(?!data:|#)", figure.svg)


def test_no_place_is_refused():
    with pytest.raises(FigureError, match=r"^`tiles` must hold at least one place. Received: none$"):
        drawn([])


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_chromium_draws_photographs_and_legible_words(browser, tiles, tmp_path, scheme):
    flat = patches(4)
    for patch in flat:
        patch.photograph[:] = (200, 30, 30)
    figure, _ = drawn([encode_patch(patch) for patch in flat], views=("photograph", "reconstruction"))
    path = tmp_path / "montage.svg"
    path.write_text(figure.svg, encoding="utf-8")
    size = {"width": figure.width_px, "height": figure.height_px}
    context = browser.new_context(viewport=size, color_scheme=scheme)
    page = context.new_page()
    page.goto(path.as_uri())
    image = page.screenshot(path=tmp_path / "montage.png")
    boxes = page.evaluate("[...document.querySelectorAll('.pair text')].map(t => t.getBBox().width)")
    ink = page.evaluate("getComputedStyle(document.querySelector('.pair text')).fill")
    context.close()
    pixels = np.asarray(Image.open(io.BytesIO(image)).convert("RGB"), int)
    assert np.abs(pixels[56, 56] - (200, 30, 30)).max() < 12
    assert max(boxes) <= 2 * 96
    assert ink == {"light": "rgb(27, 31, 36)", "dark": "rgb(228, 231, 235)"}[scheme]
