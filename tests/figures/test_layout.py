"""Geometry: everything inside, nothing over anything else, columns in line."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import fields
from itertools import combinations

import pytest

from generator.figures.layout import (
    SANS_EM,
    SMALL_PX,
    Box,
    Layout,
    PairBoxes,
    arrange,
    break_name,
    label_characters,
)

NOTES = ("receptive ", "field 212 px")
CAPTION = "Grey is zero; black and white are the limits of each reconstruction. " * 3


def arranged(
    *counts: int, picture: tuple[int, int] = (224, 224), name: str = "block1_pool", views: int = 2
) -> Layout:
    return arrange([name] * len(counts), [NOTES] * len(counts), counts, picture, views, CAPTION)


def boxes(pair: PairBoxes) -> dict[str, Box]:
    """Return the boxes that must keep apart; a frame and the whole lie around the views."""
    named = {field.name: getattr(pair, field.name) for field in fields(pair)}
    views = {f"view {place}": view for place, view in enumerate(named.pop("views"))}
    return {name: box for name, box in (named | views).items() if name not in ("frame", "whole")}


def solid(layout: Layout) -> Iterator[Box]:
    for row in layout.rows:
        yield from (row.name, row.notes)
        for pair in row.pairs:
            yield from boxes(pair).values()
    yield from (box for _, box in layout.caption)


def overlap(one: Box, other: Box) -> bool:
    beside = one.right <= other.x or other.right <= one.x
    return not (beside or one.bottom <= other.y or other.bottom <= one.y)


def corner(box: Box) -> tuple[float, float]:
    return box.x, box.y


def end(box: Box) -> tuple[float, float]:
    return box.right, box.bottom


SHAPES = [(224, 224), (227, 227), (28, 28), (100, 400), (400, 100), (600, 200), (1, 500)]


@pytest.mark.parametrize("picture", SHAPES)
@pytest.mark.parametrize("views", [1, 2, 3])
@pytest.mark.parametrize("counts", [(1,), (2,), (3,), (4,), (7,), (12,), (3, 3, 3, 3, 3), (1, 5, 3)])
def test_everything_is_inside_and_apart(
    counts: tuple[int, ...], picture: tuple[int, int], views: int
) -> None:
    layout = arranged(*counts, picture=picture, views=views)
    for box in solid(layout):
        assert min(box.x, box.y) >= 0
        assert box.right <= layout.width
        assert box.bottom <= layout.height
    assert not [pair for pair in combinations(solid(layout), 2) if overlap(*pair)]


@pytest.mark.parametrize("picture", [*SHAPES, (64, 64), (84, 84), (20, 90)])
def test_labels_have_twenty_characters_and_more(picture: tuple[int, int]) -> None:
    assert all(label_characters(pair.label) >= 20 for pair in arranged(1, picture=picture).rows[0].pairs)


def test_a_strength_of_five_digits_fits_beside_a_limit() -> None:
    pair = arranged(3).rows[0].pairs[0]
    narrow = SMALL_PX * SANS_EM
    assert pair.strength.width >= len("strength 23,509") * narrow
    assert pair.limit.width >= len("± 1.23e-05") * narrow


@pytest.mark.parametrize("count", range(1, 13))
def test_every_feature_has_its_boxes_in_reading_order(count: int) -> None:
    (row,) = arranged(count).rows
    assert len(row.pairs) == count
    assert [(pair.label.y, pair.label.x) for pair in row.pairs] == sorted(
        (pair.label.y, pair.label.x) for pair in row.pairs
    )
    assert len({pair.label.x for pair in row.pairs}) <= 4


def test_pictures_of_a_pair_touch_and_its_words_are_beside_them() -> None:
    for pair in arranged(2).rows[0].pairs:
        first, second = pair.views
        assert (first.right, first.y) == (second.x, second.y)
        assert (first.x, first.y, second.right, second.bottom) == (*corner(pair.whole), *end(pair.whole))
        assert pair.label.bottom == first.y
        assert pair.label.x == first.x == pair.strength.x == pair.bar.x
        assert pair.bar.right == second.right
        assert corner(pair.frame) == (first.x - 0.5, first.y - 0.5)
        assert end(pair.frame) == (second.right + 0.5, second.bottom + 0.5)


def test_columns_are_aligned_across_rows_of_different_length() -> None:
    layout = arranged(3, 5, 1)
    columns = [pair.whole.x for pair in layout.rows[0].pairs]
    for row in layout.rows:
        assert [pair.whole.x for pair in row.pairs] == (columns + columns)[: len(row.pairs)]
        assert row.name.x == layout.rows[0].name.x


def test_views_are_below_each_other_where_they_would_be_too_wide() -> None:
    for pair in arranged(3).rows[0].pairs:
        first, second = pair.views
        assert (second.x, second.y) == (first.x, first.bottom)
        assert (first.x, first.y, second.right, second.bottom) == (*corner(pair.whole), *end(pair.whole))


@pytest.mark.parametrize("count", range(1, 13))
@pytest.mark.parametrize("views", [1, 2, 3])
def test_pictures_have_their_own_size_and_a_figure_is_never_too_wide(count: int, views: int) -> None:
    layout = arranged(count, views=views)
    assert layout.width <= 1200
    sizes = {(view.width, view.height) for pair in layout.rows[0].pairs for view in pair.views}
    assert sizes == {(224, 224)}


@pytest.mark.parametrize(
    ("picture", "size"),
    [
        *(((28, 28), (224, 224)), ((64, 64), (192, 192)), ((96, 96), (192, 192)), ((160, 160), (160, 160))),
        *(((227, 227), (227, 227)), ((299, 299), (299, 299)), ((8, 8), (224, 224)), ((320, 480), (480, 320))),
        *(((600, 600), (300, 300)), ((1000, 500), (167, 333))),
    ],
)
def test_a_picture_is_drawn_at_a_whole_multiple_or_part(
    picture: tuple[int, int], size: tuple[int, int]
) -> None:
    view = arranged(1, picture=picture).rows[0].pairs[0].views[0]
    assert (view.width, view.height) == size


def test_five_features_are_spread_evenly() -> None:
    assert arranged(5).width == arranged(3).width
    assert len({pair.whole.y for pair in arranged(5).rows[0].pairs}) == 2


@pytest.mark.parametrize("picture", [(200, 400), (400, 200), (300, 200)])
def test_a_tile_keeps_the_picture_in_shape(picture: tuple[int, int]) -> None:
    tile = arranged(3, picture=picture).rows[0].pairs[0].views[0]
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
    assert row.name.right < row.pairs[0].views[0].x
