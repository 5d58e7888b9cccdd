"""A result saves its figure as ``gallery figure`` does, and refuses what that refuses."""

from __future__ import annotations

import base64
import io
import re
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from pypdf import PdfReader

from generator import deconvolve, load_network
from generator.api import saving
from generator.errors import FigureError, GalleryError, NetworkError, SelectionError
from generator.figures.pixels import power
from generator.records.choices import PAIR, SCALES, VIEWS
from tests.support import tiny

LAYERS = ["pool1", "conv1:preactivation", "predictions"]


@pytest.fixture(scope="module")
def result(tmp_path_factory):
    path = tmp_path_factory.mktemp("picture") / "cat.png"
    Image.fromarray(np.random.default_rng(3).integers(0, 256, (17, 15, 3), np.uint8)).save(path)
    return deconvolve(load_network(tiny.network()), path, LAYERS, top_features=2)


def shown(path: Path) -> list[str]:
    """Return what the titles in an SVG say of each feature."""
    return re.findall(r"<title>([^<(]+)", path.read_text(encoding="utf-8"))


def names(result, layers) -> list[str]:
    return [f"{name}, feature {feature} " for name in layers for feature in result.layers[name].features]


def test_the_figure_has_all_layers(result, tmp_path):
    result.save(tmp_path / "panel.svg")
    result.save(str(tmp_path / "again.SVG"))
    assert (tmp_path / "panel.svg").read_bytes() == (tmp_path / "again.SVG").read_bytes()
    assert shown(tmp_path / "panel.svg") == names(result, LAYERS)
    assert "pool1, conv1:preactivation, predictions of tiny</title>" in (tmp_path / "panel.svg").read_text()
    assert sorted(path.name for path in tmp_path.iterdir()) == ["again.SVG", "panel.svg"]


def test_layers_and_features_are_chosen_in_order(result, tmp_path):
    path = tmp_path / "panel.svg"
    result.save(path, layers=["predictions", "pool1"])
    assert shown(path) == names(result, ["predictions", "pool1"])
    second, first = result.layers["pool1"].features[::-1]
    result.save(path, features={"pool1": result.layers["pool1"].features[::-1]})
    assert shown(path) == [f"pool1, feature {second} ", f"pool1, feature {first} "]
    result.save(path, ["predictions", "pool1"], {"pool1": [first]})
    assert shown(path) == [*names(result, ["predictions"]), f"pool1, feature {first} "]


def test_a_choice_is_drawn_with_its_own_numbers(result):
    second = int(result.layers["pool1"].features[1])
    part = saving._part(result, None, {"pool1": (second,)}).layers["pool1"]
    for field in ("features", "strengths", "activations", "reconstructions"):
        whole = getattr(result.layers["pool1"], field)
        np.testing.assert_array_equal(getattr(part, field), whole[1:])


def test_the_scale_changes_the_pictures_and_the_ids(result, tmp_path):
    for scale in ("symmetric", "minmax"):
        result.save(tmp_path / f"{scale}.svg", scale=scale)
    texts = [(tmp_path / f"{scale}.svg").read_text() for scale in ("symmetric", "minmax")]
    one, other = (set(re.findall(r'\bid="([^"]+)"', text)) for text in texts)
    assert one
    assert not one & other


@pytest.mark.parametrize("views", [("seen",), ("map", "seen"), ("seen", "reconstruction", "map")])
def test_the_views_are_those_of_the_figure_command(result, tmp_path, views):
    result.save(tmp_path / "a.svg", views=views)
    result.save(tmp_path / "b.svg")
    found, pair = (
        re.findall(
            r'<view id="([^"]+)\.0\.([a-z]+)" .*?viewBox="([0-9.]+),([0-9.]+)', (tmp_path / name).read_text()
        )
        for name in ("a.svg", "b.svg")
    )
    corners = {view: (float(top), float(left)) for _, view, left, top in found if view in VIEWS}
    assert sorted(corners, key=lambda view: corners[view]) == list(views)
    assert {name for name, *_ in found}.isdisjoint(name for name, *_ in pair)


def test_the_pair_is_what_is_saved_by_default(result, tmp_path):
    result.save(tmp_path / "a.svg")
    result.save(tmp_path / "b.svg", views=list(PAIR))
    assert (tmp_path / "a.svg").read_bytes() == (tmp_path / "b.svg").read_bytes()


def test_a_png_and_a_pdf_are_as_wide_as_asked(result, tmp_path):
    figure = saving.drawn(result)
    sizes = {"a": {}, "b": {"width": 300}, "c": {"dpi": 96}}
    for name, options in sizes.items():
        result.save(tmp_path / f"{name}.png", **options)
    widths = {name: Image.open(tmp_path / f"{name}.png").width for name in sizes}
    assert widths == {"a": 2 * figure.width_px, "b": 300, "c": figure.width_px}
    result.save(tmp_path / "a.pdf")
    (page,) = PdfReader(tmp_path / "a.pdf").pages
    assert float(page.mediabox.width) == pytest.approx(0.75 * figure.width_px)
    assert "pool1" in page.extract_text()


def test_a_file_is_replaced_but_never_the_picture(result, tmp_path):
    (tmp_path / "panel.svg").write_text("old")
    result.save(tmp_path / "panel.svg")
    assert (tmp_path / "panel.svg").read_text().startswith("<svg ")
    before = result.path.read_bytes()
    other = tmp_path / "other.png"
    other.symlink_to(result.path)
    for path in (result.path, other):
        with pytest.raises(FigureError) as error:
            result.save(path)
        message = f"`path`: {str(path)!r} is the picture of this result; choose another file"
        assert str(error.value) == message
    assert result.path.read_bytes() == before


