"""Tiles: small, complete, made feature by feature, and all that a figure needs."""

from __future__ import annotations

import base64
import io
import re
from collections.abc import Iterator
from dataclasses import fields, is_dataclass, replace

import numpy as np
import pytest
from PIL import Image

from generator.errors import FigureError
from generator.figures import (
    draw_figure,
    draw_panel,
    draw_result,
    encode_layer,
    encode_photograph,
    encode_tile,
    join_tiles,
)
from generator.figures.contour import contour
from generator.figures.pixels import PAIR_CHARACTERS, SEEN_CHARACTERS, display, jpeg_uri
from generator.figures.seen import strength
from generator.records import LayerResult, LayerTiles, Tile
from tests.figures.test_draw import dense, layer, noise, picture, result

SMALL = [((28, 28), 8), ((64, 64), 3), ((20, 40), 5), ((84, 84), 2)]


@pytest.mark.parametrize("channels", [1, 3])
@pytest.mark.parametrize(("shape", "zoom"), SMALL)
def test_small_pictures_are_enlarged_by_a_whole_factor(shape, zoom, channels) -> None:
    values = np.random.default_rng(1).normal(0, 1, (*shape, 1)).repeat(channels, axis=-1)
    tile = encode_tile(np.eye(7), values, "minmax")
    pixels, factor = np.asarray(opened(tile.reconstruction_uri)), 2 * zoom
    wanted = np.kron(display(values, "minmax").pixels[..., 0], np.ones((factor, factor)))
    np.testing.assert_array_equal(pixels, wanted)
    values[4:, 4:] = 0.0  # what it is blurred to then fits into its budget
    shares = np.rint(255 * strength(values))
    shown = np.asarray(opened(encode_tile(np.eye(7), values, "minmax").strength_uri))
    np.testing.assert_array_equal(shown, np.kron(shares, np.ones((factor, factor))))


def test_small_pictures_are_drawn_pixelated() -> None:
    figure = draw_result("cat", picture(28, 28), [(layer("pool"), result_of(28))], title="Cat")
    assert (figure.view_width_px, figure.view_height_px) == (224, 224)
    assert figure.svg.count('class="crisp"') == 2
    large = draw_result("cat", picture(), [(layer("pool"), result(1))], title="Cat")
    assert "data:image/png" not in large.svg.split("</defs>")[0]


def result_of(side: int) -> LayerResult:
    shown = result(1)
    return replace(shown, reconstructions=np.ones((1, side, side, 1), np.float32))


def opened(uri: str) -> Image.Image:
    return Image.open(io.BytesIO(base64.b64decode(uri.partition(",")[2])))


LABELS = ("Egyptian cat", "tabby", "lynx")


def leaves(value: object) -> Iterator[object]:
    """Yield what a record is made of, down to what is no record and no sequence."""
    if is_dataclass(value):
        for field in fields(value):
            yield from leaves(getattr(value, field.name))
    elif isinstance(value, tuple):
        for one in value:
            yield from leaves(one)
    else:
        yield value


@pytest.mark.parametrize("shown", [result(), replace(dense(), labels=LABELS)])
def test_tiles_hold_plain_values_only(shown) -> None:
    tiles, photograph = encode_layer("pool", shown, "symmetric"), encode_photograph(picture())
    assert {type(value) for value in leaves((tiles, photograph))} <= {str, int, float, type(None)}


def test_a_figure_is_drawn_from_tiles_alone() -> None:
    rows = [(layer("pool1", 56), result(5, 56)), (layer("classes"), replace(dense(), labels=LABELS))]
    tiles = [(info, encode_layer(info.name, shown, "minmax")) for info, shown in rows]
    photograph = encode_photograph(picture())
    figure = draw_figure("cat", photograph, tiles, title="A cat")
    assert figure == draw_result("cat", picture(), rows, scale="minmax", title="A cat")
    panel = draw_panel("cat", photograph, *tiles[1], title="A cat")
    assert panel == draw_result("cat", picture(), rows[1:], scale="minmax", title="A cat")
    renamed = draw_panel("cat", photograph, *tiles[1], title="A dog")
    assert renamed.svg == panel.svg.replace("A cat", "A dog")


