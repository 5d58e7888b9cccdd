"""What a shard's table takes of each picture, and what it refuses."""

from __future__ import annotations

import numpy as np
import pytest

from generator.datasets import collecting
from generator.datasets.collecting import Collector
from generator.datasets.table import LeftOut, Picture, merged
from generator.datasets.table_file import packed
from generator.errors import DatasetError, EngineError
from tests.datasets import tables

SHA = "0" * 64


@pytest.mark.parametrize("number", [np.nan, np.inf, -np.inf])
@pytest.mark.parametrize(("place", "layer"), [(0, "conv"), (4, "conv"), (5, "fire9/concat"), (13, "two")])
def test_nan_is_an_error_that_names_picture_and_layer(number, place, layer):
    values = tables.maxima(2)
    values[1, place] = number
    with pytest.raises(EngineError) as caught:
        Collector(tables.LAYERS).add([Picture("a.png", SHA), Picture("b.png", SHA)], values)
    assert str(caught.value) == f"b.png: layer '{layer}': its activations hold NaN or infinity"


def test_a_name_comes_once_in_a_shard():
    collector = Collector(tables.LAYERS)
    collector.leave_out(LeftOut("a.png", "the file is empty"))
    with pytest.raises(DatasetError, match=r"^the picture 'a.png' is in its shard twice$"):
        collector.add([Picture("a.png", SHA)], tables.maxima(1))


def test_what_is_held_changes_no_byte(monkeypatch):
    shown = tables.pictures(90, copies=20)
    values = tables.same_for_copies(shown, tables.maxima(90))
    whole = packed(tables.collected(shown, values))
    monkeypatch.setattr(collecting, "HELD_BYTES", 1000)
    assert packed(tables.collected(shown, values)) == whole


def test_pictures_that_are_left_out_are_named_and_not_seen():
    parts = [Collector(tables.LAYERS) for _ in range(2)]
    parts[0].leave_out(LeftOut("z.png", "the file is empty"))
    parts[1].leave_out(LeftOut("a.png", "not a file"))
    parts[1].add([Picture("b.png", SHA)], tables.maxima(1))
    table = merged(*(part.table() for part in parts))
    assert table.left_out == (("a.png", "not a file"), ("z.png", "the file is empty"))
    assert table.seen == 1


def test_a_shard_is_known_by_names_bytes_and_classes():
    def shard(*pictures):
        return tables.collected(pictures, tables.maxima(len(pictures))).shards

    one = Picture("a", SHA, "cat")
    others = one._replace(name="b"), one._replace(digest="1" * 64), one._replace(class_name="dog")
    assert len({shard(one), *map(shard, others), shard(one, others[0]), shard()}) == 6
    assert shard(one) == shard(one)
