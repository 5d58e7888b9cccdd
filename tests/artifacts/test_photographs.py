"""The copies of a picture, and what pages must know of them."""

from pathlib import Path

import numpy as np
import pytest

from generator.artifacts.artifact import Source
from generator.artifacts.photographs import Copies
from generator.records import ImageSpec, ShownPicture, Subject
from generator.records.kept import PICTURE


class Opened:
    def __init__(self, rgb):
        self.rgb = rgb

    def opened(self, source):
        return self.rgb


@pytest.mark.parametrize(("shape", "columns"), [((8, 8), 8), ((20, 60), 60), ((160, 90), 90), ((161, 90), 0)])
def test_a_small_picture_has_its_width_in_its_own_pixels(shape, columns):
    rgb = np.zeros((*shape, 3), np.uint8)
    copies = Copies(Subject(PICTURE, "a"), Source("a", {}, lambda: rgb), "a")
    ((_, value),) = Copies.make([copies], Opened(rgb))
    facts = value.facts
    assert (facts.original_height_px, facts.original_width_px) == shape
    shown = ShownPicture(ImageSpec("a", Path("a.png"), "A"), **vars(facts), views=())
    assert shown.columns == columns
