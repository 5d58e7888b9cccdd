"""From the command line to a verb and an exit status, and the printing of errors. No logic.

Exit status: 0 done; 1 something failed; 2 wrong usage or configuration, nothing touched; 130 and 143 after
SIGINT and SIGTERM; 141 when whoever reads the output has gone, as in ``gallery models | head``.
"""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Sequence
from importlib import import_module
from types import FrameType

from generator.arguments import parser
from generator.errors import ConfigError, GalleryError, NetworkError
from generator.verbs import FAILED, WRONG_USE

UNREAD = 141
"""What a shell sees of a program that SIGPIPE ended."""


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
    signal.signal(signal.SIGTERM, _terminated)
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")  # TensorFlow's chatter is no message of ours
    try:
        status: int = import_module(f"generator.verbs.{options.verb}").run(options)
        return status
    except (ConfigError, NetworkError) as error:
        print(error, file=sys.stderr)
        return WRONG_USE
    except GalleryError as error:
        print(f"gallery: {error}", file=sys.stderr)
        return FAILED
    except KeyboardInterrupt:
        return 128 + signal.SIGINT


def _silence() -> None:
    """Send what is still to be printed nowhere: Python flushes again when it ends, and would complain."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    for stream in (sys.stdout, sys.stderr):
        os.dup2(nowhere, stream.fileno())


def _terminated(_signal: int, _frame: FrameType | None) -> None:
    sys.exit(128 + signal.SIGTERM)
