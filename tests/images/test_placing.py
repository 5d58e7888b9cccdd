"""What a network saw, placed back into its picture."""

import io

import numpy as np
import pytest
from PIL import Image

from generator import images

PAPER = 250


def shown(height, width):
    """Return an input in which no two pixels are equal, and none is paper."""
    values = np.arange(height * width, dtype=np.uint8).reshape(height, width, 1)
    return values.repeat(3, axis=-1)


@pytest.mark.parametrize(
    ("picture", "size", "how", "frame"),
    [
        ((300, 450), (12, 12), "crop", (12, 18)),
        ((450, 300), (12, 12), "crop", (18, 12)),
        ((300, 300), (12, 12), "crop", (12, 12)),
        ((300, 450), (12, 12), "pad", (8, 12)),
        ((300, 450), (12, 12), "stretch", (12, 12)),
        ((50, 400), (6, 8), "crop", (6, 48)),
    ],
)
def test_what_was_seen_keeps_its_pixels_at_its_place(picture, size, how, frame):
    framing, pixels = images.framed(picture, size, how), shown(*size)
    placed = images.placed(pixels, picture, framing, PAPER)
    assert placed.shape == (*frame, 3)
    inner = images.within(pixels, framing.filled)
    rows, columns = np.nonzero((placed != PAPER).all(axis=-1))
    top, left = rows.min(), columns.min()
    assert (placed[top : rows.max() + 1, left : columns.max() + 1] == inner).all()
    assert top == pytest.approx(framing.seen.y * inner.shape[0] / framing.seen.height, abs=0.5)
    assert left == pytest.approx(framing.seen.x * inner.shape[1] / framing.seen.width, abs=0.5)


def opened(copy):
    content, width, height = copy
    picture = Image.open(io.BytesIO(content))
    assert (picture.format, picture.size) == ("WEBP", (width, height))
    return np.asarray(picture.convert("RGB"))


@pytest.mark.parametrize(("side", "large", "small"), [(8, 60, 12), (28, 17, 3), (112, 4, 0)])
def test_small_pixels_are_squares(side, large, small):
    pixels = shown(side, side)
    copy = opened(images.seen_copy(pixels, (side, side), is_small=True))
    assert (copy == pixels.repeat(large, axis=0).repeat(large, axis=1)).all()
    inset = opened(images.inset(pixels, is_small=True))
    if small:
        assert (inset == pixels.repeat(small, axis=0).repeat(small, axis=1)).all()
    else:
        assert inset.shape == (96, 96, 3)


@pytest.mark.parametrize(("size", "copy"), [((300, 450), (224, 336)), ((100, 1000), (48, 480))])
def test_copies_have_the_proportions_of_the_picture(size, copy):
    frame = np.zeros((224, round(224 * size[1] / size[0]), 3), np.uint8)
    assert opened(images.seen_copy(frame, size, is_small=False)).shape[:2] == copy


def test_an_inset_is_a_kilobyte_or_two():
    """Noise is the worst that there is."""
    noise = np.random.default_rng(0).integers(0, 256, (224, 224, 3), np.uint8)
    assert len(images.inset(noise, is_small=False)[0]) < 5000
    assert len(images.seen_copy(noise, (224, 224), is_small=False)[0]) < 40_000
