"""What a build made, reused and why: what ``gallery why`` tells, and what the next build compares with.

Artifacts share most of what made them, so each part of a key is written once, and artifacts name theirs by
number: a ledger of a thousand pictures is a few megabytes.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from generator.records import Subject
from generator.store.key import Key, changes
from generator.store.memory import recalled, remember

REUSED, REDONE, TAKEN = "reused", "redone", "taken"
"""What becomes of an artifact: kept from before, made anew, or taken from an archive."""


@dataclass(frozen=True)
class Line:
    """What became of one artifact in a build, and why; ``parts`` are those of its key."""

    stage: str
    name: str
    subject: Subject
    outcome: str
    reason: str
    parts: Mapping[str, str]

    @property
    def place(self) -> str:
        """What tells this artifact from all others of a gallery."""
        return f"{self.stage} {self.name}"


class Ledger:
    """The artifacts of one gallery's builds; ``path`` is where it lies between them."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._before = {line.place: line for line in _read(recalled(path))}
        self._now: dict[str, Line] = {}

    def note(self, key: Key, outcome: str) -> None:
        """Note what became of an artifact; the first word on it in a build counts."""
        place = f"{key.stage} {key.name}"
        if place not in self._now:
            reason = "" if outcome != REDONE else _reason(self._before.get(place), key.parts)
            self._now[place] = Line(key.stage, key.name, key.subject, outcome, reason, key.parts)

    def lines(self) -> tuple[Line, ...]:
        """Return what became of each artifact in this build so far, in order."""
        return tuple(self._now.values())

    def before(self) -> tuple[Line, ...]:
        """Return what became of each artifact in the last build that was kept, in order."""
        return tuple(self._before.values())

    def save(self) -> None:
        """Keep the ledger for the next build."""
        remember(self._path, _written(self._now.values()))


def _reason(before: Line | None, parts: Mapping[str, str]) -> str:
    """Return why an artifact was redone: what changed of its key."""
    if before is None:
        return "new"
    changed = changes(before.parts, parts)
    return f"changed: {', '.join(changed)}" if changed else "no longer kept"


def _written(lines: Iterable[Line]) -> dict[str, Any]:
    """Return lines as they are kept: every part once, and what names it by number."""
    numbers: dict[tuple[str, str], int] = {}
    written = [
        [line.stage, line.name, line.subject.sort, line.subject.name, line.outcome, line.reason]
        + [numbers.setdefault(part, len(numbers)) for part in line.parts.items()]
        for line in lines
    ]
    return {"parts": list(numbers), "lines": written}


def _read(known: Mapping[str, Any]) -> Iterator[Line]:
    """Yield lines that were kept; where the file is damaged, those before the damage."""
    parts: Any = known.get("parts", ())
    with suppress(TypeError, ValueError, LookupError):
        for stage, name, sort, subject, outcome, reason, *numbers in known.get("lines", ()):
            found = dict(parts[number] for number in numbers)
            yield Line(stage, name, Subject(sort, subject), outcome, reason, found)
