"""Each thing is found or made once, memory stays bounded, and a picture that fails is left out of all."""

from __future__ import annotations

import gc
import os
import signal
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from generator.artifacts.artifact import Artifact, closure
from generator.build.run import AHEAD, Run
from generator.build.stages import Group, Stage
from generator.errors import (
    EngineError,
    FigureError,
    ImageError,
    NetworkError,
    PageError,
    SiteError,
    StoreError,
    WeightsError,
)
from generator.records import Output, Subject
from generator.records.kept import MODEL, PAGE
from generator.store import Key, Store
from generator.store.archive import Archive, write_archive
from generator.workers import processes
from tests.support.galleries import NumberGallery, subject
from tests.support.kinds import Text, source, writer
from tests.support.runs import Told, Written

JOBS = pytest.mark.parametrize("jobs", [1, 2, 4])


@pytest.fixture
def gallery(tmp_path: Path) -> NumberGallery:
    return NumberGallery(tmp_path / "cache")


def without(gallery: NumberGallery, *names: str) -> dict[str, bytes]:
    """Return the site of a gallery that never had these pictures."""
    left = "".join(name for name in gallery.names if name not in names)
    return NumberGallery(gallery.folder.with_name(f"without {names}"), left, gallery.layers).build()


def outcomes(gallery: NumberGallery) -> dict[str, str]:
    return {line.name: line.outcome for line in gallery.store.ledger.lines()}


def only(*artifacts: Artifact[Any]) -> Stage:
    """Return a stage of artifacts of one subject."""
    return Stage(lambda _: iter([Group(artifacts[0].subject, lambda: artifacts)]))


# Found or made


@JOBS
def test_everything_is_made_once(gallery: NumberGallery, jobs: int) -> None:
    files = gallery.build(jobs=jobs)
    assert set(gallery.made().values()) == {1}
    assert gallery.calls.count("load") == 1
    assert files["a/pool.svg"] == b"a/pool.svg [97.0, 97.0, 97.0]"
    assert files["d/all.txt"] == b"d/conv.svg\nd/pool.svg"
    assert (files["best/conv.txt"], files["best/pool.txt"]) == (b"a", b"d")
    assert files["index.html"] == b"a b c d"


def test_jobs_change_nothing(tmp_path: Path) -> None:
    sites = [NumberGallery(tmp_path / f"{jobs}").build(jobs=jobs) for jobs in (1, 2, 4)]
    assert [list(site.items()) for site in sites] == [list(sites[0].items())] * 3


def test_where_all_is_kept_nothing_is_opened(gallery: NumberGallery) -> None:
    first = gallery.build()
    assert list(gallery.build().items()) == list(first.items())
    assert set(gallery.calls) == {f"plan {name}" for name in gallery.names}
    assert set(outcomes(gallery).values()) == {"reused"}


def test_what_is_missing_alone_is_made(gallery: NumberGallery) -> None:
    first = gallery.build()
    store = Store(gallery.folder, "gallery", pytest.fail)
    store._entries._path(store._placed(gallery.panel("b", "pool").key)).unlink()
    assert gallery.build() == first
    assert gallery.made() == Counter(["draw b/pool.svg"])
    assert not [call for call in gallery.calls if call.startswith(("decode", "load"))]


class Asked(Store):
    """A store that remembers what was looked up."""

    def __init__(self, *arguments: Any, **how: Any) -> None:
        super().__init__(*arguments, **how)
        self.names: list[str] = []

    def find(self, key: Key) -> Any:
        self.names.append(key.name)
        return super().find(key)


def test_nothing_below_what_is_kept_is_looked_up(gallery: NumberGallery) -> None:
    gallery.build()
    asked = Asked(gallery.folder, "gallery", pytest.fail)
    panel = gallery.panel("a", "pool")
    Run(asked, Told()).complete([only(panel)])
    assert asked.names == ["a/pool.svg"]


def test_a_need_of_several_is_looked_up_once(gallery: NumberGallery) -> None:
    asked = Asked(gallery.folder, "gallery", pytest.fail)
    artifacts = gallery.artifacts("a")
    Run(asked, Told()).complete([only(*artifacts)])
    assert sorted(asked.names) == sorted(one.name for one in closure(artifacts))


