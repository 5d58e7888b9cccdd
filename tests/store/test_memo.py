"""Values that a build reads or adds are remembered; the others are forgotten."""

from __future__ import annotations

from pathlib import Path

import pytest

from generator.store.memo import Memo


def test_what_is_used_stays_and_the_rest_goes(tmp_path: Path) -> None:
    first = Memo(tmp_path / "memo.json", "code 1")
    first.update(a=[1], b=[2])
    first.save()
    second = Memo(tmp_path / "memo.json", "code 1")
    assert dict.fromkeys(second) == {"a": None, "b": None}
    assert second["a"] == [1]
    second["c"] = [3]
    second.save()
    third = Memo(tmp_path / "memo.json", "code 1")
    assert {name: third[name] for name in third} == {"a": [1], "c": [3]}
    del third["a"]
    third.save()
    assert list(Memo(tmp_path / "memo.json", "code 1")) == ["c"]


def test_what_other_code_made_is_forgotten(tmp_path: Path) -> None:
    memo = Memo(tmp_path / "memo.json", "code 1")
    memo["a"] = 1
    memo.save()
    assert len(Memo(tmp_path / "memo.json", "code 2")) == 0


@pytest.mark.parametrize("content", ["", "[1]", '{"code": "code 1", "values": 3}'])
def test_a_damaged_memo_is_empty(tmp_path: Path, content: str) -> None:
    (tmp_path / "memo.json").write_text(content)
    assert len(Memo(tmp_path / "memo.json", "code 1")) == 0
