"""A user's own model, from a ``.keras`` file.

Keras loads it in safe mode: a file that brings Python code, a lambda say, is refused.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from generator.errors import NetworkError


def load(path: Path) -> Any:
    """Return the Keras model in a ``.keras`` file.

    Raises:
        NetworkError: no such file, damaged, or a model that would run code of its own.
    """
    import keras

    if not path.is_file():
        raise NetworkError(f"{path}: no such file")
    try:
        return keras.saving.load_model(path, compile=False, safe_mode=True)
    except Exception as error:  # Keras and what it reads with raise nearly anything
        reason = str(error).strip().partition("\n")[0]
        raise NetworkError(f"{path}: Keras cannot load it in safe mode: {reason}") from error
