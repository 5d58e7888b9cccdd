"""The contour at half the peak: exactly the units that reach it, whatever their shape."""

from __future__ import annotations

import re

import numpy as np
import pytest

from generator.errors import FigureError
from generator.figures.contour import CHARACTERS, active, contour

RING = np.array([[1, 1, 1, 0], [1, 0, 1, 0], [1, 1, 1, 0], [0, 0, 0, 1]], bool)
DIAGONAL = np.eye(4, dtype=bool)
RANDOM = np.random.default_rng(7)
REGIONS = [
    *(RING, ~RING, DIAGONAL, DIAGONAL[::-1], np.ones((1, 1), bool), np.ones((5, 3), bool)),
    *(RANDOM.random((side, side + 2)) < share for side in (3, 8, 14) for share in (0.2, 0.5, 0.8)),
]


def corners(path: str) -> list[list[tuple[int, int]]]:
    """Return the corners of each outline of a path."""
    outlines = []
    for outline in re.findall(r"M[^MZ]*Z", path):
        found: list[tuple[int, int]] = []
        for letter, numbers in re.findall(r"([MHV])([\d ]+)", outline):
            values = [int(value) for value in numbers.split()]
            if letter == "M":
                found.append((values[0], values[1]))
            else:
                x, y = found[-1]
                found.append((values[0], y) if letter == "H" else (x, values[0]))
        outlines.append(found)
    return outlines


def filled(path: str, shape: tuple[int, int]) -> np.ndarray:
    """Fill a path by evenodd: a unit is inside if a ray to its left crosses an odd number of edges."""
    inside = np.zeros(shape, int)
    for outline in corners(path):
        for (x, y), (_, below) in zip(outline, [*outline[1:], outline[0]], strict=True):
            inside[min(y, below) : max(y, below), x:] += 1
    return inside % 2 == 1


@pytest.mark.parametrize("region", REGIONS)
def test_a_contour_has_exactly_the_units_of_its_region(region: np.ndarray) -> None:
    np.testing.assert_array_equal(filled(contour(region), region.shape), region)


def test_units_that_touch_at_a_corner_are_apart_and_holes_are_not() -> None:
    assert len(corners(contour(DIAGONAL))) == 4
    assert (
        len(corners(contour(~DIAGONAL))) == 1 + 1
    )  # the diagonal of holes is one; what is around them another
    assert contour(np.zeros((3, 3), bool)) == ""


def test_a_unit_is_active_from_half_the_peak_on() -> None:
    assert active(np.array([[0.99, 1.0], [2.0, -3.0]])).tolist() == [[False, True], [True, False]]
    assert not active(np.full((2, 2), -1.0)).any()
    assert not active(np.zeros((2, 2))).any()
    assert active(np.array([[3e38, 1e38]], np.float32)).tolist() == [[True, False]]


@pytest.mark.parametrize("value", [np.nan, np.inf, -np.inf])
def test_a_map_that_is_not_finite_is_refused(value: float) -> None:
    with pytest.raises(FigureError, match=r"^`activations` must be finite. Received: NaN or infinity$"):
        active(np.array([[0.0, value]]))


@pytest.mark.parametrize("side", [112, 223])
def test_the_contour_of_noise_keeps_its_length_and_its_place(side: int) -> None:
    left = RANDOM.random((side, side)) < 0.5
    left[:, side // 2 :] = False
    path = contour(left)
    assert len(path) <= CHARACTERS
    shown = filled(path, left.shape)
    assert shown[:, : side // 2 - 8].mean() == pytest.approx(0.5, abs=0.25)
    assert not shown[:, side // 2 + 16 :].any()
    assert max(x for outline in corners(path) for x, _ in outline) <= side


def test_large_squares_are_active_if_half_of_their_units_are() -> None:
    region = np.zeros((4, 5), bool)
    region[0, 0] = region[0, 2:4] = region[2:, 4] = True
    # Each 2 x 2 square with two active units; the last column is alone, and counts twice.
    expected = np.zeros((4, 5), bool)
    expected[:2, 2:4] = expected[2:, 4] = True
    length = len(contour(region))
    np.testing.assert_array_equal(filled(contour(region, length - 1), region.shape), expected)
