"""The work that every peer does, as a file of arrays: no framework is needed to read it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Array = NDArray[Any]


@dataclass(frozen=True)
class Layer:
    """A 3 x 3 convolution with its ReLU, or, without a kernel, a 2 x 2 pooling.

    ``kernel`` is (3, 3, inputs, features).
    """

    name: str
    kernel: Array | None = None
    bias: Array | None = None


@dataclass(frozen=True)
class Work:
    """A picture (1, H, W, 3), the layers in order, and the features to carry back from poolings."""

    batch: Array
    layers: tuple[Layer, ...]
    features: dict[str, Array]


def write(work: Work, path: Path) -> None:
    """Write the work as one ``.npz`` file."""
    arrays = {"batch": work.batch, "layers": np.array([layer.name for layer in work.layers])}
    for layer in work.layers:
        if layer.kernel is not None and layer.bias is not None:
            arrays |= {f"kernel/{layer.name}": layer.kernel, f"bias/{layer.name}": layer.bias}
    arrays |= {f"features/{name}": chosen for name, chosen in work.features.items()}
    np.savez(path, **arrays)


def read(path: Path) -> Work:
    """Return the work that ``write`` wrote."""
    with np.load(path) as arrays:
        names = arrays["layers"].tolist()
        return Work(
            batch=arrays["batch"],
            layers=tuple(
                Layer(name, arrays[f"kernel/{name}"], arrays[f"bias/{name}"])
                if f"kernel/{name}" in arrays
                else Layer(name)
                for name in names
            ),
            features={name: arrays[f"features/{name}"] for name in names if f"features/{name}" in arrays},
        )
