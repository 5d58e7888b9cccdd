"""A build's steps on the file system, counted by Python itself, and the end of the process at one of them.

Python raises an audit event before each call that opens, makes, moves or removes something; whoever wrote
the call, and under whatever name, it is counted. The events do not tell when a call is over: from the one
chosen on, a profile function waits for the next thing that happens in that thread.
"""

import json
import os
import signal
import sys
from pathlib import Path

CHANGES = {
    *("os.rename", "os.mkdir", "os.rmdir", "os.remove", "os.link", "os.symlink", "os.utime", "os.truncate"),
    *("os.chmod", "shutil.copyfile", "shutil.move"),
}
SWAP = "renameat2"
_WRITES = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC


def step(event, arguments, folder):
    """Return what a step does and to what, ``None`` for an event that is none of ours."""
    if event in CHANGES:
        return event, str(arguments[0])
    if event == "ctypes.dlsym" and arguments[1] == SWAP:
        return "swap", SWAP
    if event == "open" and isinstance(arguments[0], str):
        if arguments[2] & _WRITES:
            return "write", arguments[0]
        if str(Path(arguments[0]).absolute()).startswith(folder):
            return "read", arguments[0]
    return None


def count(folder, write_to):
    """Note every step from now on, and return a function that writes them to a file."""
    steps = []

    def hook(event, arguments):
        found = step(event, arguments, folder)
        if found:
            steps.append(found)

    sys.addaudithook(hook)
    return lambda: write_to.write_text(json.dumps(steps))


def act_at(folder, number, moment, act):
    """Do something right before, or right after, the step of a number, counted from 0."""
    seen = -1

    def hook(event, arguments):
        nonlocal seen
        found = step(event, arguments, folder)
        if not found:
            return
        seen += 1
        if seen == number:
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
