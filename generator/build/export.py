"""Export all results of a gallery to an archive, one file to use on another machine."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
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


def export(
    path: Path, stages: tuple[Stage, ...], store: Store, run: Run, tables: Sequence[Key] = ()
) -> tuple[int, tuple[str, ...]]:
    """Compute the missing results of a gallery and write all of them to an archive, without drawing.

    Args:
        path: the archive.
        stages: those of all results.
        store: keeps results.
        run: makes those that are missing.
        tables: the keys of the tables of a data set, which are kept already.

    Returns:
        The number of results, and the names of the pictures that failed.

    Raises:
        ArchiveError: the archive cannot be written, or the cache could not keep a result.
    """
    wanted = _Travelling()
    known = run.complete([replace(stage, groups=partial(wanted.groups, stage)) for stage in stages])
    store.save()

    def payload(key: Key) -> bytes:
        content = store.packed(key)
        if content is None:
            raise ArchiveError(f"{store.folder}: could not keep {key.name}, so nothing was exported")
        return content

    keys = [key for (subject, _), key in wanted.keys.items() if subject not in known.left_out]
    return write_archive(path, [*keys, *tables], payload), tuple(subject.name for subject in known.left_out)


@dataclass(frozen=True)
class _Travelling:
    """Narrows stages to results, and collects their keys, by subject and digest.

    The store needs a key to look a result up, but by then the run has dropped the artifact. A stage that is
    planned again, because a picture has failed, forgets what it had collected.
    """

    by_stage: dict[int, dict[tuple[Subject, str], Key]] = field(default_factory=dict)

    @property
    def keys(self) -> dict[tuple[Subject, str], Key]:
        """The keys of all stages."""
        return {place: key for keys in self.by_stage.values() for place, key in keys.items()}

    def groups(self, stage: Stage, known: Known) -> Iterator[Group]:
        """Yield the groups of a stage, each with the results among its artifacts and their needs."""
        keys = self.by_stage[id(stage)] = {}
        for group in stage.groups(known):
            yield replace(group, artifacts=partial(self._chosen, group, keys))

    def _chosen(self, group: Group, keys: dict[tuple[Subject, str], Key]) -> list[Artifact[Any]]:
        chosen = [one for one in closure(list(group.artifacts())) if one.key.travels]
        keys.update({(one.subject, one.digest): one.key for one in chosen})
        return chosen
