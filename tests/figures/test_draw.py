"""Figures: parsed, weighed, and looked at by two renderers."""

from __future__ import annotations

import base64
import io
import re
import shutil
import subprocess
import threading
from collections.abc import Iterator
from dataclasses import replace
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from xml.etree import ElementTree

import numpy as np
import pytest
from PIL import Image

from generator.errors import FigureError
from generator.figures import draw_result
from generator.figures.contour import contour
from generator.figures.layout import Box, PairBoxes, arrange
from generator.figures.seen import seen
from generator.figures.words import notes
from generator.records import Figure, LayerInfo, LayerResult, Region

SVG, HREF = "{http://www.w3.org/2000/svg}", "{http://www.w3.org/1999/xlink}href"
SIDE = 224


class Quiet(SimpleHTTPRequestHandler):
    def log_message(self, *arguments: object) -> None:
        """Say nothing."""


def picture(height: int = SIDE, width: int = SIDE) -> np.ndarray:
    """A smooth picture: a light disc on a slope of colour."""
    y, x = np.mgrid[:height, :width] / max(height, width)
    disc = ((x - 0.4) ** 2 + (y - 0.5) ** 2 < 0.06)[..., None] * np.array([90, 60, 20])
    return (np.stack([60 + 90 * x, 40 + 100 * y, 120 - 60 * x], axis=-1) + disc).astype(np.uint8)


def waves(count: int, height: int = SIDE, width: int = SIDE) -> np.ndarray:
    y, x = np.mgrid[:height, :width] / 20
    return np.stack(
        [np.stack([np.sin(x + k), np.cos(y * (k + 1)), x * y / 99], -1) for k in range(count)]
    ).astype(np.float32)


def layer(
    name: str = "block5_pool", side: int = 7, field_px: tuple[int, int] | None = (212, 212)
) -> LayerInfo:
    return LayerInfo(name, "MaxPooling2D", (side, side, 512), 0, field_px)


def result(count: int = 3, side: int = 7) -> LayerResult:
    random = np.random.default_rng(count)
    maps = np.maximum(random.standard_normal((count, side, side)), 0).astype(np.float32)
    strengths = np.linspace(900, 300, count, dtype=np.float32)
    return LayerResult(np.arange(40, 40 + count, dtype=np.int32), strengths, maps, waves(count))


def dense(count: int = 3) -> LayerResult:
    return replace(result(count), activations=np.arange(count, 0, -1, dtype=np.float32))


def noise(side: int, saturated: bool) -> LayerResult:
    random = np.random.default_rng(side)
    values = random.standard_normal((3, SIDE, SIDE, 3)).astype(np.float32)
    maps = random.uniform(size=(3, side, side)).astype(np.float32)
    return replace(result(), activations=maps, reconstructions=np.sign(values) if saturated else values)


def panel(shown: LayerResult | None = None, slug: str = "cat-vgg16-block5_pool", **options: str) -> Figure:
    return draw_result(slug, picture(), [(layer(), shown or result())], **{"title": "A cat", **options})


def parsed(figure: Figure) -> ElementTree.Element:
    return ElementTree.fromstring(figure.svg)


def texts(figure: Figure) -> list[str]:
    return ["".join(text.itertext()) for text in parsed(figure).iter(f"{SVG}text")]


def of_class(figure: Figure, name: str) -> list[ElementTree.Element]:
    return [element for element in parsed(figure).iter() if element.get("class") == name]


def boxes(count: int, views: int = 2, name: str = "block5_pool") -> tuple[PairBoxes, ...]:
    """Return the boxes of the pairs of ``panel``."""
    (row,) = arrange([name], [notes(layer())], [count], (SIDE, SIDE), views, "x").rows
    return row.pairs


def embedded(figure: Figure, kind: str) -> list[Image.Image]:
    links = [image.get(HREF, "") for image in parsed(figure).iter(f"{SVG}image")]
    contents = [link.partition("base64,")[2] for link in links if link.startswith(f"data:image/{kind}")]
    return [Image.open(io.BytesIO(base64.b64decode(content))) for content in contents]


# What it says


