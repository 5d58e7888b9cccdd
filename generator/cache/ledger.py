"""What a build made, reused and why: what ``gallery why`` tells, and what the next build compares with."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from generator.cache.key import Key, changes, digest

REUSED, REDONE = "reused", "redone"


@dataclass(frozen=True)
class Line:
    """What became of one artifact in the last build, and why."""

    stage: str
    name: str
    outcome: str
    reason: str


class Ledger:
    """The artifacts of one gallery's builds; ``path`` is where it lies between them."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._before = _loaded(path)
        self._now: dict[str, dict[str, object]] = {}

    def note(self, key: Key, outcome: str) -> None:
        """Note that an artifact was reused or redone; the first word on it in a build counts."""
        parts, place = dict(key.parts), f"{key.stage} {key.name}"
        if place not in self._now:
            before = self._before.get(place)
            reason = "" if outcome == REUSED else _reason(before, parts)
            self._now[place] = {
                "digest": digest(key),
                "parts": parts,
                "outcome": outcome,
                "reason": reason,
            }

    def lines(self) -> tuple[Line, ...]:
        """Return what became of each artifact in the build noted last, in order."""
        entries: Mapping[str, Mapping[str, object]] = self._now or self._before
        return tuple(
            Line(place.split(" ")[0], place.split(" ", 1)[1], str(entry["outcome"]), str(entry["reason"]))
            for place, entry in entries.items()
        )

    def save(self) -> None:
        """Keep the ledger for the next build; where that cannot be written, do without."""
        part = self._path.with_name(f"{self._path.name}.{os.getpid()}.part")
        with suppress(OSError):
            self._path.parent.mkdir(parents=True, exist_ok=True)
            part.write_text(json.dumps(self._now), encoding="utf-8")
            part.replace(self._path)


def _reason(before: Mapping[str, object] | None, parts: Mapping[str, str]) -> str:
    """Return why an artifact was redone: what changed of its key."""
    if before is None:
        return "new"
    changed = changes(dict(before["parts"]), parts)  # type: ignore[call-overload]
    return f"changed: {', '.join(changed)}" if changed else "no longer kept"


def _loaded(path: Path) -> dict[str, dict[str, object]]:
    with suppress(OSError, ValueError):
        known = json.loads(path.read_text(encoding="utf-8"))
        if isinstance(known, dict):
            return known
    return {}
