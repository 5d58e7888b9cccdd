"""Single pass against loop, GPU against CPU: time and memory, measured on the reader's machine.

Each cell is a process of its own, so that no cell's memory is another's. The cells of a device take turns,
round by round, so that all see the machine as it was in that minute.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from statistics import median
from typing import Any, ClassVar, Self

from benchmarks import machine
from benchmarks.measures import difference, spread
from benchmarks.peer import Peer
from examples.study import chart
from examples.study.chapter import CHAPTER, Facts
from examples.study.wording import exact, megabytes, table, two
from generator import environment
from generator.artifacts.artifact import Artifact, Lane, Values
from generator.environment import Stage
from generator.records import Output, Subject, Value

ROOT = Path(__file__).parents[2]
PASSES = {"single": "Single pass", "loop": "Loop over layers"}
DEVICES = {"cpu": "CPU", "gpu": "GPU"}
ASK = "import tensorflow as tf; print(len(tf.config.list_physical_devices('GPU')))"
ABSENT = "no GPU that TensorFlow can use"
HEADER = ("device", "pass", "time", "spread", "first run", "memory", "above the network")


@dataclass(frozen=True)
class Times(Artifact[Facts]):
    """The times measured last on this machine.

    A measurement does not follow from code and settings, so they have no part in its key: whoever keeps the
    times of the last study gets those, whatever has changed since.
    """

    photograph: Path = field(compare=False)
    rounds: int = field(compare=False)

    stage: ClassVar[Stage] = "figures"
    lane: ClassVar[Lane] = "pass"

    @property
    def name(self) -> str:
        """The folder of the chapter."""
        return "study/passes"

    @cached_property
    def parts(self) -> dict[str, str]:
        """What times are measured on."""
        return {"kind": "Times", "machine": environment.machine()}

    @classmethod
    def make(cls, artifacts: Sequence[Self], _values: Values) -> Iterator[tuple[Self, Value]]:
        """Measure."""
        yield from ((one, Value(measure(one.photograph, one.rounds))) for one in artifacts)


def times(photograph: Path, rounds: int) -> Times:
    """Return the artifact that times each pass over a photograph, ``rounds`` times."""
    return Times(Subject(CHAPTER, "passes"), photograph, rounds)


def measure(photograph: Path, rounds: int) -> Facts:
    """Return the table of 2 x 2 cells, the machine in words, and how far the reconstructions differ."""
    cells, farthest = _on("cpu", photograph, rounds)
    gpus = count_gpus()
    others, far = _on("gpu", photograph, rounds) if gpus else (absent("gpu"), 0.0)
    return {
        "machine": machine.describe(None),
        "rounds": rounds,
        "cells": (*cells, *others),
        "gpus": gpus,
        "farthest": max(farthest, far),
    }


def count_gpus() -> int:
    """Return how many GPUs TensorFlow finds, asked in a process that ends."""
    done = subprocess.run(
        [sys.executable, "-c", ASK], env=_environment("gpu"), capture_output=True, text=True, check=False
    )
    lines = done.stdout.split()
    return int(lines[-1]) if lines and lines[-1].isdigit() else 0


def absent(device: str) -> tuple[dict[str, Any], ...]:
    """Return the cells of a device that is not there, which say so."""
    return tuple({"device": device, "pass": name, "absent": ABSENT} for name in PASSES)


def cell(device: str, name: str, seconds: Sequence[float], first: Mapping[str, Any]) -> dict[str, Any]:
    """Return one measured cell; ``first`` is what its first run answered."""
    return {
        "device": device,
        "pass": name,
        "seconds": tuple(seconds),
        "median": median(seconds),
        "spread": spread(seconds),
        "first_seconds": first["seconds"],
        "peak_bytes": first["peak_bytes"],
        "above_bytes": first["above_bytes"],
        "sweeps": first["sweeps"],
    }


def told(measured: Facts) -> Value:
    """Return the plot and the table of a measurement; the plot has times at the left, memory at the right."""
    lines = [
        chart.Line(
            f"{DEVICES[one['device']]}, {PASSES[one['pass']].lower()}",
            one.get("seconds", ()),
            one.get("above_bytes", 0) / 1e6,
            one.get("absent", ""),
        )
        for one in measured["cells"]
    ]
    plot = chart.draw_lines("passes", lines, "VGG16, five poolings, three features each")
    rows = [
        (DEVICES[one["device"]], PASSES[one["pass"]].lower(), *_printed(one)) for one in measured["cells"]
    ]
    files = Output("study/passes/passes.svg", plot.encode()), table("passes/passes", HEADER, rows)
    far = measured["farthest"]
    same = (
        f"differ by at most {exact(far, 2)} of the largest value" if far else "are identical to the last bit"
    )
    said = {"machine": measured["machine"], "rounds": str(measured["rounds"]), "same": same}
    cells = zip(PASSES, rows, strict=False)  # those of the CPU come first
    said |= {name: f"{row[2]} and {row[6]}" for name, row in cells}
    return Value({**measured, "said": said}, files)


def _printed(one: Mapping[str, Any]) -> tuple[str, ...]:
    """Return a cell as the table prints it."""
    if "absent" in one:
        return (f"not measured: {one['absent']}", "", "", "", "")
    seconds = (f"{two(one[name])} s" for name in ("median", "spread", "first_seconds"))
    return (*seconds, *(megabytes(one[name]) for name in ("peak_bytes", "above_bytes")))


def _on(device: str, photograph: Path, rounds: int) -> tuple[tuple[dict[str, Any], ...], float]:
    """Return the cells of one device, and how far their reconstructions differ."""
    with tempfile.TemporaryDirectory() as folder, ExitStack() as stack:
        found = {name: Path(folder) / f"{name}.npz" for name in PASSES}
        peers = {name: stack.enter_context(_peer(device, name, photograph)) for name in PASSES}
        firsts = {name: peers[name].first(found[name]) for name in PASSES}
        for _ in range(rounds):
            for peer in peers.values():
                peer.run()
        far = _difference(*found.values())
        return tuple(cell(device, name, peers[name].seconds, firsts[name]) for name in PASSES), far


class _Cell(Peer):
    """A peer whose first run is told whole."""

    def first(self, found: Path) -> dict[str, Any]:
        """Run for the first time, write the reconstructions and return what was measured."""
        self._answer()
        return self._ask(f"check {found}")


def _peer(device: str, name: str, photograph: Path) -> _Cell:
    command = [sys.executable, "-m", "examples.study.cell", device, name, str(photograph)]
    return _Cell(f"{device} {name}", command, _environment(device), True)


def _environment(device: str) -> dict[str, str]:
    hidden = {"CUDA_VISIBLE_DEVICES": ""} if device == "cpu" else {}
    above = os.environ.get("PYTHONPATH")
    path = os.pathsep.join([str(ROOT), *([above] if above else [])])
    return {**os.environ, **hidden, "TF_CPP_MIN_LOG_LEVEL": "3", "PYTHONPATH": path}


def _difference(one: Path, other: Path) -> float:
    import numpy as np

    with np.load(one) as first, np.load(other) as second:
        return difference(dict(second), dict(first))
