"""A command as it is measured: the seconds of the wall, and the memory of all its processes together.

Question: how is the memory of a build that starts processes measured? Options: the maximum that the system
counts for each process, of which it keeps the largest; the sum over the processes, sampled. Choice: the
sum, where Linux lists it, and never less than the largest. Cost: a peak shorter than the interval is missed,
and pages that processes share count for each of them.
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
PAGE_BYTES = os.sysconf("SC_PAGE_SIZE")
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
    with _sampled(process.pid) as sums:
        _, status, usage = os.wait4(process.pid, 0)
    seconds = time.perf_counter() - before
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise subprocess.CalledProcessError(process.returncode, list(command))
    return Taken(seconds, max(usage.ru_maxrss * _UNIT, *sums))


@contextmanager
def _sampled(process: int) -> Iterator[list[int]]:
    """Give the bytes that a process and its descendants hold together, a number for each interval so far."""
    sums, ended = [0], threading.Event()

    def sample() -> None:
        while not ended.wait(INTERVAL_SECONDS):
            sums.append(sum(map(_held_bytes, _family(process))))

    sampler = threading.Thread(target=sample)
    sampler.start()
    try:
        yield sums
    finally:
        ended.set()
        sampler.join()


def _family(process: int) -> Iterator[int]:
    """Yield a process and its descendants, where Linux lists them."""
    yield process
    for thread in Path(f"/proc/{process}/task").glob("*/children"):
        for child in _words(thread):
            yield from _family(int(child))


def _held_bytes(process: int) -> int:
    """Return the resident bytes of a process; of one that has ended, none."""
    pages = _words(Path(f"/proc/{process}/statm"))
    return int(pages[1]) * PAGE_BYTES if pages else 0


def _words(path: Path) -> list[str]:
    try:
        return path.read_text(encoding="ascii").split()
    except OSError:
        return []
