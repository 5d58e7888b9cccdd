"""Patches as tiles: their size in bytes, in pixels, and what stays pixelated."""

from __future__ import annotations

import base64
import io

import numpy as np
import pytest
from PIL import Image

from generator.figures.patches import PAIR_CHARACTERS, PATCH_PX, STRENGTH_CHARACTERS, encode_patch
from generator.figures.pixels import display
from tests.figures.patches import patches


def decoded(uri):
    return Image.open(io.BytesIO(base64.b64decode(uri.partition(",")[2])))


@pytest.mark.parametrize("side", [8, 13, 60, 207])
@pytest.mark.parametrize("channels", [1, 3])
def test_even_noise_fits_its_budget(side, channels):
    (patch,) = patches(1, side, channels=channels)
    tile = encode_patch(patch)
    assert len(tile.photograph_uri) + len(tile.reconstruction_uri) <= PAIR_CHARACTERS
    assert len(tile.strength_uri) <= STRENGTH_CHARACTERS
    assert (tile.picture, tile.value, tile.class_name) == ("set/<0> & co.jpg", 100.0, "class 0")
    assert tile.square == patch.square


def test_a_smooth_square_becomes_a_photograph_of_one_size():
    (patch,) = patches(1)
    patch.photograph[:] = np.linspace(0, 255, 60).astype(np.uint8)[:, np.newaxis, np.newaxis]
    picture = decoded(encode_patch(patch).photograph_uri)
    assert (picture.format, picture.size) == ("JPEG", (PATCH_PX, PATCH_PX))
    expected = Image.fromarray(patch.photograph).resize(picture.size, Image.Resampling.BICUBIC)
    assert np.abs(np.asarray(picture, int) - np.asarray(expected, int)).max() < 12


@pytest.mark.parametrize(("side", "input_px"), [(20, (28, 28)), (7, (224, 224))])
def test_squares_of_few_pixels_stay_pixelated(side, input_px):
    (patch,) = patches(1, side, input_px)
    patch.photograph[:] = patch.photograph // 128 * 255  # few colours, so that the PNG fits
    tile = encode_patch(patch, "minmax")
    assert tile.is_crisp
    picture = decoded(tile.photograph_uri)
    factor = -(-PATCH_PX // side)
    assert (picture.format, picture.size) == ("PNG", (factor * side, factor * side))
    whole = np.asarray(picture.convert("RGB"))
    assert np.array_equal(whole, patch.photograph.repeat(factor, 0).repeat(factor, 1))


def test_other_squares_are_enlarged_smoothly():
    assert not encode_patch(patches(1, 13)[0]).is_crisp


def test_the_display_is_that_of_the_square():
    (patch,) = patches(1)
    shown = display(patch.reconstruction, "symmetric")
    tile = encode_patch(patch)
    assert (tile.black, tile.white, tile.rule) == (shown.black, shown.white, shown.rule)
