"""Parquet as a data set: which column has pictures, what its rows are called, and what is refused."""

from __future__ import annotations

import json

import pyarrow as pa
import pytest
from pyarrow import parquet

from generator.datasets.opening import opened
from generator.datasets.shards import Item
from generator.errors import DatasetError

IMAGE = pa.struct([("bytes", pa.binary()), ("path", pa.string())])


def write(path, columns, names=None, **options):
    """Write a file, with the names of classes as Hugging Face's ``datasets`` does."""
    table = pa.table(columns)
    if names:
        features = {"info": {"features": {"label": {"names": names, "_type": "ClassLabel"}}}}
        table = table.replace_schema_metadata({"huggingface": json.dumps(features)})
    parquet.write_table(table, path, **options)
    return path


def items(source):
    return [item for shard in opened(source) for item in shard.items()]


def refused(path):
    with pytest.raises(DatasetError) as caught:
        items(path)
    return str(caught.value)


def test_a_column_of_bytes_is_the_pictures(tmp_path):
    write(tmp_path / "a.parquet", {"photo": pa.array([b"1", b"2"], pa.binary()), "label": ["dog", None]})
    assert items(tmp_path) == [Item("a.parquet/000000", b"1", "dog"), Item("a.parquet/000001", b"2")]


def test_structures_have_bytes_and_the_name_of_the_file(tmp_path):
    rows = [{"bytes": b"1", "path": "x/one.jpg"}, {"bytes": b"2", "path": None}]
    file = write(tmp_path / "a.parquet", {"image": pa.array(rows, IMAGE), "label": [1, 0]}, ["cat", "dog"])
    assert items(file) == [
        Item("a.parquet/000000/one.jpg", b"1", "dog"),
        Item("a.parquet/000001", b"2", "cat"),
    ]


def test_only_the_rows_of_some_names_are_given(tmp_path):
    file = write(tmp_path / "a.parquet", {"image": pa.array([b"1", b"2", b"3"], pa.binary())})
    (shard,) = opened(file)
    assert [item.content for item in shard.items({"a.parquet/000001", "b.parquet/000002"})] == [b"2"]


def test_numbers_without_names_are_classes_as_they_are(tmp_path):
    write(tmp_path / "a.parquet", {"image": pa.array([b"1"], pa.large_binary()), "label": [7]})
    assert items(tmp_path)[0].class_name == "7"


def test_rows_without_bytes_are_left_out_with_the_reason(tmp_path):
    rows = [None, {"bytes": None, "path": "one.jpg"}, {"bytes": b"3", "path": ""}]
    file = write(tmp_path / "a.parquet", {"image": pa.array(rows, IMAGE)})
    assert [(item.content, item.problem) for item in items(file)] == [
        (b"", "no picture"),
        (b"", "only the path of a file, without its bytes"),
        (b"3", ""),
    ]


def test_row_groups_are_shards_whose_names_go_on(tmp_path):
    content = pa.array([bytes([number]) for number in range(50)], pa.binary())
    file = write(tmp_path / "a.parquet", {"image": content}, row_group_size=20)
    write(tmp_path / "b.parquet", {"image": pa.array([b"x"], pa.binary())})
    shards = opened(tmp_path)
    assert [shard.count() for shard in shards] == [20, 20, 10, 1]
    assert [shard.name for shard in shards][1:] == [
        f"{file}, row group 1",
        f"{file}, row group 2",
        f"{tmp_path / 'b.parquet'}, row group 0",
    ]
    assert [item.name for item in shards[1].items()] == [f"a.parquet/{row:06}" for row in range(20, 40)]
    assert len({name for shard in shards for name in shard.files}) == 4


def test_of_several_columns_the_usual_name_counts(tmp_path):
    both = {"mask": pa.array([b"m"], pa.binary()), "image": pa.array([b"i"], pa.binary())}
    assert items(write(tmp_path / "a.parquet", both))[0].content == b"i"
    both["other"] = both.pop("image")
    assert refused(write(tmp_path / "b.parquet", both)) == (
        f"{tmp_path}/b.parquet: several columns of bytes: mask, other; rename one; expected pictures in a "
        "column 'image'"
    )


def test_a_file_without_pictures_or_cut_short_is_refused(tmp_path):
    file = write(tmp_path / "a.parquet", {"label": [1]})
    assert refused(file) == f"{file}: no column of bytes; expected pictures in a column 'image'"
    write(file, {"image": pa.array([b"1" * 1000], pa.binary())})
    file.write_bytes(file.read_bytes()[:-20])
    assert refused(file).startswith(f"{file}: not a Parquet file, or damaged: ")
    file.write_bytes(b"")
    assert refused(file).startswith(f"{file}: not a Parquet file, or damaged: ")


def test_damage_within_the_rows_is_refused(tmp_path):
    file = write(tmp_path / "a.parquet", {"image": pa.array([b"1" * 5000, b"2"], pa.binary())})
    content = bytearray(file.read_bytes())
    content[4:60] = bytes(56)
    file.write_bytes(content)
    assert refused(file).startswith(f"{file}: not a Parquet file, or damaged: ")
