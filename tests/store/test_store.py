"""A value is found by everything that made it, and only by the builds that may use it."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from generator.environment import machine
from generator.errors import StoreError
from generator.records import LayerResult, Output, Profile, Subject, Value
from generator.store import Key, Store
from generator.store.archive import Archive, write_archive
from generator.store.codec import pack
from generator.store.entries import is_named_by_us
from generator.store.versions import code, packages

CAT = Subject("picture", "cat")
ROWS = np.full((2, 4, 4, 3), 0.1, np.float32)
MADE_BY = {"picture": "aa", "weights": "bb", "results code": code("results")}
RESULT = Key("results", "cat/net pool", {**MADE_BY, "kind": "Reconstructions"}, CAT, is_computed=True)
STRENGTHS = Key("results", "cat/net pool strengths", {**MADE_BY, "kind": "Strengths"}, CAT, is_computed=True)
PANEL = Key("figures", "images/cat/net/pool.svg", {**MADE_BY, "title": "Cat"}, CAT, is_computed=True)
COPIES = Key("figures", "images/cat/picture.jpg", {"picture": "aa"}, CAT)
PAGE = Key("pages", "index.html", {"facts": "cc"}, Subject("page", "index.html"))
ALL = (RESULT, STRENGTHS, PANEL, COPIES, PAGE)
VALUES = {
    RESULT.name: Value(arrays=(ROWS,)),
    STRENGTHS.name: Value(Profile((7, 3), (), np.arange(9, dtype=np.float32))),
    PANEL.name: Value(facts=(1, 2.5), files=(Output(PANEL.name, b"<svg/>"),)),
    COPIES.name: Value(files=(Output(COPIES.name, b"\xff\xd8"),)),
    PAGE.name: Value(files=(Output(PAGE.name, b"<p>"),)),
}
KEYS = dict(zip(("result", "strengths", "panel", "copies", "page"), ALL, strict=True))


@pytest.fixture
def told() -> list[str]:
    return []


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "cache"


@pytest.fixture
def archive(tmp_path: Path) -> Archive:
    """An archive of one of two results."""
    write_archive(tmp_path / "results.zip", [RESULT], lambda key: pack(VALUES[key.name]))
    return Archive(tmp_path / "results.zip")


def store(folder: Path, told: list[str] | None = None, **how: Any) -> Store:
    return Store(folder, "gallery", pytest.fail if told is None else told.append, **how)


def filled(folder: Path, **how: Any) -> Store:
    """Return a store that has just kept everything."""
    kept = store(folder, **how)
    for key in ALL:
        kept.keep(key, VALUES[key.name])
    return kept


def parts_of(kept: Store, key: Key) -> dict[str, str]:
    """Return the parts of a key as the ledger has them."""
    (line,) = (line for line in kept.ledger.lines() if line.name == key.name)
    return dict(line.parts)


@pytest.fixture(params=KEYS)
def key(request: pytest.FixtureRequest) -> Iterator[Key]:
    return KEYS[request.param]


def same(one: Value | None, other: Value) -> bool:
    return one is not None and pack(one) == pack(other)


# Kept and found


def test_what_is_kept_is_found_by_the_next_build(folder: Path, key: Key) -> None:
    assert store(folder).find(key) is None
    filled(folder)
    again = store(folder)
    assert same(again.find(key), VALUES[key.name])
    assert same(again.recall(key), VALUES[key.name])


def test_any_other_part_is_not_found(folder: Path, key: Key) -> None:
    filled(folder)
    other = replace(key, parts={**key.parts, "scale": "minmax"})
    assert store(folder).find(other) is None
    assert store(folder).recall(other) is None


def test_a_renamed_picture_is_found(folder: Path) -> None:
    filled(folder)
    renamed = replace(RESULT, name="dog/net pool", subject=Subject("picture", "dog"))
    assert same(store(folder).find(renamed), VALUES[RESULT.name])


def test_the_ledger_tells_made_from_found(folder: Path) -> None:
    first = filled(folder)
    first.recall(RESULT)
    first.save()
    assert [(line.outcome, line.reason) for line in first.ledger.lines()] == [("redone", "new")] * len(ALL)
    second = store(folder)
    second.recall(PANEL)
    assert second.ledger.lines() == (), "what is read again was found before"
    assert second.find(replace(PANEL, parts={})) is None
    second.find(COPIES)
    assert [(line.name, line.outcome) for line in second.ledger.lines()] == [(COPIES.name, "reused")]
    assert [line.name for line in second.ledger.before()] == [key.name for key in ALL]


def test_a_damaged_entry_is_told_and_missing(folder: Path, told: list[str]) -> None:
    filled(folder)
    for path in folder.glob("*/??/*"):
        path.write_bytes(path.read_bytes()[:-1])
    damaged = store(folder, told)
    assert [damaged.find(key) for key in ALL] == [None] * len(ALL)
    assert len(told) == len(ALL)
    assert all("is damaged; " in text for text in told)


def test_where_nothing_can_be_kept_it_is_told_once(folder: Path, told: list[str]) -> None:
    folder.write_text("a file is in the way")
    blocked = store(folder, told)
    for key in ALL:
        blocked.keep(key, VALUES[key.name])
        assert blocked.find(key) is None
    blocked.save()
    assert [text.rpartition("; ")[2] for text in told] == ["nothing more is kept"]
    assert len(blocked.ledger.lines()) == len(ALL)


def test_a_fresh_build_finds_only_what_it_made(folder: Path) -> None:
    filled(folder)
    fresh = store(folder, fresh=True)
    assert fresh.find(RESULT) is None
    fresh.keep(RESULT, VALUES[RESULT.name])
    assert same(fresh.find(RESULT), VALUES[RESULT.name])
    assert fresh.recall(PANEL) is None


def test_its_bytes_are_those_of_an_archive(folder: Path) -> None:
    assert filled(folder).packed(RESULT) == pack(VALUES[RESULT.name])
    assert store(folder).packed(replace(RESULT, parts={})) is None


def test_a_file_is_hashed(folder: Path, tmp_path: Path) -> None:
    (tmp_path / "cat.jpg").write_bytes(b"cat")
    assert store(folder).digest(tmp_path / "cat.jpg") == hashlib.sha256(b"cat").hexdigest()


# What is added to keys


def test_numbers_of_a_model_depend_on_the_machine(folder: Path) -> None:
    kept = filled(folder)
    origin = {"machine": machine(), "results packages": packages("results")}
    for key in (RESULT, STRENGTHS, PANEL):
        assert parts_of(kept, key) == {**key.parts, **origin}


def test_pictures_and_pages_depend_on_no_machine(folder: Path, archive: Archive) -> None:
    for kept in (filled(folder), filled(folder, archive=archive)):
        assert parts_of(kept, COPIES) == COPIES.parts
        assert parts_of(kept, PAGE) == PAGE.parts


def test_what_is_drawn_from_an_archive_names_it(folder: Path, archive: Archive) -> None:
    kept = filled(folder, archive=archive)
    assert parts_of(kept, PANEL)["archive"] == archive.sha256
    assert "archive" not in parts_of(kept, STRENGTHS), "it was computed here"


def test_what_is_drawn_from_an_archive_is_found_with_it(folder: Path, archive: Archive) -> None:
    filled(folder, archive=archive)
    assert same(store(folder, archive=archive).find(PANEL), VALUES[PANEL.name])
    assert store(folder).find(PANEL) is None
    assert same(store(folder).find(STRENGTHS), VALUES[STRENGTHS.name])


def test_what_was_drawn_here_is_not_taken_for_an_archives(folder: Path, archive: Archive) -> None:
    filled(folder)
    with_archive = store(folder, archive=archive)
    assert with_archive.find(PANEL) is None
    assert same(with_archive.find(COPIES), VALUES[COPIES.name])


# Results of an archive


def test_an_archive_is_asked_first(folder: Path, archive: Archive) -> None:
    kept = store(folder)
    kept.keep(RESULT, Value(arrays=(ROWS * 2,)))
    kept.keep(STRENGTHS, VALUES[STRENGTHS.name])
    with_archive = store(folder, archive=archive)
    assert same(with_archive.find(RESULT), VALUES[RESULT.name])
    assert same(with_archive.recall(RESULT), VALUES[RESULT.name])
    assert same(with_archive.find(STRENGTHS), VALUES[STRENGTHS.name])
    assert [line.outcome for line in with_archive.ledger.lines()] == ["taken", "reused"]
    assert len(archive.lines()) == 2, "one result had to come from elsewhere"


def test_nothing_of_an_archive_is_kept_in_the_cache(folder: Path, archive: Archive) -> None:
    store(folder, archive=archive).find(RESULT)
    assert not folder.exists()
    assert store(folder).find(RESULT) is None


def test_an_archive_is_asked_for_results_alone(folder: Path, archive: Archive) -> None:
    drawn = replace(RESULT, stage="figures")
    assert store(folder, archive=archive).find(drawn) is None
    assert store(folder, archive=archive).recall(drawn) is None


def test_a_fresh_build_still_takes_from_an_archive(folder: Path, archive: Archive) -> None:
    assert same(store(folder, archive=archive, fresh=True).find(RESULT), VALUES[RESULT.name])


def test_a_site_says_where_its_results_come_from(folder: Path, archive: Archive) -> None:
    made = {"computed_on": archive.machine, "computed_with": archive.packages}
    kept = store(folder, archive=archive)
    assert kept.origin([RESULT, PANEL, COPIES]) == made
    assert kept.origin(ALL) == {**made, "not_computed_there": STRENGTHS.name}
    assert kept.origin([STRENGTHS, PANEL]) == {}
    assert store(folder).origin(ALL) == {}
    assert len(archive.lines()) == 1, "asking where they come from looks none up"


# What is removed


def of_version_0_1_0(folder: Path) -> list[Path]:
    """Put entries of the old layout into a cache: one file for all methods' numbers of a layer."""
    layer = LayerResult(np.array([7], np.int32), *(np.ones((1, 4, 4), np.float32) for _ in range(3)))
    old = [Key(stage, "old", {"layers": "pool"}, CAT) for stage in ("results", "figures", "pages")]
    kept = store(folder)
    for key in old:
        kept._entries.put(key, pack(layer))
    paths = sorted(folder.glob("*/??/*"))
    for path in paths:
        os.utime(path, (1000, 1000))
    return paths