def test_a_grey_input_is_saved(tmp_path):
    result = deconvolve(of_channels(1), np.ones((8, 8, 1), np.float32), ["conv"])
    result.save(tmp_path / "grey.svg")
    assert len(shown(tmp_path / "grey.svg")) == 3


def of_channels(channels, **options):
    import keras

    keras.utils.set_random_seed(5)
    image = keras.Input((8, 8, channels))
    return load_network(keras.Model(image, keras.layers.Conv2D(3, 3, name="conv")(image)), **options)


@pytest.mark.parametrize(
    ("channels", "display", "chosen"),
    [(2, None, [0]), (2, 1, [1]), (4, None, [0, 1, 2]), (4, (3, 1, 0), [3, 1, 0]), (3, [2, 1, 0], [2, 1, 0])],
)
def test_the_chosen_channels_are_saved(tmp_path, channels, display, chosen):
    picture = np.random.default_rng(1).integers(0, 256, (8, 8, channels), np.uint8)
    result = deconvolve(of_channels(channels, display=display), picture, ["conv"], 1)
    result.save(tmp_path / "figure.svg")
    values = result.layers["conv"].reconstructions[0][..., chosen]
    expected = np.broadcast_to(power(values).pixels, (8, 8, 3))
    photograph = np.broadcast_to(picture[..., chosen], (8, 8, 3))
    found = [pixels.tolist() for pixels in embedded(tmp_path / "figure.svg")]
    assert expected.tolist() in found
    assert photograph.tolist() in found


def embedded(path):
    """Return the small pictures in a figure, at their own resolution, as RGB."""
    for code in re.findall(r"data:image/png;base64,([^\"]+)", path.read_text()):
        pixels = np.asarray(Image.open(io.BytesIO(base64.b64decode(code))).convert("RGB"))
        yield pixels[:: len(pixels) // 8, :: len(pixels) // 8]


REFUSED = [
    (("a.gif",), {}, FigureError, "`path`: expected a name that ends in .svg, .png or .pdf, found 'a.gif'"),
    (("none/a.svg",), {}, FigureError, "`path`: no folder 'none'"),
    ((None,), {}, FigureError, "`path` must be a path or text. Received: None"),
    ((b"a.svg",), {}, FigureError, "`path` must be a path or text. Received: b'a.svg'"),
    (("a.svg",), {"width": 300}, FigureError, "`width`: only a .png has pixels, not .svg"),
    (("a.pdf",), {"dpi": 300}, FigureError, "`dpi`: only a .png has pixels, not .pdf"),
    (("a.png",), {"width": 9, "dpi": 9}, FigureError, "`dpi`: `width` is given too; choose one of them"),
    (("a.png",), {"width": "9"}, FigureError, "`width` must be a whole number of pixels. Received: '9'"),
    (
        ("a.png",),
        {"width": 0},
        FigureError,
        "a PNG must have a width and at most 80,000,000 pixels; at 0 dpi it has 0",
    ),
    *(
        (("a.png",), {"dpi": value}, FigureError, f"`dpi` must be a number above 0. Received: {value!r}")
        for value in ("9", 0, -1.5, float("nan"), float("inf"), True)
    ),
    *(
        (
            ("a.svg",),
            {"views": views},
            FigureError,
            f"`views` must be a list of map, reconstruction, seen. Received: {views!r}",
        )
        for views in ("seen", [], ["activation"], [3], None)
    ),
    (
        ("a.svg",),
        {"views": ["map", "map"]},
        FigureError,
        "`views` names a view twice. Received: ['map', 'map']",
    ),
    (("a.svg",), {"scale": "x"}, FigureError, f"`scale` must be one of {', '.join(SCALES)}. Received: 'x'"),
    (
        ("a.svg",),
        {"scale": ["x"]},
        FigureError,
        f"`scale` must be one of {', '.join(SCALES)}. Received: ['x']",
    ),
    (
        ("a.svg", ["pool2"]),
        {},
        NetworkError,
        "no layer 'pool2' in this result; its layers: pool1, conv1:preactivation, predictions",
    ),
    (("a.svg", "pool1"), {}, NetworkError, "`layers` must be a list of layer names. Received: 'pool1'"),
    (
        ("a.svg", []),
        {},
        NetworkError,
        "`layers` is empty; expected layers of this result: pool1, conv1:preactivation, predictions",
    ),
    (
        ("a.svg", ["pool1"], {"predictions": [0]}),
        {},
        NetworkError,
        "`features` names the layer 'predictions', which is not among `layers`: ('pool1',)",
    ),
    (
        ("a.svg",),
        {"features": {"pool1": [99]}},
        SelectionError,
        "layer 'pool1': no feature 99 in this result; it has ",
    ),
    (
        ("a.svg",),
        {"features": {"pool1": []}},
        SelectionError,
        "layer 'pool1': expected different features, at least one. Received: ()",
    ),
]


@pytest.mark.parametrize(("arguments", "options", "kind", "message"), REFUSED)
def test_what_is_wrong_is_said_and_nothing_written(
    result, tmp_path, monkeypatch, arguments, options, kind, message
):
    monkeypatch.chdir(tmp_path)
    with pytest.raises(GalleryError) as error:
        result.save(*arguments, **options)
    assert type(error.value) is kind
    assert str(error.value).startswith(message)
    assert list(tmp_path.iterdir()) == []


def test_a_file_that_cannot_be_written_is_named(result, tmp_path):
    (tmp_path / "a.svg").mkdir()
    with pytest.raises(FigureError) as error:
        result.save(tmp_path / "a.svg")
    assert str(error.value) == f"{tmp_path / 'a.svg'}: Is a directory"
    assert [path.name for path in tmp_path.iterdir()] == ["a.svg"]
