"""The picture through a reconstruction: its own colours where that is strong, paper where it is zero."""

from __future__ import annotations

from math import exp

import numpy as np
import pytest

from generator.errors import FigureError
from generator.figures.seen import PAPER, seen, strength


def spot(side: int, at: tuple[int, int], size: int = 1) -> np.ndarray:
    values = np.zeros((side, side, 3))
    values[at[0] : at[0] + size, at[1] : at[1] + size, 1] = -2.0
    return values


def test_a_spot_is_blurred_by_three_pixels_in_224() -> None:
    blurred = strength(spot(224, (100, 120)))
    weights = {step: exp(-0.5 * (step / 3.0) ** 2) for step in range(-9, 10)}
    plain = np.zeros((224, 224))
    for down, one in weights.items():
        for right, other in weights.items():
            plain[100 + down, 120 + right] = one * other
    limit = np.percentile(plain, 99.5)
    np.testing.assert_allclose(blurred, np.clip(plain / limit, 0, 1) ** 0.8, atol=1e-9)


def test_the_blur_grows_with_the_picture() -> None:
    small, large = strength(spot(112, (50, 60), 8)), strength(spot(224, (100, 120), 16))
    squares = large.reshape(112, 2, 112, 2).mean(axis=(1, 3))
    np.testing.assert_allclose(squares, small, atol=0.1)


def test_the_sign_and_the_magnitude_of_all_values_do_not_matter() -> None:
    values = np.random.default_rng(2).standard_normal((20, 30, 3)).astype(np.float32)
    np.testing.assert_allclose(strength(-1e6 * values), strength(values), rtol=1e-5)


def test_a_picture_keeps_its_colours_where_it_is_strong_and_is_paper_elsewhere() -> None:
    picture = np.full((64, 64, 3), (200, 40, 90), np.uint8)
    shown = seen(picture, spot(64, (10, 10), 20))
    assert shown[20, 20].tolist() == [200, 40, 90]
    assert shown[60, 60].tolist() == [PAPER] * 3
    assert (seen(picture, np.zeros((64, 64, 1))) == PAPER).all()


@pytest.mark.parametrize("side", [1, 8, 28])
def test_pictures_of_a_few_pixels_are_seen_too(side: int) -> None:
    values = np.zeros((side, side, 1))
    values[0, 0] = 3.0
    assert strength(values)[0, 0] == pytest.approx(1.0, abs=0.02)
    assert strength(values)[-1, -1] == pytest.approx(0.0 if side > 1 else 1.0, abs=1e-6)


def test_what_cannot_be_seen_is_refused() -> None:
    with pytest.raises(FigureError, match=r"^`reconstructions` must be finite. Received: NaN or infinity$"):
        strength(np.full((2, 2, 1), np.nan))
    with pytest.raises(FigureError, match=r"^a picture of \(2, 2\) and a reconstruction of \(3, 2\)$"):
        seen(np.zeros((2, 2, 3), np.uint8), np.zeros((3, 2, 1)))
