"""Keras with its backend, loaded when something must be computed, and quietly.

TensorFlow's library writes of itself to the process's standard error while it loads, before any level of
logging reaches it. None of that is a message of ours; all else that is said meanwhile is passed on.
"""

from __future__ import annotations

import os
import re
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager

_CHATTER = re.compile(
    rb"WARNING: All log messages before absl::InitializeLog\(\)|[IW]\d{4} [\d:.]+ +\d+ port\.cc:\d+\] oneDNN"
)


def load() -> None:
    """Import Keras; the first time in a process that takes seconds.

    ``TF_CPP_MIN_LOG_LEVEL=0`` lets everything through.
    """
    if os.environ.get("TF_CPP_MIN_LOG_LEVEL", "0") == "0":
        import keras
    else:
        with _without_chatter():
            import keras  # noqa: F401


@contextmanager
def _without_chatter() -> Iterator[None]:
    """Hold back standard error while the block runs, then pass on all of it but the chatter."""
    with tempfile.TemporaryFile() as held:
        terminal = os.dup(2)
        os.dup2(held.fileno(), 2)
        try:
            yield
        finally:
            os.dup2(terminal, 2)
            os.close(terminal)
            held.seek(0)
            os.write(2, b"".join(line for line in held if not _CHATTER.match(line)))
