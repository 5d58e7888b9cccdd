"""Read an ONNX file and the file of weights beside it, without following any path that it names.

Question: where may weights lie? Options: wherever the file says; in one of two names beside it. Choice: the
two names that PyTorch and Hugging Face write, ``net.onnx.data`` and ``net.onnx_data``, because a path from a
stranger's file could name anything on this machine, and because keys and the watcher then need not parse the
model. Cost: a model saved with another name must be saved again.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from math import prod
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import onnx
from google.protobuf.message import DecodeError
from onnx import numpy_helper

from generator.errors import LFS_HEAD, LFS_POINTER, WeightsError, shown
from generator.records.model_files import files_of_model

if TYPE_CHECKING:
    from generator.records import Array

OLDEST_OPSET, NEWEST_OPSET = 7, 22
"""The versions of the operators that the translations were written for."""
_TYPES: Mapping[int, np.dtype[Any]] = {
    onnx.TensorProto.FLOAT: np.dtype("<f4"),
    onnx.TensorProto.DOUBLE: np.dtype("<f8"),
    onnx.TensorProto.INT32: np.dtype("<i4"),
    onnx.TensorProto.INT64: np.dtype("<i8"),
    onnx.TensorProto.BOOL: np.dtype("?"),
}
"""The types of numbers that are read; others are those of quantized and half-precision models."""


@dataclass(frozen=True)
class Stored:
    """A graph, the version of its operators, and its constants by name."""

    graph: Any
    opset: int
    constants: Mapping[str, Array]


def read(path: Path) -> Stored:
    """Return the graph in a file with its constants.

    Raises:
        WeightsError: this is no ONNX file, or one whose operators or numbers cannot be read.
    """
    content = path.read_bytes()
    if content.startswith(LFS_HEAD):
        raise WeightsError(LFS_POINTER)
    try:
        model = onnx.load_model_from_string(content)
    except DecodeError as error:
        raise WeightsError("not an ONNX file; perhaps it is cut short") from error
    if not model.graph.node or not model.graph.output:
        raise WeightsError("not an ONNX file, or one without a graph")
    if model.functions:
        raise WeightsError(
            "contains functions of its own; export it with `optimize=True`, which inlines them"
        )
    if model.graph.sparse_initializer:
        raise WeightsError("contains sparse weights; only dense ones can be read")
    beside = _Beside(path)
    constants = {text(tensor.name): number(tensor, beside) for tensor in model.graph.initializer}
    for each in (*model.graph.input, *model.graph.output):
        text(each.name)
    return Stored(model.graph, _opset(model), constants)


def number(tensor: Any, beside: _Beside | None = None) -> Array:
    """Return the array of a tensor; ``beside`` is the file that may have its numbers.

    Raises:
        WeightsError: its type is not read, or its numbers are missing or not as many as its shape says.
    """
    name, shape = shown(tensor.name), tuple(tensor.dims)
    if tensor.data_type not in _TYPES:
        kind = type_name(tensor.data_type)
        raise WeightsError(f"the tensor {name} is of type {kind}; export the model in float32")
    if any(length < 0 for length in shape):
        raise WeightsError(f"the tensor {name} has the shape {shape}")
    if tensor.data_location == onnx.TensorProto.EXTERNAL:
        if beside is None:
            raise WeightsError(f"the tensor {name} is stored outside the file; only weights may be")
        return beside.array(tensor, shape)
    try:
        return np.asarray(numpy_helper.to_array(tensor))
    except (ValueError, TypeError) as error:
        raise WeightsError(f"the tensor {name} does not have the numbers of its shape {shape}") from error


def text(value: str | bytes) -> str:
    """Return a text of a file; the library gives bytes for one that is not in UTF-8.

    Raises:
        WeightsError: it is not.
    """
    if isinstance(value, bytes):
        raise WeightsError(f"not an ONNX file, or a damaged one: {shown(value)} is not UTF-8")
    return value


def type_name(number: int) -> str:
    """Return ONNX's name of a type of numbers, or its number if it has none."""
    known = onnx.TensorProto.DataType
    return str(known.Name(number)) if number in known.values() else str(number)


def _opset(model: Any) -> int:
    """Return the version of ONNX's own operators."""
    opset = max((each.version for each in model.opset_import if each.domain in ("", "ai.onnx")), default=1)
    if not OLDEST_OPSET <= opset <= NEWEST_OPSET:
        read = f"opsets {OLDEST_OPSET} to {NEWEST_OPSET} are read"
        raise WeightsError(f"has opset {opset}; {read}; export it again with opset_version={NEWEST_OPSET}")
    return int(opset)


class _Beside:
    """Reads ranges of the file of weights beside a model; no more in all than the file has."""

    def __init__(self, path: Path) -> None:
        self._allowed = {file.name: file for file in files_of_model(path)[1:]}
        self._left: dict[Path, int] = {}

    def array(self, tensor: Any, shape: tuple[int, ...]) -> Array:
        """Return the array of a tensor that is stored in the file."""
        name, facts = shown(tensor.name), dict(_facts(tensor))
        file = self._file(name, facts.get("location", ""))
        dtype = _TYPES[tensor.data_type]
        offset, length = (_whole(name, facts.get(key, "0")) for key in ("offset", "length"))
        expected = prod(shape) * dtype.itemsize
        if length not in (0, expected) or offset + expected > file.stat().st_size:
            raise WeightsError(
                f"{file.name} does not have the numbers of the tensor {name}; is it another's?"
            )
        self._left[file] = self._left.get(file, file.stat().st_size) - expected
        if self._left[file] < 0:
            raise WeightsError(f"the tensors share numbers of {file.name}; each must have its own")
        with file.open("rb") as opened:
            opened.seek(offset)
            numbers: Array = np.frombuffer(opened.read(expected), dtype).reshape(shape)
        return numbers

    def _file(self, name: str, location: str) -> Path:
        """Return the file that has a tensor; refuse all names but those that may lie beside the model."""
        if location not in self._allowed:
            expected = " or ".join(self._allowed)
            raise WeightsError(f"the tensor {name} is in {shown(location)}; expected {expected} beside it")
        file = self._allowed[location]
        if not file.is_file():
            raise WeightsError(f"its weights are in {file.name}, which is not beside it")
        return file


def _facts(tensor: Any) -> Iterator[tuple[str, str]]:
    for entry in tensor.external_data:
        yield text(entry.key), text(entry.value)


def _whole(name: str, text: str) -> int:
    if not (text.isascii() and text.isdecimal()) or len(text) > 18:
        raise WeightsError(f"the tensor {name} is at {shown(text)}; expected a number")
    return int(text)
