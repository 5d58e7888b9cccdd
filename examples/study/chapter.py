"""A chapter as an artifact: found again as long as nothing that it depends on has changed.

Its numbers depend on the machine, as results do, but no archive of results may hold it: an archive is taken
for nothing but the kinds it knows. So a chapter is of the stage of figures, and says itself that it is
computed and which code computes it.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any, ClassVar, Self

from examples.study import atrous, filters, methods, photographs, randomization
from examples.study.scope import Scope
from generator.artifacts.artifact import Artifact, Lane, Values
from generator.environment import Stage
from generator.networks import choice
from generator.records import Subject, Value
from generator.store import text_digest
from generator.store.versions import code

HERE = Path(__file__).parent
CHAPTER = "chapter"
"""The sort of subject that a chapter is."""

Facts = Mapping[str, Any]
"""The numbers of a chapter, as in ``study.json``; its ``said`` has those that pages name, as text."""

Tell = Callable[[Scope], Value]
"""What computes and draws a chapter: the facts of its value are its numbers, the files its figures."""

TELLERS: Mapping[str, Tell] = {
    "filters": filters.chapter,
    "photographs": photographs.chapter,
    "methods": methods.chapter,
    "atrous": atrous.chapter,
    "randomization": randomization.chapter,
}

_NO_CHAPTERS = {"__main__.py", "cell.py", "passes.py"}
"""Modules that compute no chapter: times are measured at every build."""


@dataclass(frozen=True)
class Chapter(Artifact[Facts]):
    """One chapter of the study.

    ``made_by`` holds for the key what the chapter depends on: the scope itself has paths of this machine.
    """

    slug: str
    made_by: Mapping[str, str]
    scope: Scope = field(compare=False, repr=False)
    tell: Tell = field(compare=False, repr=False)

    stage: ClassVar[Stage] = "figures"
    lane: ClassVar[Lane] = "pass"

    @property
    def name(self) -> str:
        """The folder of the chapter."""
        return f"study/{self.slug}"

    @cached_property
    def is_computed(self) -> bool:
        """Numbers of networks are behind every chapter."""
        return True

    @classmethod
    def make(cls, artifacts: Sequence[Self], _values: Values) -> Iterator[tuple[Self, Value]]:
        """Compute and draw.

        Raises:
            StudyError: a number is not what it must be.
        """
        yield from ((one, one.tell(one.scope)) for one in artifacts)


def chapters(scope: Scope, tellers: Mapping[str, Tell] = TELLERS) -> list[Chapter]:
    """Return the chapters, given by slug what computes each of them."""
    made_by = _made_by(scope)
    return [Chapter(Subject(CHAPTER, slug), slug, made_by, scope, tell) for slug, tell in tellers.items()]


def _made_by(scope: Scope) -> dict[str, str]:
    """Return all that the chapters depend on: code, photographs, weights and what is looked at."""
    chosen = {"vgg16": scope.weights, "squeezenet": None}
    weights = {name: choice.credit(choice.choose(name, known)).sha256 for name, known in chosen.items()}
    pictures = {
        image.slug: (image.title, hashlib.sha256(image.path.read_bytes()).hexdigest())
        for image in scope.photographs
    }
    settings = {name: value for name, value in vars(scope).items() if name != "photographs"}
    return {
        "study code": _own_code(),
        "results code": code("results"),
        "weights": text_digest(repr(weights)),
        "photographs": text_digest(repr(pictures)),
        "scope": repr(sorted(settings.items())),
    }


def _own_code() -> str:
    """Return the SHA-256 of the modules that compute chapters."""
    hashed = hashlib.sha256()
    for path in sorted(HERE.glob("*.py")):
        if path.name not in _NO_CHAPTERS:
            hashed.update(path.read_bytes())
    return hashed.hexdigest()
