"""The ledger: which artifacts a build made, which it reused, and why.

``gallery why`` prints it, and the next build compares its keys with it. Artifacts share most parts of their
keys. Each part is therefore written once, and artifacts refer to it by number: the ledger of a thousand
pictures is a few megabytes.
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
"""The outcome for an artifact: kept by an earlier build, made by this one, or taken from an archive."""


@dataclass(frozen=True)
class Line:
    """The outcome for one artifact in a build, and the reason; ``parts`` are those of its key."""

    stage: str
    name: str
    subject: Subject
    outcome: str
    reason: str
    parts: Mapping[str, str]

    @property
    def place(self) -> str:
        """The name of this artifact, unique in a gallery."""
        return f"{self.stage} {self.name}"


class Ledger:
    """The outcomes of one gallery's last build and of this one; ``path`` is the file of the last."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._before = {line.place: line for line in _read(recalled(path))}
        self._now: dict[str, Line] = {}
        self._made: set[str] = set()

    def note(self, key: Key, outcome: str) -> None:
        """Note the outcome for an artifact; only the first one in a build counts.

        What this build has made under another name, for a picture of the same bytes say, is not a reused
        artifact.
        """
        place, made = f"{key.stage} {key.name}", key.digest
        if outcome == REDONE:
            self._made.add(made)
        elif made in self._made:
            outcome = REDONE
        if place not in self._now:
            reason = "" if outcome != REDONE else _reason(self._before.get(place), key.parts)
            self._now[place] = Line(key.stage, key.name, key.subject, outcome, reason, key.parts)

    def lines(self) -> tuple[Line, ...]:
        """Return the outcome for each artifact in this build so far, in order."""
        return tuple(self._now.values())

    def before(self) -> tuple[Line, ...]:
        """Return the outcome for each artifact in the last saved build, in order."""
        return tuple(self._before.values())

    def save(self) -> None:
        """Save the ledger for the next build, unless this build only found again what the last one has.

        Otherwise ``why`` would forget the reasons as soon as the gallery is built once more.
        """
        if not self._is_idle():
            remember(self._path, _written(self._now.values()))

    def _is_idle(self) -> bool:
        """Tell whether everything was reused, under the keys of the last build."""
        if any(line.outcome != REUSED for line in self._now.values()):
            return False
        before, now = ({at: one.parts for at, one in some.items()} for some in (self._before, self._now))
        return before == now


def _reason(before: Line | None, parts: Mapping[str, str]) -> str:
    """Return why an artifact was made: the parts of its key that changed."""
    if before is None:
        return "new"
    changed = changes(before.parts, parts)
    return f"changed: {', '.join(changed)}" if changed else "no longer kept"


def _written(lines: Iterable[Line]) -> dict[str, Any]:
    """Return lines as they are saved: every part once, and its number in each line that has it."""
    numbers: dict[tuple[str, str], int] = {}
    written = [
        [line.stage, line.name, line.subject.sort, line.subject.name, line.outcome, line.reason]
        + [numbers.setdefault(part, len(numbers)) for part in line.parts.items()]
        for line in lines
    ]
    return {"parts": list(numbers), "lines": written}


def _read(known: Mapping[str, Any]) -> Iterator[Line]:
    """Yield the saved lines; of a damaged file, those before the damage."""
    parts: Any = known.get("parts", ())
    with suppress(TypeError, ValueError, LookupError):
        for stage, name, sort, subject, outcome, reason, *numbers in known.get("lines", ()):
            found = dict(parts[number] for number in numbers)
            yield Line(stage, name, Subject(sort, subject), outcome, reason, found)
