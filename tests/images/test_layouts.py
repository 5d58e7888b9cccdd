"""Every mode of every container, compared with its samples; ``tests.support.picture_modes`` is the table."""

import pytest

from generator.images.layouts import Layout, layout_of
from tests.support.picture_modes import cells
from tests.support.picture_modes.__main__ import difference, read
from tests.support.picture_modes.pillow import MEMORY

CELLS = list(cells())


@pytest.mark.parametrize("cell", CELLS, ids=[f"{cell.suffix} {cell.name}" for cell in CELLS])
def test_a_mode_is_read_as_it_was_written_or_refused(tmp_path, cell):
    ours = read(cell, tmp_path)
    if isinstance(cell.shows, str):
        assert isinstance(ours, str)
        assert cell.shows in ours
    else:
        assert difference(ours, cell.shows) <= cell.tolerance


def test_an_image_in_memory_has_the_usual_layout():
    images = [cell.content for cell in CELLS if cell.suffix == MEMORY]
    assert len(images) == 18
    assert {layout_of(picture) for picture in images} == {Layout()}
