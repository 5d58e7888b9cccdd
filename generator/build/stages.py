"""The stages and groups that a run takes, and the facts that it knows between stages."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any, cast

from generator.artifacts.artifact import Artifact, F
from generator.records import Output, Subject


@dataclass(frozen=True)
class Group:
    """The artifacts of one subject in one stage.

    ``artifacts`` is called when it is the group's turn, because planning reads files and may fail. ``files``
    are written to the site unchanged.
    """

    subject: Subject
    artifacts: Callable[[], Iterable[Artifact[Any]]] = tuple
    files: Iterable[Output] = ()


@dataclass(frozen=True)
class Stage:
    """Groups, planned only from the facts of earlier stages.

    A joint stage is planned again after a picture failed in it, because the artifacts of one picture depend
    on the other pictures. ``says`` is reported when the stage begins. ``steps`` is the length of the stage in
    reports of progress, known before it is planned: each of its first ``steps`` groups is a step, and those
    that are missing are done when it ends. ``part`` names what a stage makes, if not all of a picture.
    """

    groups: Callable[[Known], Iterator[Group]]
    is_joint: bool = False
    says: str = ""
    steps: int = 0
    part: str = ""


class Known:
    """The facts of the stages so far, and the files written; a picture left out is forgotten entirely."""

    def __init__(self) -> None:
        self._facts: dict[Subject, dict[str, object]] = {}
        self._written: dict[str, Subject] = {}
        self.left_out: list[Subject] = []

    @property
    def paths(self) -> list[str]:
        """The paths of all files written so far, in that order."""
        return list(self._written)

    def fact(self, artifact: Artifact[F]) -> F:
        """Return the facts of an artifact from an earlier stage."""
        return cast(F, self._facts[artifact.subject][artifact.digest])

    def add(self, facts: Iterable[tuple[Artifact[Any], object]]) -> None:
        """Add the facts of a finished stage."""
        for artifact, fact in facts:
            self._facts.setdefault(artifact.subject, {})[artifact.digest] = fact

    def wrote(self, subject: Subject, path: str) -> None:
        """Note that a file was written for a subject."""
        self._written[path] = subject

    def removed(self, path: str) -> None:
        """Note that a file was removed again."""
        del self._written[path]

    def leave_out(self, subject: Subject) -> list[str]:
        """Forget a picture for the rest of the run; return the paths of its files, which must be removed."""
        self.left_out.append(subject)
        self._facts.pop(subject, None)
        return [path for path, of in self._written.items() if of == subject]
