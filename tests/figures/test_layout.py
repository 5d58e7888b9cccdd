"""Geometry: everything inside, nothing over anything else, columns in line."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import fields
from itertools import combinations

import pytest

from generator.figures.layout import Box, Layout, PairBoxes, arrange, break_name, label_characters

NOTES = ("receptive ", "field 212 px")
CAPTION = "Grey is zero; black and white are the limits of each reconstruction. " * 3


def arranged(*counts: int, picture: tuple[int, int] = (224, 224), name: str = "block1_pool") -> Layout:
    return arrange([name] * len(counts), [NOTES] * len(counts), counts, picture, CAPTION)


def boxes(pair: PairBoxes) -> dict[str, Box]:
    return {field.name: getattr(pair, field.name) for field in fields(pair)}


def solid(layout: Layout) -> Iterator[Box]:
    """All boxes that must keep apart; a frame lies around its pictures."""
    for row in layout.rows:
        yield from (row.name, row.notes)
        for pair in row.pairs:
            yield from (box for name, box in boxes(pair).items() if name != "frame")
    yield from (box for _, box in layout.caption)


def overlap(one: Box, other: Box) -> bool:
    beside = one.right <= other.x or other.right <= one.x
    return not (beside or one.bottom <= other.y or other.bottom <= one.y)


SHAPES = [(224, 224), (227, 227), (28, 28), (100, 400), (400, 100), (600, 200), (1, 500)]


@pytest.mark.parametrize("picture", SHAPES)
@pytest.mark.parametrize("counts", [(1,), (2,), (3,), (4,), (7,), (12,), (3, 3, 3, 3, 3), (1, 5, 3)])
def test_everything_is_inside_and_apart(counts: tuple[int, ...], picture: tuple[int, int]) -> None:
    layout = arranged(*counts, picture=picture)
    for box in solid(layout):
        assert min(box.x, box.y) >= 0
        assert box.right <= layout.width
        assert box.bottom <= layout.height
    assert not [pair for pair in combinations(solid(layout), 2) if overlap(*pair)]


@pytest.mark.parametrize("picture", [*SHAPES, (64, 64), (84, 84), (20, 90)])
def test_labels_have_twenty_characters_and_more(picture: tuple[int, int]) -> None:
    assert all(label_characters(pair.label) >= 20 for pair in arranged(1, picture=picture).rows[0].pairs)


@pytest.mark.parametrize("count", range(1, 13))
def test_every_feature_has_its_boxes_in_reading_order(count: int) -> None:
    (row,) = arranged(count).rows
    assert len(row.pairs) == count
    assert [(pair.label.y, pair.label.x) for pair in row.pairs] == sorted(
        (pair.label.y, pair.label.x) for pair in row.pairs
    )
    assert len({pair.label.x for pair in row.pairs}) <= 3


def test_pictures_of_a_pair_touch_and_its_words_are_beside_them() -> None:
    for pair in arranged(3).rows[0].pairs:
        assert pair.overlay.right == pair.reconstruction.x
        assert pair.overlay.y == pair.reconstruction.y
        assert pair.label.bottom == pair.overlay.y
        assert pair.label.x == pair.overlay.x == pair.strength.x == pair.bar.x
        assert pair.bar.right == pair.reconstruction.right
        assert pair.limit.x == pair.reconstruction.x
        assert (pair.frame.x, pair.frame.right) == (pair.overlay.x - 0.5, pair.reconstruction.right + 0.5)


def test_columns_are_aligned_across_rows_of_different_length() -> None:
    layout = arranged(3, 5, 1)
    columns = [pair.overlay.x for pair in layout.rows[0].pairs]
    for row in layout.rows:
        assert [pair.overlay.x for pair in row.pairs] == (columns + columns)[: len(row.pairs)]
        assert row.name.x == layout.rows[0].name.x


def test_three_features_have_the_natural_size() -> None:
    layout = arranged(3)
    assert 1060 <= layout.width <= 1200
    assert layout.rows[0].pairs[0].overlay.width == 168


@pytest.mark.parametrize("count", [3, 6, 9, 12])
def test_more_features_make_a_figure_higher_not_wider(count: int) -> None:
    assert arranged(count).width == arranged(3).width


def test_four_features_are_spread_evenly() -> None:
    assert arranged(4).width == arranged(2).width


@pytest.mark.parametrize("picture", [(200, 400), (400, 200), (300, 200)])
def test_a_tile_keeps_the_picture_in_shape(picture: tuple[int, int]) -> None:
    tile = arranged(3, picture=picture).rows[0].pairs[0].overlay
    assert tile.height / tile.width == pytest.approx(picture[0] / picture[1], rel=0.01)


@pytest.mark.parametrize(
    ("name", "lines"),
    [
        ("conv1", ("conv1",)),
        ("block1_pool", ("block1_pool",)),
        ("fire2_squeeze1x1", ("fire2_", "squeeze1x1")),
        ("conv2_block1_1_conv", ("conv2_", "block1_1_conv")),
        ("block1_conv1:preactivation", ("block1_conv1:", "preactivation")),
        ("averyveryverylongname", ("averyveryverylongname",)),
        ("averyveryverylongname_", ("averyveryverylongname_",)),
    ],
)
def test_a_long_name_breaks_at_the_mark_nearest_to_its_middle(name: str, lines: tuple[str, ...]) -> None:
    assert break_name(name) == lines


def test_a_name_without_a_mark_widens_its_column() -> None:
    row = arranged(1, name="averyveryverylongname").rows[0]
    assert row.name.width >= 21 * 9
    assert row.name.right < row.pairs[0].overlay.x
