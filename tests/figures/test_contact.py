"""The small picture of a feature: four places, or the first alone."""

from __future__ import annotations

import io

import numpy as np
import pytest
from PIL import Image

from generator.figures.contact import CONTACT_PX, contact
from generator.figures.patches import encode_patch
from tests.figures.patches import patches

COLOURS = (200, 30, 30), (30, 200, 30), (30, 30, 200), (200, 200, 30)


def tiles(count, side=60):
    shown = patches(count, side)
    for patch, colour in zip(shown, COLOURS * 3, strict=False):
        patch.photograph[:] = colour
    return [encode_patch(patch) for patch in shown]


@pytest.mark.parametrize(("count", "side"), [(9, 60), (4, 9)])
def test_four_places_lie_in_a_square(count, side):
    content = contact(tiles(count, side))
    pixels = np.asarray(Image.open(io.BytesIO(content)), int)
    assert pixels.shape == (CONTACT_PX, CONTACT_PX, 3)
    centres = [pixels[32, 32], pixels[32, 96], pixels[96, 32], pixels[96, 96]]
    assert np.abs(np.array(centres) - COLOURS).max() < 16


def test_of_fewer_than_four_the_first_is_shown():
    pixels = np.asarray(Image.open(io.BytesIO(contact(tiles(3)))), int)
    assert np.abs(pixels - COLOURS[0]).max() < 16


def test_even_noise_takes_few_bytes():
    assert len(contact([encode_patch(patch) for patch in patches()])) < 12_000
