"""What a run is given, stage by stage, and what it knows between them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any, cast

from generator.artifacts.artifact import Artifact, F
from generator.records import Output, Subject


@dataclass(frozen=True)
class Group:
    """The artifacts of one subject in one stage, planned in their turn: planning reads files and may fail.

    ``files`` belong to the site as they are.
    """

    subject: Subject
    artifacts: Callable[[], Iterable[Artifact[Any]]] = tuple
    files: Iterable[Output] = ()


@dataclass(frozen=True)
class Stage:
    """Groups that are planned from the facts of earlier stages, and from those alone.

    A joint stage is planned again once a picture has failed in it, because what it makes of one picture
    depends on the others. ``says`` is reported when it begins; ``total`` is the number of its groups, where
    each is reported.
    """

    groups: Callable[[Known], Iterator[Group]]
    is_joint: bool = False
    says: str = ""
    total: int = 0


class Known:
    """The facts of the stages so far, and the files written; of a picture that is left out, nothing stays."""

    def __init__(self) -> None:
        self._facts: dict[Subject, dict[str, object]] = {}
        self._written: dict[str, Subject] = {}
        self.left_out: list[Subject] = []

    @property
    def paths(self) -> list[str]:
        """The paths of all files written so far, in the order of writing."""
        return list(self._written)

    def fact(self, artifact: Artifact[F]) -> F:
        """Return the facts of an artifact of an earlier stage."""
        return cast(F, self._facts[artifact.subject][artifact.digest])

    def add(self, facts: Iterable[tuple[Artifact[Any], object]]) -> None:
        """Add the facts of a finished stage."""
        for artifact, fact in facts:
            self._facts.setdefault(artifact.subject, {})[artifact.digest] = fact

    def wrote(self, subject: Subject, path: str) -> None:
        """Note a file that was written for a subject."""
        self._written[path] = subject

    def removed(self, path: str) -> None:
        """Note that a file was removed again."""
        del self._written[path]

    def leave_out(self, subject: Subject) -> list[str]:
        """Forget what is known of a picture, for good; return the paths of its files, which must go."""
        self.left_out.append(subject)
        self._facts.pop(subject, None)
        return [path for path, of in self._written.items() if of == subject]