def test_entries_of_version_0_1_0_go_first(folder: Path) -> None:
    old = of_version_0_1_0(folder)
    assert all(is_named_by_us(path) for path in old)
    kept = filled(folder)
    size = sum(path.stat().st_size for path in folder.glob("*/??/*"))
    assert kept.trim(size) == 0, "they stay as long as there is room"
    gone = sum(path.stat().st_size for path in old)
    assert kept.trim(size - gone) == gone
    assert not any(path.exists() for path in old)
    assert all(same(store(folder).find(key), VALUES[key.name]) for key in ALL)


def test_results_go_before_what_was_drawn_of_them(folder: Path) -> None:
    kept = filled(folder)
    size = sum(path.stat().st_size for path in folder.glob("*/??/*"))
    kept.trim(size - 1)
    assert {key.stage for key in ALL if kept.find(key) is None} == {"results"}


TABLE = Key("tables", "net: photos", {"shard": "aa", "kind": "ShardTable"}, Subject("model", "net"), True)


def test_a_table_is_kept_for_any_number_of_cores(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """One thread computes it, whereas the last bits of a result may depend on their number."""
    monkeypatch.setattr("generator.environment.cores", lambda: 2)
    for cores in (2, 64):
        monkeypatch.setattr("generator.environment.cores", lambda cores=cores: cores)
        machine.cache_clear()
        store = Store(folder, "gallery", pytest.fail)
        if cores == 2:
            store.keep_table(TABLE, Value(facts=b"table"))
            store.keep(RESULT, VALUES[RESULT.name])
    assert store.find(TABLE) == Value(facts=b"table")
    assert store.find(RESULT) is None
    monkeypatch.undo()
    machine.cache_clear()


def test_a_table_that_cannot_be_kept_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    store = Store(tmp_path / "file", "gallery", lambda _: None)
    with pytest.raises(StoreError) as caught:
        store.keep_table(TABLE, Value(facts=b"table"))
    assert str(caught.value).endswith("/file: cannot be written: Not a directory; net: photos is lost")


def test_a_table_travels_in_an_archive(folder: Path, tmp_path: Path) -> None:
    store = Store(folder, "gallery", pytest.fail)
    store.keep_table(TABLE, Value(facts=b"table"))
    write_archive(tmp_path / "results.zip", [TABLE], store.packed)
    other = Store(tmp_path / "empty", "gallery", pytest.fail, archive=Archive(tmp_path / "results.zip"))
    assert other.find(TABLE) == Value(facts=b"table")
