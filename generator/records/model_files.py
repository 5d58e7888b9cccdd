"""Files of users' own models: which can be read, what belongs to one, and the way from those that cannot."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

KERAS, ONNX, HDF5 = ".keras", ".onnx", ".h5"
OWN_SUFFIXES = (KERAS, ONNX, HDF5)
"""How the file of a user's own model may end."""
OWN = f"{KERAS}, {ONNX} or {HDF5}"

_EXPORT = "torch.onnx.export(model, (torch.zeros(1, 3, 224, 224),), 'net.onnx')"
_TORCH = f"a file of PyTorch, which has weights but no graph; load it there and write {_EXPORT}"
_WEIGHTS = f"weights without a graph; load them where they come from, in PyTorch then {_EXPORT}"
_CONVERT = "convert it to .onnx with tf2onnx, or save the Keras model that it was made from as .keras"
_FOREIGN: Mapping[str, str] = {
    **dict.fromkeys((".pt", ".pth", ".ckpt", ".pt2"), _TORCH),
    ".safetensors": _WEIGHTS,
    ".tflite": f"a model of TensorFlow Lite; {_CONVERT}",
    ".pb": f"a graph of TensorFlow; {_CONVERT}",
}
_SAVED_MODEL = "saved_model.pb"


def files_of_model(path: Path) -> tuple[Path, ...]:
    """Return the files that a user's own model may consist of, first its own; the others need not exist.

    The weights of an ONNX file may lie beside it, under the names that PyTorch and Hugging Face write.
    """
    if path.suffix.lower() != ONNX:
        return (path,)
    return path, *(path.with_name(f"{path.name}{ending}") for ending in (".data", "_data"))


def scalings(name: str) -> Mapping[str, str]:
    """Return the preprocessings that models of a file's kind are usually trained with, and how to tell.

    >>> [*scalings("net.onnx")], [*scalings("net.keras")]
    (['torch', 'unit'], ['unit'])
    """
    unit = {"unit": "on 0 to 1"}
    return (
        {"torch": "as the models of torchvision and timm are", **unit}
        if name.lower().endswith(ONNX)
        else unit
    )


def way_from(path: Path) -> str:
    """Return what a model file of another kind is and how to make one that can be read; nothing for others.

    >>> way_from(Path("net.tflite")).partition(";")[0]
    'a model of TensorFlow Lite'
    >>> way_from(Path("squeezenet"))
    ''
    """
    suffix = path.suffix.lower()
    if suffix in _FOREIGN:
        return _FOREIGN[suffix]
    with suppress(OSError):  # a name that no file can have
        return f"a SavedModel of TensorFlow; {_CONVERT}" if (path / _SAVED_MODEL).is_file() else ""
    return ""