def test_a_figure_has_a_title_a_description_and_its_natural_size() -> None:
    figure = panel()
    root = parsed(figure)
    names = (root.get("aria-labelledby") or "").split()
    named = {element.get("id"): element.text for element in root.iter()}
    assert [named[name] for name in names] == ["A cat", figure.description]
    assert root.get("role") == "img"
    assert [root.get("width"), root.get("height")] == [str(figure.width_px), str(figure.height_px)]
    assert root.get("viewBox") == f"0 0 {figure.width_px} {figure.height_px}"
    assert root[0].tag == f"{SVG}title"


def test_the_description_is_composed_from_facts() -> None:
    maps = np.zeros((3, 7, 7), np.float32)
    maps[0, 0, 0] = maps[1, 3, 3] = 1.0
    shown = replace(result(), activations=maps)
    assert panel(shown).description == (
        "Layer block5_pool: feature 40 (strength 900, strongest at the upper left); "
        "feature 41 (strength 600, strongest at the centre); feature 42 (strength 300)."
    )
    assert panel(shown, description="Ears.").description == "Ears."


def test_every_pair_is_labelled_with_index_strength_and_limit() -> None:
    shown = result()
    figure = panel(shown)
    written = texts(figure)
    assert written[:2] == ["block5_pool", "receptive field 212 px"]
    for place in range(3):
        limit = np.percentile(np.abs(shown.reconstructions[place]), 99)
        expected = [str(40 + place), f"strength {shown.strengths[place]:.0f}", f"± {limit:.3g}"]
        assert written[2 + 3 * place : 5 + 3 * place] == expected
        assert figure.limits[place] == pytest.approx(limit)
    assert "grey is zero, black and white ± its 99th percentile, shades between by the power 0.6" in " ".join(
        written
    )


def test_classes_are_labelled_with_their_names() -> None:
    names = ("Egyptian cat", "a name that is very much longer than its pair is wide", "tabby")
    figure = panel(replace(dense(), labels=names))
    shown = [text for text in texts(figure) if text[:2] in ("40", "41", "42")]
    assert shown[0] == "40 Egyptian cat"
    assert shown[1] == "41 a name that is v\N{HORIZONTAL ELLIPSIS}"
    assert figure.description.startswith("Layer block5_pool: class Egyptian cat, 40 (strength ")


def test_minmax_prints_both_ends() -> None:
    shown = replace(
        result(1), reconstructions=np.stack([np.linspace(-2, 6, SIDE * SIDE * 3)]).reshape(1, SIDE, SIDE, 3)
    )
    figure = panel(shown, scale="minmax")
    assert "\N{MINUS SIGN}2 to 6" in texts(figure)
    assert "black and white are its minimum and maximum." in " ".join(texts(figure))
    assert figure.limits == (6.0,)


def test_a_field_that_is_not_square_is_height_by_width() -> None:
    figure = draw_result("cat", picture(), [(layer(field_px=(8, 12)), result())], title="A cat")
    assert "receptive field 8 \N{MULTIPLICATION SIGN} 12 px" in texts(figure)


def test_a_layer_that_sees_everything_says_so() -> None:
    figure = draw_result("cat", picture(), [(layer(field_px=None), result())], title="A cat")
    assert "sees the whole picture" in texts(figure)


def test_html_in_names_is_text() -> None:
    figure = draw_result("cat", picture(), [(layer("<b>&</b>"), result())], title='<script>"x"</script> & co')
    assert parsed(figure)[0].text == '<script>"x"</script> & co'
    assert "<b>&</b>" in texts(figure)
    assert "<script" not in figure.svg


