"""Each artifact is found or made once, memory stays bounded, and a picture that fails is left out."""

from __future__ import annotations

import gc
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from itertools import count
from pathlib import Path
from typing import Any

import pytest

from generator.artifacts.artifact import Artifact, closure
from generator.build.in_flight import Waiting
from generator.build.run import AHEAD, Run
from generator.build.stages import Group, Stage
from generator.errors import (
    ImageError,
    StoreError,
)
from generator.records import Output, Value
from generator.store import Key, Store
from tests.support.galleries import Alive, NumberGallery, drawn, only, outcomes, subject
from tests.support.runs import Told, Written

JOBS = pytest.mark.parametrize("jobs", [1, 2, 4])


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


def test_the_steps_of_all_stages_are_known_from_the_start(gallery: NumberGallery) -> None:
    stages = gallery.pictures, replace(gallery.features, steps=4, part="features"), gallery.pages
    gallery.build(*stages)
    features = ["a, features 5/8", "d, features 6/8"]
    assert gallery.told.pictures == ["a 1/8", "b 2/8", "c 3/8", "d 4/8", *features]
    assert gallery.told.passes == [(0, 8), (4, 8), (8, 8), (8, 8), (8, 8)]


def test_kept_pictures_are_steps_but_not_named(gallery: NumberGallery) -> None:
    gallery.build()
    gallery.build()
    assert gallery.told.pictures == []
    assert gallery.told.passes[:5] == [(done, 4) for done in range(5)]


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
    twin = replace(gallery.panel("a", "pool"), subject=subject("twin"), path="twin/pool.svg")
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


def test_one_artifact_is_had_with_its_files(gallery: NumberGallery) -> None:
    run = Run(Store(gallery.folder, "gallery", pytest.fail), Told())
    content = b"a/pool.svg [97.0, 97.0, 97.0]"
    for _ in range(2):
        assert run.made(gallery.panel("a", "pool")) == Value("a/pool.svg", (Output("a/pool.svg", content),))
    assert gallery.made() == Counter(["see a pool", "draw a/pool.svg"])


def test_without_a_site_all_is_made_and_nothing_written(gallery: NumberGallery) -> None:
    known = Run(Store(gallery.folder, "gallery", pytest.fail), Told()).complete([gallery.pictures])
    assert known.paths == []
    assert known.fact(gallery.panel("a", "pool")) == "a/pool.svg"
    gallery.build()
    assert {call for call in gallery.made() if "best" not in call} == set()


# Memory


@JOBS
@pytest.mark.parametrize("is_kept", [True, False])
def test_large_values_do_not_pile_up(
    tmp_path: Path, jobs: int, is_kept: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Waiting, "MOST_BYTES", 3 * 3 * 4)  # three values of this gallery
    if not is_kept:
        (tmp_path / "cache").write_text("in the way")
    gallery = NumberGallery(tmp_path / "cache", "a", tuple(f"layer{number}" for number in range(40)))
    for layer in gallery.layers:
        gallery.on[f"draw a/{layer}.svg"] = lambda: time.sleep(0.002)
    gallery.build(only(*(gallery.panel("a", layer) for layer in gallery.layers)), jobs=jobs)
    assert 2 <= gallery.rows_alive.most <= 5  # one more is being drawn, and one more computed
    gc.collect()
    assert gallery.rows_alive.now == gallery.pictures_alive.now == 0


class Counted(Store):
    """A store that counts the arrays that it has given."""

    def __init__(self, *arguments: Any) -> None:
        super().__init__(*arguments)
        self.alive = Alive()

    def find(self, key: Key) -> Value | None:
        return self._counted(super().find(key))

    def recall(self, key: Key) -> Value | None:
        return self._counted(super().recall(key))

    def _counted(self, value: Value | None) -> Value | None:
        for array in value.arrays if value else ():
            self.alive.count(array)
        return value


@JOBS
def test_large_values_that_are_kept_do_not_pile_up(tmp_path: Path, jobs: int) -> None:
    gallery = NumberGallery(tmp_path / "cache", "a", tuple(f"layer{number}" for number in range(40)))
    rows = [gallery.rows("a", layer) for layer in gallery.layers]
    gallery.build(only(*rows))
    counted = Counted(tmp_path / "cache", "gallery", pytest.fail)
    panels = [gallery.panel("a", layer) for layer in gallery.layers]
    Run(counted, Told(), jobs).complete([only(*rows, *panels)])
    assert gallery.made() == Counter([*(f"see a {layer}" for layer in gallery.layers), *drawn("a", gallery)])
    assert 1 <= counted.alive.most <= jobs + 2


def test_keys_are_let_go_once_a_group_is_finished(gallery: NumberGallery) -> None:
    artifacts = gallery.artifacts("a")
    gallery.build(only(*artifacts))
    assert [one.name for one in closure(artifacts) if "parts" in vars(one)] == []


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
        for number in count():
            gallery.folder.rename(gallery.folder.with_name(f"gone {number}"))
            with suppress(IsADirectoryError):  # the thread that keeps has just made the folder again
                gallery.folder.write_text("in the way")
                return

    gallery.on["see c conv"] = fill
    assert gallery.build(jobs=1) == files
    assert gallery.told.errors == {}


def test_a_need_that_is_removed_meanwhile_is_told(gallery: NumberGallery) -> None:
    gallery.build()
    removed = gallery.rows("a", "pool")

    def planned() -> Iterator[Artifact[Any]]:
        yield replace(gallery.panel("a", "pool"), path="a/another.svg")
        gallery.store._entries._path(gallery.store._placed(removed.key)).unlink()

    gallery.build(Stage(lambda _: iter([Group(subject("a"), planned), gallery.group("b")])))
    assert isinstance(gallery.told.errors["a"], StoreError)
    assert str(gallery.told.errors["a"]).startswith("a pool Rows: was removed from the cache")
    assert "b/pool.svg" in gallery.site.files


# Order and threads


@JOBS
def test_reports_come_in_order_from_the_calling_thread(gallery: NumberGallery, jobs: int) -> None:
    gallery.on["decode a"] = gallery.on["draw a/pool.svg"] = lambda: time.sleep(0.05)
    gallery.fails("draw c/pool.svg", ImageError("c"))
    gallery.build(jobs=jobs)
    assert gallery.told.pictures == ["a 1/4", "b 2/4", "c failed", "d 4/4"]
    assert gallery.told.threads == gallery.site.threads == {threading.get_ident()}
    of_pictures, of_features = [f"{name}: 4 seen" for name in "abcd"], ["a: 1 seen", "d: 1 seen"]
    assert gallery.told.said == [*of_pictures, "features", *of_features]


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
