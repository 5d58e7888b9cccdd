"""A group of artifacts in flight, and its outcome.

Question: how much of a value stays in memory? Options: all of it; nothing, and the store is read at each use;
a part. Choice: facts, which are small, and files until they are written. Arrays are large: an array that was
just computed is held until everything that needs it is made, and an array already kept is read again at each
use. Cost: a few files are read twice.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator, Sequence
from concurrent.futures import Future
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from threading import Lock
from typing import Any

from generator.artifacts.artifact import Artifact, Lane, Values
from generator.build.stages import Group
from generator.errors import GalleryError, NetworkError, PageError, WeightsError
from generator.records import Value
from generator.records.kept import PICTURE

_NO_PICTURES_FAULT = (NetworkError, WeightsError, PageError)
"""Errors that would occur with every picture."""


@dataclass
class GroupInFlight:
    """A group in flight.

    ``wanted`` are the artifacts of its plan. By digest, ``found`` holds the values kept before or made since,
    without their arrays, and ``missing`` the artifacts that must be made; ``begun`` are the digests of those
    that a thread is making. ``values`` are for ``make``. ``is_made`` is set if anything was missing.
    """

    group: Group
    values: Values
    wanted: list[Artifact[Any]] = field(default_factory=list)
    found: dict[str, Value] = field(default_factory=dict)
    missing: dict[str, Artifact[Any]] = field(default_factory=dict)
    begun: set[str] = field(default_factory=set)
    is_made: bool = False
    error: Exception | None = None
    lock: Lock = field(default_factory=Lock)

    def begin(self, lane: Lane) -> list[Artifact[Any]]:
        """Return artifacts of a lane that share one ``make`` and whose needs are found, each only once."""
        with self.lock:
            ready = [one for one in self.missing.values() if one.lane == lane and self._is_ready(one)]
            batch = [one for one in ready if _maker(one) is _maker(ready[0])]
            self.begun |= {one.digest for one in batch}
        return batch

    def batches(self, lane: Lane) -> Iterator[list[Artifact[Any]]]:
        """Yield all batches of a lane, as their needs are found, until there is an error."""
        while self.error is None and (batch := self.begin(lane)):
            yield batch

    def _is_ready(self, artifact: Artifact[Any]) -> bool:
        needs = [need for need in artifact.needs if isinstance(need, Artifact)]
        return artifact.digest not in self.begun and all(need.digest in self.found for need in needs)

    def end(self, artifact: Artifact[Any], value: Value) -> None:
        """Take the value of an artifact, and drop the values that nothing missing needs."""
        with self.lock:
            del self.missing[artifact.digest]
            self.found[artifact.digest] = replace(value, arrays=())
            needed = {need.identity for one in self.missing.values() for need in one.needs}
            if artifact.identity in needed:
                self.values[artifact] = value
            self.values.keep_only(needed)

    @contextmanager
    def recording_errors(self) -> Iterator[None]:
        """Record an error as the picture's; raise it if it is not, which ends the run."""
        try:
            yield
        except (GalleryError, OSError) as error:
            if self.group.subject.sort != PICTURE or isinstance(error, _NO_PICTURES_FAULT):
                raise
            self.error = self.error or error


class Waiting:
    """Work of threads on the values of a group; it is waited for when the values take too much memory."""

    MOST_BYTES = 2**25
    """The bytes of a group's arrays that may wait: at 224 x 224, three features each of 18 layers.

    A larger value waits alone.
    """

    def __init__(self) -> None:
        self._begun: deque[tuple[Sequence[Future[None]], int]] = deque()

    def add(self, work: Sequence[Future[None]], value: Value) -> None:
        """Add work on a value, and wait for the oldest while the values are too large."""
        self._begun.append((work, sum(array.nbytes for array in value.arrays)))
        while len(self._begun) > 1 and sum(size for _, size in self._begun) > self.MOST_BYTES:
            self._next()

    def end(self) -> None:
        """Wait for all work.

        Raises:
            Exception: the first that any of it raised.
        """
        while self._begun:
            self._next()

    def _next(self) -> None:
        for work in self._begun.popleft()[0]:
            work.result()


@dataclass(frozen=True)
class Outcome:
    """What remains of a finished group: values without arrays, or an error; and whether any was made."""

    group: Group
    values: Sequence[tuple[Artifact[Any], Value]] = ()
    error: Exception | None = None
    is_made: bool = False


def _maker(artifact: Artifact[Any]) -> object:
    return artifact.make.__func__  # type: ignore[attr-defined]
