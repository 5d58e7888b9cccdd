"""A seal holds as long as everything read and written is unchanged, and no longer."""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from generator.store import Seal
from generator.store.marks import RACY_NS

FACTS = {"code": "1", "date": ""}
SAID = "2 pictures: site/index.html"


@pytest.fixture(scope="module")
def old(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with an input and an output that changed longer ago than a clock may stand still."""
    folder = tmp_path_factory.mktemp("old")
    for name in ("cat.jpg", "labels.txt", "index.html"):
        (folder / name).write_text(name)
    time.sleep(RACY_NS / 1e9 + 0.05)
    return folder


def sealed(folder: Path, memory: Path, inputs: tuple[str, ...] = ("cat.jpg", "absent.h5", ".")) -> Seal:
    Seal(memory).set(FACTS, [folder / name for name in inputs], [folder / "index.html"], SAID)
    return Seal(memory)


def test_it_holds_while_nothing_changes(old: Path, tmp_path: Path) -> None:
    seal = sealed(old, tmp_path / "seal.json")
    assert seal.said(FACTS) == SAID
    assert not seal.is_confirmed
    seal.confirm()
    assert Seal(tmp_path / "seal.json").is_confirmed
    assert Seal(tmp_path / "seal.json").said(FACTS) == SAID


@pytest.mark.parametrize("facts", [{}, {"code": "2", "date": ""}, FACTS | {"more": ""}])
def test_other_facts_break_it(old: Path, tmp_path: Path, facts: dict[str, str]) -> None:
    assert sealed(old, tmp_path / "seal.json").said(facts) is None


def rewritten(path: Path) -> None:
    """Write the same size at the same time of change, as ``touch -r`` can."""
    found = path.stat()
    path.write_text(path.read_text().swapcase())
    os.utime(path, ns=(found.st_atime_ns, found.st_mtime_ns))


CHANGES: dict[str, Callable[[Path], object]] = {
    "an input rewritten": lambda folder: rewritten(folder / "cat.jpg"),
    "an input gone": lambda folder: (folder / "cat.jpg").unlink(),
    "an input that was absent": lambda folder: (folder / "absent.h5").touch(),
    "a folder that has one file more": lambda folder: (folder / "dog.jpg").touch(),
    "an output rewritten": lambda folder: rewritten(folder / "index.html"),
    "an output gone": lambda folder: (folder / "index.html").unlink(),
}


@pytest.mark.parametrize("change", CHANGES)
def test_any_change_breaks_it(tmp_path: Path, change: str) -> None:
    folder = tmp_path / "gallery"
    folder.mkdir()
    for name in ("cat.jpg", "index.html"):
        (folder / name).write_text(name)
    memory = tmp_path / "seal.json"
    seal = Seal(memory)
    seal._since_ns += 2 * RACY_NS  # as if the build had begun later
    seal.set(FACTS, [folder / "cat.jpg", folder / "absent.h5", folder], [folder / "index.html"], SAID)
    assert Seal(memory).said(FACTS) == SAID
    CHANGES[change](folder)
    assert Seal(memory).said(FACTS) is None


def test_inputs_that_changed_just_now_are_not_sealed(old: Path, tmp_path: Path) -> None:
    memory = tmp_path / "seal.json"
    assert sealed(old, memory).said(FACTS) == SAID
    (tmp_path / "new.jpg").touch()
    Seal(memory).set(FACTS, [tmp_path / "new.jpg"], [], SAID)
    assert Seal(memory).said(FACTS) is None


@pytest.mark.parametrize("content", [b"", b"{", b"[]", b'{"facts": 1}', b'{"inputs": 5}', b"\xff"])
def test_a_damaged_seal_holds_nothing(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "seal.json").write_bytes(content)
    assert Seal(tmp_path / "seal.json").said(FACTS) is None
