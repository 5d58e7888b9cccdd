"""``python -m tests.support.release [TARGET...]``: run every check before a release, one after another.

A check that fails does not stop the others. What each prints is kept in ``build/release-check/``; a table
says what passed. The exit status is 1 if any check failed.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from tests.support.snippets import ROOT

LOGS = ROOT / "build" / "release-check"

CHECKS: Mapping[str, Sequence[str]] = {
    "check": ("make", "check"),
    "test": ("make", "test"),  # with the tables of mutations
    "docs": ("make", "docs"),
    "coverage-table": ("make", "coverage-table", "ARGS=--compare docs/reference/coverage.md"),
    "gallery": ("make", "gallery"),
    "audit": ("make", "audit"),
    "embedding": ("make", "embedding"),
    "scan": (sys.executable, "-m", "benchmarks.scan", "--pictures", "2000", "--all-maps"),
    "albums": (sys.executable, "-m", "benchmarks.albums"),
    "examples": (sys.executable, "-m", "pytest", "-q", "-m", "hypothesis", "--hypothesis-profile=search"),
    "large": (sys.executable, "-m", "pytest", "-q", "-m", "large", "tests"),
    "fuzz": (sys.executable, "-m", "tests.fuzz", "--count", "2000"),
    "kills": ("make", "kills", "ARGS=--points 8"),
    "study": ("make", "study"),
    "test-backends": ("make", "test-backends"),
    "test-onnx": ("make", "test-onnx"),
    "bench": ("make", "bench", "ARGS=--rounds 1"),
}
"""The commands, by the target's name; those that take longest come last.

``audit`` reads what ``gallery`` builds.
"""


@dataclass(frozen=True)
class Outcome:
    """How one check ended."""

    name: str
    seconds: float
    passed: bool


def run(checks: Mapping[str, Sequence[str]], logs: Path) -> Iterator[Outcome]:
    """Run commands in the checkout, each with a log of its own, and yield how each ended."""
    ours = ("ARGS", "MAKEFLAGS", "MAKEOVERRIDES", "MFLAGS")  # a make below would take our ARGS for its own
    environment = {name: value for name, value in os.environ.items() if name not in ours}
    logs.mkdir(parents=True, exist_ok=True)
    for name, command in checks.items():
        started = time.monotonic()
        with (logs / f"{name}.log").open("wb") as log:
            done = subprocess.run(
                command, cwd=ROOT, env=environment, stdout=log, stderr=subprocess.STDOUT, check=False
            )
        yield Outcome(name, time.monotonic() - started, done.returncode == 0)


def line(outcome: Outcome) -> str:
    """Return the line of a check.

    >>> line(Outcome("docs", 4.6, True))
    'docs                 5 s  passed'
    """
    return f"{outcome.name:<16} {outcome.seconds:>5.0f} s  {'passed' if outcome.passed else 'FAILED'}"


def main() -> int:
    """Run the checks that the command line names, by default all; return the exit status."""
    parser = argparse.ArgumentParser(prog="python -m tests.support.release", description=__doc__)
    parser.add_argument("targets", nargs="*", metavar="TARGET", help=", ".join(CHECKS))
    chosen = parser.parse_args().targets or list(CHECKS)
    if unknown := [name for name in chosen if name not in CHECKS]:
        parser.error(f"no check {unknown[0]!r}; choose from {', '.join(CHECKS)}")
    failed = False
    for outcome in run({name: CHECKS[name] for name in chosen}, LOGS):
        print(line(outcome), flush=True)
        failed |= not outcome.passed
    print(f"logs: {LOGS.relative_to(ROOT)}")
    return int(failed)


if __name__ == "__main__":
    sys.exit(main())
