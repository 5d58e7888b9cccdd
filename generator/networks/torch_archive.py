"""Read a PyTorch state dict in the format before version 1.6, without PyTorch.

The file is five pickles (magic number, version, machine, tensors, order of the storages), then the storages.
A tensor names its storage, an offset and strides; they are checked against the storage before a number is
read. Kernels are returned in Keras's layout: (h, w, in, out), depthwise ones (h, w, channels, 1).

The unpickler has a closed list of names, and the file must also have a known checksum. The alternatives: to
install PyTorch, 200 MB, or to convert the file once and publish the copy. The cost: the kernel of a
convolution with one input channel looks like a depthwise one, and then fits no network.
"""

from __future__ import annotations

import pickle
from collections import OrderedDict
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO, NamedTuple

import numpy as np
from numpy.lib.stride_tricks import as_strided

from generator.errors import WeightsError

if TYPE_CHECKING:
    from generator.records import Array

MAGIC = b"\x80\x02\x8a\x0a\x6c\xfc\x9c\x46"
"""The first bytes of a file: the pickle of PyTorch's magic number."""

_VERSION = 1001
_TYPES: Mapping[str, np.dtype[Any]] = {"FloatStorage": np.dtype("<f4"), "LongStorage": np.dtype("<i8")}
_COUNTER = "num_batches_tracked"  # batches that a normalization saw in training; the only integers in a file


def read_torch(path: Path) -> dict[str, list[Array]]:
    """Return the modules of a state dict: name -> its arrays in their order, without counters.

    Raises:
        WeightsError: the file is damaged, or contains anything but float tensors.
    """
    with path.open("rb") as file:
        try:
            tensors = _read_tensors(file)
            storages = _read_storages(file, tensors)
        except WeightsError:
            raise
        except Exception as error:  # Python does not say which exceptions a damaged pickle raises
            raise WeightsError(f"a damaged state dict ({error})") from error
    modules: dict[str, list[Array]] = {}
    for name, tensor in tensors.items():
        module, _, part = name.rpartition(".")
        if part != _COUNTER:
            modules.setdefault(module, []).append(_keras_layout(_strided(name, tensor, storages)))
    return modules


class _Storage(NamedTuple):
    """A sequence of numbers in the file, shared by tensors."""

    kind: str
    key: str
    length: int


class _Tensor(NamedTuple):
    """The position of a tensor's numbers in its storage; offset and strides count numbers, not bytes."""

    storage: _Storage
    offset: int
    size: tuple[int, ...]
    stride: tuple[int, ...]


def _rebuilt(storage: object, offset: object, size: object, stride: object, *_training: object) -> _Tensor:
    """Replace PyTorch's ``_rebuild_tensor_v2``; arguments about gradients and hooks are ignored."""
    if not isinstance(storage, _Storage) or not _are_counts(offset):
        raise WeightsError("the state dict holds a tensor without a storage")
    if not isinstance(size, tuple) or not isinstance(stride, tuple) or len(size) != len(stride):
        raise WeightsError("the state dict holds a tensor without a shape")
    if not _are_counts(*size, *stride):
        raise WeightsError(f"the state dict holds a tensor of size {size} and stride {stride}")
    return _Tensor(storage, offset, size, stride)  # type: ignore[arg-type]  # offset is an int: it counts


_ALLOWED: Mapping[tuple[str, str], Any] = {
    ("collections", "OrderedDict"): OrderedDict,
    ("torch._utils", "_rebuild_tensor_v2"): _rebuilt,
    ("torch", "FloatStorage"): "FloatStorage",  # storage types are only names here
    ("torch", "LongStorage"): "LongStorage",
}


class _Unpickler(pickle.Unpickler):
    """An unpickler that allows only the names of ``_ALLOWED``, and does not read storages."""

    def find_class(self, module: str, name: str) -> Any:
        if (module, name) not in _ALLOWED:
            raise WeightsError(f"the state dict asks for {module}.{name}, which is not allowed")
        return _ALLOWED[module, name]

    def persistent_load(self, pid: Any) -> _Storage:
        word, kind, key, _place, count, view = pid
        if word != "storage" or kind not in _TYPES or not isinstance(key, str) or not _are_counts(count):
            raise WeightsError(f"the state dict asks for {pid!r}, which is not a storage")
        if view is not None:
            raise WeightsError(f"storage {key} is a view of another; views are not supported")
        return _Storage(kind, key, count)


def _are_counts(*numbers: object) -> bool:
    """Return whether all of these are integers of at least 0."""
    return all(type(number) is int and number >= 0 for number in numbers)


def _read_tensors(file: BinaryIO) -> dict[str, _Tensor]:
    """Return the tensors of a state dict by name, from the first four pickles."""
    _magic, version, machine, tensors = (_Unpickler(file).load() for _ in range(4))
    if version != _VERSION or not machine["little_endian"]:
        raise WeightsError(f"a state dict of version {version!r}, expected {_VERSION}, little-endian")
    if not isinstance(tensors, dict) or not all(
        isinstance(name, str) and isinstance(tensor, _Tensor) for name, tensor in tensors.items()
    ):
        raise WeightsError("not a state dict: a dict of names and tensors")
    return dict(tensors)


def _read_storages(file: BinaryIO, tensors: Mapping[str, _Tensor]) -> dict[str, Array]:
    """Return the storages by key: a count and then the numbers of each, in the order of the fifth pickle."""
    known = {tensor.storage.key: tensor.storage for tensor in tensors.values()}
    storages = {}
    for key in _Unpickler(file).load():
        if key not in known:
            raise WeightsError(f"storage {key!r} belongs to no tensor")
        count = int.from_bytes(file.read(8), "little")
        if count != known[key].length:
            raise WeightsError(f"storage {key} holds {count} numbers, expected {known[key].length}")
        storages[key] = _read_numbers(file, known[key])
    return storages


def _read_numbers(file: BinaryIO, storage: _Storage) -> Array:
    dtype = _TYPES[storage.kind]
    content = file.read(storage.length * dtype.itemsize)
    if len(content) != storage.length * dtype.itemsize:
        raise WeightsError(f"storage {storage.key} is cut short")
    return np.frombuffer(content, dtype)


def _strided(name: str, tensor: _Tensor, storages: Mapping[str, Array]) -> Array:
    """Return a tensor as a view of its storage; refuse one that reaches beyond it.

    ``as_strided`` does not check bounds: it would read memory outside the storage.
    """
    if tensor.storage.key not in storages:
        raise WeightsError(f"{name}: no storage {tensor.storage.key}")
    numbers = storages[tensor.storage.key]
    reach = sum((size - 1) * stride for size, stride in zip(tensor.size, tensor.stride, strict=True))
    if 0 in tensor.size or tensor.offset + reach >= numbers.size:
        raise WeightsError(f"{name} reaches beyond its storage of {numbers.size} numbers")
    strides = [stride * numbers.itemsize for stride in tensor.stride]
    return as_strided(numbers[tensor.offset :], tensor.size, strides, writeable=False)


def _keras_layout(values: Array) -> Array:
    """Return a kernel with its axes in Keras's order, and a vector unchanged."""
    if values.ndim == 4:
        return values.transpose(2, 3, 0, 1) if values.shape[1] == 1 else values.transpose(2, 3, 1, 0)
    return values.T
