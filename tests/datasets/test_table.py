"""The table is what plain loops find, whatever the shards, their order and the order of merging."""

from __future__ import annotations

from functools import reduce
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from generator.datasets.table import Example, merged
from generator.datasets.table_file import packed
from generator.errors import DatasetError, NetworkError, SelectionError
from tests.datasets import tables

COUNT = 150


@pytest.fixture(scope="module")
def shown():
    return tables.pictures(COUNT, copies=30)


@pytest.fixture(scope="module")
def values(shown):
    return tables.same_for_copies(shown, tables.maxima(COUNT))


@pytest.mark.parametrize("is_distinct", [True, False])
def test_the_strongest_are_those_of_plain_loops(shown, values, is_distinct):
    table = tables.collected(shown, values, is_distinct=is_distinct)
    assert tables.read(table) == tables.plain(shown, values, is_distinct)
    assert table.seen == COUNT


def test_the_counts_are_those_of_plain_loops(shown, values):
    table = tables.collected(shown, values)
    for layer, (active, leading, histogram) in tables.plain_counts(values).items():
        assert table.active(layer).tolist() == active
        assert table.leading(layer).tolist() == leading
        assert table.histogram(layer).tolist() == histogram
        assert table.histogram(layer).dtype == np.int64


def folded(random, tables_left):
    """Merge tables in random pairs until one is left."""
    while len(tables_left) > 1:
        one, other = (tables_left.pop(random.randrange(len(tables_left))) for _ in range(2))
        tables_left.append(merged(one, other))
    return tables_left[0]


@settings(max_examples=40)
@given(cuts=st.sets(st.integers(1, COUNT - 1), max_size=8), random=st.randoms(), is_distinct=st.booleans())
def test_any_merge_order_gives_the_same_bytes(shown, values, cuts, random, is_distinct):
    order = random.sample(range(COUNT), COUNT)
    ends = [0, *sorted(cuts), COUNT]
    shards = [order[start:end] for start, end in pairwise(ends)]
    parts = [
        tables.collected([shown[place] for place in shard], values[shard], random.randint(1, 9), is_distinct)
        for shard in shards
    ]
    found = folded(random, [*parts])
    assert tables.read(found) == tables.plain(shown, values, is_distinct)
    assert packed(found) == packed(reduce(merged, sorted(parts, key=lambda part: part.shards)))


def test_only_pictures_of_a_row_are_named(shown, values):
    table = tables.collected(shown, values)
    named = {name for rows in tables.plain(shown, values).values() for _, name in rows}
    assert [picture.name for picture in table.pictures] == sorted(named)
    assert len(named) < COUNT


def test_copies_of_one_picture_leave_room_for_others():
    shown = [*tables.pictures(40), *tables.pictures(60, seed=1)[40:]]
    shown = [one._replace(digest=shown[0].digest) if place < 40 else one for place, one in enumerate(shown)]
    shown = [one._replace(name=f"{place:03}") for place, one in enumerate(shown)]
    values = np.arange(60, 0, -1, dtype=np.float32)[:, None] * np.ones(tables.FEATURES, np.float32)
    names = [example.picture for example in tables.collected(shown, values).examples("conv", 0)]
    assert names == ["000", *(f"{place:03}" for place in range(40, 48))]


def test_an_example_has_value_and_class(shown, values):
    table = tables.collected(shown, values)
    (value, name), *_ = tables.plain(shown, values)["conv", 3]
    picture = next(one for one in shown if one.name == name)
    assert table.examples("conv", 3)[0] == Example(name, value, picture.class_name)
    assert len(table.examples("conv", 3)) == 9


def test_a_feature_that_is_never_active_has_no_example(shown):
    table = tables.collected(shown, np.zeros((COUNT, tables.FEATURES), np.float32))
    assert table.examples("two", 1) == ()
    assert table.pictures == ()


def test_an_empty_shard_changes_nothing(shown, values):
    table = tables.collected(shown, values)
    found = merged(table, tables.collected([], values[:0]))
    assert (tables.read(found), found.seen) == (tables.read(table), COUNT)


def test_what_the_table_lacks_is_refused(shown, values):
    table = tables.collected(shown, values)
    with pytest.raises(NetworkError) as caught:
        table.examples("fire9/conv", 0)
    assert str(caught.value) == (
        "no layer 'fire9/conv' in this table; nearest: fire9/concat; layers: conv, fire9/concat, two"
    )
    with pytest.raises(SelectionError, match=r"^no feature 2; layer 'two' has features 0 to 1$"):
        table.examples("two", 2)
    with pytest.raises(SelectionError, match=r"^no feature -1; layer 'two' has features 0 to 1$"):
        table.examples("two", -1)


def test_tables_that_do_not_fit_are_refused(shown, values):
    table = tables.collected(shown, values)
    for other, text in (
        (table, "cannot merge two tables of the same shard: its pictures would count twice"),
        (tables.collected(shown[:50], values[:50]), "the picture 'set/"),
        (tables.collected([], values[:0], is_distinct=False), "cannot merge a table with copies of pictures"),
    ):
        with pytest.raises(DatasetError) as caught:
            merged(table, other)
        assert str(caught.value).startswith(text)
