"""The share of a regular grid in a reconstruction."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from generator.figures.grids import grid_share

NOISE = np.random.default_rng(0)
ROOT = Path(__file__).parents[2]


def gridded(period: int, side: int) -> np.ndarray:
    """Return random values that repeat."""
    tile = NOISE.normal(size=(period, period, 3))
    return np.tile(tile, (side // period, side // period, 1))


@pytest.mark.parametrize(
    ("period", "side"), [(2, 24), (4, 28), (8, 48), (16, 96), (32, 224), (2, 224), (8, 192)]
)
def test_what_repeats_is_a_grid(period: int, side: int) -> None:
    assert grid_share(gridded(period, side)) == pytest.approx(1)


@pytest.mark.parametrize("side", [96, 224, 230])
def test_noise_has_the_share_of_chance(side: int) -> None:
    period = 16 if side == 96 else 32
    chance = (period**2 - 1) / (side - side % period) ** 2
    assert grid_share(NOISE.normal(size=(side, side, 3))) == pytest.approx(chance, rel=0.3)


def test_a_share_is_that_of_energies() -> None:
    """Of the mixture, the grid has nine tenths; a constant does not count."""
    grid, noise = gridded(8, 192), NOISE.normal(size=(192, 192, 3))
    grid -= grid.mean((0, 1))
    mixed = 3 * grid / grid.std() + noise / noise.std() + 1000
    assert grid_share(mixed) == pytest.approx(0.9, abs=0.01)


@pytest.mark.parametrize("name", ["chelsea", "german-shepherd", "rocket", "espresso"])
def test_a_photograph_has_no_grid(name: str) -> None:
    photograph = Image.open(ROOT / "inputs" / f"{name}.jpg").convert("RGB").resize((224, 224))
    assert grid_share(np.asarray(photograph)) < 0.1


@pytest.mark.parametrize("shape", [(8, 8, 1), (23, 300, 3), (300, 23, 3), (1, 1, 3)])
def test_what_is_too_small_is_not_measured(shape: tuple[int, ...]) -> None:
    assert grid_share(NOISE.normal(size=shape)) == 0


def test_a_constant_has_no_grid() -> None:
    assert grid_share(np.full((64, 64, 3), 0.1)) == 0
