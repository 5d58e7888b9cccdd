"""A user's own model, from a ``.keras`` file.

Keras loads it in safe mode: a file that brings Python code, a lambda say, is refused. A layer of this project
is known, so that a saved variant loads.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from generator.errors import NetworkError
from generator.networks import backend


def load(path: Path) -> Any:
    """Return the Keras model in a ``.keras`` file.

    Raises:
        NetworkError: no such file, damaged, or a model that would run code of its own.
    """
    backend.load()
    import keras

    from generator.networks.dilated_pooling import DilatedMaxPooling2D

    ours = {"DilatedMaxPooling2D": DilatedMaxPooling2D}
    if not path.is_file():
        raise NetworkError(f"{path}: no such file")
    try:
        return keras.saving.load_model(path, custom_objects=ours, compile=False, safe_mode=True)
    except Exception as error:  # Keras and what it reads with raise nearly anything
        reason = str(error).strip().partition("\n")[0]
        raise NetworkError(f"{path}: Keras cannot load it in safe mode: {reason}") from error