def test_a_fresh_build_makes_all_again_but_each_once(gallery: NumberGallery) -> None:
    files = gallery.build()
    made = gallery.made()
    assert gallery.build(fresh=True) == files
    assert gallery.made() == made
    assert gallery.build() == files
    assert gallery.made() == Counter()


def test_pictures_of_one_content_share_their_numbers(gallery: NumberGallery) -> None:
    gallery.build()
    twin = gallery.panel("a", "pool")
    twin = type(twin)(subject("twin"), twin.rows, twin.pen, "twin/pool.svg")
    assert gallery.build(only(twin)) == {"twin/pool.svg": b"twin/pool.svg [97.0, 97.0, 97.0]"}
    assert gallery.made() == Counter(["draw twin/pool.svg"])


def test_one_value_is_found_or_made_at_once(gallery: NumberGallery) -> None:
    run = Run(Store(gallery.folder, "gallery", pytest.fail), Told())
    assert run.value(gallery.strength("a", "pool")) == 3 * ord("a")
    assert run.value(gallery.strength("a", "pool")) == 3 * ord("a")
    assert gallery.made() == Counter(["see a pool-strength"])
    gallery.fails("decode b", ImageError("b: cannot be decoded"))
    with pytest.raises(ImageError, match="b: cannot be decoded"):
        run.value(gallery.strength("b", "pool"))


def test_without_a_site_all_is_made_and_nothing_written(gallery: NumberGallery) -> None:
    known = Run(Store(gallery.folder, "gallery", pytest.fail), Told()).complete([gallery.pictures])
    assert known.paths == []
    assert known.fact(gallery.panel("a", "pool")) == "a/pool.svg"
    gallery.build()
    assert {call for call in gallery.made() if "best" not in call} == set()


# Memory


@JOBS
@pytest.mark.parametrize("is_kept", [True, False])
def test_large_values_do_not_pile_up(tmp_path: Path, jobs: int, is_kept: bool) -> None:
    if not is_kept:
        (tmp_path / "cache").write_text("in the way")
    gallery = NumberGallery(tmp_path / "cache", "a", tuple(f"layer{number}" for number in range(40)))
    for layer in gallery.layers:
        gallery.on[f"draw a/{layer}.svg"] = lambda: time.sleep(0.002)
    gallery.build(only(*(gallery.panel("a", layer) for layer in gallery.layers)), jobs=jobs)
    assert 2 <= gallery.rows_alive.most <= jobs + 3
    gc.collect()
    assert gallery.rows_alive.now == gallery.pictures_alive.now == 0


@JOBS
def test_a_panel_is_drawn_before_the_next_is_computed(gallery: NumberGallery, jobs: int) -> None:
    begun = threading.Event()
    gallery.on["draw a/conv.svg"] = begun.set
    gallery.on["see a pool"] = lambda: waited.append(begun.wait(20))
    waited: list[bool] = []
    gallery.build(only(gallery.panel("a", "conv"), gallery.panel("a", "pool")), jobs=jobs)
    assert waited == [True]


@JOBS
def test_few_groups_are_in_flight(tmp_path: Path, jobs: int) -> None:
    gallery = NumberGallery(tmp_path / "cache", "abcdefghijklmnopqrstuvwxyz")
    ahead: list[int] = []

    def looked(output: Output) -> None:
        planned = sum(call.startswith("plan") for call in gallery.calls)
        ahead.append(planned - gallery.names.index(output.path[0]))

    gallery.build(gallery.pictures, jobs=jobs, site=Written(before=looked))
    assert 1 < max(ahead) <= AHEAD + jobs
    assert gallery.pictures_alive.most <= AHEAD + jobs
    gc.collect()
    assert gallery.pictures_alive.now == 0


