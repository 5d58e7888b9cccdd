"""Found or made: the only place that decides it.

A group of artifacts passes three steps: *found* in a thread, where what is kept is looked up and pictures are
decoded; *computed* in the calling thread, where the models run; *drawn* in threads, or by worker processes.
At most ``AHEAD + jobs`` groups are in flight, so that memory does not grow with the gallery.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import replace
from itertools import chain
from typing import Any, Protocol, cast

from generator.artifacts.artifact import Artifact, F, Lane, Source, Values
from generator.build.stages import Group, Known, Stage
from generator.build.work import Outcome, Work
from generator.errors import StoreError
from generator.records import Output, Progress, Value
from generator.store import Store
from generator.workers import Workers

AHEAD = 2
"""How many groups are found or computed while others are drawn."""


class Site(Protocol):
    """The site while it is staged."""

    def write(self, output: Output) -> None:
        """Write a file."""

    def remove(self, path: str) -> None:
        """Remove a file that was written."""


class Run:
    """Makes what a plan wants and the store does not have.

    Args:
        store: has what earlier runs made, and keeps what this one makes.
        progress: is told of every step, from the thread that calls.
        jobs: how many threads find and draw, and how many processes render, at once.
    """

    def __init__(self, store: Store, progress: Progress, jobs: int = 2) -> None:
        self._store, self._progress, self._jobs = store, progress, jobs
        self._shared: dict[str, object] = {}
        self._workers = Workers(jobs)

    def complete(self, stages: Iterable[Stage], site: Site | None = None) -> Known:
        """Make every stage, write its files if there is a site, and return the facts of all.

        A picture that fails is left out of every stage, and its files are removed.
        """
        known = Known()
        with self._workers:
            for stage in stages:
                if stage.says:
                    self._progress.say(stage.says)
                while not self._attempt(stage, known, site):
                    pass  # a picture failed, and what is planned without it may be something else
        return known

    def made(self, artifact: Artifact[Any]) -> Value:
        """Return the facts and files of one artifact, found or made here and now.

        Raises:
            GalleryError: it cannot be made.
        """
        (outcome,) = self._flow([Group(artifact.subject, lambda: [artifact])])
        if outcome.error:
            raise outcome.error
        return outcome.values[0][1]

    def value(self, artifact: Artifact[F]) -> F:
        """Return the facts of one artifact, as ``made`` does."""
        return cast(F, self.made(artifact).facts)

    def _attempt(self, stage: Stage, known: Known, site: Site | None) -> bool:
        """Make a stage; return whether it holds: a joint one does not once a picture has failed in it."""
        facts: list[tuple[Artifact[Any], object]] = []  # a stage sees the facts of earlier ones only
        written: list[str] = []
        groups = (group for group in stage.groups(known) if group.subject not in known.left_out)
        for done, outcome in enumerate(self._flow(groups), start=1):
            subject = outcome.group.subject
            if outcome.error:
                gone = known.leave_out(subject)
                _remove([*gone, *written] if stage.is_joint else gone, known, site)
                self._progress.failed(subject.name, outcome.error)
                if stage.is_joint:
                    return False
                continue
            if site:
                written += _written(outcome, known, site)
            facts += [(artifact, value.facts) for artifact, value in outcome.values]
            if stage.total:
                self._progress.shown(subject.name, done, stage.total)
        known.add(facts)
        return True

    def _flow(self, groups: Iterable[Group]) -> Iterator[Outcome]:
        """Yield what comes of each group, in order."""
        found: deque[Future[Work]] = deque()
        drawn: deque[Future[Outcome]] = deque()
        with _threads(self._jobs) as pool:
            for group in groups:
                if len(found) + len(drawn) == AHEAD + self._jobs:
                    yield drawn.popleft().result()
                found.append(pool.submit(self._find, group))
                if len(found) == AHEAD:
                    drawn.append(self._compute(found.popleft().result(), pool))
            while found:
                drawn.append(self._compute(found.popleft().result(), pool))
            while drawn:
                yield drawn.popleft().result()

    def _find(self, group: Group) -> Work:
        """Look up what is wanted of a group, and open what the rest is made of."""
        work = Work(group, Values(self._shared, self._recall, self._progress.say))
        with work.blamed():
            for artifact in group.artifacts():
                work.wanted.append(artifact)
                self._look_up(artifact, work)
            for need in (need for one in work.missing.values() for need in one.needs):
                if isinstance(need, Source) and not need.is_shared:
                    work.values.opened(need)  # a picture is decoded here, so that no model waits for it
        return work

    def _look_up(self, artifact: Artifact[Any], work: Work) -> None:
        """Find an artifact, or note that it must be made, after those of its needs that are missing too."""
        if artifact.digest in work.found or artifact.digest in work.missing:
            return
        value = self._store.find(artifact.key)
        if value is not None:
            work.found[artifact.digest] = replace(value, arrays=())
            return
        for need in artifact.needs:
            if isinstance(need, Artifact):
                self._look_up(need, work)
        work.missing[artifact.digest] = artifact

    def _recall(self, artifact: Artifact[Any]) -> Value:
        """Return a kept value that an artifact needs."""
        value = self._store.recall(artifact.key)
        if value is None:
            raise StoreError(f"{artifact.name}: was removed from the cache while it was needed; build again")
        return value

    def _compute(self, work: Work, pool: ThreadPoolExecutor) -> Future[Outcome]:
        """Run the models; draw what becomes ready, so that large values do not pile up."""
        drawing: deque[Future[None]] = deque()
        with work.blamed():
            for _ in self._made(work, "pass"):
                drawing.extend(pool.submit(self._make, work, [one]) for one in work.begin("draw"))
                while len(drawing) > self._jobs:
                    drawing.popleft().result()
        return pool.submit(self._finish, work, drawing)

    def _finish(self, work: Work, drawing: Iterable[Future[None]]) -> Outcome:
        """Wait for what is being drawn, make the rest, and let go of all that is not wanted."""
        with work.blamed():
            for part in drawing:
                part.result()  # begun before this, so that no thread waits for one that cannot start
            for lane in ("draw", "process"):
                for _ in self._made(work, lane):
                    pass
        if work.error:
            return Outcome(work.group, error=work.error)
        for artifact in work.wanted:
            artifact.forget_parts()
        return Outcome(work.group, [(artifact, work.found[artifact.digest]) for artifact in work.wanted])

    def _made(self, work: Work, lane: Lane) -> Iterator[None]:
        """Make what is missing in a lane, needs first; yield after each value."""
        while work.error is None and (batch := work.begin(lane)):
            yield from self._values_of(work, batch)

    def _make(self, work: Work, batch: Sequence[Artifact[Any]]) -> None:
        for _ in self._values_of(work, batch):
            pass

    def _values_of(self, work: Work, batch: Sequence[Artifact[Any]]) -> Iterator[None]:
        """Make artifacts and keep their values; yield after each."""
        for artifact, value in self._made_of(batch, work.values):
            self._store.keep(artifact.key, value)
            work.end(artifact, value)
            yield

    def _made_of(
        self, batch: Sequence[Artifact[Any]], values: Values
    ) -> Iterable[tuple[Artifact[Any], Value]]:
        if batch[0].lane == "process" and self._workers.are_worth_a_process(len(batch)):
            needs = {need.identity: need for one in batch for need in one.needs if isinstance(need, Source)}
            return self._workers.call(
                _made_elsewhere, batch, {name: need.open for name, need in needs.items()}
            )
        return batch[0].make(batch, values)


def _made_elsewhere(
    batch: Sequence[Artifact[Any]], opened: dict[str, object]
) -> list[tuple[Artifact[Any], Value]]:
    """Make artifacts in a worker process: they need sources at most, which are open there."""
    return list(batch[0].make(batch, Values(opened, _nothing_kept)))


def _nothing_kept(artifact: Artifact[Any]) -> Value:
    raise AssertionError(f"{artifact.name}: a worker has no store")


def _written(outcome: Outcome, known: Known, site: Site) -> Iterator[str]:
    """Write the files of a group, and yield their paths."""
    files = (file for _, value in outcome.values for file in value.files)
    for output in chain(outcome.group.files, files):
        site.write(output)
        known.wrote(outcome.group.subject, output.path)
        yield output.path


def _remove(paths: Iterable[str], known: Known, site: Site | None) -> None:
    if site:
        for path in dict.fromkeys(paths):
            site.remove(path)
            known.removed(path)


@contextmanager
def _threads(count: int) -> Iterator[ThreadPoolExecutor]:
    """Give a pool of threads; what has not begun is given up when the block is left early."""
    with ThreadPoolExecutor(count) as pool:
        try:
            yield pool
        except BaseException:  # also a signal, and a consumer that stops
            pool.shutdown(wait=False, cancel_futures=True)
            raise
