"""A file is hashed again if its content may have changed."""

from __future__ import annotations

import hashlib
import os
import time
from pathlib import Path

import pytest

from generator.store.digests import Digests
from generator.store.marks import RACY_NS
from generator.store.memory import recalled

LONG_AGO = 1_000_000_000


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "weights.h5"
    path.write_bytes(b"first")
    os.utime(path, (LONG_AGO, LONG_AGO))
    return path


def sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def asked(memory: Path, file: Path) -> str:
    digests = Digests(memory)
    found = digests.of(file)
    digests.save()
    return found


def test_an_unchanged_file_is_read_once(tmp_path: Path, file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    memory = tmp_path / "memory.json"
    time.sleep(RACY_NS / 1e9 + 0.05)  # what changed just now could change again unseen
    assert asked(memory, file) == sha256(b"first")
    again = Digests(memory)
    monkeypatch.setattr(Path, "open", lambda *_, **__: pytest.fail("read again"))
    assert again.of(file) == sha256(b"first")


@pytest.mark.parametrize("way", ["longer", "as long", "replaced"])
def test_a_changed_file_is_read_again(tmp_path: Path, file: Path, way: str) -> None:
    memory = tmp_path / "memory.json"
    asked(memory, file)
    content = b"longer than before" if way == "longer" else b"other"
    if way == "replaced":
        (tmp_path / "new").write_bytes(content)
        (tmp_path / "new").replace(file)
    else:
        file.write_bytes(content)
    os.utime(file, (LONG_AGO, LONG_AGO))  # even where its time is put back
    assert asked(memory, file) == sha256(content)


def test_a_file_that_changed_just_now_is_not_remembered(tmp_path: Path) -> None:
    memory, file = tmp_path / "memory.json", tmp_path / "now"
    file.write_bytes(b"now")
    assert asked(memory, file) == sha256(b"now")
    assert not memory.exists()


@pytest.mark.parametrize("content", ["", "[]", '{"x": 1}', "{", "\x00"])
def test_a_spoilt_memory_is_no_memory(tmp_path: Path, file: Path, content: str) -> None:
    memory = tmp_path / "memory.json"
    memory.write_text(content)
    assert asked(memory, file) == sha256(b"first")


def test_several_files_have_one_digest_remembered_as_one(tmp_path, monkeypatch):
    monkeypatch.setattr("generator.store.marks.RACY_NS", -(10**9))  # every file counts as settled
    files = {name: tmp_path / name for name in ("a", "b", "gone")}
    for name in ("a", "b"):
        files[name].write_text(name)
    memory = tmp_path / "memory.json"
    digests = Digests(memory)
    assert digests.known_of_all("both", files) == ""
    first = digests.of_all("both", files)
    digests.save()
    again = Digests(memory)
    assert again.known_of_all("both", files) == again.of_all("both", files) == first
    assert again.of_all("others", {"c": files["a"], "b": files["b"]}) != first
    files["a"].write_text("A")
    assert again.known_of_all("both", files) == ""
    assert again.of_all("both", files) != first
    files["a"].write_text("a")
    assert Digests(memory).of_all("both", files) == first
    files["gone"].write_text("")
    assert Digests(memory).of_all("both", files) != first


def test_saving_need_not_forget(tmp_path, monkeypatch):
    monkeypatch.setattr("generator.store.marks.RACY_NS", -(10**9))
    files, memory = [tmp_path / name for name in "ab"], tmp_path / "memory.json"
    for path in files:
        path.write_text(path.name)
    for path in files:
        digests = Digests(memory)
        digests.of(path)
        digests.save(forgets=False)
    assert {*recalled(memory)} == {*map(str, files)}


def test_a_pipe_among_files_is_not_opened(tmp_path):
    os.mkfifo(tmp_path / "pipe")
    assert Digests(tmp_path / "memory").of_all("one", {"pipe": tmp_path / "pipe"})
