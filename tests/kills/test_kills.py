"""A few rows of every table that ``python -m tests.kills`` prints in full."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]


def test_no_blow_loses_anything() -> None:
    """The driver is a process of its own: whoever forks must have no TensorFlow and no threads."""
    command = [sys.executable, "-m", "tests.kills", "few"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=600, check=False)
    assert done.returncode == 0, done.stdout + done.stderr[-2000:]
    rows = [line for line in done.stdout.splitlines() if line.endswith(" ok")]
    assert len(rows) >= 30
