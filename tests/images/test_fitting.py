"""Pictures at the size of an input: pixels as Pillow's own functions make them, and which part is where."""

import numpy as np
import pytest
from PIL import Image, ImageOps

from generator import images
from generator.errors import ImageError
from generator.images.fitting import FILLING
from generator.records import Region
from generator.records.choices import FITS

BICUBIC = Image.Resampling.BICUBIC
SHAPES = [(60, 60), (60, 91), (97, 40), (20, 200), (200, 20), (7, 5), (1, 300), (300, 1)]
SIZES = [(32, 32), (24, 40), (41, 17)]


def noise(shape):
    return np.random.default_rng(sum(shape)).integers(0, 256, (*shape, 3), np.uint8)


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("shape", SHAPES)
def test_crop_is_the_largest_central_part(shape, size):
    height, width = size
    wanted = ImageOps.fit(Image.fromarray(noise(shape)), (width, height), BICUBIC)
    np.testing.assert_array_equal(images.fit(noise(shape), size), np.asarray(wanted))


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("shape", SHAPES)
def test_pad_is_the_whole_picture_in_mid_grey(shape, size):
    height, width = size
    picture, factor = Image.fromarray(noise(shape)), min(height / shape[0], width / shape[1])
    small = picture.resize((max(1, round(shape[1] * factor)), max(1, round(shape[0] * factor))), BICUBIC)
    canvas = Image.new("RGB", (width, height), (128, 128, 128))
    canvas.paste(small, ((width - small.width) // 2, (height - small.height) // 2))
    np.testing.assert_array_equal(images.fit(noise(shape), size, "pad"), np.asarray(canvas))


@pytest.mark.parametrize("shape", [(60, 120), (120, 60), (30, 30)])
def test_pad_is_as_pillow_pads(shape):
    wanted = ImageOps.pad(Image.fromarray(noise(shape)), (40, 40), BICUBIC, color=(FILLING,) * 3)
    np.testing.assert_array_equal(images.fit(noise(shape), (40, 40), "pad"), np.asarray(wanted))


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("shape", SHAPES)
def test_stretch_scales_each_side_by_itself(shape, size):
    wanted = Image.fromarray(noise(shape)).resize(size[::-1], BICUBIC)
    np.testing.assert_array_equal(images.fit(noise(shape), size, "stretch"), np.asarray(wanted))


@pytest.mark.parametrize("how", FITS)
@pytest.mark.parametrize("shape", [(227, 227), (30, 500), (500, 30), (1, 1), (1, 5000), (5000, 1)])
def test_every_shape_gets_the_size_asked_for(shape, how):
    fitted = images.fit(np.full((*shape, 3), FILLING, np.uint8), (40, 60), how)
    assert fitted.shape == (40, 60, 3)
    assert (fitted == FILLING).all()


@pytest.mark.parametrize("how", FITS)
def test_a_picture_of_the_size_is_copied(corner, how):
    fitted = images.fit(corner, (16, 24), how)
    assert np.array_equal(fitted, corner)
    assert fitted.flags.writeable
    assert not np.shares_memory(fitted, corner)


@pytest.mark.parametrize("how", FITS)
def test_fitting_is_antialiased(how):
    stripes = np.zeros((64, 64, 3), np.uint8)
    stripes[:, ::2] = 255
    inner = images.fit(stripes, (8, 8), how)[:, 1:-1].astype(int)
    assert np.abs(inner - 127).max() <= 2


def test_a_crop_shows_the_middle():
    assert images.framed((100, 400), (50, 50)).seen == Region(150, 0, 100, 100)
    assert images.framed((300, 200), (30, 40)).seen == Region(0, 75, 200, 150)
    assert images.framed((301, 301), (30, 30)).seen == Region(0, 0, 301, 301)


@pytest.mark.parametrize("how", ["pad", "stretch"])
def test_padded_and_stretched_pictures_are_whole(how):
    assert images.framed((100, 400), (50, 50), how).seen == Region(0, 0, 400, 100)


def test_what_a_padded_picture_fills_is_the_rest_of_the_grey():
    white = np.full((90, 40, 3), 255, np.uint8)
    fitted, filled = images.fit(white, (31, 31), "pad"), images.framed((90, 40), (31, 31), "pad").filled
    rows, columns = np.nonzero(fitted[..., 0] == 255)
    assert filled == Region(8, 0, 14, 31)
    assert (columns.min(), columns.max(), rows.min(), rows.max()) == (8, 21, 0, 30)
    assert (images.within(fitted, filled) == 255).all()
    assert {*np.unique(fitted)} == {FILLING, 255}


@pytest.mark.parametrize("size", [(0, 5), (-1, 5), (5, 0)])
def test_what_cannot_be_fitted_is_the_pictures_error(size):
    with pytest.raises(ImageError, match=r"^cannot be fitted to "):
        images.fit(np.zeros((4, 4, 3), np.uint8), size)
