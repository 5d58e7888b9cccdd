"""Give a subclassed model, whose graph only its ``call`` knows, an input and an output."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from generator.errors import NetworkError
from generator.networks import backend


def functional(model: Any) -> Any:
    """Return a functional model whose only layer is a subclassed model; any other value unchanged.

    Both have the same variables. The engine looks into the layer as into any layer of a user's.

    Raises:
        NetworkError: the model was never called, so that the shape of its input is unknown.
    """
    backend.load()
    import keras

    if not isinstance(model, keras.Model) or getattr(model, "inputs", None):
        return model
    if isinstance(model, keras.Sequential) or hasattr(model, "_nodes_by_depth"):
        return model
    shape = _input_shape(model.get_build_config() or {})
    if shape is None:
        raise NetworkError(
            f"the size of the input of '{model.name}' is unknown; call the model once on pictures, as in "
            "model(pictures), before it is loaded or saved"
        )
    image = keras.Input(tuple(shape[1:]))
    return keras.Model(image, model(image), name=model.name)


def _input_shape(built: Mapping[str, Any]) -> Any:
    """Return the only shape that a model was built with, ``None`` if there is none."""
    shapes = built.get("shapes_dict") or {"input": built.get("input_shape")}
    found = list(shapes.values())
    is_one = len(found) == 1 and isinstance(found[0], list | tuple) and len(found[0]) > 1
    return found[0] if is_one and all(isinstance(side, int) for side in found[0][1:]) else None
