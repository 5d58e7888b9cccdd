"""A file is hashed again if its content may have changed."""

from __future__ import annotations

import hashlib
import os
import time
from pathlib import Path

import pytest

from generator.store.digests import Digests
from generator.store.marks import RACY_NS

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
