"""Processes of this machine that share work for which one is too slow.

Python renders one page at a time, whatever the number of threads. A process takes as long to start as a few
hundred pages take to render, so the first items are never worth one.
"""

from __future__ import annotations

import os
import signal
import threading
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context, parent_process
from typing import TypeVar

Item = TypeVar("Item")
Made = TypeVar("Made")

FEWEST = 400
"""Items before which no process is worth starting."""

_opened: dict[str, object] = {}


class Workers:
    """Processes that start when there is enough to do, and end with the ``with`` block."""

    def __init__(self, jobs: int) -> None:
        self._jobs, self._items = jobs, 0
        self._pool: ProcessPoolExecutor | None = None
        self._starting = threading.Lock()

    def are_worth(self, count: int) -> bool:
        """Tell whether so many more items should go to other processes."""
        self._items += count
        return self._jobs > 1 and self._items > FEWEST

    def call(
        self,
        work: Callable[[Sequence[Item], dict[str, object]], Made],
        items: Sequence[Item],
        shared: Mapping[str, Callable[[], object]],
    ) -> Made:
        """Return what another process makes of items.

        Args:
            work: a function of a module, which the processes import; takes the items and what is shared.
            items: what to work on.
            shared: opens by name what all calls share; it goes to each process once, with the first call.
        """
        return self._started(shared).submit(_call, work, items).result()

    def _started(self, shared: Mapping[str, Callable[[], object]]) -> ProcessPoolExecutor:
        with self._starting:
            if self._pool is None:
                context = get_context("spawn")  # TensorFlow's threads do not survive a fork
                self._pool = ProcessPoolExecutor(self._jobs, context, _begin, (dict(shared),))
            return self._pool

    def __enter__(self) -> Workers:
        return self

    def __exit__(self, *_: object) -> None:
        if self._pool:
            self._pool.shutdown(cancel_futures=True)
            self._pool = None


def _begin(shared: Mapping[str, Callable[[], object]]) -> None:
    """Leave interrupts to the parent, end when it does, however that comes, and open what is shared."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    parent = parent_process()

    def wait() -> None:
        if parent:
            parent.join()
            os._exit(1)

    threading.Thread(target=wait, daemon=True).start()
    _opened.update({name: opener() for name, opener in shared.items()})


def _call(work: Callable[[Sequence[Item], dict[str, object]], Made], items: Sequence[Item]) -> Made:
    return work(items, _opened)
