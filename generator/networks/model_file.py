"""Load a user's own model from a ``.keras`` or ``.onnx`` file.

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
from zipfile import ZipFile, is_zipfile

from generator.errors import LFS_HEAD, LFS_POINTER, NetworkError, WeightsError
from generator.networks import backend, keras_archive
from generator.records.model_files import ONNX

LAMBDA = "contains a Lambda layer, which would run code from the file; replace it by layers and save again"
HDF5 = "an HDF5 file under this suffix; rename it to .h5, load it with Keras and save it again as .keras"
NO_ARCHIVE = "not a .keras file, which is a zip; perhaps it is cut short"
NO_ONNX = "ONNX needs the extra 'onnx': pip install 'convnet-gallery[onnx]'"
_HEADS = {LFS_HEAD: LFS_POINTER, b"\x89HDF\r\n\x1a\n": HDF5}
"""The first bytes of files that are no archive -> what they are. Keras wrote HDF5 as .keras before 2.12."""
_INNER = "Exception encountered: "
_LONGEST_NAME = 80
_MOST_UNSTORED = 1000  # numbers of a model that Keras does not save, such as the state of a dropout


def load(path: Path, size: tuple[int, int] | None = None) -> Any:
    """Return the Keras model in a ``.keras`` file, or that in an ``.onnx`` file translated to Keras.

    ``size`` (height, width) takes the place of open sides in an ``.onnx`` file, which a translation needs.

    Raises:
        NetworkError: the file is missing or damaged, or its model contains code, custom layers or operators
            without a translation.
    """
    backend.load()
    return _translated(path, size) if path.suffix.lower() == ONNX else _saved(path)


def has_open_size(path: Path) -> bool:
    """Return whether the height or the width of the picture is open in an ``.onnx`` file."""
    return path.suffix.lower() == ONNX and any(_onnx().open_sides(_onnx().read(path)))


def _translated(path: Path, size: tuple[int, int] | None) -> Any:
    """Return the translation of an ``.onnx`` file."""
    if not path.is_file():
        raise NetworkError(f"{path}: no such file")
    try:
        return _onnx().translated(_onnx().read(path), size)
    except (NetworkError, WeightsError) as error:
        raise NetworkError(f"{path}: {error}") from error


def _onnx() -> Any:
    """Return the module that translates, whose package is not installed everywhere."""
    try:
        from generator.networks import onnx
    except ModuleNotFoundError as error:
        if (error.name or "").partition(".")[0] != "onnx":
            raise
        raise WeightsError(NO_ONNX) from error
    return onnx


def _saved(path: Path) -> Any:
    """Return the model in a ``.keras`` file."""
    import keras

    from generator.networks.dilated_pooling import DilatedMaxPooling2D

    ours = {"DilatedMaxPooling2D": DilatedMaxPooling2D}
    if not path.is_file():
        raise NetworkError(f"{path}: no such file")
    try:
        _refuse_other_files(path)
        _refuse_enormous(path, ours, keras_archive.check(path))
        return keras.saving.load_model(path, custom_objects=ours, compile=False, safe_mode=True)
    except WeightsError as error:
        raise NetworkError(f"{path}: {error}") from error
    except Exception as error:  # Keras and the libraries it uses raise nearly any exception
        raise NetworkError(f"{path}: {_foreign(path) or _reason(error)}") from error


def _refuse_other_files(path: Path) -> None:
    """Refuse a file that is no archive, by what it is."""
    if not is_zipfile(path):
        with path.open("rb") as file:
            head = file.read(max(map(len, _HEADS)))
        raise WeightsError(
            next((said for magic, said in _HEADS.items() if head.startswith(magic)), NO_ARCHIVE)
        )


def _reason(error: Exception) -> str:
    """Return the line of Keras's message that says what is wrong.

    That is the first line, unless it only introduces the next one, or names layers that surround the fault.
    """
    lines = [line for line in str(error).splitlines() if line.strip()] or [type(error).__name__]
    faults = [line.removeprefix(_INNER) for line in lines if line.startswith(_INNER)]
    said = faults[-1] if faults else lines[1] if lines[0].endswith(":") and len(lines) > 1 else lines[0]
    return f"Keras cannot load it in safe mode: {said.strip()}"


def _foreign(path: Path) -> str:
    """Return the message about what is not Keras's own: code, a layer, or an argument of a layer; or nothing.

    Keras's own message in this case is a page long and does not name the layer first.
    """
    with suppress(Exception), ZipFile(path) as archive:
        layers = tuple(_described(json.loads(archive.read("config.json"))))
        for layer in layers:
            name = _short(layer.get("class_name"))
            if name == "Lambda":
                return LAMBDA
            if not _is_keras(layer):
                return f"contains the custom layer {name!r}; use Keras's own layers"
        for layer in layers:
            arguments = _arguments(layer)
            for argument, value in arguments.items():
                if found := _custom(value):
                    where = _short(arguments.get("name") or layer.get("class_name"))
                    return f"layer {where!r}: its {argument} is {found}; use one of Keras's own"
    return ""


def _arguments(layer: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return the arguments of a layer by name; none if the file has anything else in their place."""
    found = layer.get("config")
    return found if isinstance(found, dict) else {}


def _custom(value: Any) -> str:
    """Return what an argument of a layer is if it is not Keras's own: a function, a lambda or an object."""
    if isinstance(value, dict) and (value.get("class_name") == "__lambda__" or value.keys() == {"value"}):
        return "a lambda"  # as an object of Keras's format, or as the bare code that activations are saved as
    if not isinstance(value, dict) or "class_name" not in value:
        return ""
    if value["class_name"] == "function":
        return f"the function {_short(value.get('config'))!r}"
    return "" if "module" not in value or _is_keras(value) else f"the custom {_short(value['class_name'])!r}"


def _is_keras(described: Mapping[str, Any]) -> bool:
    """Tell whether a description is that of an object of Keras, or of this project's own layer."""
    return f"{described.get('module')}.".startswith(("keras.", f"{__package__}."))


def _short(name: object) -> str:
    return str(name)[:_LONGEST_NAME]


def _described(layer: Any) -> Iterator[Mapping[str, Any]]:
    """Yield the description of a layer and of all layers inside it, if it is a model or a wrapper."""
    yield layer
    inside = _arguments(layer)
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
