"""Read the arrays of a weights file, whose format is detected by its first bytes.

The network gives the layers that it expects and their shapes. Other layers in the file are ignored, so that
the file of a whole VGG16 can fill its convolutions alone. Shapes are compared before any numbers are read. No
format here runs code from the file.
"""

from __future__ import annotations

import zlib
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol
from zipfile import BadZipFile

import numpy as np

from generator.errors import LFS_HEAD, LFS_POINTER, WeightsError
from generator.networks.h5_probe import CRASHES, survives
from generator.networks.h5_weights import open_h5
from generator.networks.keras_archive import open_keras_archive
from generator.networks.pickles import read_pickle
from generator.networks.torch_archive import MAGIC as TORCH_MAGIC
from generator.networks.torch_archive import read_torch
from generator.networks.weights import sha256_of

if TYPE_CHECKING:
    from generator.records import Array

Shape = tuple[int, ...]
Expected = Mapping[str, tuple[Shape, ...]]  # layer -> shapes of its arrays, in Keras's order
_STATISTICS = ("moving_mean", "moving_variance")
_PARTS: Mapping[int, tuple[str, ...]] = {
    1: ("kernel",),
    2: ("kernel", "bias"),
    3: ("beta", *_STATISTICS),  # a batch normalization that does not scale
    4: ("gamma", "beta", *_STATISTICS),
}

# What h5py, zipfile and json raise for damaged files and for files of another format.
_DAMAGE = (
    OSError, EOFError, RuntimeError, LookupError, TypeError, ValueError, AttributeError, ArithmeticError,
    BadZipFile, zlib.error,
)  # fmt: skip


class Stored(Protocol):
    """An array in a file: an HDF5 dataset, which is not read yet, or a NumPy array."""

    @property
    def shape(self) -> Shape:
        """The shape of the array."""

    @property
    def dtype(self) -> np.dtype[Any]:
        """The type of the numbers."""

    def __getitem__(self, key: tuple[()]) -> Array: ...


Layers = Mapping[str, Sequence[Stored]]


def read_arrays(
    path: Path, expected: Expected, *, rename: Callable[[str], str] = str, sha256: str | None = None
) -> dict[str, list[Array]]:
    """Return the expected layers of a weights file as float32 arrays, in the order of ``expected``.

    Args:
        path: a pickle, a PyTorch state dict, HDF5 in the old or new layout of Keras, or a ``.keras`` archive.
        expected: layer name -> shapes of its arrays: (kernel, bias), (gamma, beta, mean, variance).
        rename: converts a layer's name in the file to its name in ``expected``.
        sha256: the required checksum of the file. Pickles are read only with a checksum.

    Raises:
        WeightsError: the file is missing, damaged, no weights file or has another checksum, or its arrays do
            not fit.
    """
    with _opened(path, expected, sha256) as layers:
        return _take({rename(name): arrays for name, arrays in layers.items()}, expected)


def has_layers(path: Path, layers: Collection[str]) -> bool:
    """Return whether a weights file has a layer with one of these names; ``False`` if it only numbers them.

    Raises:
        WeightsError: the file is missing, damaged or no weights file.
    """
    with _opened(path, expected={}) as found:
        return any(layer in found for layer in layers)


@contextmanager
def _opened(path: Path, expected: Expected, sha256: str | None = None) -> Iterator[Layers]:
    """Yield the layers of a file; add the path of the file to every error."""
    try:
        _verify(path, sha256)
        opener = _opener(path, sha256)
        if opener is open_h5 and sha256 is None and not survives(path):
            raise WeightsError(CRASHES)
        with opener(path, expected) as layers:
            yield layers
    except WeightsError as error:
        raise WeightsError(f"{path}: {error}") from error
    except FileNotFoundError as error:
        raise WeightsError(f"{path}: no such file") from error
    except _DAMAGE as error:
        raise WeightsError(f"{path}: damaged, or not a weights file ({error})") from error


def _verify(path: Path, sha256: str | None) -> None:
    if sha256 is not None and (found := sha256_of(path)) != sha256:
        raise WeightsError(
            f"its SHA-256 is {found}, expected {sha256}; 'gallery weights NAME' fetches it again"
        )


Opener = Callable[[Path, Expected], AbstractContextManager[Layers]]


@contextmanager
def _open_pickle(path: Path, _expected: Expected) -> Iterator[Layers]:
    yield read_pickle(path)


@contextmanager
def _open_torch(path: Path, _expected: Expected) -> Iterator[Layers]:
    yield read_torch(path)


_OPENERS: dict[bytes, Opener] = {
    b"\x89HDF\r\n\x1a\n": open_h5,
    b"PK\x03\x04": open_keras_archive,
    TORCH_MAGIC: _open_torch,
    b"\x80": _open_pickle,
}


def _opener(path: Path, sha256: str | None) -> Opener:
    """Return the function that opens files with the first bytes of this one."""
    with path.open("rb") as file:
        head = file.read(len(LFS_HEAD))
    for magic, opener in _OPENERS.items():
        if head.startswith(magic):
            if opener in (_open_pickle, _open_torch) and sha256 is None:
                raise WeightsError("pickles are read only with a known checksum; save the weights as .h5")
            return opener
    if head == LFS_HEAD:
        raise WeightsError(LFS_POINTER)
    raise WeightsError("not a weights file; expected .h5, .weights.h5 or .keras")


def _take(layers: Layers, expected: Expected) -> dict[str, list[Array]]:
    """Return the arrays of the expected layers; compare each with its shape, then read it."""
    return {layer: _take_layer(layers, layer, shapes) for layer, shapes in expected.items()}


def _take_layer(layers: Layers, layer: str, shapes: Sequence[Shape]) -> list[Array]:
    if layer not in layers:
        raise WeightsError(f"no layer {layer}; the file has {_some(layers)}")
    stored = layers[layer]
    parts = _PARTS[len(shapes)]
    if len(stored) != len(parts):
        raise WeightsError(f"{layer}: {len(stored)} arrays, expected {len(parts)}: {_listed(parts)}")
    return [
        _take_array(f"{layer}: {part}", array, shape)
        for part, array, shape in zip(parts, stored, shapes, strict=True)
    ]


def _take_array(place: str, stored: Stored, shape: Shape) -> Array:
    if tuple(stored.shape) != tuple(shape):
        raise WeightsError(f"{place} is {stored.shape}, expected {shape}")
    if stored.dtype.kind != "f":
        raise WeightsError(f"{place} holds {stored.dtype}, expected floats")
    with np.errstate(over="ignore"):  # float64 values too large for float32 become infinity, refused below
        values = np.asarray(stored[()], np.float32)
    if not np.isfinite(values).all():
        raise WeightsError(f"{place} holds NaN or infinity")
    return values


def _listed(words: Sequence[str]) -> str:
    return " and ".join(filter(None, [", ".join(words[:-1]), words[-1]]))


def _some(layers: Layers) -> str:
    """Return the first four names of layers and the number of others, for a message."""
    names = list(layers)
    rest = f" and {len(names) - 4} more" if len(names) > 4 else ""
    return (", ".join(names[:4]) or "none") + rest
