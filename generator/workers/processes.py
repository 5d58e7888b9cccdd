"""Worker processes on this machine, for work that one process does too slowly.

Python renders one page at a time however many threads there are, because of its global interpreter lock.
Starting a process takes as long as rendering a few hundred pages, so the first items stay in this process.

Question: how does work that takes minutes report how far it is, and how is it stopped? Options: a queue;
locks and events; two numbers in shared memory. Choice: the numbers, because a process that is killed while it
holds a lock would stop all others. Cost: two processes that count at the same moment may lose a count.
"""

from __future__ import annotations

import os
import signal
import threading
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import BrokenExecutor
from typing import TYPE_CHECKING, Any, TypeVar

from generator.errors import WorkerError

if TYPE_CHECKING:
    from concurrent.futures import Future, ProcessPoolExecutor

Item = TypeVar("Item")
Made = TypeVar("Made")
Work = Callable[[Sequence[Item], dict[str, object]], Made]
Openers = Mapping[str, Callable[[], object]]

MIN_ITEMS = 400
"""The number of items up to which starting a process costs more time than it saves."""

PAGES_ENDED = (
    "a process that rendered pages ended abruptly, perhaps for lack of memory; build again with --jobs 1"
)

_COUNTED, _STOPPED = 0, 1
"""The places of the two numbers in shared memory."""

_shared: dict[str, Callable[[], object]] = {}
_opened: dict[str, object] = {}
_numbers: list[Any] = []


class StoppedError(Exception):
    """Work ends because its result is no longer wanted."""


class Workers:
    """A pool of processes that starts at the first call and ends with the ``with`` block.

    If the block ends with an exception, work that calls ``count_done`` ends too. ``ended`` is what the user
    is told if a process ends before its work is done.
    """

    def __init__(self, jobs: int, ended: str = PAGES_ENDED) -> None:
        self._jobs, self._items, self._ended = jobs, 0, ended
        self._pool: ProcessPoolExecutor | None = None
        self._starting = threading.Lock()
        self._numbers: Any = None

    def are_worth_a_process(self, count: int) -> bool:
        """Count more items, and tell whether they should go to other processes."""
        self._items += count
        return self._jobs > 1 and self._items > MIN_ITEMS

    @property
    def counted(self) -> int:
        """What all work so far has counted, nearly."""
        return int(self._numbers[_COUNTED]) if self._numbers else 0

    def call(self, work: Work[Item, Made], items: Sequence[Item], shared: Openers) -> Made:
        """Call a function in another process and return its result, as ``begin`` and ``result`` do."""
        return self.result(self.begin(work, items, shared))

    def begin(self, work: Work[Item, Made], items: Sequence[Item], shared: Openers) -> Future[Made]:
        """Call a function in another process, and return its result to come.

        Args:
            work: a function defined in a module, which the process imports; takes items and shared objects.
            items: the items to work on.
            shared: functions that open the objects shared by all calls, by name. Each process gets those of
                the first call, and opens each once.

        Raises:
            WorkerError: a process has ended before its work was done.
        """
        try:
            return self._started(shared).submit(_call, work, items)
        except BrokenExecutor as error:
            raise WorkerError(self._ended) from error

    def result(self, begun: Future[Made]) -> Made:
        """Wait for a result.

        Raises:
            WorkerError: the process ended before it returned anything.
        """
        try:
            return begun.result()
        except BrokenExecutor as error:
            raise WorkerError(self._ended) from error

    def _started(self, shared: Openers) -> ProcessPoolExecutor:
        # Slow to import, and most rebuilds start no process.
        from concurrent.futures import ProcessPoolExecutor
        from multiprocessing import get_context
        from multiprocessing.sharedctypes import RawArray

        with self._starting:
            if self._pool is None:
                context = get_context("spawn")  # TensorFlow's threads do not survive a fork
                self._numbers = RawArray("q", 2)
                given = (dict(shared), self._numbers)
                self._pool = ProcessPoolExecutor(self._jobs, context, _start_worker, given)
            return self._pool

    def __enter__(self) -> Workers:
        return self

    def __exit__(self, kind: object, *_: object) -> None:
        if self._pool:
            self._numbers[_STOPPED] = kind is not None
            self._pool.shutdown(cancel_futures=True)
            self._pool = None


def count_done(number: int) -> None:
    """Count what is done, in a process of ``Workers``; elsewhere do nothing.

    Raises:
        StoppedError: the work is no longer wanted.
    """
    for numbers in _numbers:
        numbers[_COUNTED] += number
        if numbers[_STOPPED]:
            raise StoppedError


def _start_worker(shared: Openers, numbers: Any) -> None:
    """Leave Ctrl-C to the parent, end whenever the parent ends, even killed, and note what is shared."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # a terminal sends it to the whole process group
    from multiprocessing import parent_process

    parent = parent_process()

    def wait() -> None:
        if parent:
            parent.join()
            os._exit(1)

    threading.Thread(target=wait, daemon=True).start()
    _shared.update(shared)
    _numbers.append(numbers)


def _call(work: Work[Item, Made], items: Sequence[Item]) -> Made:
    for name, opener in _shared.items():
        if name not in _opened:
            _opened[name] = opener()  # here and not at the start, so that an error comes back as it is
    return work(items, _opened)
