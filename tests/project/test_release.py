"""The command that runs every check: none is left out, and one that fails stops no other."""

from __future__ import annotations

import re
import sys
from pathlib import Path

import pytest

from tests.support.release import CHECKS, Outcome, run
from tests.support.snippets import ROOT

NO_CHECKS = {
    "help",
    "setup",
    "test-tools",
    "clean",
    "release-check",
    "reference",  # the suite compares what it writes
    "lock",
    "lock-bench",
    "lock-backends",
    "lock-onnx",
}
"""Targets that check nothing."""


def phony() -> set[str]:
    """Return the targets of the Makefile that are no files."""
    text = (ROOT / "Makefile").read_text(encoding="utf-8")
    found = re.search(r"^\.PHONY: (.*)$", text, flags=re.MULTILINE)
    assert found
    return set(found[1].split())


def test_every_target_that_checks_is_run() -> None:
    assert phony() - NO_CHECKS == {name for name, command in CHECKS.items() if command[0] == "make"}


def test_a_check_has_the_name_of_its_target() -> None:
    made = {name: command[1] for name, command in CHECKS.items() if command[0] == "make"}
    assert all(name == target for name, target in made.items())


def test_a_failure_stops_no_other_check(tmp_path: Path) -> None:
    wrong = (sys.executable, "-c", "import sys; print('what was wrong'); sys.exit(3)")
    found = list(run({"wrong": wrong, "right": (sys.executable, "-c", "print('fine')")}, tmp_path / "logs"))
    assert [(one.name, one.passed) for one in found] == [("wrong", False), ("right", True)]
    assert all(isinstance(one, Outcome) and one.seconds > 0 for one in found)
    assert (tmp_path / "logs" / "wrong.log").read_text().split("\n")[0] == "what was wrong"
    assert (tmp_path / "logs" / "right.log").read_text() == "fine\n"


def test_checks_do_not_take_the_arguments_of_all(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MAKEFLAGS", " -- ARGS=docs")
    monkeypatch.setenv("ARGS", "docs")
    told = (sys.executable, "-c", "import os; print({'ARGS', 'MAKEFLAGS'} & set(os.environ))")
    assert [one.passed for one in run({"told": told}, tmp_path)] == [True]
    assert (tmp_path / "told.log").read_text() == "set()\n"
