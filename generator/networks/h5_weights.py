"""The layers of an HDF5 weights file, in the three layouts that versions of Keras have written.

- old (``.h5``): one group per layer; its attribute ``weight_names`` lists the arrays. In a saved model the
  groups are under ``model_weights``. The attribute ``layer_names`` gives the order of the model, which is
  used if the file has other names than the network;
- new (``.weights.h5``): ``.../conv2d_1/vars/0``; the attribute ``name`` of ``vars`` is the layer's name;
- new, before Keras wrote that attribute: the file has only the class and the number of a layer. The
  ``config.json`` of an archive maps them to names. Without it, the layers of each kind are taken in the order
  of the network.

Only arrays in the file itself are read: soft and external links are not followed, and virtual or externally
stored datasets are refused.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from itertools import count, takewhile
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

from generator.errors import WeightsError

if TYPE_CHECKING:
    import h5py

Shapes = Mapping[str, tuple[tuple[int, ...], ...]]
Layers = dict[str, "list[h5py.Dataset]"]
_CONTAINERS = {"layers", "_layer_checkpoint_dependencies"}
_KINDS = ("conv2d", "depthwise_conv2d", "dense", "batch_normalization")


@contextmanager
def open_h5(
    file: Path | IO[bytes], expected: Shapes, names: Mapping[str, str] | None = None
) -> Iterator[Layers]:
    """Yield the layers of a file: name -> its datasets, whose numbers are not read yet.

    Args:
        file: the HDF5 file.
        expected: the network's layers in order, which name the layers of a file that only numbers them.
        names: class and number of a layer (``conv2d_1``, ``functional/dense``) -> its name, if known.
    """
    import h5py  # slow to import, and a rebuild opens no weights

    with h5py.File(file, "r") as opened:
        groups, datasets = contents(opened)
        if any(_texts(group, "weight_names") for group in groups.values()):
            yield _named_by_order(_listed_layers(groups, datasets), expected)
        else:
            yield _variable_layers(groups, datasets, expected, names)


def layer_key(path: str) -> str:
    """Return the class and number of a layer from its path, without the container groups of Keras.

    >>> layer_key("layers/functional/layers/conv2d_1/vars")
    'functional/conv2d_1'
    """
    parts = path.removesuffix("/vars").replace("\\", "/").split("/")
    return "/".join(part for part in parts if part not in _CONTAINERS)


def contents(file: h5py.File) -> tuple[dict[str, h5py.Group], dict[str, h5py.Dataset]]:
    """Return the groups and the datasets by path, reached by hard links only; ``""`` is the file itself."""
    import h5py

    groups: dict[str, h5py.Group] = {"": file}
    datasets: dict[str, h5py.Dataset] = {}

    def collect(path: str, item: Any) -> None:
        if isinstance(item, h5py.Group):
            groups[path] = item
        elif isinstance(item, h5py.Dataset):
            datasets[path] = item

    file.visititems(collect)
    return groups, datasets


def _stored(datasets: Mapping[str, h5py.Dataset], path: str) -> h5py.Dataset:
    """Return a dataset; refuse one whose values are not in the file itself."""
    dataset = datasets.get(path)
    if dataset is None or dataset.is_virtual or dataset.external:
        raise WeightsError(f"{path} is not stored in the file itself")
    return dataset


def _listed_layers(groups: Mapping[str, h5py.Group], datasets: Mapping[str, h5py.Dataset]) -> Layers:
    """Return the layers of the old layout in the order of the model; layers of a nested model by folder."""
    layers: Layers = {}
    for path in _in_listed_order(groups):
        arrays = _texts(groups[path], "weight_names")
        nested = len({posixpath.dirname(array) for array in arrays}) > 1
        for array in arrays:
            layer = posixpath.dirname(array) if nested else path.removeprefix("model_weights/")
            layers.setdefault(layer, []).append(_stored(datasets, f"{path}/{array}"))
    return layers


def _in_listed_order(groups: Mapping[str, h5py.Group]) -> list[str]:
    """Return the paths of the groups, first the layers in the order of the model; HDF5 sorts by name."""
    listed = [*_texts(groups[""], "layer_names")]
    if model := groups.get("model_weights"):
        listed += [f"model_weights/{name}" for name in _texts(model, "layer_names")]
    ranks = {path: rank for rank, path in enumerate(listed)}
    return sorted(groups, key=lambda path: ranks.get(path, len(ranks)))


def _named_by_order(layers: Layers, expected: Shapes) -> Layers:
    """Return the layers under the expected names if the file uses other names but all shapes fit in order.

    Keras's published files need this: InceptionV3's layers have the numbers of the session that saved them.
    The names of a file that has every expected name are kept.
    """
    if all(layer in layers for layer in expected):
        return layers
    shapes = [tuple(array.shape for array in arrays) for arrays in layers.values()]
    return dict(zip(expected, layers.values(), strict=True)) if shapes == [*expected.values()] else layers


def _texts(group: h5py.Group, attribute: str) -> list[str]:
    """Return a list of names; Keras splits one that is longer than 64 kB: ``weight_names0`` and so on."""
    if attribute in group.attrs:
        return [_text(name) for name in group.attrs[attribute]]
    parts = takewhile(group.attrs.__contains__, (f"{attribute}{number}" for number in count()))
    return [_text(name) for part in parts for name in group.attrs[part]]


def _text(value: bytes | str) -> str:
    return value.decode() if isinstance(value, bytes) else value


def _variable_layers(
    groups: Mapping[str, h5py.Group],
    datasets: Mapping[str, h5py.Dataset],
    expected: Shapes,
    names: Mapping[str, str] | None,
) -> Layers:
    """Return the layers of the new layout; a repeated name collects all arrays, and so fits no network."""
    holders = {path: group for path, group in groups.items() if path.endswith("/vars") and len(group)}
    if not any("name" in group.attrs for group in holders.values()):
        names = names or _names_by_order(holders, expected)
    layers: Layers = {}
    for path, group in holders.items():
        key = layer_key(path)
        layer = _text(group.attrs.get("name", (names or {}).get(key, key)))
        layers.setdefault(layer, []).extend(_stored(datasets, f"{path}/{i}") for i in range(len(group)))
    return layers


def _names_by_order(holders: Mapping[str, h5py.Group], expected: Shapes) -> dict[str, str]:
    """Return names for numbered layers: the first convolution is the network's first, and so on."""
    keys = sorted(map(layer_key, holders), key=_natural)
    names: dict[str, str] = {}
    for kind in _KINDS:
        found = [key for key in keys if re.fullmatch(rf"(.*/)?{kind}(_\d+)?", key)]
        wanted = [layer for layer, (first, *_) in expected.items() if _kind(first) == kind]
        names.update(zip(found, wanted, strict=False))  # more layers than expected are ignored
    return names


def _kind(shape: tuple[int, ...]) -> str:
    """Return the kind of a layer from the shape of its first array; a depthwise kernel is (h, w, C, 1)."""
    if len(shape) == 4:
        return "depthwise_conv2d" if shape[3] == 1 and shape[2] > 1 else "conv2d"
    return "dense" if len(shape) == 2 else "batch_normalization"


def _natural(path: str) -> list[int | str]:
    """Return a sort key that puts ``conv2d_10`` after ``conv2d_9``."""
    return [int(part) if part.isdigit() else part for part in re.split(r"(\d+)", path)]
