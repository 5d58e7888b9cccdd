"""Runs whose artifacts are made elsewhere: in worker processes, or on another machine."""

from __future__ import annotations

import os
from collections import Counter
from pathlib import Path

import pytest

from generator.artifacts.artifact import Source, closure
from generator.build.stages import Group, Stage
from generator.errors import (
    PageError,
)
from generator.records import Subject
from generator.records.kept import PAGE
from generator.store.archive import Archive, write_archive
from generator.workers import processes
from tests.support.galleries import NumberGallery, drawn, only, outcomes
from tests.support.kinds import Text, writer

# Worker processes


def texts(count: int) -> Stage:
    """Return a stage of pages, ten a group."""
    book = Source("book", {}, writer, is_shared=True)
    pages = [Text(Subject(PAGE, f"{n}"), f"{n}.html", f"page {n}", book) for n in range(count)]
    groups = [Group(Subject(PAGE, f"{n}"), lambda n=n: pages[n : n + 10]) for n in range(0, count, 10)]
    return Stage(lambda _: iter(groups))


def processes_of(gallery: NumberGallery, stage: Stage) -> set[int]:
    found = (group.artifacts() for group in stage.groups(gallery.known))
    return {gallery.known.fact(page) for pages in found for page in pages}


def test_processes_write_the_same_bytes(gallery: NumberGallery, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(processes, "MIN_ITEMS", 0)
    stage = texts(45)
    gallery.build(gallery.pictures)  # which are for this process alone
    files = gallery.build(stage, jobs=2)
    assert files == {f"{n}.html": f"page {n}".encode() for n in range(45)}
    assert list(files) == [f"{n}.html" for n in range(45)]
    assert os.getpid() not in processes_of(gallery, stage)
    assert set(outcomes(gallery).values()) == {"redone"}
    assert gallery.build(stage, jobs=1) == files
    assert set(outcomes(gallery).values()) == {"reused"}


@pytest.mark.parametrize(("jobs", "fewest"), [(1, 0), (2, 45)])
def test_few_pages_or_one_job_are_worth_no_process(
    gallery: NumberGallery, monkeypatch: pytest.MonkeyPatch, jobs: int, fewest: int
) -> None:
    monkeypatch.setattr(processes, "MIN_ITEMS", fewest)
    stage = texts(45)
    gallery.build(stage, jobs=jobs)
    assert processes_of(gallery, stage) == {os.getpid()}


def test_an_error_in_a_process_ends_the_run(gallery: NumberGallery, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(processes, "MIN_ITEMS", 0)
    book = Source("book", {}, writer, is_shared=True)
    with pytest.raises(PageError, match=r"page\.html:1: wrong") as caught:
        gallery.build(only(Text(Subject(PAGE, "p"), "p", "wrong", book)))
    assert "_RemoteTraceback" in repr(caught.value.__cause__)


# Archives


def exported(gallery: NumberGallery, path: Path, but: str = "") -> Archive:
    """Write the rows and strengths of a gallery into an archive."""
    results = [one for name in gallery.names for one in closure(gallery.artifacts(name)) if one.key.travels]
    keys = [one.key for one in results if one.name != but]
    write_archive(path, keys, lambda key: gallery.store.packed(key) or pytest.fail(key.name))
    return Archive(path)


@pytest.fixture
def _any_kind_travels(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let archives hold the kinds of these tests."""
    monkeypatch.setattr("generator.store.manifest._KINDS", {"Rows": bool, "Strength": bool})


@pytest.mark.usefixtures("_any_kind_travels")
def test_results_of_an_archive_are_taken(gallery: NumberGallery, tmp_path: Path) -> None:
    files = gallery.build(gallery.pictures)
    archive = exported(gallery, tmp_path / "results.zip")
    elsewhere = NumberGallery(tmp_path / "elsewhere")
    assert elsewhere.build(elsewhere.pictures, archive=archive) == files
    assert [call for call in elsewhere.made() if call.startswith("see")] == []
    assert "load" not in elsewhere.calls
    found = outcomes(elsewhere)
    assert (found["a pool Rows"], found["a pool-strength Strength"]) == ("taken", "taken")
    assert (found["a/pool.svg"], found["a.raw"]) == ("redone", "redone")
    assert archive.lines()[1:] == []


@pytest.mark.usefixtures("_any_kind_travels")
def test_what_is_drawn_of_an_archive_is_kept_apart(gallery: NumberGallery, tmp_path: Path) -> None:
    gallery.build(gallery.pictures)
    archive = exported(gallery, tmp_path / "results.zip")
    gallery.build(gallery.pictures, archive=archive)
    again = [call for name in gallery.names for call in drawn(name, gallery)]
    assert gallery.made() == Counter(again), "it may differ from what was drawn here"
    gallery.build(gallery.pictures, archive=archive)
    assert gallery.made() == Counter()
    gallery.build(gallery.pictures)
    assert gallery.made() == Counter()


@pytest.mark.usefixtures("_any_kind_travels")
def test_what_an_archive_lacks_is_computed(gallery: NumberGallery, tmp_path: Path) -> None:
    files = gallery.build(gallery.pictures)
    archive = exported(gallery, tmp_path / "results.zip", but="b pool Rows")
    elsewhere = NumberGallery(tmp_path / "elsewhere")
    assert elsewhere.build(elsewhere.pictures, archive=archive) == files
    assert [call for call in elsewhere.made() if call.startswith("see")] == ["see b pool"]
    made = {"computed_on": archive.machine, "computed_with": archive.packages}
    keys = {name: [one.key for one in closure(elsewhere.artifacts(name))] for name in "ab"}
    assert elsewhere.store.origin(keys["a"]) == made
    assert elsewhere.store.origin(keys["b"]) == {**made, "not_computed_there": "b pool Rows"}
