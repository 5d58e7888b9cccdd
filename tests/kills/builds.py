"""A command of ``gallery`` in a forked process, and how the process ended."""

import os
import signal
import sys
import time
import traceback
from dataclasses import dataclass
from importlib import import_module

PRELOADED = (
    "generator.cli.commands.build",
    "generator.cli.site_build",
    "generator.cli.commands.clean",
    "generator.cli.commands.why",
    "generator.config",
    "generator.pages",
    "PIL.Image",
)
TENSORFLOWS = ("WARNING: All log messages before absl", "I0000 ")
"""How lines begin that are TensorFlow's own talk."""


@dataclass(frozen=True)
class Ended:
    """How a process ended: exit status, or minus the signal; what it printed; how long it took; its number.

    One that a signal has stopped has not ended: it has minus that signal, and waits.
    """

    status: int
    said: str
    seconds: float
    process: int


def preload():
    """Load what every build needs, in the process that forks; never TensorFlow."""
    for name in PRELOADED:
        import_module(name)
    loaded = {"tensorflow", "keras"} & set(sys.modules)
    if loaded:
        raise RuntimeError(f"{', '.join(loaded)} must not be loaded before the fork")


def start(gallery, arguments=("build", "-q"), prepare=None, finish=None, environment=()):
    """Fork a process that runs a verb in the gallery's folder, and return its number."""
    process = os.fork()
    if process:
        return process
    status = 70
    try:
        _enter(gallery, dict(environment))
        if prepare:
            prepare()
        status = import_module("generator.cli").main(list(arguments))
        if finish:
            finish()
    except SystemExit as stop:
        status = stop.code
    except BaseException:
        traceback.print_exc()
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(status)


def wait(gallery, process, started=None):
    """Return how a process ended, or that it was stopped."""
    _, ended = os.waitpid(process, os.WUNTRACED)
    seconds = time.monotonic() - started if started else 0.0
    status = -os.WSTOPSIG(ended) if os.WIFSTOPPED(ended) else os.waitstatus_to_exitcode(ended)
    return Ended(status, ours(gallery.log), seconds, process)


def ours(log):
    """Return what was printed, without TensorFlow's own talk."""
    lines = log.read_text(errors="replace").splitlines(keepends=True)
    return "".join(line for line in lines if not line.startswith(TENSORFLOWS))


def run(gallery, *arguments, **options):
    """Run a verb to its end, ``build -q`` where none is named."""
    started = time.monotonic()
    return wait(gallery, start(gallery, arguments or ("build", "-q"), **options), started)


def succeed(gallery):
    """Run a build that must end well.

    Raises:
        RuntimeError: it did not.
    """
    ended = run(gallery)
    if ended.status:
        raise RuntimeError(f"an undisturbed build ended with {ended}")


def run_until(gallery, seconds, number):
    """Run a build and send it a signal after a time."""
    started = time.monotonic()
    process = start(gallery)
    time.sleep(seconds)
    os.kill(process, number)
    return wait(gallery, process, started)


def _enter(gallery, environment):
    """Make a forked process one that was started in the gallery's folder."""
    log = os.open(gallery.log, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    for stream in (1, 2):
        os.dup2(log, stream)
    os.sync = os.fsync = lambda *_: None
    os.environ["GALLERY_CACHE"] = str(gallery.cache)
    os.environ.update(environment)
    os.chdir(gallery.folder)
    signal.signal(signal.SIGINT, signal.default_int_handler)
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
