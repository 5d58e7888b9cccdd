"""A whole model in an ``.h5`` file, as Keras wrote it before ``.keras``: a description beside the weights.

Question: which code reads it? Options: Keras's own reader, which makes the model and fills it in one step;
the description by Keras's deserializer of today, and the weights by ``load_weights``. Choice: the latter, so
that the same checks as for ``.keras`` come between. Cost: each layer gets the module that newer files name.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from generator.errors import WeightsError
from generator.networks.h5_probe import CRASHES, survives
from generator.networks.h5_weights import open_h5

ONLY_WEIGHTS = (
    'contains only weights, no model; save the whole model with model.save("x.keras"), or name the file as '
    "`weights` of the network that they belong to"
)
_MODELS = {"Functional": "keras.src.models.functional", "Sequential": "keras"}
"""The modules that Keras names in its own files."""


def read(path: Path) -> tuple[dict[str, Any], int]:
    """Return the description of a model in the form of ``.keras`` files, and the count of stored numbers.

    Raises:
        WeightsError: the file crashes HDF5, has only weights, or refers to other files.
    """
    import h5py  # slow to import, and a rebuild opens no model

    if not survives(path):
        raise WeightsError(CRASHES)
    with h5py.File(path, "r") as opened:
        text = opened.attrs.get("model_config")
    if text is None:
        raise WeightsError(ONLY_WEIGHTS)
    with open_h5(path, {}) as layers:
        stored = sum(dataset.size for arrays in layers.values() for dataset in arrays)
    return _with_modules(json.loads(text)), stored


def _with_modules(layer: Mapping[str, Any]) -> dict[str, Any]:
    """Return the description of a layer, and of all inside it, with the module that its class comes from.

    A class that Keras does not have gets no module. Then it is refused by name.
    """
    from keras import layers

    name, inside = layer["class_name"], dict(layer.get("config") or {})
    if isinstance(inside.get("layers"), list):
        inside["layers"] = [_with_modules(one) for one in inside["layers"]]
    if isinstance(inside.get("layer"), dict):
        inside["layer"] = _with_modules(inside["layer"])
    own = "Functional" if name == "Model" else name
    module = _MODELS.get(own, "keras.layers" if hasattr(layers, name) else None)
    registered = {"registered_name": layer.get("registered_name")}
    return {**layer, **registered, "class_name": own, "module": layer.get("module", module), "config": inside}
