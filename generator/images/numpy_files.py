"""Read NumPy's files as pictures: ``.npy``, and ``.npz`` with one array.

Question: what do numbers other than uint8 mean? Options: scale them to 0 to 255 by their type or range; leave
them as they are. Choice: the latter, because no file says what its white is, and a network of many channels
was trained on the values that the file has. Cost: the model must take them without ``preprocessing``.
"""

from __future__ import annotations

import zipfile
from math import prod
from typing import IO, TYPE_CHECKING

import numpy as np

from generator.errors import ImageError
from generator.images.failures import naming, reason, unwarned
from generator.images.opening import MAX_PIXELS, TOO_LARGE

if TYPE_CHECKING:
    from pathlib import Path

    from generator.records import Array

TYPES = "uint8", "uint16", "float32", "float64"
MOST_BYTES = 4 * MAX_PIXELS
"""The limit for the values of a picture of any number of channels, as they are kept in memory."""
TOO_MANY_BYTES = f"more than {MOST_BYTES // 10**6} MB of values; save a smaller copy"
_MAGIC, _ZIP, _NPZ, _NPY = b"\x93NUMPY", b"PK", ".npz", ".npy"
_MOST_NAMES = 5


def is_array(path: Path) -> bool:
    """Return whether a file is NumPy's by its first bytes; any other archive than ``.npz`` is none."""
    try:
        with path.open("rb") as file:
            head = file.read(len(_MAGIC))
    except OSError as error:
        raise ImageError(reason(error)) from error
    return head == _MAGIC or (path.suffix.lower() == _NPZ and head.startswith(_ZIP))


def read_array(path: Path) -> Array:
    """Return the array of a file as (H, W, C): uint8, or any other numbers as float32.

    Sizes are checked by the header before memory is taken, and nothing is unpickled.

    Raises:
        ImageError: no array of numbers in two or three dimensions, more than one array, or a damaged file.
    """
    with unwarned(), naming("a file of NumPy that cannot be read"), path.open("rb") as file:
        is_archive = file.read(len(_MAGIC)) != _MAGIC
        file.seek(0)
        return _member(file) if is_archive else _array(file, path.stat().st_size)


def as_values(array: Array) -> Array:
    """Return uint8 as it is, and other numbers as float32.

    Raises:
        ImageError: a value is not finite.
    """
    if array.dtype == np.uint8:
        return np.ascontiguousarray(array)
    with np.errstate(over="ignore"):
        values: Array = np.ascontiguousarray(array, np.float32)
    if not np.isfinite(values).all():
        raise ImageError("expected finite numbers, found NaN or infinity")
    return values


def _member(file: IO[bytes]) -> Array:
    with zipfile.ZipFile(file) as archive:
        members = archive.infolist()
        if len(members) != 1:
            names = [member.filename.removesuffix(_NPY) for member in members]
            more = ", ..." if len(names) > _MOST_NAMES else ""
            listed = f": {', '.join(names[:_MOST_NAMES])}{more}; save one of them as {_NPY}" if names else ""
            raise ImageError(f"expected one array in the {_NPZ}, found {len(names)}{listed}")
        with archive.open(members[0]) as member:
            return _array(member, members[0].file_size)


def _array(file: IO[bytes], size: int) -> Array:
    """Return the array in an open file of ``size`` bytes, as ``read_array`` does."""
    version = np.lib.format.read_magic(file)
    if version not in ((1, 0), (2, 0)):
        raise ImageError(f"a file of NumPy's format {version[0]}.{version[1]}; expected 1.0 or 2.0")
    first = version == (1, 0)
    header = np.lib.format.read_array_header_1_0 if first else np.lib.format.read_array_header_2_0
    shape, is_transposed, dtype = header(file)
    _refuse(shape, dtype)
    expected = prod(shape) * dtype.itemsize
    content = file.read(expected) if size - file.tell() >= expected else b""
    if len(content) != expected:
        raise ImageError("damaged or cut short")
    array = np.frombuffer(content, dtype).reshape(shape, order="F" if is_transposed else "C")
    return as_values(array if array.ndim == 3 else array[..., np.newaxis])


def _refuse(shape: tuple[int, ...], dtype: np.dtype) -> None:
    """Refuse an array that is no picture, by its header."""
    if dtype.name not in TYPES:
        raise ImageError(f"an array of {dtype.name}; expected {', '.join(TYPES[:-1])} or {TYPES[-1]}")
    if len(shape) not in (2, 3) or min(shape) < 1:
        raise ImageError(f"an array of shape {shape}; expected (height, width, channels)")
    if shape[0] * shape[1] > MAX_PIXELS:
        raise ImageError(TOO_LARGE)
    if prod(shape) * (1 if dtype == np.uint8 else 4) > MOST_BYTES:
        raise ImageError(TOO_MANY_BYTES)