def test_bars_are_relative_to_the_strongest_of_their_layer() -> None:
    shown = replace(result(), strengths=np.array([8.0, 4.0, 0.0], np.float32))
    widths = [
        rect.get("width") for rect in parsed(panel(shown)).iter(f"{SVG}rect") if rect.get("class") == "bar"
    ]
    full = int(boxes(3)[0].bar.width)
    assert widths == [str(full), str(full // 2), "0"]
    assert panel(replace(shown, strengths=np.zeros(3, np.float32))).svg


# What it shows


@pytest.mark.parametrize("count", range(1, 13))
def test_every_feature_has_a_map_and_a_reconstruction_and_the_picture_appears_once(count: int) -> None:
    figure = panel(result(count))
    assert len(of_class(figure, "contour")) == count
    assert len(embedded(figure, "jpeg")) == 1 + count
    uses = [use.get(HREF) for use in parsed(figure).iter(f"{SVG}use")]
    assert uses == ["#figure-cat-vgg16-block5_pool.picture"] * count
    assert len(figure.limits) == count


def test_a_map_fades_all_but_the_units_that_reach_half_its_peak() -> None:
    shown = result()
    figure = panel(shown)
    veils = of_class(figure, "veil")
    for veil, place, activation in zip(veils, boxes(3), shown.activations, strict=True):
        faded, line = veil
        path = contour(activation >= activation.max() / 2)
        assert faded.get("d") == f"M0 0H7V7H0Z{path}"
        assert line.get("d") == path
        box = place.views[0]
        assert (
            veil.get("transform") == f"translate({box.x} {box.y}) scale({box.width / 7:g} {box.height / 7:g})"
        )
        assert veil.get("style") == f"stroke-width:{7 / box.width:.4g}"
    assert 'class="crisp"' not in figure.svg
    nowhere = panel(replace(shown, activations=-shown.activations))
    assert [veil[0].get("d") for veil in of_class(nowhere, "veil")] == ["M0 0H7V7H0Z"] * 3
    assert not of_class(nowhere, "contour")


@pytest.mark.parametrize("views", [("seen",), ("map", "seen"), ("seen", "reconstruction", "map")])
def test_views_are_drawn_in_the_order_asked_for(views: tuple[str, ...]) -> None:
    figure = draw_result("cat", picture(), [(layer(), result(2))], title="A cat", views=views)
    assert figure.views == views
    assert len(of_class(figure, "veil")) == 2 * ("map" in views)
    assert len(of_class(figure, "paper")) == 2 * ("seen" in views)
    assert len(embedded(figure, "jpeg")) == 1 + 2 * (len(views) - ("map" in views))
    shown = {view.get("id", "").partition(".")[2] for view in parsed(figure).iter(f"{SVG}view")}
    plain = {"map.plain"} if "map" in views else set()
    assert shown == {f"{place}.{kind}" for place in (0, 1) for kind in {"view", "plain", *views} | plain}
    words = " ".join(texts(figure))
    assert ("strong" in words, "half its peak" in words) == ("seen" in views, "map" in views)


def test_the_picture_is_seen_where_its_reconstruction_is_strong(tmp_path: Path) -> None:
    values = np.zeros((1, SIDE, SIDE, 3), np.float32)
    values[0, 40:120, 60:140, 0] = -5.0
    shown = replace(result(1), reconstructions=values)
    figure = draw_result("cat", picture(), [(layer(), shown)], title="A cat", views=["seen"])
    svg, (pair,) = tmp_path / "panel.svg", boxes(1, views=1)
    svg.write_text(figure.svg, encoding="utf-8")
    expected = Image.fromarray(seen(picture(), values[0])).resize(
        (int(pair.whole.width), int(pair.whole.height))
    )
    chromium(svg.as_uri(), figure, tmp_path / "chromium.png")
    rsvg(svg, tmp_path / "rsvg.png")
    for name in ("chromium.png", "rsvg.png"):
        drawn = crop(Image.open(tmp_path / name), pair.whole)
        assert np.abs(drawn - np.asarray(expected, float)).mean() < 4, name


def test_units_of_a_coarse_map_are_drawn_with_sharp_edges(tmp_path: Path) -> None:
    maps = np.zeros((1, 2, 2), np.float32)
    maps[0, 0, 0] = 1
    flat = replace(result(1), activations=maps)
    figure = draw_result(
        "cat", np.full((SIDE, SIDE, 3), 128, np.uint8), [(layer(side=2), flat)], title="A cat"
    )
    svg = tmp_path / "panel.svg"
    svg.write_text(figure.svg, encoding="utf-8")
    chromium(svg.as_uri(), figure, tmp_path / "panel.png")
    rsvg(svg, tmp_path / "rsvg.png")
    (pair,) = boxes(1)
    half = int(pair.views[0].width) // 2
    for name in ("panel.png", "rsvg.png"):
        shown = crop(Image.open(tmp_path / name), pair.views[0])
        middle = shown[half // 2, half - 8 : half + 8]
        assert np.ptp(middle[:7], axis=0).max() <= 3, name
        assert np.ptp(middle[9:], axis=0).max() <= 3, name
        assert middle[-1].min() - middle[0].max() > 60, name
        assert middle[7:9].max(axis=-1).min() < 110, "the line"


def test_a_dense_layer_shows_the_plain_picture() -> None:
    figure = panel(dense())
    assert not embedded(figure, "png")
    assert not of_class(figure, "veil")
    assert "a dense layer has no map" in " ".join(texts(figure))
    assert figure.description.endswith("feature 42 (strength 300).")


def test_rows_of_a_figure_are_layers_in_order() -> None:
    rows = [
        (layer("pool1", 56, (6, 6)), result(side=56)),
        (layer(), result(5)),
        (layer("logits", 1, None), dense()),
    ]
    figure = draw_result("cat-vgg16", picture(), rows, title="A cat")
    written = [text for text in texts(figure) if text in {"pool1", "block5_pool", "logits"}]
    assert written == ["pool1", "block5_pool", "logits"]
    assert len(figure.limits) == 11
    assert re.findall(r"Layer (\w+):", figure.description) == written


@pytest.mark.parametrize("size", [(SIDE, SIDE), (100, 300), (300, 100), (28, 28)])
@pytest.mark.parametrize("count", [1, 3, 12])
def test_boxes_stay_inside(size: tuple[int, int], count: int) -> None:
    shown = replace(result(count), reconstructions=waves(count, *size))
    figure = draw_result("cat", picture(*size), [(layer(), shown)], title="A cat")
    for element in parsed(figure).iter():
        if element.tag not in {f"{SVG}image", f"{SVG}rect"}:
            continue
        x, y, width, height = (float(element.get(name, "0")) for name in ("x", "y", "width", "height"))
        assert min(x, y) >= 0
        assert x + width <= figure.width_px
        assert y + height <= figure.height_px


def crop(picture: Image.Image, box: Box) -> np.ndarray:
    return np.asarray(picture.convert("RGB"), float)[
        int(box.y) : int(box.bottom), int(box.x) : int(box.right)
    ]


@pytest.fixture(params=["file", "http"])
def folder(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[tuple[Path, str]]:
    """A folder and its address: over HTTP, Chromium draws all pictures of one file from one document."""
    if request.param == "file":
        yield tmp_path, tmp_path.as_uri()
        return
    with ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=str(tmp_path))) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield tmp_path, f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


def test_fragments_show_one_pair_and_the_picture_without_tint(folder: tuple[Path, str]) -> None:
    (tmp_path, address), figure = folder, panel()
    (tmp_path / "panel.svg").write_text(figure.svg, encoding="utf-8")
    name = "panel.svg#cat-vgg16-block5_pool"
    width, height, pair = figure.width_px, figure.height_px, boxes(3)[1]
    across, down = int(pair.whole.width), int(pair.whole.height)
    single = f'width="{pair.views[0].width}" height="{pair.views[0].height}"'
    (
        tmp_path / "page.html"
    ).write_text(f"""<!doctype html><style>* {{ margin: 0 }} img {{ display: block }}</style>
        <img src="panel.svg" width="{width}" height="{height}">
        <img src="{name}.plain" width="{width}" height="{height}">
        <img src="{name}.1.view" width="{across}" height="{down}">
        <img src="{name}.1.plain" width="{across}" height="{down}">
        <img src="{name}.1.map" {single}>
        <img src="{name}.1.reconstruction" {single}>
        <img src="{name}.1.map.plain" {single}>""")
    whole = replace(figure, height_px=2 * height + 2 * down + 3 * int(pair.views[0].height))
    chromium(f"{address}/page.html", whole, tmp_path / "page.png")
    shot = Image.open(tmp_path / "page.png")
    first, second = pair.views
    view = crop(shot, Box(0, 2 * height, across, down))
    assert np.abs(view - crop(shot, pair.whole)).mean() < 2
    plain = crop(shot, replace(first, y=first.y + height))
    shown = np.asarray(Image.fromarray(picture()).resize((int(first.width), int(first.height))), float)
    assert np.abs(plain - shown).mean() < 4
    alone = crop(shot, Box(0, 2 * height + down, across, down))
    x, y = int(second.x - first.x), int(second.y - first.y)
    assert np.abs(alone[: shown.shape[0], : shown.shape[1]] - shown).mean() < 4
    assert np.abs(alone[y:, x:] - view[y:, x:]).mean() < 2
    assert np.abs(crop(shot, first) - shown).mean() > 12
    top = 2 * height + 2 * down
    for place, one in enumerate((first, second, first)):
        single = crop(shot, Box(0, top + place * shown.shape[0], *shown.shape[1::-1]))
        expected = crop(shot, one) if place < 2 else shown
        assert np.abs(single - expected).mean() < 4, place


# What it is made of


def test_ids_are_unique_and_carry_the_slug_and_references_stay_inside() -> None:
    figure = panel(slug="3 cats.v1")
    ids = [element.get("id", "") for element in parsed(figure).iter() if element.get("id")]
    assert len(ids) == len(set(ids))
    assert all(re.fullmatch(r"(figure-)?3-20-cats-2e-v1(\.[a-z0-9]+)*", name) for name in ids)
    used = re.findall(r'url\(#([^)]+)\)|href="#([^"]+)"', figure.svg)
    assert {one or other for one, other in used} <= set(ids)


def test_every_pair_has_views_of_its_own() -> None:
    figure = panel(result(5))
    views = {view.get("id"): view.get("viewBox") for view in parsed(figure).iter(f"{SVG}view")}
    kinds = ("view", None), ("plain", None), ("map", 0), ("reconstruction", 1), ("map.plain", 0)
    expected = {}
    for place, pair in enumerate(boxes(5)):
        for kind, index in kinds:
            box = pair.whole if index is None else pair.views[index]
            view = f"{box.x},{box.y},{box.width},{box.height}"
            expected[f"cat-vgg16-block5_pool.{place}.{kind}"] = view
    assert views == expected
    view = boxes(5)[0].views[0]
    assert (figure.view_width_px, figure.view_height_px) == (view.width, view.height)
    assert figure.is_stacked
    assert not panel(result(2)).is_stacked


def test_style_rules_are_scoped_by_the_figure() -> None:
    css = parsed(panel()).findtext(f"{SVG}style") or ""
    rules = re.sub(r"@media [^{]+\{", "", css)
    selectors = re.findall(r"([^{},]+)[,{]", re.sub(r"\{[^}]*\}", "{", rules))
    assert selectors
    assert all(selector.strip().startswith("#figure-cat-vgg16-block5_pool") for selector in selectors)
    assert "prefers-color-scheme: dark" in css


def test_a_figure_needs_nothing_from_outside() -> None:
    figure = panel()
    assert not re.search(r"<script|<foreignObject|@import|\bon\w+=", figure.svg)
    links = re.findall(r'(?:href|src)="([^"]*)"', figure.svg) + re.findall(r"url\(([^)]*)\)", figure.svg)
    assert all(link.startswith(("#", "data:image/")) for link in links)
    assert set(re.findall(r"https?://[^\"]+", figure.svg)) == set(
        re.findall(r'xmlns(?::\w+)?="([^"]+)"', figure.svg)
    )


def test_same_input_gives_the_same_bytes() -> None:
    assert panel().svg == panel().svg


@pytest.mark.parametrize("saturated", [False, True])
def test_white_noise_keeps_the_size_limits(saturated: bool) -> None:
    seen = np.random.default_rng(0).integers(0, 2, (SIDE, SIDE, 3), dtype=np.uint8) * 255
    sides = (224, 112, 56, 28, 7)
    rows = [(layer(f"block{side}_pool", side), noise(side, saturated)) for side in sides]
    for info, shown in rows:
        assert len(draw_result("noise", seen, [(info, shown)], title="Noise").svg) < 120_000
    assert len(draw_result("noise", seen, rows, title="Noise").svg) < 500_000


# What it refuses


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"strengths": np.ones(2)}, "block5_pool: each feature needs a strength"),
        ({"activations": np.ones((3, 7))}, r"block5_pool: an activation must be \(h, w\) or \(\)"),
        (
            {"reconstructions": np.ones((3, 8, 8, 2))},
            r"block5_pool: a reconstruction must be \(H, W, 3\) or \(H, W, 1\)",
        ),
        ({"reconstructions": np.full((3, 8, 8, 3), np.nan)}, "block5_pool: `reconstructions` must be finite"),
        ({"strengths": np.full(3, np.inf)}, "block5_pool: `strengths` must be finite"),
    ],
)
def test_what_does_not_fit_is_refused_by_layer(change: dict[str, np.ndarray], message: str) -> None:
    with pytest.raises(FigureError, match=message):
        panel(replace(result(), **change))


