"""The smallest square that holds most of a reconstruction, found by trying all squares."""

from __future__ import annotations

import numpy as np
import pytest

from generator.analysis.squares import LEAST_PX, smallest
from generator.records import Region


def tried(energy, most):
    """Return the square by trying all sides and corners."""
    height, width = energy.shape
    most = min(most, height, width)
    rows, columns = np.mgrid[:height, :width]
    middle = [(part * energy).sum() / energy.sum() for part in (rows, columns)]
    for side in range(min(LEAST_PX, most), most + 1):
        held = {
            (y, x): energy[y : y + side, x : x + side].sum()
            for y in range(height - side + 1)
            for x in range(width - side + 1)
        }
        if max(held.values()) >= 0.95 * energy.sum() or side == most:
            enough = min(0.95 * energy.sum(), max(held.values()))

            def apart(corner, half=(side - 1) / 2):
                return sum((start + half - at) ** 2 for start, at in zip(corner, middle, strict=True))

            y, x = min(
                (corner for corner in held if held[corner] >= enough), key=lambda one: (apart(one), one)
            )
            return Region(x, y, side, side)
    raise AssertionError(side)


@pytest.mark.parametrize("shape", [(24, 24), (17, 31), (30, 12)])
@pytest.mark.parametrize("most", [3, 11, 40])
def test_all_squares_give_the_same(shape, most):
    random = np.random.default_rng(sum(shape) + most)
    for spread in (0.5, 2.0, 6.0):
        where = [
            np.clip(random.normal(length / 3, spread, 60), 0, length - 1).astype(int) for length in shape
        ]
        energy = np.zeros(shape)
        np.add.at(energy, tuple(where), random.integers(1, 50, 60))  # whole numbers: their sums are exact
        assert smallest(energy, most) == tried(energy, most)


def test_a_square_stays_within_the_picture():
    energy = np.zeros((20, 30))
    energy[19, 29] = 1
    assert smallest(energy, 99) == Region(22, 12, 8, 8)


def test_nothing_gives_the_field_around_the_middle():
    assert smallest(np.zeros((20, 30)), 9) == Region(10, 5, 9, 9)
    assert smallest(np.zeros((20, 30)), 99) == Region(5, 0, 20, 20)
