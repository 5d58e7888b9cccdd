"""What pages say of a layer: the counts of the table, and what was drawn of it."""

from __future__ import annotations

import pytest

from generator.datasets.facts import scanned_layer
from generator.datasets.places import places
from generator.errors import NetworkError
from generator.records import ExamplePicture, Examples, LayerInfo
from tests.datasets import tables


def test_counts_are_those_of_the_table():
    values = tables.maxima(40)
    values[:, 3] = -1.0  # no picture excites it
    table = tables.collected(tables.pictures(40), values)
    info = LayerInfo("conv", "Conv2D", (4, 4, 5), 0, (3, 3))
    montages = {
        feature: Examples("conv", feature, tuple(ExamplePicture(p.picture, p.value) for p in found), 1, 1, "")
        for feature in range(5)
        if (found := places(table, "conv", feature))
    }
    layer = scanned_layer(table, info, montages, "abcde")
    assert (layer.layer, layer.seen, [one.number for one in layer.features]) == (info, 40, [0, 1, 2, 3, 4])
    assert [one.label for one in layer.features] == [*"abcde"]
    for one in layer.features:
        column = values[:, one.number]
        assert one.active == (column > 0).sum()
        assert one.strongest == max(0.0, column.max())
        assert sum(count for _, count in one.histogram) == one.active
        for exponent, count in one.histogram[1:-1]:
            assert count == ((column >= 2.0**exponent) & (column < 2.0 ** (exponent + 1))).sum()
    assert layer.features[3].examples is None
    assert layer.features[3].histogram == ()
    with pytest.raises(NetworkError):
        scanned_layer(table, LayerInfo("conv2", "Conv2D", (1, 1, 5), 0, None), {})