def test_tiles_made_one_by_one_are_those_of_the_layer() -> None:
    shown = result(5)
    pairs = zip(shown.activations, shown.reconstructions, strict=True)
    tiles = [encode_tile(activation, values, "symmetric") for activation, values in pairs]
    joined = join_tiles(shown.features, shown.strengths, shown.activations, tiles)
    assert joined == encode_layer("pool", shown, "symmetric")


def test_a_layers_tiles_say_what_is_printed_of_it() -> None:
    maps = np.zeros((3, 7, 5), np.float32)
    maps[0, 0, 0] = maps[1, 3, 2] = 1.0
    tiles = encode_layer("pool", replace(result(), activations=maps), "symmetric")
    assert (tiles.features, tiles.strengths, tiles.labels) == ((40, 41, 42), (900.0, 600.0, 300.0), ())
    assert (tiles.units, tiles.positions) == ((7, 5), ("upper left", "centre", None))
    classes = encode_layer("classes", replace(dense(), labels=LABELS), "symmetric")
    assert (classes.units, classes.positions, classes.labels) == ((), (None, None, None), LABELS)
    assert [tile.contour for tile in classes.tiles] == ["", "", ""]


@pytest.mark.parametrize("side", [7, 112])
def test_a_reconstruction_gets_what_its_other_views_leave(side: int) -> None:
    shown = noise(side, saturated=False)
    tile = encode_tile(shown.activations[0], shown.reconstructions[0], "symmetric")
    pixels = display(shown.reconstructions[0], "symmetric").pixels
    assert tile.contour == contour(shown.activations[0] >= shown.activations[0].max() / 2)
    rest = 2 * len(tile.contour) + len(tile.strength_uri)
    assert tile.reconstruction_uri == jpeg_uri(pixels, PAIR_CHARACTERS - rest)
    assert len(tile.strength_uri) <= SEEN_CHARACTERS
    assert rest + len(tile.reconstruction_uri) <= PAIR_CHARACTERS


def test_the_limit_is_the_larger_end() -> None:
    assert Tile("", "", "", -3.0, 2.0, "").limit == 3.0
    assert Tile("", "", "", 1.0, 2.0, "").limit == 2.0


def test_a_photograph_keeps_the_size_of_the_input() -> None:
    photograph = encode_photograph(picture(100, 300))
    assert (photograph.width_px, photograph.height_px) == (300, 100)
    assert photograph.uri == jpeg_uri(picture(100, 300), 20_000)


@pytest.mark.parametrize(
    ("activation", "reconstruction", "message"),
    [
        (np.ones(7), np.ones((8, 8, 3)), "an activation must be (h, w) or (). Received: (7,)"),
        (
            np.ones((7, 7)),
            np.ones((8, 8)),
            "a reconstruction must be (H, W, 3) or (H, W, 1). Received: (8, 8)",
        ),
        (np.array(np.nan), np.ones((8, 8, 3)), "`activations` must be finite. Received: NaN or infinity"),
        (np.ones((7, 7)), np.full((8, 8, 3), np.inf), "`reconstructions` must be finite."),
    ],
)
def test_a_tile_of_what_cannot_be_shown_is_refused(activation, reconstruction, message) -> None:
    with pytest.raises(FigureError, match=f"^{re.escape(message)}"):
        encode_tile(activation, reconstruction, "symmetric")


def test_tiles_that_do_not_fit_are_refused() -> None:
    shown, tile = result(2), Tile("", "", "", 0.0, 1.0, "")
    whole = shown.features, shown.strengths, shown.activations
    assert isinstance(join_tiles(*whole, [tile, tile], ("a", "b")), LayerTiles)
    with pytest.raises(FigureError, match=r"^each feature needs a strength, an activation and a recon"):
        join_tiles(*whole, [tile])
    with pytest.raises(FigureError, match=r"^each feature needs a label, or none has one"):
        join_tiles(*whole, [tile, tile], ("a",))
    with pytest.raises(FigureError, match=r"^pool: each feature needs a strength"):
        encode_layer("pool", replace(shown, reconstructions=shown.reconstructions[:0]), "symmetric")


def test_an_unknown_scale_is_refused_naming_the_layer() -> None:
    with pytest.raises(
        FigureError, match=r"^pool: `scale` must be one of power, symmetric, clipped, luminance, minmax"
    ):
        encode_layer("pool", result(), "guess")