def test_on_a_full_disk_everything_is_still_made(gallery: NumberGallery) -> None:
    files = NumberGallery(gallery.folder.with_name("roomy")).build()
    gallery.folder.write_text("in the way")
    assert list(gallery.build().items()) == list(files.items())
    assert set(gallery.made().values()) == {1}
    assert [text.rpartition("; ")[2] for text in gallery.reports] == ["nothing more is kept"]


def test_a_disk_that_fills_up_midway_stops_nothing(gallery: NumberGallery) -> None:
    files = NumberGallery(gallery.folder.with_name("roomy")).build()

    def fill() -> None:
        gallery.folder.rename(gallery.folder.with_name("gone"))
        gallery.folder.write_text("in the way")

    gallery.on["see c conv"] = fill
    assert gallery.build(jobs=1) == files
    assert gallery.told.errors == {}


def test_a_need_that_is_removed_meanwhile_is_told(gallery: NumberGallery) -> None:
    gallery.build()
    removed = gallery.rows("a", "pool")

    def planned() -> Iterator[Artifact[Any]]:
        panel = gallery.panel("a", "pool")
        yield type(panel)(subject("a"), removed, panel.pen, "a/another.svg")
        gallery.store._entries._path(gallery.store._placed(removed.key)).unlink()

    gallery.build(Stage(lambda _: iter([Group(subject("a"), planned), gallery.group("b")])))
    assert isinstance(gallery.told.errors["a"], StoreError)
    assert str(gallery.told.errors["a"]).startswith("a pool Rows: was removed from the cache")
    assert "b/pool.svg" in gallery.site.files


# Pictures that fail

STEPS = ("plan b", "decode b", "see b pool", "see b conv-strength", "draw b/conv.svg", "draw b/pool.svg")


@pytest.mark.parametrize("jobs", [1, 2])
@pytest.mark.parametrize("step", STEPS)
def test_a_picture_that_fails_is_left_out(gallery: NumberGallery, step: str, jobs: int) -> None:
    gallery.fails(step, error := ImageError("b: is broken"))
    assert gallery.build(jobs=jobs) == without(gallery, "b")
    assert gallery.told.errors == {"b": error}
    assert gallery.told.pictures == ["a 1/4", "b failed", "c 3/4", "d 4/4"]
    assert gallery.known.left_out == [subject("b")]


@pytest.mark.parametrize(
    "error", [EngineError("b"), FigureError("b"), FileNotFoundError("b"), OSError(5, "b")]
)
def test_errors_of_one_picture_stop_no_other(gallery: NumberGallery, error: Exception) -> None:
    gallery.fails("see b pool", error)
    gallery.build()
    assert gallery.told.errors == {"b": error}


def test_of_several_errors_the_first_is_told(gallery: NumberGallery) -> None:
    gallery.fails("draw b/conv.svg", first := ImageError("first"))
    gallery.fails("draw b/pool.svg", ImageError("second"))
    gallery.build(jobs=1)
    assert gallery.told.errors == {"b": first}


def test_all_pictures_may_fail(gallery: NumberGallery) -> None:
    for name in gallery.names:
        gallery.fails(f"decode {name}", ImageError(name))
    assert gallery.build(gallery.pictures, gallery.pages) == {"index.html": b""}
    assert gallery.told.pictures == [f"{name} failed" for name in gallery.names]


def test_a_picture_that_fails_later_is_left_out_of_all(gallery: NumberGallery) -> None:
    gallery.fails("decode-late b", ImageError("b: has gone"))

    def late(name: str) -> list[Artifact[Any]]:
        gallery.did(f"decode-late {name}")
        return [gallery.panel(name, "late")]

    def groups(_: object) -> Iterator[Group]:
        for name in gallery.names:
            yield Group(subject(name), lambda name=name: late(name))

    files = gallery.build(gallery.pictures, Stage(groups), gallery.pages)
    assert files["index.html"] == b"a c d"
    assert not [path for path in files if path.startswith("b")]
    assert sorted(gallery.site.removed) == ["b.raw", "b/all.txt", "b/conv.svg", "b/pool.svg"]
    assert {f"{name}/late.svg" for name in "acd"} <= set(files)
    assert set(gallery.known.paths) == set(files)


