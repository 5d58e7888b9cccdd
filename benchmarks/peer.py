"""Our side of the pipe: a peer in its own process, checked once and then run when its turn comes."""

from __future__ import annotations

import json
import subprocess
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import Any

import numpy as np

from benchmarks.measures import Measured, difference

TOLERANCE = 1e-4


class PeerError(Exception):
    """A peer that cannot be measured, and why."""


class Peer:
    """A process that does the work when it is told to.

    ``compared`` peers must make the reconstructions that we make.
    """

    def __init__(
        self, name: str, command: Sequence[str], environment: Mapping[str, str], compared: bool
    ) -> None:
        self.name, self.compared = name, compared
        self.seconds: list[float] = []
        self.parts: list[Mapping[str, float]] = []
        self.peak_bytes = 0
        self._said = tempfile.TemporaryFile()  # noqa: SIM115  closed when the peer is
        self._process = subprocess.Popen(
            command,
            env=dict(environment),
            text=True,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._said,
        )
        self.note = ""

    def __enter__(self) -> Peer:
        return self

    def __exit__(self, kind: type | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self._process.kill()
        self._process.communicate()
        self._said.close()

    def check(self, found: Path, ours: Path | None) -> float:
        """Run once, write the reconstructions to ``found`` and return how far they are from ours.

        Raises:
            PeerError: they are too far, or the peer broke.
        """
        self.note = self._answer()["note"]
        self.peak_bytes = self._ask(f"check {found}")["peak_bytes"]
        if ours is None or not self.compared:
            return 0.0
        with np.load(found) as theirs, np.load(ours) as arrays:
            far = difference(dict(theirs), dict(arrays))
        if far > TOLERANCE:
            raise PeerError(f"its reconstructions differ from ours by {far:.1e} of the largest value")
        return far

    def run(self) -> None:
        """Do the work once more and keep the time."""
        answer = self._ask("run")
        self.seconds.append(answer["seconds"])
        self.parts.append(answer["parts"])

    def measured(self) -> Measured:
        """Return what was measured so far."""
        return Measured(self.name, tuple(self.seconds), self.peak_bytes, self.note)

    def _ask(self, command: str) -> dict[str, Any]:
        try:
            self._process.stdin.write(command + "\n")
            self._process.stdin.flush()
        except BrokenPipeError:
            pass  # the answer that does not come says why
        return self._answer()

    def _answer(self) -> dict[str, Any]:
        line = self._process.stdout.readline()
        if not line:
            self._said.seek(0)
            said = self._said.read().decode(errors="replace").strip().splitlines()
            raise PeerError(said[-1] if said else "it ended without a word")
        return json.loads(line)
