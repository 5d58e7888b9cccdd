"""Which source is which data set, and what is refused."""

from __future__ import annotations

import sys
import tarfile

import pytest

from generator.datasets.opening import EXPECTED, NO_PARQUET, marked, opened
from generator.errors import DatasetError


@pytest.fixture
def shards(tmp_path):
    """Return a folder with two shards."""
    folder = tmp_path / "shards"
    folder.mkdir()
    for name in ("b.tar", "a.tar"):
        tarfile.open(folder / name, "w").close()
    return folder


def test_a_folder_of_pictures_is_its_buckets(tmp_path):
    (tmp_path / "a.png").write_bytes(b"x")
    assert [shard.name for shard in opened(tmp_path)] == [str(tmp_path)]


def test_shards_are_found_in_a_folder_by_a_pattern_and_by_name(shards):
    both = [str(shards / "a.tar"), str(shards / "b.tar")]
    assert [shard.name for shard in opened(shards)] == both
    assert [shard.name for shard in opened(shards / "*.tar")] == both
    assert [shard.name for shard in opened(shards / "b.tar")] == both[1:]


def refused(source):
    with pytest.raises(DatasetError) as caught:
        opened(source)
    return str(caught.value)


def test_other_sources_are_refused(shards, tmp_path):
    assert refused(tmp_path / "none") == f"{tmp_path}/none: no such folder or file; expected {EXPECTED}"
    assert refused(shards / "c*.tar") == f"{shards}/c*.tar: no such folder or file; expected {EXPECTED}"
    assert refused(tmp_path) == f"{tmp_path}: no pictures; expected {EXPECTED}"
    (shards / "a.zip").write_bytes(b"PK")
    assert refused(shards / "a.zip") == f"{shards}/a.zip: expected {EXPECTED}"
    (shards / "a.png").write_bytes(b"x")
    assert refused(shards) == f"{shards}: has pictures and a.tar; expected one or the other"


def test_shards_of_two_kinds_are_refused(shards):
    (shards / "b.parquet").write_bytes(b"PAR1")
    assert refused(shards) == f"{shards}: has a.tar and b.parquet; expected one or the other"


def test_parquet_needs_its_extra(tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    monkeypatch.delitem(sys.modules, "generator.datasets.parquet", raising=False)
    (tmp_path / "a.parquet").write_bytes(b"PAR1")
    assert refused(tmp_path) == f"{tmp_path}/a.parquet: {NO_PARQUET}"


def test_marks_show_that_pictures_are_added_or_shards_replaced(tmp_path, shards):
    for name in ("photos/cats/a.png", "photos/.git/b.png"):
        (tmp_path / name).parent.mkdir(parents=True)
        (tmp_path / name).touch()
    (tmp_path / "photos" / "dogs").mkdir()
    found = {path.relative_to(tmp_path).as_posix() for path in marked(tmp_path / "photos")}
    assert found == {"photos", "photos/cats", "photos/dogs"}
    both = {shards / "a.tar", shards / "b.tar"}
    assert {*marked(shards)} == {*marked(shards / "*.tar")} == {shards, *both}
    assert {*marked(shards / "a.tar")} == {shards / "a.tar"}


def test_shards_count_their_pictures_and_name_their_files(tmp_path, shards):
    (tmp_path / "a.png").write_bytes(b"x")
    (tmp_path / "cats").mkdir()
    (tmp_path / "cats" / "b.png").write_bytes(b"y")
    (bucket,) = opened(tmp_path)
    assert bucket.count() == 2
    assert bucket.files == {"a.png": tmp_path / "a.png", "cats/b.png": tmp_path / "cats" / "b.png"}
    with tarfile.open(shards / "a.tar", "w") as archive:
        for name in ("1.png", "1.cls", "1.mask.png", "2.jpg"):
            archive.addfile(tarfile.TarInfo(name))
    shard, empty = opened(shards)
    assert (shard.count(), empty.count()) == (2, 0)
    assert shard.files == {"a.tar": shards / "a.tar"}