def test_a_picture_of_floats_and_a_figure_of_nothing_are_refused() -> None:
    with pytest.raises(FigureError, match="`picture` must be"):
        draw_result("cat", np.zeros((8, 8, 3)), [(layer(), result())], title="A cat")
    with pytest.raises(FigureError, match="at least one layer"):
        draw_result("cat", picture(), [], title="A cat")


# How it looks


def chromium(address: str, figure: Figure, target: Path) -> None:
    assert shutil.which("chromium"), "this test needs chromium: apt-get install chromium"
    quiet = ["--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking"]
    quiet += ["--disable-component-update", "--disable-sync", "--hide-scrollbars", "--no-sandbox"]
    where = [f"--user-data-dir={target.parent / 'profile'}", f"--screenshot={target}"]
    size = f"--window-size={figure.width_px},{figure.height_px}"
    command = ["chromium", "--headless", *quiet, *where, size, "--force-device-scale-factor=1", address]
    subprocess.run(command, check=True, capture_output=True, timeout=120)


def rsvg(svg: Path, target: Path) -> None:
    assert shutil.which("rsvg-convert"), "this test needs rsvg-convert: apt-get install librsvg2-bin"
    command = ["rsvg-convert", "--background-color=white", f"--output={target}", str(svg)]
    subprocess.run(command, check=True, capture_output=True, timeout=120)


