"""The entries of a table as places, and the pictures that they are in."""

from __future__ import annotations

import pytest

from generator.datasets.opening import opened
from generator.datasets.places import by_picture, pictures, places
from generator.errors import DatasetError
from tests.datasets import tables


def test_places_are_the_examples_with_their_digests():
    known = tables.pictures(30)
    table = tables.collected(known, tables.maxima(30))
    digests = {picture.name: picture.digest for picture in known}
    for feature in range(tables.LAYERS["conv"]):
        found = places(table, "conv", feature)
        examples = table.examples("conv", feature)
        assert [(one.picture, one.value, one.class_name) for one in found] == [
            (one.picture, one.value, one.class_name) for one in examples
        ]
        assert [one.digest for one in found] == [digests[one.picture] for one in examples]
        assert [one.rank for one in found] == [*range(len(found))]


def test_places_are_grouped_by_picture():
    table = tables.collected(tables.pictures(9), tables.maxima(9))
    every = [place for feature in range(7) for place in places(table, "fire9/concat", feature)]
    grouped = by_picture(every)
    assert sorted(one for some in grouped.values() for one in some) == sorted(every)
    assert all({one.picture for one in some} == {name} for name, some in grouped.items())


def test_pictures_that_are_gone_are_named(tmp_path):
    (tmp_path / "a.png").write_bytes(b"a")
    names = {"a.png", *(f"{number:02}.png" for number in range(40))}
    found = pictures(opened(tmp_path), names)
    assert next(found).name == "a.png"
    with pytest.raises(DatasetError) as caught:
        next(found)
    lines = str(caught.value).splitlines()
    assert lines[0] == "00.png: is no longer in the data set; scan the data set again"
    assert (len(lines), lines[-1]) == (20, "and 21 more")
