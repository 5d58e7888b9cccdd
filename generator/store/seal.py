"""The seal on a finished site: if nothing that the build read or wrote has changed, there is nothing to do.

Question: how does a build notice at once that it has nothing to do? Options: look up every artifact, which
takes seconds; compare file times with the site's, as Make does, which a checkout or a wrong clock misleads;
remember the marks of all files read and written. Choice: the marks, as in git's index, and the hashes of
small inputs. Cost: after a file is touched without a change, one build looks up every artifact.
"""

from __future__ import annotations

import time
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from generator.store.marks import Mark, is_settled, mark
from generator.store.memory import recalled, remember

Facts = Mapping[str, str]
"""Inputs that are not files: settings, versions, hashes of code."""


class Seal:
    """The inputs, outputs and report of a gallery's last complete build, remembered in the file ``path``."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._since_ns = time.time_ns()  # before the build reads anything: a change after this is noticed
        self._known = recalled(path)

    def said(self, facts: Facts) -> str | None:
        """Return the report of the last build if nothing has changed since, otherwise ``None``."""
        known = self._known
        whole = known.get("facts") == dict(facts) and self._holds("inputs") and self._holds("outputs")
        return str(known.get("said")) if whole else None

    @property
    def is_confirmed(self) -> bool:
        """Whether the last build had nothing to do."""
        return self._known.get("confirmed") is True

    def confirm(self) -> None:
        """Remember that this build had nothing to do."""
        if not self.is_confirmed:
            remember(self._path, {**self._known, "confirmed": True})

    def set(self, facts: Facts, inputs: Iterable[Path], outputs: Iterable[Path], said: str) -> None:
        """Seal a build that has just succeeded, unless an input changed during it or shortly before."""
        marks = _marks(inputs)
        if any(found and not is_settled(found, self._since_ns) for found in marks.values()):
            self.break_off()
            return
        known = {"facts": dict(facts), "inputs": marks, "outputs": _marks(outputs), "said": said}
        remember(self._path, known)

    def break_off(self) -> None:
        """Forget the last build, because its site may have been changed."""
        if self._known:
            remember(self._path, {})

    def _holds(self, side: str) -> bool:
        marks: Any = self._known.get(side)
        return isinstance(marks, dict) and all(_mark(Path(path)) == marks[path] for path in marks)


def _marks(paths: Iterable[Path]) -> dict[str, Mark | None]:
    return {str(path): _mark(path) for path in sorted(set(paths))}


def _mark(path: Path) -> Mark | None:
    """Return the mark of a path, ``None`` if it does not exist."""
    try:
        return mark(path)
    except OSError:
        return None
