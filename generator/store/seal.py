"""The seal on a finished site: while all that made it and all of it is as it was, there is nothing to build.

Question: how does a build find at once that it has nothing to do? Options: look up every artifact, which
takes seconds; compare the times of files with the site's, as Make does, which a checkout or a clock misleads;
remember the marks of everything read and written. Choice: the marks, as git's index has them, and the hashes
of what is small. Cost: a file that was touched and is the same takes one ordinary build, in which all is
found in the cache.
"""

from __future__ import annotations

import time
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from generator.store.marks import Mark, is_settled, mark
from generator.store.memory import recalled, remember

Facts = Mapping[str, str]
"""What is not a file: settings, versions, hashes of code."""


class Seal:
    """What one gallery's last complete build read, wrote and said; ``path`` is where that is remembered."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._since_ns = time.time_ns()  # before anything is read
        self._known = recalled(path)

    def said(self, facts: Facts) -> str | None:
        """Return what the last build said, where building now would change nothing; else ``None``."""
        known = self._known
        whole = known.get("facts") == dict(facts) and self._holds("inputs") and self._holds("outputs")
        return str(known.get("said")) if whole else None

    @property
    def is_confirmed(self) -> bool:
        """Whether the last build found that it had nothing to do."""
        return self._known.get("confirmed") is True

    def confirm(self) -> None:
        """Remember that there was nothing to build."""
        if not self.is_confirmed:
            remember(self._path, {**self._known, "confirmed": True})

    def set(self, facts: Facts, inputs: Iterable[Path], outputs: Iterable[Path], said: str) -> None:
        """Seal a build that has just ended well, unless an input changed since shortly before it began."""
        marks = _marks(inputs)
        if any(found and not is_settled(found, self._since_ns) for found in marks.values()):
            self.break_off()
            return
        known = {"facts": dict(facts), "inputs": marks, "outputs": _marks(outputs), "said": said}
        remember(self._path, known)

    def break_off(self) -> None:
        """Forget the last build: what is there now is not known to be its site."""
        if self._known:
            remember(self._path, {})

    def _holds(self, side: str) -> bool:
        marks: Any = self._known.get(side)
        return isinstance(marks, dict) and all(_mark(Path(path)) == marks[path] for path in marks)


def _marks(paths: Iterable[Path]) -> dict[str, Mark | None]:
    return {str(path): _mark(path) for path in sorted(set(paths))}


def _mark(path: Path) -> Mark | None:
    """Return a path's mark, ``None`` where there is nothing."""
    try:
        return mark(path)
    except OSError:
        return None
