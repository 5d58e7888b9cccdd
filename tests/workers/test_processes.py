"""Work shared with processes: who does it, what they share, how it fails, and that they end."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path

import pytest

from generator.errors import PageError, WorkerError
from generator.workers import Workers
from generator.workers.processes import MIN_ITEMS, StoppedError, count_done

ROOT = Path(__file__).parents[2]


def scaled(numbers: Sequence[int], opened: dict[str, object]) -> tuple[int, list[object]]:
    """Return the number of the process, what it shares, and the numbers by its factor."""
    return os.getpid(), [opened["pid"], *(int(str(opened["factor"])) * number for number in numbers)]


def ten() -> int:
    return 10


def refused(numbers: Sequence[int], _opened: dict[str, object]) -> None:
    raise ValueError(f"no {numbers[0]}")


def interrupted(_numbers: Sequence[int], _opened: dict[str, object]) -> str:
    os.kill(os.getpid(), signal.SIGINT)
    time.sleep(0.1)
    return "went on"


def died(_numbers: Sequence[int], _opened: dict[str, object]) -> None:
    os._exit(1)


SHARED = {"factor": ten, "pid": os.getpid}


def is_alive(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    state = Path(f"/proc/{process}/stat")  # in a container nobody may collect what has ended
    return not (state.is_file() and state.read_text().rpartition(")")[2].split()[0] == "Z")


def test_another_process_does_it_with_what_is_shared() -> None:
    with Workers(1) as workers:
        process, (opened_in, *numbers) = workers.call(scaled, [1, 2, 3], SHARED)
        assert numbers == [10, 20, 30]
        assert process == opened_in != os.getpid()
        again, (opened_again, *_) = workers.call(scaled, [4], {})
        assert (again, opened_again) == (process, process), "what is shared is opened once"


def test_an_error_in_a_process_comes_back() -> None:
    with Workers(1) as workers:
        with pytest.raises(ValueError, match="no 1"):
            workers.call(refused, [1, 2], SHARED)
        assert workers.call(scaled, [1], SHARED)[1][1] == 10, "and the process goes on"


def test_an_interrupt_is_left_to_the_parent() -> None:
    with Workers(1) as workers:
        assert workers.call(interrupted, [], {}) == "went on"


def test_processes_end_with_the_block() -> None:
    with Workers(2) as workers:
        process, _ = workers.call(scaled, [1], SHARED)
        assert is_alive(process)
    assert not is_alive(process)


def test_a_process_that_dies_is_an_error() -> None:
    with Workers(1) as workers, pytest.raises(WorkerError) as error:
        workers.call(died, [], {})
    assert str(error.value) == (
        "a process that rendered pages ended abruptly, perhaps for lack of memory; build again with --jobs 1"
    )


def not_opened() -> object:
    raise PageError("index.html:3: wrong")


def test_what_is_shared_fails_in_its_own_words() -> None:
    with Workers(1) as workers, pytest.raises(PageError, match=r"^index\.html:3: wrong$"):
        workers.call(died, [], {"pages": not_opened})


def test_few_items_are_worth_no_process() -> None:
    workers = Workers(2)
    assert not workers.are_worth_a_process(MIN_ITEMS - 10)
    assert not workers.are_worth_a_process(10)
    assert workers.are_worth_a_process(1)
    assert not Workers(1).are_worth_a_process(10 * MIN_ITEMS)


def counted(numbers: Sequence[int], _opened: dict[str, object]) -> int:
    """Count without end if there is no number."""
    for number in numbers:
        count_done(number)
    while not numbers:
        count_done(1)
        time.sleep(0.01)
    return os.getpid()


def test_what_is_done_is_counted_in_all_processes() -> None:
    count_done(100)  # in this process it counts for nobody
    with Workers(2) as workers:
        begun = [workers.begin(counted, [one, one], {}) for one in (8, 3, 1)]
        assert os.getpid() not in {workers.result(one) for one in begun}
        assert workers.counted == 24


def test_an_interrupt_ends_work_that_counts() -> None:
    """Otherwise Ctrl-C would wait for a shard of a thousand pictures."""
    workers = Workers(1)
    begun = workers.begin(counted, [], {})
    while not workers.counted:
        time.sleep(0.01)
    workers.__exit__(KeyboardInterrupt)
    with pytest.raises(StoppedError):
        begun.result()


PARENT = """
import time
from generator.workers import Workers
from tests.workers.test_processes import SHARED, scaled
if __name__ == "__main__":
    with Workers(1) as workers:
        print(workers.call(scaled, [1], SHARED)[0], flush=True)
        time.sleep(60)
"""


@pytest.mark.parametrize("blow", [signal.SIGKILL, signal.SIGTERM])
def test_processes_end_with_their_parent(tmp_path: Path, blow: signal.Signals) -> None:
    (tmp_path / "parent.py").write_text(PARENT)
    command = [sys.executable, str(tmp_path / "parent.py")]
    environment = os.environ | {"PYTHONPATH": str(ROOT)}
    with subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, text=True) as parent:
        assert parent.stdout
        process = int(parent.stdout.readline())
        parent.send_signal(blow)
    end = time.monotonic() + 20
    while is_alive(process):
        assert time.monotonic() < end
        time.sleep(0.02)
