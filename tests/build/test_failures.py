"""A picture that fails is left out of all stages; any other error, and an interrupt, end the run."""

from __future__ import annotations

import os
import signal
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from generator.artifacts.artifact import Artifact
from generator.build.run import AHEAD
from generator.build.stages import Group, Stage
from generator.errors import (
    EngineError,
    FigureError,
    ImageError,
    NetworkError,
    PageError,
    SiteError,
    WeightsError,
)
from generator.records import Output, Subject
from generator.records.kept import MODEL, PAGE
from tests.support.galleries import NumberGallery, only, outcomes, subject, without
from tests.support.kinds import Text, source, writer
from tests.support.runs import Written

JOBS = pytest.mark.parametrize("jobs", [1, 2, 4])


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


def test_of_a_picture_that_failed_no_more_is_made(gallery: NumberGallery) -> None:
    gallery.fails("see b conv-strength", ImageError("b: is broken"))
    later = Stage(
        lambda _: (Group(subject(n), lambda n=n: [gallery.panel(n, "late")]) for n in gallery.names)
    )
    gallery.build(gallery.pictures, later)
    assert "a/late.svg" in gallery.site.files
    assert [call for call in gallery.calls if " b" in call] == ["plan b", "decode b", "see b conv-strength"]
    assert not [name for name in outcomes(gallery) if name.startswith("b")]
    assert list(gallery.told.errors) == ["b"]


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


# Interrupts


def interrupt() -> None:
    raise KeyboardInterrupt


@pytest.fixture
def plain_interrupts() -> Iterator[None]:
    """Let each SIGINT raise: the command line's handler, which an earlier test may have left, does not.

    It takes a signal within two seconds of another for a part of it.
    """
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


def signalled() -> None:
    os.kill(os.getpid(), signal.SIGINT)
    time.sleep(5)


@JOBS
@pytest.mark.parametrize(
    ("step", "how"), [("see c pool", interrupt), ("see c pool", signalled), ("", interrupt)]
)
def test_an_interrupt_gives_up_what_has_not_begun(
    plain_interrupts: None, tmp_path: Path, step: str, how: Callable[[], None], jobs: int
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


def test_what_waits_for_a_thread_is_given_up(gallery: NumberGallery) -> None:
    """The only thread decodes the third picture; what is to be drawn of the second waits behind that."""
    interrupted = threading.Event()

    def interrupting() -> None:
        interrupted.set()
        raise KeyboardInterrupt

    def decoding() -> None:
        assert interrupted.wait(20)
        time.sleep(0.2)

    gallery.on["see b pool"], gallery.on["decode c"] = interrupting, decoding

    def panels(name: str) -> list[Artifact[Any]]:
        return [gallery.panel(name, layer) for layer in gallery.layers]

    groups = [Group(subject(name), lambda name=name: panels(name)) for name in gallery.names]
    with pytest.raises(KeyboardInterrupt):
        gallery.build(Stage(lambda _: iter(groups)), jobs=1)
    assert "draw b/conv.svg" not in gallery.calls


def test_what_was_made_before_an_interrupt_is_kept(gallery: NumberGallery) -> None:
    gallery.on["see c pool"] = interrupt
    with pytest.raises(KeyboardInterrupt):
        gallery.build(jobs=1)
    del gallery.on["see c pool"]
    made = gallery.made()
    gallery.build()
    assert not [call for call in gallery.made() if call in made and call != "see c pool"]
