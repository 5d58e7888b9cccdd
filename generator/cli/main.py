"""Parse the command line, run one command, print errors and return the exit status.

Exit status: 0 done; 1 something failed; 2 wrong usage or configuration, nothing touched; 130 and 143 after
SIGINT and SIGTERM; 141 if the reader of the output has closed it, as in ``gallery models | head``.
"""

from __future__ import annotations

import os
import signal
import sys
import time
from collections.abc import Sequence
from importlib import import_module
from io import TextIOWrapper
from types import FrameType

from generator import environment
from generator.cli.arguments import parser
from generator.cli.commands import FAILED, WRONG_USE
from generator.errors import ConfigError, GalleryError, NetworkError

UNREAD = 141
"""The exit status that a shell reports for a program killed by SIGPIPE: 128 + 13."""

_ENDING = (signal.SIGINT, signal.SIGTERM)
_ECHO_SECONDS = 2.0
"""A signal this soon after another is a repetition: a key pressed twice, or one each from shell and make."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command and return the exit status."""
    try:
        try:
            return _run(arguments)
        finally:
            sys.stdout.flush()  # a closed pipe can be caught here; at exit Python would report it
    except BrokenPipeError:
        _silence()
        return UNREAD


def _run(arguments: Sequence[str] | None) -> int:
    _escape_unprintable()
    if gone := environment.gone_working_folder():
        print(gone, file=sys.stderr)
        return WRONG_USE
    commands = parser()
    if not (sys.argv[1:] if arguments is None else arguments):
        commands.print_help(sys.stderr)
        raise SystemExit(WRONG_USE)
    options = commands.parse_args(arguments)
    _listen()
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")  # hide TensorFlow's log messages
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


def _escape_unprintable() -> None:
    """Print characters that the encoding of the output lacks as escapes, instead of failing at them."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")


def _silence() -> None:
    """Discard further output: Python flushes again at exit and would report the closed pipe."""
    null = os.open(os.devnull, os.O_WRONLY)
    for stream in (sys.stdout, sys.stderr):
        os.dup2(null, stream.fileno())


def _listen() -> None:
    """Turn SIGINT and SIGTERM into exceptions, so that cleanup runs; ignore repetitions during it."""
    last = float("-inf")

    def end(number: int, _frame: FrameType | None) -> None:
        nonlocal last
        before, last = last, time.monotonic()
        if last - before > _ECHO_SECONDS:
            raise KeyboardInterrupt if number == signal.SIGINT else SystemExit(128 + number)

    for number in _ENDING:
        if signal.getsignal(number) != signal.SIG_IGN:  # nohup sets SIG_IGN
            signal.signal(number, end)


def _stop_listening() -> None:
    """Ignore further signals, which would interrupt Python's own shutdown."""
    for number in _ENDING:
        signal.signal(number, signal.SIG_IGN)
