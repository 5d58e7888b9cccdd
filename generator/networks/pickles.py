"""Read a pickle of float arrays with an unpickler that can build nothing else.

The published weights of SqueezeNet are a pickle, and a pickle can run any code. So this unpickler has a
closed list of constructors, and the file must also have a known checksum. A parser of our own would be safe
too, but longer. The cost: NumPy's constructors are listed here by their names of 2017.
"""

from __future__ import annotations

import io
import pickle
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from generator.errors import WeightsError

if TYPE_CHECKING:
    from generator.records import Array


def read_pickle(path: Path) -> dict[str, list[Array]]:
    """Return the layers of a pickled ``{layer: [kernel, bias]}``.

    Raises:
        WeightsError: the pickle is damaged, or contains anything but float arrays.
    """
    return unpickle(path.read_bytes())


def unpickle(content: bytes) -> dict[str, list[Array]]:
    """Return the layers in the bytes of a pickle; see ``read_pickle``."""
    try:
        layers = _Unpickler(io.BytesIO(content)).load()
    except WeightsError:
        raise
    except Exception as error:  # Python does not say which exceptions a damaged pickle raises
        raise WeightsError(f"a damaged pickle ({error})") from error
    if not isinstance(layers, dict) or not all(_is_layer(*item) for item in layers.items()):
        raise WeightsError("the pickle is not a dict of layers, each a list of float arrays")
    return layers


def _is_layer(name: object, arrays: object) -> bool:
    if not isinstance(name, str) or not isinstance(arrays, list):
        return False
    return all(isinstance(array, np.ndarray) and array.dtype.kind == "f" for array in arrays)


def _empty_array(_class: object, _shape: object, _code: object) -> Array:
    """Replace NumPy's ``_reconstruct``: return an empty array, which the pickled state then fills."""
    return np.empty(0, np.int8)


def _float_type(code: str, *_flags: object) -> np.dtype[Any]:
    """Replace ``numpy.dtype``: allow floats of any width, and no type that could hold an object."""
    dtype = np.dtype(code, copy=True)
    if dtype.kind != "f":
        raise WeightsError(f"the pickle contains an array of {dtype}, expected floats")
    return dtype


_ALLOWED: dict[tuple[str, str], Callable[..., Any] | None] = {
    ("numpy.core.multiarray", "_reconstruct"): _empty_array,
    ("numpy._core.multiarray", "_reconstruct"): _empty_array,
    ("numpy", "dtype"): _float_type,
    ("numpy", "ndarray"): None,  # only ever an argument of _reconstruct
}


class _Unpickler(pickle.Unpickler):
    """An unpickler that allows only the constructors of ``_ALLOWED``."""

    def find_class(self, module: str, name: str) -> Any:
        if (module, name) not in _ALLOWED:
            raise WeightsError(f"the pickle asks for {module}.{name}, which is not allowed")
        return _ALLOWED[module, name]
