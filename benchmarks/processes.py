"""A command as it is measured: the seconds of the wall, and the memory of all its processes together.

Question: how is the memory of a build that starts processes measured? Options: the maximum that the system
counts, which is that of the largest process, and on Linux at least what its parent held when it started it;
the sum over all processes, sampled. Choice: the sum where Linux lists it, and never less than the high-water
mark of any one process; elsewhere what the system counts. Cost: a peak of several processes that is shorter
than the interval is missed, and what they share counts for each.
"""

from __future__ import annotations

import os
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO

INTERVAL_SECONDS = 0.05
_UNIT = 1 if sys.platform == "darwin" else 1024  # of what the system counts


@dataclass(frozen=True)
class Taken:
    """What a command took."""

    seconds: float
    peak_bytes: int


def run(
    command: Sequence[str],
    environment: Mapping[str, str],
    folder: Path | None = None,
    output: int | IO[str] = subprocess.DEVNULL,
) -> Taken:
    """Run a command in a folder and return what it took.

    Raises:
        CalledProcessError: it failed.
    """
    before = time.perf_counter()
    process = subprocess.Popen(command, env=dict(environment), cwd=folder, stdout=output)
    with _sampled(process.pid) as peaks:
        _, status, usage = os.wait4(process.pid, 0)
    seconds = time.perf_counter() - before
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise subprocess.CalledProcessError(process.returncode, list(command))
    return Taken(seconds, max(peaks) or usage.ru_maxrss * _UNIT)


@contextmanager
def _sampled(process: int) -> Iterator[list[int]]:
    """Give the most bytes that a process and its descendants have held, a number for each interval so far."""
    peaks, ended = [_peak_bytes(process)], threading.Event()

    def sample() -> None:
        while not ended.wait(INTERVAL_SECONDS):
            peaks.append(_peak_bytes(process))

    sampler = threading.Thread(target=sample)
    sampler.start()
    try:
        yield peaks
    finally:
        ended.set()
        sampler.join()


def _peak_bytes(process: int) -> int:
    """Return what a family of processes holds now or, if that is more, what one of them has held at most."""
    held = [_memory_bytes(one) for one in _family(process)]
    return max(sum(now for now, _ in held), *(most for _, most in held))


def _family(process: int) -> Iterator[int]:
    """Yield a process and its descendants, if Linux lists them."""
    yield process
    for thread in _threads(process):
        for child in _text(thread / "children").split():
            yield from _family(int(child))


def _threads(process: int) -> list[Path]:
    """Return the threads of a process: a child belongs to the one that started it."""
    try:
        return list(Path(f"/proc/{process}/task").iterdir())
    except OSError:  # it has ended
        return []


def _memory_bytes(process: int) -> tuple[int, int]:
    """Return what a process holds and has held at most; zeros once it has ended, or if nobody says."""
    lines = (line.split() for line in _text(Path(f"/proc/{process}/status")).splitlines())
    known = {words[0]: int(words[1]) * 1024 for words in lines if words[0] in ("VmRSS:", "VmHWM:")}
    return known.get("VmRSS:", 0), known.get("VmHWM:", 0)


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8", errors="replace")
    except OSError:
        return ""
