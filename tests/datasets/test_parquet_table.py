"""Tables as Parquet: a row for each example, as ``examples`` gives them."""

from __future__ import annotations

from dataclasses import replace

import pytest
from pyarrow import parquet

from generator.datasets.parquet_table import save
from generator.errors import DatasetError
from tests.datasets.tables import collected, maxima, pictures


def test_rows_are_the_examples_of_every_feature(tmp_path):
    table = replace(collected(pictures(30), maxima(30)), shown=2)
    save({"net": table, "other": table}, tmp_path / "a.parquet")
    rows = parquet.read_table(tmp_path / "a.parquet").to_pylist()
    expected = [
        (model, layer, feature, rank, example.value, example.picture, example.class_name)
        for model in ("net", "other")
        for layer in table.layers
        for feature in range(len(table.layers[layer].values))
        for rank, example in enumerate(table.examples(layer, feature), start=1)
    ]
    assert len(expected) > 5
    names = ("model", "layer", "feature", "rank", "value", "picture", "class_name")
    assert [tuple(row[name] for name in names) for row in rows] == expected
    digests = {picture.name: picture.digest for picture in table.pictures}
    assert all(row["sha256"] == digests[row["picture"]] for row in rows)


def test_a_file_that_cannot_be_written_is_refused(tmp_path):
    with pytest.raises(DatasetError, match=r"/none/a\.parquet: cannot be written: "):
        save({"net": collected(pictures(30), maxima(30))}, tmp_path / "none" / "a.parquet")
