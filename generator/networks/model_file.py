"""Load a user's own model from a ``.keras`` file.

Keras's safe mode refuses files that contain Python code, such as a ``Lambda`` layer. The project's own layer
``DilatedMaxPooling2D`` is registered, so that saved variants load.
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

LAMBDA = "contains a Lambda layer, which would run code from the file; replace it by layers and save again"
_MOST_UNSTORED = 1000  # numbers of a model that Keras does not save, such as the state of a dropout


def load(path: Path) -> Any:
    """Return the Keras model in a ``.keras`` file.

    Raises:
        NetworkError: the file is missing or damaged, or its model contains code or custom layers.
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
    except Exception as error:  # Keras and the libraries it uses raise nearly any exception
        raise NetworkError(f"{path}: {_foreign(path) or _reason(error)}") from error


def _reason(error: Exception) -> str:
    """Return the first line of Keras's message."""
    return f"Keras cannot load it in safe mode: {str(error).strip().partition(chr(10))[0]}"


def _foreign(path: Path) -> str:
    """Return the message about a layer that is not Keras's own, or nothing if all of them are.

    Keras's own message in this case is a page long and does not name the layer first.
    """
    with suppress(Exception), ZipFile(path) as archive:
        for layer in _described(json.loads(archive.read("config.json"))):
            name = str(layer.get("class_name"))[:80]
            if name == "Lambda":
                return LAMBDA
            if not f"{layer.get('module')}.".startswith(("keras.", f"{__package__}.")):
                return f"contains the custom layer {name!r}; use Keras's own layers"
    return ""


def _described(layer: Any) -> Iterator[Mapping[str, Any]]:
    """Yield the description of a layer and of all layers inside it, if it is a model or a wrapper."""
    yield layer
    inside = layer.get("config", {})
    wrapped = [inside["layer"]] if isinstance(inside.get("layer"), dict) else []
    for one in (*inside.get("layers", ()), *wrapped):
        yield from _described(one)


def _refuse_enormous(path: Path, ours: Mapping[str, Any], stored: int) -> None:
    """Refuse a model that describes more numbers than its file holds, before memory is allocated for them.

    Inside a ``StatelessScope`` a variable has only its shape. Keras fills the variables when the scope ends.
    If it does not, ``clear_session`` must forget them: otherwise the end of the next scope would fill them.
    """
    import keras

    with ZipFile(path) as archive:
        description = json.loads(archive.read("config.json"))
    description.pop("compile_config", None)  # the optimizer and losses of the training are not needed
    scope = keras.StatelessScope(initialize_variables=False)
    try:
        with scope:
            model = keras.saving.deserialize_keras_object(description, custom_objects=ours, safe_mode=True)
            described = sum(prod(variable.shape) for variable in getattr(model, "variables", ()))
            scope.initialize_variables = described <= stored + _MOST_UNSTORED
    finally:
        if not scope.initialize_variables:
            keras.utils.clear_session()
    if described > stored + _MOST_UNSTORED:
        raise WeightsError(f"describes {described} numbers, but contains only {stored}")
