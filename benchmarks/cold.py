"""What a fresh process costs: a gallery of one picture, and within it the import of TensorFlow."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

from benchmarks.measures import Measured

CONFIG = """\
title: Cold start
inputs: [picture.jpg]
models:
  - name: squeezenet
"""


def starts(picture: Path, environment: Mapping[str, str], rounds: int) -> list[Measured]:
    """Return the cold start of a build and of TensorFlow's import, in turns."""
    builds, imports = [], []
    for _ in range(rounds):
        builds.append(_build(picture, environment))
        imports.append(_timed([sys.executable, "-c", "import tensorflow"], environment))
    return [
        _measured("cold start: SqueezeNet gallery of one picture", builds),
        _measured("cold start: import tensorflow", imports),
    ]


def _build(picture: Path, environment: Mapping[str, str]) -> tuple[float, int]:
    with tempfile.TemporaryDirectory() as folder:
        config = Path(folder) / "gallery_config.yml"
        config.write_text(CONFIG, encoding="utf-8")
        shutil.copy(picture, Path(folder) / "picture.jpg")
        command = [sys.executable, "-m", "generator", "build", "--quiet"]
        places = ["--config", str(config), "--output", str(Path(folder) / "site")]
        kept = {"GALLERY_CACHE": str(Path(folder) / "cache")}
        return _timed([*command, *places], {**environment, **kept})


def _timed(command: Sequence[str], environment: Mapping[str, str]) -> tuple[float, int]:
    """Return the seconds and the peak bytes of a command."""
    before = time.perf_counter()
    process = subprocess.Popen(command, env=dict(environment), stdout=subprocess.DEVNULL)
    _, status, usage = os.wait4(process.pid, 0)
    seconds = time.perf_counter() - before
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise subprocess.CalledProcessError(process.returncode, list(command))
    return seconds, usage.ru_maxrss * (1 if sys.platform == "darwin" else 1024)


def _measured(name: str, runs: Sequence[tuple[float, int]]) -> Measured:
    return Measured(
        name, tuple(seconds for seconds, _ in runs), max(peak for _, peak in runs), in_turns=False
    )
