"""What the command line survives: outputs without Unicode, and a folder that is gone."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from tests.support.snippets import ROOT


def gallery(
    folder: Path, *arguments: str, before: str = "pass", **environment: str
) -> tuple[int, bytes, bytes]:
    """Run a command in a folder after Python code, then print a cat; return the status and the outputs."""
    code = f"import os, sys; {before}; from generator.cli import main; "
    code += f"status = main({list(arguments)!r}); print('\\u732b'); sys.exit(status)"
    environment = {**os.environ, "PYTHONPATH": str(ROOT), **environment}
    done = subprocess.run([sys.executable, "-c", code], cwd=folder, env=environment, capture_output=True)
    return done.returncode, done.stdout, done.stderr


def test_characters_that_the_output_lacks_are_escaped(tmp_path: Path) -> None:
    text = "inputs: [猫.jpg]\nmodels: [{name: squeezenet}]\n"
    (tmp_path / "g.yml").write_text(text, encoding="utf-8")
    status, shown, told = gallery(tmp_path, "check", "-c", "g.yml", PYTHONIOENCODING="ascii:strict")
    assert (status, shown) == (2, b"\\u732b\n")
    assert b"match '\\u732b.jpg'" in told


VERBS = (
    "build",
    "check",
    "clean",
    "completion",
    "export",
    "figure",
    "init",
    "models",
    "publish",
    "serve",
    "weights",
    "why",
)


def test_a_working_folder_that_is_gone_is_named_by_every_verb(tmp_path: Path) -> None:
    (tmp_path / "gone").mkdir()
    before = "os.rmdir(os.getcwd()); from generator.cli import main; "
    before += f"statuses = [main([verb]) for verb in {VERBS!r}]; print(statuses)"
    status, shown, told = gallery(tmp_path / "gone", "check", before=before)
    assert (status, shown.splitlines()[0].decode()) == (2, str([2] * len(VERBS)))
    assert told == b"the working folder no longer exists; change to another folder\n" * (len(VERBS) + 1)