# Stages whose pictures depend on each other


@pytest.mark.parametrize("jobs", [1, 2])
@pytest.mark.parametrize("step", ["see d best-pool", "draw d/best-pool.svg"])
def test_a_joint_stage_is_planned_again(gallery: NumberGallery, step: str, jobs: int) -> None:
    gallery.fails(step, error := ImageError("d: has gone"))
    files = gallery.build(jobs=jobs)
    assert files == without(gallery, "d")
    assert (files["best/pool.txt"], files["index.html"]) == (b"c", b"a b c")
    assert gallery.told.errors == {"d": error}
    assert gallery.told.pictures == ["a 1/4", "b 2/4", "c 3/4", "d 4/4", "d failed"]


def test_its_files_are_written_again(gallery: NumberGallery) -> None:
    gallery.fails("see d best-pool", ImageError("d: has gone"))
    gallery.build()
    assert gallery.site.removed[:4] == ["d.raw", "d/conv.svg", "d/pool.svg", "d/all.txt"]
    assert set(gallery.site.removed[4:]) == {"best/conv.txt", "a/best-conv.svg"}
    assert gallery.made()["draw a/best-conv.svg"] == 1, "what was made the first time is found"
    assert set(gallery.known.paths) == set(gallery.site.files)


def test_in_a_joint_stage_several_may_fail(gallery: NumberGallery) -> None:
    for name in "dcb":
        gallery.fails(f"see {name} best-pool", ImageError(name))
    assert gallery.build() == without(gallery, "d", "c", "b")
    assert list(gallery.told.errors) == ["d", "c", "b"]
    assert gallery.told.said.count("features") == 1


# Errors that are no picture's fault


@pytest.mark.parametrize("step", ["decode b", "load", "see b pool", "draw b/pool.svg"])
@pytest.mark.parametrize("error", [NetworkError("n"), WeightsError("w"), PageError("p"), ValueError("bug")])
def test_errors_of_all_pictures_end_the_run(gallery: NumberGallery, step: str, error: Exception) -> None:
    gallery.fails(step, error)
    with pytest.raises(type(error)) as caught:
        gallery.build()
    assert caught.value is error
    assert gallery.told.errors == {}


def test_errors_of_a_model_or_a_page_end_the_run(gallery: NumberGallery) -> None:
    description = gallery.description()
    gallery.fails("see a description", EngineError("has no rule"))
    with pytest.raises(EngineError, match="has no rule"):
        gallery.build(only(description))
    page = Text(Subject(PAGE, "p"), "p", "wrong", source("book", writer(), is_shared=True))
    with pytest.raises(PageError, match=r"page\.html:1"):
        gallery.build(only(page))
    assert description.subject.sort == MODEL


def test_errors_of_planning_a_stage_end_the_run(gallery: NumberGallery) -> None:
    def groups(_: object) -> Iterator[Group]:
        yield gallery.group("a")
        raise SiteError("no picture could be shown")

    with pytest.raises(SiteError, match="no picture could be shown"):
        gallery.build(Stage(groups))


def test_errors_of_the_site_end_the_run(gallery: NumberGallery) -> None:
    def refuse(_: Output) -> None:
        raise SiteError("cannot be written")

    with pytest.raises(SiteError, match="cannot be written"):
        gallery.build(site=Written(before=refuse))


# Order and threads


@JOBS
def test_reports_come_in_order_from_the_calling_thread(gallery: NumberGallery, jobs: int) -> None:
    gallery.on["decode a"] = gallery.on["draw a/pool.svg"] = lambda: time.sleep(0.05)
    gallery.fails("draw c/pool.svg", ImageError("c"))
    gallery.build(jobs=jobs)
    assert gallery.told.pictures == ["a 1/4", "b 2/4", "c failed", "d 4/4"]
    assert gallery.told.threads == gallery.site.threads == {threading.get_ident()}
    assert "features" in gallery.told.said
    computed = [text.partition(" results in ")[0] for text in gallery.told.said if " results in " in text]
    assert computed == ["a: 4", "b: 4", "c: 4", "d: 4", "a: 1", "d: 1"]


