"""From the command line to a verb and an exit status, and the printing of errors. No logic.

Exit status: 0 done; 1 something failed; 2 wrong usage or configuration, nothing touched; 130 and 143 after
SIGINT and SIGTERM; 141 when whoever reads the output has gone, as in ``gallery models | head``.
"""

from __future__ import annotations

import os
import signal
import sys
import time
from collections.abc import Sequence
from importlib import import_module
from types import FrameType

from generator.cli.arguments import parser
from generator.cli.commands import FAILED, WRONG_USE
from generator.errors import ConfigError, GalleryError, NetworkError

UNREAD = 141
"""What a shell sees of a program that SIGPIPE ended."""

_ENDING = (signal.SIGINT, signal.SIGTERM)
_ECHO_SECONDS = 2.0
"""A signal so soon after another is part of it: a key pressed twice, or one of the shell and one of make."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one verb and return the exit status."""
    try:
        try:
            return _run(arguments)
        finally:
            sys.stdout.flush()  # here, where a reader that has gone can still be met quietly
    except BrokenPipeError:
        _silence()
        return UNREAD


def _run(arguments: Sequence[str] | None) -> int:
    options = parser().parse_args(arguments)
    _listen()
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")  # TensorFlow's chatter is no message of ours
    try:
        status: int = import_module(f"generator.cli.commands.{options.verb}").run(options)
        return status
    except (ConfigError, NetworkError) as error:
        print(error, file=sys.stderr)
        return WRONG_USE
    except GalleryError as error:
        print(f"gallery: {error}", file=sys.stderr)
        return FAILED
    except KeyboardInterrupt:
        _stop_listening()
        return 128 + signal.SIGINT
    except SystemExit:
        _stop_listening()
        raise


def _silence() -> None:
    """Send what is still to be printed nowhere: Python flushes again when it ends, and would complain."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    for stream in (sys.stdout, sys.stderr):
        os.dup2(nowhere, stream.fileno())


def _listen() -> None:
    """End by an exception at a signal, so that what must be cleared away is; its echo disturbs nothing."""
    last = float("-inf")

    def end(number: int, _frame: FrameType | None) -> None:
        nonlocal last
        before, last = last, time.monotonic()
        if last - before > _ECHO_SECONDS:
            raise KeyboardInterrupt if number == signal.SIGINT else SystemExit(128 + number)

    for number in _ENDING:
        if signal.getsignal(number) != signal.SIG_IGN:  # as under nohup
            signal.signal(number, end)


def _stop_listening() -> None:
    """Let no further signal disturb the last steps of Python itself."""
    for number in _ENDING:
        signal.signal(number, signal.SIG_IGN)
