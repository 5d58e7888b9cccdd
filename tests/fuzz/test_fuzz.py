"""A short fuzz run, and the cases found by long ones. ``python -m tests.fuzz`` runs any number."""

from __future__ import annotations

import time

import pytest

from generator.errors import GalleryError
from tests.fuzz import kinds
from tests.fuzz.__main__ import run
from tests.fuzz.worker import FINE, Worker

BUSY_S = 60  # a machine with other things to do answers late
FOUND = {
    "picture": (518, 1574),
    "array": (),
    "channels": (),
    "h5": (548, 1852),
    "config": (),
    "keras": (),
    "onnx": (241, 318),
    "pickle": (),
}
"""Cases of seed 1 that crashed, hung or were not told in words; HDF5 itself died of its two."""


@pytest.mark.parametrize(
    ("kind", "count"),
    [
        *(("config", 300), ("picture", 300), ("array", 200), ("channels", 100), ("pickle", 200)),
        *(("h5", 4), ("keras", 2), ("onnx", 60)),
    ],
)
def test_damaged_files_are_read_or_refused(kind, count):
    found = []
    outcomes = run(kind, 1, [*FOUND[kind], *range(count)], found.append, BUSY_S)
    assert found == []
    assert sum(outcomes.values()) == count + len(FOUND[kind])


def in_one_second(make):
    """Return what is made twice from new seeds; HDF5 notes in a group the second in which it was made."""
    while True:
        started, made = int(time.time()), []
        for _ in range(2):
            kinds.seeds_of.cache_clear()
            made.append(make())
        if int(time.time()) == started:
            return made


@pytest.mark.parametrize("kind", ["config", "picture", "array", "channels", "h5", "onnx", "pickle"])
def test_a_case_is_the_same_every_time_and_its_seeds_are_whole(kind, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    first, again = in_one_second(lambda: kinds.case(kind, 3, 14))
    assert again == first != kinds.case(kind, 3, 15)
    path = tmp_path / f"whole{kinds.KINDS[kind].suffix}"
    refused = 0
    for content in kinds.seeds_of(kind):
        path.write_bytes(content)
        try:
            kinds.KINDS[kind].read(path)
        except GalleryError:
            refused += 1
    assert refused == (kind == "picture")  # one in 32-bit floats, which have no agreed white


def test_the_death_of_a_worker_is_a_finding_and_the_next_case_is_read():
    worker = Worker("pickle", 1)
    try:
        assert worker.outcome(0) == FINE
        worker._process.kill()
        worker._process.join()
        assert worker.outcome(1).startswith("died with status -9")
        assert worker.outcome(2) == FINE
    finally:
        worker.stop()
