"""The steps of a build on the file system, recorded by Python, and an action at one of them.

Python raises an audit event before each call that opens, creates, moves or removes a file, whichever library
makes the call. No event says when the call has returned. After the chosen event, a profile function therefore
waits for the next thing that happens in that thread.

Another run finds a step again by what it does, not by its number, because threads differ in how many steps
they take. Of a path, only the part that is the same in every run is compared.
"""

import itertools
import json
import os
import re
import signal
import sys
import threading
from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path

CHANGES = {
    *("os.rename", "os.mkdir", "os.rmdir", "os.remove", "os.link", "os.symlink", "os.utime", "os.truncate"),
    *("os.chmod", "shutil.copyfile", "shutil.move"),
}
SWAP = "renameat2"
_WRITES = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC


@dataclass(frozen=True)
class Point:
    """A step of a run: what it does, to which path, and its turn among the steps that do the same, from 1."""

    what: str
    path: str
    turn: int


def step(event, arguments, folder):
    """Return what a step does and to what, ``None`` for an event that is none of ours."""
    if event in CHANGES:
        return event, _steady(arguments[0], folder)
    if event == "ctypes.dlsym" and arguments[1] == SWAP:
        return "swap", SWAP
    if event == "open" and isinstance(arguments[0], str):
        if arguments[2] & _WRITES:
            return "write", _steady(arguments[0], folder)
        if str(Path(arguments[0]).absolute()).startswith(folder):
            return "read", _steady(arguments[0], folder)
    return None


def _steady(path, folder):
    """Return a path below a folder without the numbers of this process, its thread or an open file."""
    if isinstance(path, int):
        return "an open file"
    numbers = f"{os.getpid()}|{threading.get_ident()}"
    return re.sub(rf"(?<=\.)({numbers})(?=\.)", "#", str(path).removeprefix(f"{folder}/"))


def count(folder, write_to):
    """Note every step from now on, and return a function that writes them to a file."""
    steps = []
    file = write_to.open("w")  # opening it is a step, which must not come after the last one

    def hook(event, arguments):
        found = step(event, arguments, folder)
        if found:
            steps.append(found)

    def write():
        with file:
            file.write(json.dumps(steps))

    sys.addaudithook(hook)
    return write


def read(file):
    """Return the steps that ``count`` wrote."""
    return [tuple(step) for step in json.loads(file.read_text())]


def points(steps):
    """Return the steps of a run as points, in the same order."""
    turns = defaultdict(lambda: itertools.count(1))
    return tuple(Point(*step, next(turns[step])) for step in steps)


def nearest_before(points, place, passed):
    """Return the place of the last point before another that a run has passed, too.

    Raises:
        RuntimeError: it has passed no point before that.
    """
    passed = set(passed)
    for number in reversed(range(place)):
        if points[number] in passed:
            return number
    raise RuntimeError(f"no point before {points[place]} came again")


def act_at(folder, point, moment, act, times=1):
    """Do something right before, or right after, a point; and again at each next step, ``times`` in all."""
    turns, acts = itertools.count(1), 0

    def hook(event, arguments):
        nonlocal acts
        found = step(event, arguments, folder)
        if not found or acts == times:
            return
        if not acts and not (found == (point.what, point.path) and next(turns) == point.turn):
            return
        acts += 1
        act() if moment == "before" else sys.setprofile(lambda *happens: _after(found, act, *happens))

    sys.addaudithook(hook)


def _after(found, act, frame, event, _argument):
    """Act once the call is over; that of a function found by ``ctypes`` comes later than its finding."""
    if found[0] == "swap" and not (event == "return" and "generator" in frame.f_code.co_filename):
        return
    sys.setprofile(None)
    act()


def kill():
    """End this process as nothing else does: no handler, no ``finally``."""
    os.kill(os.getpid(), signal.SIGKILL)
