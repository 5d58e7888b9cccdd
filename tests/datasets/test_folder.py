"""A folder as a data set: its classes, its buckets, and files that are no pictures."""

from __future__ import annotations

import os

import pytest

from generator.datasets import folder as folders
from generator.datasets.folder import buckets
from generator.datasets.shards import Item


def fill(folder, names):
    for name in names:
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(name.encode())


def items(folder):
    return [item for bucket in buckets(folder) for item in bucket.items()]


def test_sub_folders_are_classes(tmp_path):
    fill(tmp_path, ["b.png", "dogs/rex.JPG", "dogs/old/ada.webp", "cats/tom.png"])
    assert items(tmp_path) == [
        Item("b.png", b"b.png"),
        Item("cats/tom.png", b"cats/tom.png", "cats"),
        Item("dogs/old/ada.webp", b"dogs/old/ada.webp", "dogs"),
        Item("dogs/rex.JPG", b"dogs/rex.JPG", "dogs"),
    ]


def test_only_the_files_of_some_names_are_read(tmp_path):
    fill(tmp_path, ["a.png", "dogs/b.png", "c.png"])
    (bucket,) = buckets(tmp_path)
    assert [item.name for item in bucket.items({"dogs/b.png", "c.png", "d.png"})] == ["c.png", "dogs/b.png"]


def test_what_is_hidden_or_no_picture_is_passed_over(tmp_path):
    fill(tmp_path, ["a.png", ".b.png", ".git/c.png", "dogs/.thumbs/d.png", "notes.txt", "dogs/labels.csv"])
    (tmp_path / "again").symlink_to(tmp_path)
    assert [item.name for item in items(tmp_path)] == ["a.png"]


def test_a_bucket_is_split_by_the_hash_of_its_paths(tmp_path, monkeypatch):
    monkeypatch.setattr(folders, "MOST_FILES", 10)
    names = [f"{number}.png" for number in range(100)]
    fill(tmp_path, names)
    found = buckets(tmp_path)
    assert sorted(path for bucket in found for path in bucket.paths) == sorted(names)
    assert all(1 <= len(bucket.paths) <= 10 for bucket in found)
    assert [bucket.bits for bucket in found] == sorted(bucket.bits for bucket in found)
    assert found[0].name == f"{tmp_path}, part {found[0].bits}"


def test_a_new_picture_changes_one_bucket(tmp_path, monkeypatch):
    monkeypatch.setattr(folders, "MOST_FILES", 10)
    fill(tmp_path, [f"{number}.png" for number in range(100)])
    before = {bucket.paths for bucket in buckets(tmp_path)}
    fill(tmp_path, ["aaa.png"])
    after = {bucket.paths for bucket in buckets(tmp_path)}
    assert len(before - after) == 1
    assert len(after - before) in (1, 2)  # two if that bucket is split


def test_what_cannot_be_read_is_named(tmp_path, monkeypatch):
    fill(tmp_path, ["a.png", "large.png", "gone.png"])
    os.mkfifo(tmp_path / "pipe.png")
    (tmp_path / "broken.png").symlink_to(tmp_path / "nowhere")
    found = buckets(tmp_path)
    (tmp_path / "gone.png").unlink()
    os.truncate(tmp_path / "large.png", 500_000_001)
    problems = {item.name: item.problem for bucket in found for item in bucket.items()}
    assert problems == {
        "a.png": "",
        "broken.png": "no such file",
        "gone.png": "no such file",
        "large.png": "more than 500 MB",
        "pipe.png": "not a file",
    }


@pytest.mark.parametrize("name", ["caf\u00e9.png", os.fsdecode(b"\xe9.png")])
def test_odd_names_are_read(tmp_path, name):
    (tmp_path / name).write_bytes(b"x")
    assert items(tmp_path) == [Item(name, b"x")]
