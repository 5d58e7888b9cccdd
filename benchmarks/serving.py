"""A peer's side of the pipe: lines of JSON go out, one command a line comes in.

``check PATH`` runs once, writes the reconstructions and answers with the memory it took; ``run`` runs and
answers with the seconds. Memory is what the process's high-water mark rose by after loading: the first run
and its compiling are in it, libraries and weights are not.
"""

from __future__ import annotations

import json
import os
import resource
import sys
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks import work

CORES = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1

Run = Callable[[], Mapping[str, Any]]


def serve(start: Callable[[work.Work], Run], note: str = "") -> None:
    """Make a peer ready and answer until the pipe closes.

    ``start`` gets the work and returns a function that does it: layer -> reconstructions (K, H, W, 3), or
    for a peer that only measures parts, part -> seconds.
    """
    answers = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)  # libraries print where they like; the pipe is for answers
    run = start(work.read(Path(sys.argv[1])))
    loaded = high_water_bytes()
    _say(answers, note=note)
    for line in sys.stdin:
        command, _, path = line.strip().partition(" ")
        before = time.perf_counter()
        found = run()
        seconds = time.perf_counter() - before
        if command == "check":
            peak_bytes = high_water_bytes() - loaded
            np.savez(path, **found)
            _say(answers, peak_bytes=peak_bytes)
        parts = found if all(isinstance(value, float) for value in found.values()) else {}
        if command == "run":
            _say(answers, seconds=seconds, parts=parts)
        del found, parts


def high_water_bytes() -> int:
    """Return the most memory this process has held."""
    unit = 1 if sys.platform == "darwin" else 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit


def _say(answers: Any, **answer: Any) -> None:
    answers.write(json.dumps(answer) + "\n")
    answers.flush()
