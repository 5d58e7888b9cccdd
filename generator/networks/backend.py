"""Import Keras and its backend on first use, without TensorFlow's start-up messages.

TensorFlow's C++ library writes to file descriptor 2 while it loads, before any log level applies. Those lines
are removed; everything else written to standard error during the import is passed on.
"""

from __future__ import annotations

import os
import re
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

_CHATTER = re.compile(
    rb"WARNING: All log messages before absl::InitializeLog\(\)|[IW]\d{4} [\d:.]+ +\d+ port\.cc:\d+\] oneDNN"
)


def load() -> None:
    """Import Keras, which takes seconds the first time in a process.

    Without ``TF_CPP_MIN_LOG_LEVEL`` TensorFlow is quiet from then on, also in notebooks and scripts; with the
    value 0 all messages are shown.
    """
    if os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3") == "0":
        import keras
    else:
        with _without_chatter():
            import keras  # noqa: F401


@contextmanager
def plain(dtype: str = "float32") -> Iterator[None]:
    """Build layers in one type with channels last, whatever ``keras.json`` or the user's program has set.

    Afterwards the settings are as before.
    """
    from keras import config

    before = config.dtype_policy(), config.floatx(), config.image_data_format()
    try:
        _set(dtype, dtype, "channels_last")
        yield
    finally:
        _set(*before)


def _set(policy: Any, floatx: str, image_data_format: str) -> None:
    from keras import config

    config.set_dtype_policy(policy)
    config.set_floatx(floatx)
    config.set_image_data_format(image_data_format)


@contextmanager
def _without_chatter() -> Iterator[None]:
    """Collect standard error while the block runs, then pass it on without the start-up messages.

    Redirecting ``sys.stderr`` would not do: the C++ library writes to the descriptor itself.
    """
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
