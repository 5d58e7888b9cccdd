"""Load a user's own model from a ``.keras`` or ``.onnx`` file, or from an ``.h5`` file of a whole model.

Keras's safe mode refuses files that contain Python code, such as a ``Lambda`` layer. The project's own layer
``DilatedMaxPooling2D`` is registered, so that saved variants load.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from contextlib import suppress
from copy import deepcopy
from math import prod
from pathlib import Path
from typing import Any
from zipfile import ZipFile, is_zipfile

from generator.errors import LFS_HEAD, LFS_POINTER, NetworkError, WeightsError
from generator.networks import backend, h5_model, keras_archive, user_code
from generator.records.model_files import HDF5, ONNX

LAMBDA = "contains a Lambda layer, which would run code from the file; replace it by layers and save again"
OLD = "an HDF5 file under this suffix; rename it to .h5"
ARCHIVE = "a .keras archive under this suffix; rename it to .keras"
OF_KERAS = "use Keras's own layers, or name the Python file of yours that defines it as `code`"
NO_ARCHIVE = "not a .keras file, which is a zip; perhaps it is cut short"
NO_HDF5 = "not an HDF5 file; perhaps it is cut short"
NO_ONNX = "ONNX needs the extra 'onnx': pip install 'convnet-gallery[onnx]'"
_HDF5_HEAD = b"\x89HDF\r\n\x1a\n"
_HEADS = {LFS_HEAD: LFS_POINTER, _HDF5_HEAD: OLD}
"""The first bytes of files that are no archive -> what they are. Keras wrote HDF5 as .keras before 2.12."""
_OPERATION = "an operation of TensorFlow that Keras 3 has no layer for; use a layer or keras.ops in its place"
TENSORFLOW = dict.fromkeys(("TFOpLambda", "SlicingOpLambda", "TensorFlowOpLayer"), _OPERATION)
"""Layers that Keras 2 made of TensorFlow's operations -> what they are."""
_KERAS_2 = ("tf_keras", "keras.src.engine", "keras.engine")
"""How the modules of Keras 2 begin that hold its models."""
_INNER = "Exception encountered: "
_CALL = "Exception encountered when calling"
_COLOUR = re.compile("\x1b\\[[0-9;]*m")
_LONGEST_NAME = 80
_LONGEST_REASON = 300  # Keras can add the whole description of a model, of 100,000 characters
_MOST_UNSTORED = 1000  # numbers of a model that Keras does not save, such as the state of a dropout


def load(path: Path, size: tuple[int, int] | None = None, code: Path | None = None) -> Any:
    """Return the Keras model in a ``.keras`` or ``.h5`` file, or the translation of an ``.onnx`` file.

    Args:
        path: the file.
        size: (height, width) in place of open sides in an ``.onnx`` file, which a translation needs.
        code: a user's own module with the layers and functions of the model. It is run.

    Raises:
        NetworkError: the file is missing or damaged, its model contains code, operators without a
            translation, or layers that ``code`` does not define, or the module cannot be run.
    """
    backend.load()
    return _translated(path, size) if path.suffix.lower() == ONNX else _saved(path, code)


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


def _saved(path: Path, code: Path | None) -> Any:
    """Return the model in a ``.keras`` or ``.h5`` file."""
    from generator.networks.dilated_pooling import DilatedMaxPooling2D

    if not path.is_file():
        raise NetworkError(f"{path}: no such file")
    own = user_code.custom_objects(code) if code else {}
    ours = {**own, "DilatedMaxPooling2D": DilatedMaxPooling2D}
    try:
        return _from_h5(path, ours, code) if path.suffix.lower() == HDF5 else _from_archive(path, ours)
    except WeightsError as error:
        raise NetworkError(f"{path}: {error}") from error
    except Exception as error:  # Keras and the libraries it uses raise nearly any exception
        raise NetworkError(f"{path}: {_foreign(path, ours, code) or _reason(error)}") from error


def _from_archive(path: Path, ours: Mapping[str, Any]) -> Any:
    import keras

    _refuse_other_files(path)
    stored = keras_archive.check(path)
    with ZipFile(path) as archive:
        _refuse_enormous(json.loads(archive.read("config.json")), ours, stored)
    return keras.saving.load_model(path, custom_objects=ours, compile=False, safe_mode=True)


