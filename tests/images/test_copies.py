"""Encoded copies: sizes and formats; the same picture gives the same bytes."""

import io
import struct

import numpy as np
import pytest
from PIL import Image

from generator import images
from generator.errors import ImageError
from generator.images.copies import encoded
from generator.images.failures import naming

RED = (255, 0, 0)


# Writing


def decoded(content):
    picture = Image.open(io.BytesIO(content))
    picture.load()
    return picture


@pytest.mark.parametrize(
    ("shape", "longest", "expected"),
    [
        ((300, 600), 200, (200, 100)),
        ((600, 300), 200, (100, 200)),
        ((100, 161), 1280, (161, 100)),
        ((1, 900), 90, (90, 1)),
    ],
)
def test_web_copy_shrinks_and_leaves_others_as_large(shape, longest, expected):
    content, width, height = images.web_copy(np.zeros((*shape, 3), np.uint8), longest)
    assert (width, height) == expected == decoded(content).size


@pytest.mark.parametrize(
    ("shape", "factor"), [((28, 28), 11), ((64, 64), 5), ((20, 60), 5), ((160, 90), 2), ((161, 90), 1)]
)
def test_small_pictures_grow_by_a_whole_factor(shape, factor):
    rgb = np.random.default_rng(0).integers(0, 2, (*shape, 1), np.uint8).repeat(3, axis=-1) * 255
    copies = [
        images.web_copy(rgb, 1280)[0],
        images.thumbnail(rgb, 400)[0],
        images.small_copy(rgb, 640)[0]["jpg"],
    ]
    for content in copies:
        copy = np.asarray(decoded(content).convert("L"))
        assert copy.shape == (shape[0] * factor, shape[1] * factor)
        found = copy.reshape(shape[0], factor, shape[1], factor).mean(axis=(1, 3))
        assert np.abs(found - rgb[..., 0]).max() < 50


def test_web_copy_is_progressive_and_bare(corner):
    picture = decoded(images.web_copy(corner, 100)[0])
    assert picture.info.get("progressive")
    assert not {"exif", "icc_profile", "comment", "xmp"} & picture.info.keys()


def test_web_copy_looks_like_the_picture(corner):
    copy = np.asarray(decoded(images.web_copy(corner, 100)[0]))
    assert copy[3, 3].tolist() == pytest.approx(RED, abs=12)


@pytest.mark.parametrize(("height", "expected"), [(50, (100, 50)), (500, (600, 300))])
def test_thumbnail_has_the_height(height, expected):
    content, *size = images.thumbnail(np.zeros((300, 600, 3), np.uint8), height)
    assert tuple(size) == expected == decoded(content).size


def test_same_picture_same_bytes(corner):
    assert images.web_copy(corner, 20) == images.web_copy(corner.copy(), 20)
    assert images.thumbnail(corner, 10) == images.thumbnail(corner.copy(), 10)


@pytest.mark.parametrize("shape", [(36_861, 790), (1, 50_000), (50_000, 1), (2, 70_000), (70_000, 2)])
def test_copies_of_a_long_picture_keep_below_every_limit(shape):
    rgb = np.full((*shape, 3), 90, np.uint8)
    copies, *small = images.small_copy(rgb, 320)
    pictures = {
        **{suffix: (content, *small) for suffix, content in copies.items()},
        "thumbnail": images.thumbnail(rgb, 400),
        "web copy": images.web_copy(rgb, 1280),
    }
    for content, width, height in pictures.values():
        assert decoded(content).size == (width, height)
        assert max(width, height) <= 4096


def test_what_no_encoder_takes_is_the_pictures_error():
    picture = Image.new("RGB", (65_536, 1))
    with pytest.raises(ImageError, match=r"^cannot be written as JPEG of 65536 x 1 pixels: ") as caught:
        encoded(picture, {"format": "JPEG"})
    assert caught.value.__cause__ is not None


def test_a_card_that_fails_is_the_pictures_error():
    with pytest.raises(ImageError, match=r"^cannot be (scaled|fitted|composed)"):
        images.card(np.zeros((4, 4, 3), np.uint8), [np.zeros((2, 2, 7), np.uint8)])


ANY = [MemoryError(), OSError(5, "Input/output error"), ValueError("odd"), struct.error("odd"), KeyError(3)]


@pytest.mark.parametrize("error", ANY, ids=lambda error: type(error).__name__)
def test_whatever_is_raised_is_the_pictures_error(error):
    with pytest.raises(ImageError, match=r"^cannot be done: ") as caught, naming("cannot be done"):
        raise error
    assert caught.value.__cause__ is error


# Small copies and cards


@pytest.mark.parametrize(("width_px", "expected"), [(12, (12, 8)), (640, (312, 208))])
def test_a_small_copy_comes_in_every_format(corner, width_px, expected):
    copies, width, height = images.small_copy(corner, width_px)
    assert (width, height) == expected
    opened = {suffix: Image.open(io.BytesIO(content)) for suffix, content in copies.items()}
    assert {suffix: picture.format for suffix, picture in opened.items()} == {
        "avif": "AVIF",
        "webp": "WEBP",
        "jpg": "JPEG",
    }
    for picture in opened.values():
        assert picture.size == expected
        assert picture.convert("RGB").getpixel((1, 1)) == pytest.approx(RED, abs=40)
    assert images.small_copy(corner, width_px)[0] == copies


def test_a_card_shows_small_pictures_whole_and_crisp():
    rgb = np.full((28, 28, 3), 255, np.uint8)
    rgb[::2, ::2] = 0
    grey = np.full((28, 28, 1), 90, np.uint8)
    card = np.asarray(Image.open(io.BytesIO(images.card(rgb, [grey, grey]))).convert("L"))
    left, side = (1200 - 315 - 28 * 22) // 2, 28 * 22
    squares = card[7 : 7 + side, left : left + side].reshape(28, 22, 28, 22)[:, 4:18, :, 4:18]
    assert np.abs(squares - rgb[:, None, :, None, 0].astype(int)).max() < 40
    assert np.abs(card[10:300, 895:1190].astype(int) - 90).max() < 3


@pytest.mark.parametrize("count", [0, 1, 2, 3])
def test_a_card_shows_the_picture_beside_its_reconstructions(corner, count):
    shades = [np.full((10, 10, 3), 60 * place + 60, np.uint8) for place in range(count)]
    card = Image.open(io.BytesIO(images.card(corner, shades)))
    assert (card.size, card.format) == ((1200, 630), "JPEG")
    assert card.getpixel((150, 200)) == pytest.approx(RED, abs=12)
    for place in range(count):
        shade = card.getpixel((1100, round((place + 0.5) * 630 / count)))
        assert shade == pytest.approx((60 * place + 60,) * 3, abs=3)
