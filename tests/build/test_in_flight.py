"""Artifacts of a group begin when their needs are there, and values are dropped when nothing needs them."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from generator.artifacts.artifact import Artifact, Values
from generator.build.in_flight import GroupInFlight
from generator.build.stages import Group
from generator.errors import ImageError, NetworkError
from generator.records import Subject, Value
from tests.support.galleries import NumberGallery, subject


def nothing_kept(artifact: Artifact[Any]) -> Value:
    raise AssertionError(f"{artifact.name} is read from the store")


def work_on(*missing: Artifact[Any], of: Subject | None = None) -> GroupInFlight:
    """Return a group of which this is missing, needs first."""
    work = GroupInFlight(Group(of or subject("a")), Values({}, nothing_kept))
    work.missing = {one.digest: one for one in missing}
    return work


def test_what_shares_a_make_is_begun_together(gallery: NumberGallery) -> None:
    strength, rows = gallery.strength("a", "pool"), gallery.rows("a", "pool")
    panel = gallery.panel("a", "pool")
    work = work_on(strength, rows, panel)
    assert work.begin("pass") == [strength, rows]
    assert work.begin("pass") == [], "each only once"
    assert work.begin("process") == []


def test_needs_come_first(gallery: NumberGallery) -> None:
    *_, montage = artifacts = gallery.artifacts("a")
    panels = [one for one in artifacts if one in montage.needs]
    work = work_on(*(panel.rows for panel in panels), *panels, montage)
    assert work.begin("draw") == []
    work.end(panels[1].rows, Value())
    assert work.begin("draw") == [panels[1]]
    work.end(panels[0].rows, Value())
    work.end(panels[1], Value("pool.svg"))
    assert work.begin("draw") == [panels[0]]
    work.end(panels[0], Value("conv.svg"))
    assert work.begin("draw") == [montage]


def test_of_a_value_that_is_needed_everything_is_held(gallery: NumberGallery) -> None:
    panel = gallery.panel("a", "pool")
    work = work_on(panel.rows, panel)
    work.end(panel.rows, Value(arrays=(np.arange(3),)))
    assert work.values.array(panel.rows).tolist() == [0, 1, 2]
    assert work.found[panel.rows.digest] == Value()
    work.end(panel, Value("pool.svg"))
    assert (work.missing, work.found[panel.digest]) == ({}, Value("pool.svg"))
    with pytest.raises(AssertionError, match="a pool Rows is read from the store"):
        work.values.array(panel.rows)


def test_an_open_picture_is_let_go_with_what_needs_it(gallery: NumberGallery) -> None:
    strength, rows = gallery.strength("a", "pool"), gallery.rows("a", "pool")
    work = work_on(strength, rows)
    for artifact in (strength, rows):
        work.values.opened(artifact.picture)
        work.end(artifact, Value())
    assert (gallery.calls, gallery.pictures_alive.now) == (["decode a"], 0)


def test_the_first_error_of_a_picture_is_recorded() -> None:
    work = work_on()
    first, second = ImageError("cannot be read"), OSError("gone")
    for error in (first, second):
        with work.recording_errors():
            raise error
    assert work.error is first


@pytest.mark.parametrize(
    ("of", "error"),
    [
        (Subject("model", "net"), ImageError("cannot be read")),
        (Subject("page", "index.html"), OSError("gone")),
        (subject("a"), NetworkError("has no rule")),
        (subject("a"), ValueError("a bug")),
    ],
)
def test_any_other_error_is_raised(of: Subject, error: Exception) -> None:
    work = work_on(of=of)
    with pytest.raises(type(error)), work.recording_errors():
        raise error
    assert work.error is None
