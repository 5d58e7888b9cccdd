"""A group of artifacts while it is in flight, and what is left of it.

Question: what of a value is held? Choice: facts, which are small, and files until they are written. Arrays
are large: what was just computed is held until all that needs it is made, and what is kept already is read
again at each use. Cost: a few files are read twice.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
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
"""Errors that would meet every picture alike."""


@dataclass
class Work:
    """A group in flight.

    ``wanted`` is what was asked for; ``found`` what is kept, without its arrays, or made since, all by
    digest. ``missing`` is what must be made, and ``begun`` what of that somebody is making. ``values`` are
    for ``make``.
    """

    group: Group
    values: Values
    wanted: list[Artifact[Any]] = field(default_factory=list)
    found: dict[str, Value] = field(default_factory=dict)
    missing: dict[str, Artifact[Any]] = field(default_factory=dict)
    begun: set[str] = field(default_factory=set)
    error: Exception | None = None
    lock: Lock = field(default_factory=Lock)

    def begin(self, lane: Lane) -> list[Artifact[Any]]:
        """Return artifacts of a lane that share one ``make`` and whose needs are there, each only once."""
        with self.lock:
            ready = [one for one in self.missing.values() if one.lane == lane and self._is_ready(one)]
            batch = [one for one in ready if _maker(one) is _maker(ready[0])]
            self.begun |= {one.digest for one in batch}
        return batch

    def _is_ready(self, artifact: Artifact[Any]) -> bool:
        needs = [need for need in artifact.needs if isinstance(need, Artifact)]
        return artifact.digest not in self.begun and all(need.digest in self.found for need in needs)

    def end(self, artifact: Artifact[Any], value: Value) -> None:
        """Take a value in, and drop what nothing needs any more."""
        with self.lock:
            del self.missing[artifact.digest]
            self.found[artifact.digest] = replace(value, arrays=())
            needed = {need.identity for one in self.missing.values() for need in one.needs}
            if artifact.identity in needed:
                self.values[artifact] = value
            self.values.keep_only(needed)

    @contextmanager
    def blamed(self) -> Iterator[None]:
        """Blame the picture for an error; what is no picture's fault ends the run."""
        try:
            yield
        except (GalleryError, OSError) as error:
            if self.group.subject.sort != PICTURE or isinstance(error, _NO_PICTURES_FAULT):
                raise
            self.error = self.error or error


@dataclass(frozen=True)
class Outcome:
    """What is left of a group once it is finished: small, or an error."""

    group: Group
    values: Sequence[tuple[Artifact[Any], Value]] = ()
    error: Exception | None = None


def _maker(artifact: Artifact[Any]) -> object:
    return artifact.make.__func__  # type: ignore[attr-defined]
