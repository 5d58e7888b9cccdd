"""A kept entry comes back to the last bit, or not at all."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from generator.records import Subject
from generator.store import Key
from generator.store.entries import Entries, unused_since
from generator.store.memory import recalled, remember
from generator.store.whole_files import replace

CAT = Subject("picture", "cat")
KEY = Key("figures", "cat/vgg16/pool1", {"picture": "0f", "scale": "symmetric"}, CAT)
OTHER = Key("results", "cat/vgg16/pool1", {"picture": "0f", "scale": "symmetric"}, CAT)


@pytest.fixture
def told() -> list[str]:
    return []


@pytest.fixture
def kept(tmp_path: Path, told: list[str]) -> Entries:
    return Entries(tmp_path / "cache", told.append)


def entries(kept: Entries) -> list[Path]:
    return sorted(path for path in kept.folder.rglob("*") if path.is_file())


@pytest.mark.parametrize("payload", [b"", b"one\ntwo\n", os.urandom(4096)])
def test_what_is_kept_is_found(kept: Entries, payload: bytes) -> None:
    assert kept.get(KEY) is None
    kept.put(KEY, payload)
    assert kept.get(KEY) == payload
    assert kept.get(OTHER) is None, "the stage is part of the name"


def test_any_other_part_is_another_entry(kept: Entries) -> None:
    kept.put(KEY, b"symmetric")
    for parts in ({"picture": "0f"}, {**KEY.parts, "scale": "minmax"}, {**KEY.parts, "title": ""}):
        assert kept.get(Key(KEY.stage, KEY.name, parts, CAT)) is None
    assert (
        kept.get(
            Key(KEY.stage, "another name", dict(reversed(KEY.parts.items())), Subject("model", "vgg16"), True)
        )
        == b"symmetric"
    )


@pytest.mark.parametrize("spoil", ["cut", "flipped", "emptied", "longer"])
def test_a_damaged_entry_is_told_and_gone(kept: Entries, told: list[str], spoil: str) -> None:
    kept.put(KEY, b"precious numbers")
    (path,) = entries(kept)
    content = path.read_bytes()
    spoilt = {
        "cut": content[:-3],
        "flipped": content[:-1] + bytes([content[-1] ^ 1]),
        "emptied": b"",
        "longer": content + b"!",
    }
    path.write_bytes(spoilt[spoil])
    assert kept.get(KEY) is None
    assert told == [f"{path}: is damaged; cat/vgg16/pool1 is made again"]
    assert entries(kept) == []


def test_a_fresh_build_finds_only_what_it_kept(tmp_path: Path, told: list[str]) -> None:
    for payload in (b"old", b"new"):
        fresh = Entries(tmp_path / "cache", told.append, fresh=True)
        assert fresh.get(KEY) is None
        fresh.put(KEY, payload)
        assert fresh.get(KEY) == payload
    assert Entries(tmp_path / "cache", told.append).get(KEY) == b"new"


def test_where_nothing_can_be_kept_it_is_told_once(tmp_path: Path, told: list[str]) -> None:
    (tmp_path / "cache").write_text("a file is in the way")
    kept = Entries(tmp_path / "cache", told.append)
    kept.put(KEY, b"a")
    kept.put(OTHER, b"b")
    assert len(told) == 1
    assert told[0].endswith("nothing more is kept")
    assert (tmp_path / "cache").read_text() == "a file is in the way"


def test_what_was_not_used_for_longest_goes_first(kept: Entries) -> None:
    keys = [Key("results", name, {"name": name}, CAT) for name in "abcd"]
    for key in keys:
        kept.put(key, bytes(1000))
    for age, path in enumerate(entries(kept)):
        os.utime(path, (1000 + age, 1000 + age))
    kept.get(keys[0])  # used just now
    size = entries(kept)[0].stat().st_size
    assert kept.trim(2 * size) == 2 * size
    assert kept.get(keys[0]) is not None
    assert len(entries(kept)) == 2
    assert kept.trim(2 * size) == 0


def test_of_what_was_used_just_now_results_go_before_figures(kept: Entries) -> None:
    figure, result, old = (
        Key(stage, "", {"number": stage}, CAT) for stage in ("figures", "results", "pages")
    )
    for key in (figure, result, old):
        kept.put(key, b"as long as the others")
    os.utime(kept._path(old), (1000, 1000))
    size = kept._path(figure).stat().st_size
    assert kept.trim(2 * size) == size
    assert (kept.get(old), kept.get(result)) == (None, b"as long as the others")
    assert kept.trim(size) == size
    assert (kept.get(result), kept.get(figure)) == (None, b"as long as the others")


def test_entries_unused_since_a_time(kept: Entries) -> None:
    kept.put(KEY, b"old")
    (old,) = entries(kept)
    os.utime(old, (1000, 1000))
    kept.put(OTHER, b"new")
    assert list(unused_since(kept.folder, 2000)) == [old]
    shutil.rmtree(kept.folder)
    assert list(unused_since(kept.folder, 2000)) == []


def test_threads_share_it(kept: Entries) -> None:
    def work() -> None:
        for number in range(50):
            key = Key("figures", "", {"number": str(number)}, CAT)
            assert kept.get(key) in (None, str(number).encode())
            kept.put(key, str(number).encode())

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(entries(kept)) == 50


def test_a_reader_finds_what_was_there_or_what_comes(tmp_path: Path) -> None:
    path = tmp_path / "deep" / ("0" * 32 + ".json")
    replace(path, b"one")
    replace(path, b"t", b"wo")
    assert path.read_bytes() == b"two"
    with pytest.raises(IsADirectoryError):
        replace(tmp_path / "deep", b"three")
    assert [entry.name for entry in tmp_path.rglob("*")] == ["deep", path.name]


def test_parts_of_dead_builds_are_cleared_away(kept: Entries, tmp_path: Path) -> None:
    with subprocess.Popen([sys.executable, "-c", ""]) as dead:
        dead.wait()
    kept.put(KEY, b"whole")
    (entry,) = entries(kept)
    theirs = entry.with_name(f"{entry.name}.{os.getppid()}.1.part")
    weights = kept.folder / "weights" / "vgg16.h5.part"
    notes = kept.folder / "results" / "ab" / f"notes.{dead.pid}.1.part"
    left = [entry.with_name(f"{entry.name}.{pid}.1.part") for pid in (dead.pid, os.getpid(), 2**40)]
    left.append(kept.folder / "ledgers" / f"{'0' * 32}.json.{dead.pid}.1.part")
    for path in (theirs, weights, notes, *left):
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b"half")
    assert kept.trim(1000) == 0
    assert entries(kept) == sorted([entry, theirs, weights, notes])


def test_what_has_no_name_of_ours_in_the_cache_is_not_ours(kept: Entries) -> None:
    theirs = kept.folder / "results" / "01" / "experiment.csv"
    theirs.parent.mkdir(parents=True)
    theirs.write_text("years of work")
    kept.put(KEY, b"ours")
    assert kept.trim(0) > 0
    assert entries(kept) == [theirs]
    assert list(unused_since(kept.folder, 1e12)) == []


def test_a_memory_that_is_damaged_is_forgotten(tmp_path: Path) -> None:
    path = tmp_path / "digests.json"
    remember(path, {"cat.jpg": [1, "00ff"]})
    assert recalled(path) == {"cat.jpg": [1, "00ff"]}
    content = path.read_bytes()
    for spoilt in (b"", content[:40], content[:-1], content.replace(b"00ff", b"00fe"), bytes(len(content))):
        path.write_bytes(spoilt)
        assert recalled(path) == {}


def test_tables_go_last(kept: Entries) -> None:
    """They are small, and took hours: even one that was not used outlasts what was."""
    table = Key("tables", "squeezenet: photos", {"shard": "0f"}, CAT)
    kept.put_synced(table, b"x" * 100)
    (path,) = entries(kept)
    os.utime(path, (1, 1))
    kept.put(KEY, b"y" * 100)
    size = path.stat().st_size
    assert kept.trim(size) == size
    assert kept.get(table) == b"x" * 100
    assert kept.trim(0) == size


def test_a_synced_entry_that_cannot_be_written_is_an_error(tmp_path: Path, told: list[str]) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(OSError, match="Not a directory"):
        Entries(tmp_path / "file", told.append).put_synced(KEY, b"x")
