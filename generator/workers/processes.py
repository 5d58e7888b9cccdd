"""Worker processes on this machine, for work that one process does too slowly.

Python renders one page at a time however many threads there are, because of its global interpreter lock.
Starting a process takes as long as rendering a few hundred pages, so the first items stay in this process.
"""

from __future__ import annotations

import os
import signal
import threading
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import BrokenExecutor, ProcessPoolExecutor
from multiprocessing import get_context, parent_process
from typing import TypeVar

from generator.errors import WorkerError

Item = TypeVar("Item")
Made = TypeVar("Made")

MIN_ITEMS = 400
"""The number of items up to which starting a process costs more time than it saves."""

PAGES_ENDED = (
    "a process that rendered pages ended abruptly, perhaps for lack of memory; build again with --jobs 1"
)

_shared: dict[str, Callable[[], object]] = {}
_opened: dict[str, object] = {}


class Workers:
    """A pool of processes that starts at the first call and ends with the ``with`` block.

    ``ended`` is what the user is told if a process ends before its work is done.
    """

    def __init__(self, jobs: int, ended: str = PAGES_ENDED) -> None:
        self._jobs, self._items, self._ended = jobs, 0, ended
        self._pool: ProcessPoolExecutor | None = None
        self._starting = threading.Lock()

    def are_worth_a_process(self, count: int) -> bool:
        """Count more items, and tell whether they should go to other processes."""
        self._items += count
        return self._jobs > 1 and self._items > MIN_ITEMS

    def call(
        self,
        work: Callable[[Sequence[Item], dict[str, object]], Made],
        items: Sequence[Item],
        shared: Mapping[str, Callable[[], object]],
    ) -> Made:
        """Call a function in another process and return its result.

        Args:
            work: a function defined in a module, which the process imports; takes items and shared objects.
            items: the items to work on.
            shared: functions that open the objects shared by all calls, by name. Each process gets those of
                the first call, and opens each once.

        Raises:
            WorkerError: the process ended before it returned anything.
        """
        try:
            return self._started(shared).submit(_call, work, items).result()
        except BrokenExecutor as error:
            raise WorkerError(self._ended) from error

    def _started(self, shared: Mapping[str, Callable[[], object]]) -> ProcessPoolExecutor:
        with self._starting:
            if self._pool is None:
                context = get_context("spawn")  # TensorFlow's threads do not survive a fork
                self._pool = ProcessPoolExecutor(self._jobs, context, _start_worker, (dict(shared),))
            return self._pool

    def __enter__(self) -> Workers:
        return self

    def __exit__(self, *_: object) -> None:
        if self._pool:
            self._pool.shutdown(cancel_futures=True)
            self._pool = None


def _start_worker(shared: Mapping[str, Callable[[], object]]) -> None:
    """Leave Ctrl-C to the parent, end whenever the parent ends, even killed, and note what is shared."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # a terminal sends it to the whole process group
    parent = parent_process()

    def wait() -> None:
        if parent:
            parent.join()
            os._exit(1)

    threading.Thread(target=wait, daemon=True).start()
    _shared.update(shared)


def _call(work: Callable[[Sequence[Item], dict[str, object]], Made], items: Sequence[Item]) -> Made:
    for name, opener in _shared.items():
        if name not in _opened:
            _opened[name] = opener()  # here and not at the start, so that an error comes back as it is
    return work(items, _opened)
