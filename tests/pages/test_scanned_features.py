"""The pages of a scanned data set: the contact sheet of a layer, and what a feature's page says of it."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest

from generator import paths
from generator.figures.contact import contact
from generator.figures.montage import draw_montage
from generator.figures.patches import encode_patch
from generator.pages import BuildInfo, SitePages
from generator.pages.scanned_features import Bin, contact_sheet, dataset_facts
from generator.records import ExamplePicture, Examples, LayerInfo, Output, ScannedFeature, ScannedLayer
from tests.figures.patches import patches
from tests.pages.conftest import LAYERS, drawn_files, until, watched
from tests.support.pages import render

STRENGTHS = (9.0, 0.0, 5.0, 9.0, 700.0, 0.0, 2.0, 3.0)
CLASSES = ("dogs",) * 7 + ("cats", "<b>")


def feature(number, strongest):
    """Return a feature with nine examples; a dead one if its strength is 0."""
    if not strongest:
        return ScannedFeature(number, "", None, 0, 0, ())
    shown = tuple(
        ExamplePicture(f"{name}/<{place}>.png", strongest / (place + 1), name)
        for place, name in enumerate(CLASSES)
    )
    examples = Examples("pool1", number, shown, 640, 400, "Nine places.")
    return ScannedFeature(number, "", examples, 30 + number, 4, ((-1, 20), (0, 0), (1, 10 + number)))


def scanned(layer):
    return ScannedLayer(layer, tuple(feature(number, one) for number, one in enumerate(STRENGTHS)), 1200)


OTHER = LayerInfo("conv2", "Conv2D", (4, 4, 8), 448, (9, 9))
SCANNED = {"edges": (scanned(LAYERS[1]), scanned(OTHER))}


def test_live_features_are_sorted_by_strength_then_number():
    sheet = contact_sheet(scanned(LAYERS[1]))
    assert [one.number for one in sheet.live] == [4, 0, 3, 2, 7, 6]
    assert [one.number for one in sheet.dead] == [1, 5]
    assert sheet.dead_share == 0.25


def test_facts_are_rank_classes_and_bars():
    facts = dataset_facts(scanned(LAYERS[1]))
    assert {number: known.rank for number, known in facts.items()} == {4: 1, 0: 2, 3: 3, 2: 4, 7: 5, 6: 6}
    assert facts[2].classes == (("dogs", 7), ("<b>", 1), ("cats", 1))
    assert facts[2].bins == (Bin(2.0, 4.0, 12, 0.6), Bin(1.0, 2.0, 0, 0.0), Bin(0.5, 1.0, 20, 1.0))
    assert facts[2].live == 6


@pytest.fixture(scope="module")
def made(config, pictures):
    """Return the pages of a gallery with a scanned data set, by path."""
    site_pages = SitePages(config, pictures, BuildInfo("1", "2"), SCANNED)
    return {page.path: page.rendered().decode() for page in site_pages.pages()}


def words(html):
    return " ".join(re.sub("<[^>]*>", " ", html).split())


def test_every_live_feature_has_a_page_with_its_places(made):
    for layer in ("pool1", "conv2"):
        found = {path for path in made if path.startswith(f"models/edges/{layer}/")}
        shown = {4, 0, 3, 2, 7, 6} | ({7, 4} if layer == "pool1" else set())
        pages = {paths.feature_page("edges", layer, number) for number in shown}
        assert found == {*pages, paths.layer_page("edges", layer)}


def test_a_page_says_what_excites_its_feature(made):
    html = made["models/edges/conv2/2/index.html"]
    text = words(html)
    assert "It is active in 32 of 1200 pictures, and in 4 one of the three strongest features of" in text
    assert "number 4 of the 6 features of the layer that any picture excites." in text
    assert (
        "Of these 9, 7 are of the class dogs ; 1 is of the class &lt;b&gt; ; 1 is of the class cats ." in text
    )
    assert html.count("examples.svg#edges-conv2-2.") == 18
    assert 'href="examples.svg"' in html
    assert "not active 1,168" in text


def test_shown_features_open_with_the_data_set(made):
    html = made["models/edges/pool1/7/index.html"]
    assert html.index('id="examples"') < html.index('id="pictures"')
    assert "In this gallery, strongest first" in html


def test_neighbours_are_all_features_with_a_page(made):
    html = made["models/edges/conv2/3/index.html"]
    assert re.findall(r'rel="(?:prev|next)" href="([^"]*)"', html) == ["../2/index.html", "../4/index.html"]


def test_the_contact_sheet_shows_all_and_marks_the_dead(made):
    html = made["models/edges/conv2/index.html"]
    assert re.findall(r'data-number="(\d+)"', html) == ["4", "0", "3", "2", "7", "6"]
    assert "2 features of 8 (25 %) are dead: no picture excites them." in words(html)
    assert "Dead features 1, 5" in words(html)
    assert "assets/contact.js" in html
    assert "contact.js" not in made["models/classes/pool1/index.html"]


def test_pages_without_a_data_set_are_as_before(config, pictures, made):
    plain = {page.path: page for page in SitePages(config, pictures, BuildInfo("1", "2")).pages()}
    path = "models/classes/pool1/7/index.html"
    assert plain[path].rendered().decode() == made[path]
    assert "examples" not in made[path]


def test_a_hidden_picture_gives_no_second_page(config, pictures):
    hidden = replace(pictures[0], image=replace(pictures[0].image, is_hidden=True))
    site_pages = SitePages(config, [hidden, pictures[1]], BuildInfo("1", "2"), SCANNED)
    found = [page.path for page in site_pages.pages()]
    assert len(set(found)) == len(found)


@pytest.fixture(scope="module")
def site(tmp_path_factory, config, pictures):
    """Return a site on disk whose montages are drawn."""
    folder = tmp_path_factory.mktemp("scanned")
    tiles = [encode_patch(patch) for patch in patches()]
    outputs = [*render(config, pictures, "1.2.3", "c0ffee", scanned=SCANNED), *drawn_files(pictures)]
    for layer in ("pool1", "conv2"):
        for number, strength in enumerate(STRENGTHS):
            if strength:
                svg = draw_montage(f"edges-{layer}-{number}", tiles, title="A").svg
                outputs.append(Output(paths.examples_path("edges", layer, number), svg.encode()))
                outputs.append(Output(paths.examples_path("edges", layer, number, "jpg"), contact(tiles)))
    for output in outputs:
        path = folder / output.path
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(output.content)
    return folder


@pytest.mark.parametrize(("width", "columns"), [(390, 2), (1280, 3)])
def test_chromium_shows_places_within_the_page(browser, site, width, columns):
    with watched(browser, viewport={"width": width, "height": 900}) as page:
        page.goto((site / "models/edges/conv2/2/index.html").as_uri())
        until(page, "[...document.images].slice(0, 6).every(one => one.complete && one.naturalWidth)")
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        sizes = page.evaluate(
            "[...document.querySelectorAll('.examples .part')].map(one => one.getBoundingClientRect().width)"
        )
        lefts = "[...document.querySelectorAll('.examples li')].map(one => one.getBoundingClientRect().left)"
        assert len(set(page.evaluate(lefts))) == columns
        assert len(sizes) == 18
        assert min(sizes) > 75


def test_the_script_sorts_the_contact_sheet(browser, site):
    with watched(browser, viewport={"width": 1280, "height": 900}) as page:
        page.goto((site / "models/edges/conv2/index.html").as_uri())
        numbers = "[...document.querySelectorAll('[data-number]')].map(one => one.dataset.number).join()"
        assert page.evaluate(numbers) == "4,0,3,2,7,6"
        page.get_by_role("button", name="By number").click()
        assert page.evaluate(numbers) == "0,2,3,4,6,7"
        assert page.get_by_role("button", pressed=True).all_inner_texts() == ["By number"]
        page.get_by_role("button", name="Active in most pictures").click()
        assert page.evaluate(numbers) == "7,6,4,3,2,0"
