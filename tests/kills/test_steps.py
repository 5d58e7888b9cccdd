"""A blow finds its step by what the step does, however many other steps come first."""

from __future__ import annotations

import signal
import subprocess
import sys
from pathlib import Path

import pytest

from tests.kills.steps import Point, nearest_before, points

ROOT = Path(__file__).parents[2]
STEPS = [("read", "a"), ("os.mkdir", "b"), ("read", "a"), ("swap", "c")]
MAKES = """\
import os, sys
from tests.kills.steps import Point, act_at, kill
folder, path, turn, moment, *made = sys.argv[1:]
os.chdir(folder)
act_at(folder, Point("os.mkdir", path, int(turn)), moment, kill)
for name in made:
    os.makedirs(name, exist_ok=True)
"""


def made(folder, *arguments):
    """Return how a process that makes folders ended, and which it has made."""
    command = [sys.executable, "-c", MAKES, str(folder), *arguments]
    status = subprocess.run(command, cwd=ROOT, check=False).returncode
    return status, sorted(path.name for path in folder.iterdir())


def test_points_of_equal_steps_differ_in_their_turn() -> None:
    first, _, again, _ = points(STEPS)
    assert (first, again) == (Point("read", "a", 1), Point("read", "a", 2))


def test_nearest_point_before_is_one_the_run_passed() -> None:
    all_points = points(STEPS)
    assert nearest_before(all_points, 3, points(STEPS[:2])) == 1


def test_no_point_before_is_refused() -> None:
    with pytest.raises(RuntimeError, match="no point before"):
        nearest_before(points(STEPS), 3, ())


@pytest.mark.parametrize("extra", [(), ("x",), ("x", "y")])
@pytest.mark.parametrize(("moment", "struck"), [("before", []), ("after", ["b"])])
def test_other_steps_do_not_move_a_blow(tmp_path, extra, moment, struck) -> None:
    status, found = made(tmp_path, "b", "1", moment, *extra, "b", "c")
    assert (status, found) == (-signal.SIGKILL, sorted([*extra, *struck]))


def test_a_blow_waits_for_its_turn(tmp_path) -> None:
    assert made(tmp_path, "b", "2", "before", "b", "c", "b", "d") == (-signal.SIGKILL, ["b", "c"])


def test_no_blow_falls_where_the_point_does_not_come(tmp_path) -> None:
    assert made(tmp_path, "b", "1", "before", "c") == (0, ["c"])
