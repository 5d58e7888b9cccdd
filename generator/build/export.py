"""All results of a gallery in one file, for another machine."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path
from typing import Any

from generator.artifacts.artifact import Artifact, closure
from generator.build.run import Run
from generator.build.stages import Group, Known, Stage
from generator.errors import ArchiveError
from generator.records import Subject
from generator.store import Key, Store
from generator.store.archive import write_archive


def export(path: Path, stages: tuple[Stage, ...], store: Store, run: Run) -> tuple[int, tuple[str, ...]]:
    """Compute what is missing of a gallery's results and write all of them; nothing is drawn.

    Returns:
        How many results there are, and the pictures that failed.

    Raises:
        ArchiveError: the file cannot be written, or the cache cannot hold the results.
    """
    wanted = _Travelling()
    known = run.complete([replace(stage, groups=partial(wanted.groups, stage)) for stage in stages])
    store.save()

    def payload(key: Key) -> bytes:
        content = store.packed(key)
        if content is None:
            raise ArchiveError(f"{store.folder}: does not keep {key.name}; nothing is exported")
        return content

    keys = [key for (subject, _), key in wanted.keys.items() if subject not in known.left_out]
    return write_archive(path, keys, payload), tuple(subject.name for subject in known.left_out)


@dataclass(frozen=True)
class _Travelling:
    """Narrows stages to what travels; ``keys`` are those of all such artifacts, by subject and digest."""

    keys: dict[tuple[Subject, str], Key] = field(default_factory=dict)

    def groups(self, stage: Stage, known: Known) -> Iterator[Group]:
        """Yield the groups of a stage with what travels of what they have and need."""
        for group in stage.groups(known):
            yield replace(group, artifacts=partial(self._chosen, group))

    def _chosen(self, group: Group) -> list[Artifact[Any]]:
        chosen = [one for one in closure(list(group.artifacts())) if one.key.travels]
        self.keys.update({(one.subject, one.digest): one.key for one in chosen})
        return chosen