def test_only_what_a_padded_picture_fills_is_drawn(tmp_path: Path) -> None:
    filled = Region(0, 84, SIDE, 56)
    figure = draw_result("cat", picture(), [(layer(), result(1))], title="A cat", filled=filled)
    svg = tmp_path / "figure.svg"
    svg.write_text(figure.svg, encoding="utf-8")
    chromium(svg.as_uri(), figure, tmp_path / "chromium.png")
    rsvg(svg, tmp_path / "rsvg.png")
    place = re.search(r'<use x="(\d+)" xlink:href="#figure-cat.picture" y="(\d+)"', figure.svg)
    assert place
    x, y = int(place[1]), int(place[2])
    for name in ("chromium.png", "rsvg.png"):
        drawn = np.asarray(Image.open(tmp_path / name).convert("L")).astype(int)
        pair = drawn[y + 2 : y + figure.view_height_px - 2, x + 2 : x + figure.view_width_px - 2]
        assert (pair[:80] > 250).all()
        assert (pair[140:] > 250).all()
        assert (pair[84:136] < 250).mean() > 0.95
    assert "mid-grey" in " ".join(texts(figure))
    assert "mid-grey" not in " ".join(texts(panel()))


def test_chromium_and_librsvg_draw_the_same_picture(tmp_path: Path) -> None:
    rows = [(layer("pool1", 56, (6, 6)), result(side=56)), (layer(), result())]
    figure = draw_result("cat-vgg16", picture(), rows, title="A cat")
    svg = tmp_path / "figure.svg"
    svg.write_text(figure.svg, encoding="utf-8")
    chromium(svg.as_uri(), figure, tmp_path / "chromium.png")
    rsvg(svg, tmp_path / "rsvg.png")
    drawn = [
        np.asarray(Image.open(tmp_path / name).convert("RGB"), float) for name in ("chromium.png", "rsvg.png")
    ]
    difference = np.abs(drawn[0] - drawn[1]).mean(axis=-1)
    assert difference.mean() < 4
    layout = arrange(
        [info.name for info, _ in rows], [notes(info) for info, _ in rows], [3, 3], (SIDE, SIDE), 2, "x"
    )
    for pair in layout.rows[1].pairs:
        for view in pair.views:
            inside = difference[int(view.y) : int(view.bottom), int(view.x) : int(view.right)]
            assert inside.mean() < 3
