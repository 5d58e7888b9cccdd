"""What a build made, reused and why: what ``gallery why`` tells, and what the next build compares with."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from generator.cache.key import Key, changes
from generator.cache.memory import recalled, remember

REUSED, REDONE, TAKEN = "reused", "redone", "taken"
"""What becomes of an artifact: kept from before, made anew, or taken from an archive."""


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
        self._before = recalled(path)
        self._now: dict[str, Any] = {}

    def note(self, key: Key, outcome: str) -> None:
        """Note what became of an artifact; the first word on it in a build counts."""
        parts, place = dict(key.parts), f"{key.stage} {key.name}"
        if place not in self._now:
            reason = "" if outcome != REDONE else _reason(self._before.get(place), parts)
            self._now[place] = {"parts": parts, "outcome": outcome, "reason": reason}

    def lines(self) -> tuple[Line, ...]:
        """Return what became of each artifact in the build noted last, in order."""
        entries = self._now or self._before
        return tuple(
            Line(*place.split(" ", 1), *(entry[word] for word in ("outcome", "reason")))
            for place, entry in entries.items()
        )

    def keys(self, stage: str) -> list[Key]:
        """Return the keys of a stage's artifacts that were noted in this build."""
        named = ((*place.split(" ", 1), entry["parts"]) for place, entry in self._now.items())
        return [Key(found, name, parts) for found, name, parts in named if found == stage]

    def save(self) -> None:
        """Keep the ledger for the next build."""
        remember(self._path, self._now)


def _reason(before: Mapping[str, Any] | None, parts: Mapping[str, str]) -> str:
    """Return why an artifact was redone: what changed of its key."""
    if before is None:
        return "new"
    changed = changes(before["parts"], parts)
    return f"changed: {', '.join(changed)}" if changed else "no longer kept"