def _from_h5(path: Path, ours: Mapping[str, Any], code: Path | None) -> Any:
    """Return the model in an HDF5 file; what is not Keras's own is refused before Keras sees it."""
    import keras

    with path.open("rb") as file:
        head = file.read(max(map(len, _HEADS)))
    if not head.startswith(_HDF5_HEAD):
        other = ARCHIVE if is_zipfile(path) else NO_HDF5
        raise WeightsError(LFS_POINTER if head.startswith(LFS_HEAD) else other)
    description, stored = h5_model.read(path)
    if found := _foreign_in(description, ours, code):
        raise WeightsError(found)
    described = _refuse_enormous(deepcopy(description), ours, stored)  # Keras takes it apart
    if stored > described + _MOST_UNSTORED:
        raise WeightsError(f"contains {stored} numbers, but describes only {described}")
    model = keras.saving.deserialize_keras_object(description, custom_objects=ours, safe_mode=True)
    model.load_weights(path)
    return model


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
    if _CALL in said:  # what went wrong in it stands in the next line
        said = " ".join(lines[lines.index(next(line for line in lines if _CALL in line)) :][:2])
    reason = _COLOUR.sub("", said).strip()
    shown = reason if len(reason) <= _LONGEST_REASON else f"{reason[:_LONGEST_REASON]} ..."
    return f"Keras cannot load it in safe mode: {shown}"


def _foreign(path: Path, ours: Mapping[str, Any], code: Path | None) -> str:
    """Return the message about an archive that is of Keras 2, or not of Keras's own parts alone; or nothing.

    Keras's own message in this case is a page long and does not name the layer first.
    """
    with suppress(Exception), ZipFile(path) as archive:
        description = json.loads(archive.read("config.json"))
        version = str(json.loads(archive.read("metadata.json")).get("keras_version"))
        is_old = version.startswith("2.") or str(description.get("module")).startswith(_KERAS_2)
        return _of_keras_2(path, version) if is_old else _foreign_in(description, ours, code)
    return ""


def _of_keras_2(path: Path, version: str) -> str:
    return (
        f"saved by Keras {_short(version)}, whose .keras files Keras 3 cannot read; load it there (or with "
        f'the package tf_keras), save it with model.save("{path.stem}.h5") and name that file'
    )


def _foreign_in(description: Mapping[str, Any], ours: Mapping[str, Any], code: Path | None) -> str:
    """Return the message about a layer, or an argument of one, that is not Keras's own; or nothing."""
    layers = tuple(_described(description))
    for layer in layers:
        name = _short(layer.get("class_name"))
        if name == "Lambda":
            return LAMBDA
        if name in TENSORFLOW:
            return f"contains {name}, {TENSORFLOW[name]}"
        if not (_is_keras(layer) or _is_known(layer, ours)):
            way = f"{code.name}, its `code`, does not define it" if code else OF_KERAS
            return f"contains the custom layer {name!r}; {way}"
    for layer in layers:
        arguments = _arguments(layer)
        for argument, value in arguments.items():
            if found := _custom(value, ours):
                where = _short(arguments.get("name") or layer.get("class_name"))
                return f"layer {where!r}: its {argument} is {found}; use one of Keras's own"
    return ""


def _arguments(layer: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return the arguments of a layer by name; none if the file has anything else in their place."""
    found = layer.get("config")
    return found if isinstance(found, dict) else {}


def _custom(value: Any, ours: Mapping[str, Any]) -> str:
    """Return what an argument of a layer is if it is not Keras's own: a function, a lambda or an object."""
    if isinstance(value, dict) and (value.get("class_name") == "__lambda__" or value.keys() == {"value"}):
        return "a lambda"  # as an object of Keras's format, or as the bare code that activations are saved as
    if not isinstance(value, dict) or "class_name" not in value:
        return ""
    if _is_known(value, ours):
        return ""
    if value["class_name"] == "function":
        return f"the function {_short(value.get('config'))!r}"
    return "" if "module" not in value or _is_keras(value) else f"the custom {_short(value['class_name'])!r}"


def _is_known(described: Mapping[str, Any], ours: Mapping[str, Any]) -> bool:
    """Tell whether a class or a function is among those that the user's own code defines."""
    names = described.get("class_name"), described.get("registered_name"), described.get("config")
    return any(isinstance(name, str) and name in ours for name in names)


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


def _refuse_enormous(description: dict[str, Any], ours: Mapping[str, Any], stored: int) -> int:
    """Refuse a model that describes more numbers than its file holds, before memory is allocated for them.

    Inside a ``StatelessScope`` a variable has only its shape. Keras fills the variables when the scope ends.
    If it does not, ``clear_session`` must forget them: otherwise the end of the next scope would fill them.
    Return how many numbers the model describes.
    """
    import keras

    description.pop("compile_config", None)  # the optimizer and losses of the training are not needed
    scope = keras.StatelessScope(initialize_variables=False)
    try:
        with scope:
            model = keras.saving.deserialize_keras_object(description, custom_objects=ours, safe_mode=True)
            described: int = sum(prod(variable.shape) for variable in getattr(model, "variables", ()))
            scope.initialize_variables = described <= stored + _MOST_UNSTORED
    finally:
        if not scope.initialize_variables:
            keras.utils.clear_session()
    if described > stored + _MOST_UNSTORED:
        raise WeightsError(f"describes {described} numbers, but contains only {stored}")
    return described