def test_models_run_in_the_calling_thread(gallery: NumberGallery) -> None:
    threads: dict[str, set[int]] = {}
    for call in ("decode a", "load", "see a pool", "draw a/pool.svg"):
        gallery.on[call] = lambda call=call: threads.setdefault(call, set()).add(threading.get_ident())
    gallery.build()
    here = {threading.get_ident()}
    assert threads["load"] == threads["see a pool"] == here
    assert not here & (threads["decode a"] | threads["draw a/pool.svg"])


def test_files_are_written_in_the_plans_order(gallery: NumberGallery) -> None:
    files = gallery.build()
    of_pictures = [
        f"{name}{rest}" for name in "abcd" for rest in (".raw", "/conv.svg", "/pool.svg", "/all.txt")
    ]
    of_features = ["best/conv.txt", "a/best-conv.svg", "best/pool.txt", "d/best-pool.svg"]
    assert list(files) == gallery.known.paths == [*of_pictures, *of_features, "index.html"]


# Interrupts


def interrupt() -> None:
    raise KeyboardInterrupt


def signalled() -> None:
    os.kill(os.getpid(), signal.SIGINT)
    time.sleep(5)


@JOBS
@pytest.mark.parametrize(
    ("step", "how"), [("see c pool", interrupt), ("see c pool", signalled), ("", interrupt)]
)
def test_an_interrupt_gives_up_what_has_not_begun(
    tmp_path: Path, step: str, how: Callable[[], None], jobs: int
) -> None:
    gallery = NumberGallery(tmp_path / "cache", "abcdefghijklmnopqrstuvwxyz")
    threads = threading.active_count()
    gallery.on[step] = how
    site = Written() if step else Written(before=lambda _: how())
    with pytest.raises(KeyboardInterrupt):
        gallery.build(jobs=jobs, site=site)
    assert threading.active_count() == threads
    assert sum(call.startswith("plan") for call in gallery.calls) <= 3 + AHEAD + jobs
    assert "draw z/pool.svg" not in gallery.calls
    assert gallery.told.errors == {}


def test_what_was_made_before_an_interrupt_is_kept(gallery: NumberGallery) -> None:
    gallery.on["see c pool"] = interrupt
    with pytest.raises(KeyboardInterrupt):
        gallery.build(jobs=1)
    del gallery.on["see c pool"]
    made = gallery.made()
    gallery.build()
    assert not [call for call in gallery.made() if call in made and call != "see c pool"]


# Worker processes


def texts(count: int) -> Stage:
    """Return a stage of pages, ten a group."""
    book = type(source("book", None))("book", {}, writer, is_shared=True)
    pages = [Text(Subject(PAGE, f"{n}"), f"{n}.html", f"page {n}", book) for n in range(count)]
    groups = [Group(Subject(PAGE, f"{n}"), lambda n=n: pages[n : n + 10]) for n in range(0, count, 10)]
    return Stage(lambda _: iter(groups))


def processes_of(gallery: NumberGallery, stage: Stage) -> set[int]:
    found = (group.artifacts() for group in stage.groups(gallery.known))
    return {gallery.known.fact(page) for pages in found for page in pages}


def test_processes_write_the_same_bytes(gallery: NumberGallery, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(processes, "FEWEST", 0)
    stage = texts(45)
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
    monkeypatch.setattr(processes, "FEWEST", fewest)
    stage = texts(45)
    gallery.build(stage, jobs=jobs)
    assert processes_of(gallery, stage) == {os.getpid()}


def test_an_error_in_a_process_ends_the_run(gallery: NumberGallery, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(processes, "FEWEST", 0)
    book = type(source("book", None))("book", {}, writer, is_shared=True)
    with pytest.raises(PageError, match=r"page\.html:1: wrong"):
        gallery.build(only(Text(Subject(PAGE, "p"), "p", "wrong", book)))


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
    drawn = [f"draw {name}/{layer}.svg" for name in "abcd" for layer in gallery.layers]
    assert gallery.made() == Counter(drawn), "it may differ from what was drawn here"
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
