"""An export holds the results of the gallery as it is planned in the end, and no others."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from generator.artifacts.artifact import Artifact
from generator.build.export import export
from generator.build.run import Run
from generator.build.stages import Group, Known, Stage
from generator.errors import ImageError
from generator.records import Subject
from generator.records.kept import PICTURE
from generator.store import Store
from generator.store.archive import Archive
from tests.support.kinds import Strength, source
from tests.support.runs import Told

A, B, C = (Subject(PICTURE, name) for name in "abc")


def strength(subject: Subject, layer: str) -> Strength:
    pixels = source(subject.name, np.ones(3, np.float32), picture=subject.name)
    return Strength(subject, pixels, source("model", lambda _, values: values), layer)


def failing() -> list[Artifact[object]]:
    raise ImageError("a.png: no such file")


def planned(known: Known) -> Iterator[Group]:
    """Plan a layer more of each picture as long as the first is among them; then the first fails."""
    layers = ["pool"] if A in known.left_out else ["pool", "conv"]
    yield Group(A, failing)
    for subject in (B, C):
        yield Group(subject, lambda subject=subject: [strength(subject, layer) for layer in layers])


@pytest.mark.parametrize("jobs", [1, 2])
def test_a_plan_that_was_given_up_leaves_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, jobs: int
) -> None:
    monkeypatch.setattr("generator.store.manifest._KINDS", {"Strength": bool})
    store = Store(tmp_path / "cache", "gallery", pytest.fail)
    stages = (Stage(planned, is_joint=True),)
    count, failed = export(tmp_path / "results.zip", stages, store, Run(store, Told(), jobs))
    assert (count, failed) == (2, ("a",))
    archive = Archive(tmp_path / "results.zip")
    assert all(archive.holds(strength(subject, "pool").key) for subject in (B, C))
    assert not any(archive.holds(strength(subject, "conv").key) for subject in (B, C))
