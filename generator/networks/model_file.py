"""A user's own model, from a ``.keras`` file.

Keras loads it in safe mode: a file that brings Python code, a lambda say, is refused. A layer of this project
is known, so that a saved variant loads.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from contextlib import suppress
from math import prod
from pathlib import Path
from typing import Any
from zipfile import ZipFile

from generator.errors import NetworkError, WeightsError
from generator.networks import backend, keras_archive

LAMBDA = "contains a Lambda layer, which would run code of the file; replace it by layers and save again"
_FEW = 1000  # what Keras has and does not store, such as the state of a dropout


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
        _refuse_enormous(path, ours, keras_archive.check(path))
        return keras.saving.load_model(path, custom_objects=ours, compile=False, safe_mode=True)
    except WeightsError as error:
        raise NetworkError(f"{path}: {error}") from error
    except Exception as error:  # Keras and what it reads with raise nearly anything
        raise NetworkError(f"{path}: {_foreign(path) or _reason(error)}") from error


def _reason(error: Exception) -> str:
    """Return the first line of what Keras says."""
    return f"Keras cannot load it in safe mode: {str(error).strip().partition(chr(10))[0]}"


def _foreign(path: Path) -> str:
    """Return which layer of a model that was refused is not Keras's own; nothing where all seem to be."""
    with suppress(Exception), ZipFile(path) as archive:
        for layer in _described(json.loads(archive.read("config.json"))):
            name = str(layer.get("class_name"))[:80]
            if name == "Lambda":
                return LAMBDA
            if not f"{layer.get('module')}.".startswith(("keras.", f"{__package__}.")):
                return f"contains the custom layer {name!r}; use Keras's own layers"
    return ""


def _described(layer: Any) -> Iterator[Mapping[str, Any]]:
    """Yield the description of a layer, and of all layers in it if it is a model or wraps one."""
    yield layer
    inside = layer.get("config", {})
    wrapped = [inside["layer"]] if isinstance(inside.get("layer"), dict) else []
    for one in (*inside.get("layers", ()), *wrapped):
        yield from _described(one)


def _refuse_enormous(path: Path, ours: Mapping[str, Any], stored: int) -> None:
    """Refuse a model that describes more numbers than its file holds, before memory is taken for them.

    Within the scope a variable has its shape alone. It is filled when the scope ends, or else must be
    forgotten, for the end of the next scope would fill it.
    """
    import keras

    with ZipFile(path) as archive:
        description = json.loads(archive.read("config.json"))
    description.pop("compile_config", None)  # what trained it does not look into pictures
    scope = keras.StatelessScope(initialize_variables=False)
    try:
        with scope:
            model = keras.saving.deserialize_keras_object(description, custom_objects=ours, safe_mode=True)
            described = sum(prod(variable.shape) for variable in getattr(model, "variables", ()))
            scope.initialize_variables = described <= stored + _FEW
    finally:
        if not scope.initialize_variables:
            keras.utils.clear_session()
    if described > stored + _FEW:
        raise WeightsError(f"describes {described} numbers and holds {stored}")
