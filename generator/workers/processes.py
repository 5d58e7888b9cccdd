"""Work for which one process is too slow, shared among several."""

from __future__ import annotations

import os
import signal
import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context, parent_process
from typing import TypeVar

Given = TypeVar("Given")
Item = TypeVar("Item")
Made = TypeVar("Made")


def shared_out(
    work: Callable[[Given, Sequence[Item]], Made], given: Given, items: Sequence[Item], jobs: int
) -> Iterator[Made]:
    """Yield what each of ``jobs`` processes makes of its share of the items, in the order of the processes.

    Args:
        work: a function of a module, which the processes import.
        given: goes to every process.
        items: the n-th process gets every ``jobs``-th item, beginning with the n-th.
        jobs: how many processes.
    """
    shares = [items[place::jobs] for place in range(jobs)]
    context = get_context("spawn")  # a fork would take TensorFlow's threads along, which do not survive it
    with ProcessPoolExecutor(jobs, context, _end_with_parent) as pool:
        yield from pool.map(work, [given] * jobs, shares)


def _end_with_parent() -> None:
    """Leave interrupts to the parent, and end when it does, however that comes."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    parent = parent_process()

    def wait() -> None:
        if parent:
            parent.join()
            os._exit(1)

    threading.Thread(target=wait, daemon=True).start()
