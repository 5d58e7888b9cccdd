"""Run a plan: find each artifact in the store or make it. Only this module decides which.

A group of artifacts passes through three steps. It is *found* in a thread, which looks up kept values and
decodes pictures; *computed* in the calling thread, which runs the models; and *drawn* in threads or worker
processes. What is computed is kept by a thread of its own, so that models need not wait for the disk. At most
``AHEAD + jobs`` groups are in flight, so that memory does not grow with the gallery.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Generator, Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import closing, contextmanager
from dataclasses import replace
from itertools import chain
from typing import Any, Protocol, cast

from generator.artifacts.artifact import Artifact, F, Source, Values
from generator.build.in_flight import GroupInFlight, Outcome, Waiting
from generator.build.stages import Group, Known, Stage
from generator.errors import StoreError
from generator.records import Output, Progress, Value
from generator.records.kept import PICTURE
from generator.store import Store
from generator.workers import Workers

AHEAD = 2
"""The number of groups that are found or computed while others are drawn."""


class Site(Protocol):
    """The new site while it is being written."""

    def write(self, output: Output) -> None:
        """Write a file."""

    def remove(self, path: str) -> None:
        """Remove a file written before."""


class _Steps:
    """Counts the steps of all stages; a picture of which nothing was missing is a step, but not named.

    Of a stage that made something, but of no picture, the end is reported under the name of its ``part``.
    """

    def __init__(self, progress: Progress, total: int) -> None:
        self._progress, self._total = progress, total
        self._before = self._done = 0  # the steps of finished stages; those of this stage too
        self._is_made = self._is_named = False  # anything in this stage
        progress.passed(0, total)

    def take(self, stage: Stage, groups: int, outcome: Outcome) -> None:
        """Report a group of a stage; a stage planned again does not count backwards."""
        self._done = max(self._done, self._before + min(groups, stage.steps))
        self._is_made |= outcome.is_made
        if outcome.is_made and stage.steps and outcome.group.subject.sort == PICTURE:
            self._is_named = True
            part = f", {stage.part}" if stage.part else ""
            self._progress.shown(f"{outcome.group.subject.name}{part}", self._done, self._total)
        else:
            self._progress.passed(self._done, self._total)

    def end(self, stage: Stage) -> None:
        """Report that a stage is finished."""
        self._before += stage.steps
        self._done = self._before
        if self._is_made and not self._is_named and stage.steps and stage.part:
            self._progress.shown(stage.part, self._done, self._total)
        else:
            self._progress.passed(self._done, self._total)
        self._is_made = self._is_named = False


class Run:
    """Makes the artifacts of a plan that the store lacks.

    Args:
        store: holds what earlier runs made, and keeps what this one makes.
        progress: receives a report of every step, in the calling thread.
        jobs: the number of threads that find and draw, and of processes that render.
    """

    def __init__(self, store: Store, progress: Progress, jobs: int = 2) -> None:
        self._store, self._progress, self._jobs = store, progress, jobs
        self._shared: dict[str, object] = {}
        self._workers = Workers(jobs)

    def complete(self, stages: Iterable[Stage], site: Site | None = None) -> Known:
        """Make every stage, write the files if there is a site, and return the facts.

        A picture that fails in any stage is left out of all stages, and its files are removed.
        """
        known, all_stages = Known(), tuple(stages)
        steps = _Steps(self._progress, sum(stage.steps for stage in all_stages))
        with self._workers:
            for stage in all_stages:
                if stage.says:
                    self._progress.say(stage.says)
                while not self._attempt(stage, known, site, steps):
                    pass  # a picture failed; planned without it, the stage may have other artifacts
                steps.end(stage)
        return known

    def made(self, artifact: Artifact[Any]) -> Value:
        """Find or make one artifact; return its facts and files.

        Raises:
            GalleryError: it cannot be made.
        """
        (outcome,) = self._flow([Group(artifact.subject, lambda: [artifact])])
        if outcome.error:
            raise outcome.error
        return outcome.values[0][1]

    def value(self, artifact: Artifact[F]) -> F:
        """Find or make one artifact; return its facts."""
        return cast(F, self.made(artifact).facts)

    def _attempt(self, stage: Stage, known: Known, site: Site | None, steps: _Steps) -> bool:
        """Make a stage; return ``False`` if it must be planned again because a picture failed in it."""
        facts: list[tuple[Artifact[Any], object]] = []  # a stage sees the facts of earlier ones only
        written: list[str] = []
        groups = (group for group in stage.groups(known) if group.subject not in known.left_out)
        with closing(self._flow(groups)) as outcomes:  # so that no thread goes on for a plan given up
            for done, outcome in enumerate(outcomes, start=1):
                subject = outcome.group.subject
                steps.take(stage, done, outcome)
                if outcome.error:
                    gone = known.leave_out(subject)
                    _remove([*gone, *written] if stage.is_joint else gone, known, site)
                    self._progress.failed(subject.name, outcome.error)
                    if stage.is_joint:
                        return False
                    continue
                if site is not None:
                    written += _written(outcome, known, site)
                facts += [(one, value.facts) for one, value in outcome.values if value.facts is not None]
        known.add(facts)
        return True

    def _flow(self, groups: Iterable[Group]) -> Generator[Outcome]:
        """Yield the outcome of each group, in order."""
        found: deque[Future[GroupInFlight]] = deque()
        drawn: deque[Future[Outcome]] = deque()
        # After an interrupt the pool, which ends first, gives up what was to be drawn; the keeper still keeps
        # everything computed so far.
        with ThreadPoolExecutor(1) as keeper, _threads(self._jobs) as pool:
            for group in groups:
                if len(found) + len(drawn) == AHEAD + self._jobs:
                    yield drawn.popleft().result()
                found.append(pool.submit(self._find, group))
                if len(found) == AHEAD:
                    drawn.append(self._compute(found.popleft().result(), pool, keeper))
            while found:
                drawn.append(self._compute(found.popleft().result(), pool, keeper))
            while drawn:
                yield drawn.popleft().result()

    def _find(self, group: Group) -> GroupInFlight:
        """Look up the artifacts of a group, and open the pictures that the missing ones need."""
        work = GroupInFlight(group, Values(self._shared, self._recall, self._progress.say))
        with work.recording_errors():
            for artifact in group.artifacts():
                work.wanted.append(artifact)
                self._look_up(artifact, work)
            work.is_made = bool(work.missing)
            for need in (need for one in work.missing.values() for need in one.needs):
                if isinstance(need, Source) and not need.is_shared:
                    work.values.opened(need)  # pictures are decoded here, so that no model waits for them
        return work

    def _look_up(self, artifact: Artifact[Any], work: GroupInFlight) -> None:
        """Find an artifact, or else note it as missing, after its missing needs."""
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
        """Read a kept value again, for an artifact that needs it."""
        value = self._store.recall(artifact.key)
        if value is None:
            raise StoreError(
                f"{artifact.name}: was removed from the cache while the build needed it; build again"
            )
        return value

    def _compute(
        self, work: GroupInFlight, pool: ThreadPoolExecutor, keeper: ThreadPoolExecutor
    ) -> Future[Outcome]:
        """Run the models; keep each value and draw from it in threads, while the models go on."""
        waiting = Waiting()
        with work.recording_errors():
            for batch in work.batches("pass"):
                for artifact, value in self._values_of(batch, work.values):
                    work.end(artifact, value)
                    kept = keeper.submit(self._store.keep, artifact.key, value)
                    drawn = [pool.submit(self._make_and_keep, work, [one]) for one in work.begin("draw")]
                    waiting.add([kept, *drawn], value)
        # The pool starts calls in order, so _finish never waits for one that has no thread yet.
        return pool.submit(self._finish, work, waiting)

    def _finish(self, work: GroupInFlight, waiting: Waiting) -> Outcome:
        """Wait for the work in progress, make the rest, and return only the values that were wanted."""
        with work.recording_errors():
            waiting.end()
            for lane in ("draw", "process"):
                for batch in work.batches(lane):
                    self._make_and_keep(work, batch)
        if work.error:
            return Outcome(work.group, error=work.error)
        for artifact in work.wanted:
            artifact.forget_parts()
        values = [(artifact, work.found[artifact.digest]) for artifact in work.wanted]
        return Outcome(work.group, values, is_made=work.is_made)

    def _make_and_keep(self, work: GroupInFlight, batch: Sequence[Artifact[Any]]) -> None:
        """Make artifacts and keep their values."""
        for artifact, value in self._values_of(batch, work.values):
            self._store.keep(artifact.key, value)
            work.end(artifact, value)

    def _values_of(
        self, batch: Sequence[Artifact[Any]], values: Values
    ) -> Iterable[tuple[Artifact[Any], Value]]:
        if batch[0].lane == "process" and self._workers.are_worth_a_process(len(batch)):
            needs = {need.identity: need for one in batch for need in one.needs if isinstance(need, Source)}
            return self._workers.call(
                _make_in_worker, batch, {name: need.open for name, need in needs.items()}
            )
        return batch[0].make(batch, values)


def _make_in_worker(
    batch: Sequence[Artifact[Any]], opened: dict[str, object]
) -> list[tuple[Artifact[Any], Value]]:
    """Make artifacts in a worker process; they may need only sources, which the worker has opened."""
    return list(batch[0].make(batch, Values(opened, _refuse_recall)))


def _refuse_recall(artifact: Artifact[Any]) -> Value:
    raise AssertionError(f"{artifact.name}: a worker has no store")


def _written(outcome: Outcome, known: Known, site: Site) -> Iterator[str]:
    """Write the files of a group and yield their paths."""
    files = (file for _, value in outcome.values for file in value.files)
    for output in chain(outcome.group.files, files):
        site.write(output)
        known.wrote(outcome.group.subject, output.path)
        yield output.path


def _remove(paths: Iterable[str], known: Known, site: Site | None) -> None:
    if site is not None:
        for path in dict.fromkeys(paths):
            site.remove(path)
            known.removed(path)


@contextmanager
def _threads(count: int) -> Iterator[ThreadPoolExecutor]:
    """Provide a pool of threads; if the block ends early, calls that have not begun are cancelled."""
    with ThreadPoolExecutor(count) as pool:
        try:
            yield pool
        except BaseException:  # also KeyboardInterrupt, and GeneratorExit when the consumer stops
            pool.shutdown(wait=False, cancel_futures=True)
            raise
