"""What a fresh process costs: a gallery of one picture, and within it the import of TensorFlow."""

from __future__ import annotations

import shutil
import sys
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path

from benchmarks.fetched import shared
from benchmarks.measures import Measured
from benchmarks.processes import Taken, run

CONFIG = """\
title: Cold start
inputs: [picture.jpg]
models:
  - name: squeezenet
"""


def starts(picture: Path, environment: Mapping[str, str], rounds: int) -> list[Measured]:
    """Return the cold start of a build and of TensorFlow's import, in turns."""
    builds, imports = [], []
    environment = {**environment, **shared("squeezenet")}
    for _ in range(rounds):
        builds.append(_build(picture, environment))
        imports.append(run([sys.executable, "-c", "import tensorflow"], environment))
    return [
        _measured("cold start: SqueezeNet gallery of one picture", builds),
        _measured("cold start: import tensorflow", imports),
    ]


def _build(picture: Path, environment: Mapping[str, str]) -> Taken:
    with tempfile.TemporaryDirectory() as folder:
        config = Path(folder) / "gallery_config.yml"
        config.write_text(CONFIG, encoding="utf-8")
        shutil.copy(picture, Path(folder) / "picture.jpg")
        command = [sys.executable, "-m", "generator", "build", "--quiet"]
        places = ["--config", str(config), "--output", str(Path(folder) / "site")]
        kept = {"GALLERY_CACHE": str(Path(folder) / "cache")}
        return run([*command, *places], {**environment, **kept})


def _measured(name: str, runs: Sequence[Taken]) -> Measured:
    seconds = tuple(one.seconds for one in runs)
    return Measured(name, seconds, max(one.peak_bytes for one in runs), in_turns=False)
