"""Turn a model with its channels first into one with its channels last, which computes the same.

Question: how are such models read? Options: transpose around every layer; rebuild the model from layers of
the other order. Choice: rebuild, because features must be the last axis of every map that is shown. Weights
are the same in both orders. Only ``Flatten`` without the order's name sees the difference: it gets the order
that the dense layer behind it was trained with. Cost: a layer whose axes mean something else is refused.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from generator.errors import NetworkError
from generator.networks.outputs import structure

FIRST, LAST = "channels_first", "channels_last"
_TO_LAST = {1: 3, 2: 1, 3: 2, -3: 3, -2: 1, -1: 2, 0: 0}
"""An axis of (rows, channels, height, width) -> that of (rows, height, width, channels)."""
_AXIS = frozenset({"BatchNormalization", "Concatenate"})
_ELEMENTWISE = frozenset(
    {
        *("Activation", "ELU", "LeakyReLU", "ReLU", "Rescaling"),
        *(
            "ActivityRegularization",
            "AlphaDropout",
            "Dropout",
            "GaussianDropout",
            "GaussianNoise",
            "Identity",
        ),
        *("Add", "Average", "Maximum", "Minimum", "Multiply", "Subtract"),
    }
)
"""Layers that treat every value alike, whatever its place."""


def is_first(model: Any) -> bool:
    """Tell whether a layer of a model, or of a model inside it, has its channels first."""
    inside: Iterable[Any] = getattr(model, "layers", ())
    return bool(getattr(model, "data_format", None) == FIRST or any(map(is_first, inside)))


def channels_last(model: Any) -> Any:
    """Return a model that computes the same with its channels last; the model itself if they are last.

    Raises:
        NetworkError: a layer cannot be rebuilt; the text names it.
    """
    if not is_first(model) or not getattr(model, "inputs", None):
        return model
    import keras

    shapes = [tuple(tensor.shape) for tensor in model.inputs]
    if len(shapes) != 1 or len(shapes[0]) != 4:
        raise _refusal("its input", "not one picture (channels, height, width)")
    _, channels, height, width = shapes[0]
    pairs: list[tuple[Any, Any]] = []

    def clone(operation: Any) -> Any:
        copy = _cloned(operation)
        pairs.append((operation, copy))
        return copy

    functional = keras.Model(model.inputs[0], structure(model))
    image = keras.Input((height, width, channels), dtype=model.inputs[0].dtype, name=model.inputs[0].name)
    copy = keras.models.clone_model(functional, image, clone, call_function=_called)
    for old, new in pairs:
        if old is not new and hasattr(old, "set_weights"):
            new.set_weights(old.get_weights())
    return keras.Model(copy.inputs[0], structure(copy), name=model.name)


def _cloned(layer: Any) -> Any:
    """Return a layer that does with the channels last what this one does with them first.

    Raises:
        NetworkError: there is none.
    """
    kind, where = type(layer).__name__, f"layer '{layer.name}'"
    if not type(layer).__module__.startswith("keras."):
        raise _refusal(where, f"a {kind}, which is not Keras's own")
    if hasattr(layer, "layers"):
        if not is_first(layer):
            raise _refusal(where, "a model with its channels last")
        return channels_last(layer)
    if not hasattr(layer, "get_config") or not hasattr(layer, "input_spec"):
        raise _refusal(where, f"the bare operation {kind}")
    config, is_picture = layer.get_config(), any(len(one.shape) == 4 for one in _inputs(layer))
    if config.get("activation") == "softmax" and is_picture:
        raise _refusal(where, "a softmax over the width")
    if kind == "Flatten" and is_picture:
        other = {FIRST: LAST, LAST: FIRST}  # with the channels first, ``_called`` keeps that order
        config["data_format"] = other[config["data_format"]]
    elif config.get("data_format") == FIRST:
        config["data_format"] = LAST
    elif is_picture and kind in _AXIS:
        axis = config["axis"]
        config["axis"] = _TO_LAST[axis if isinstance(axis, int) else axis[0]]
    elif is_picture and kind not in _ELEMENTWISE:
        raise _refusal(where, f"a {kind} beside layers with their channels first")
    return type(layer).from_config(config)


def _called(layer: Any, *tensors: Any, **options: Any) -> Any:
    """Call a layer; a ``Flatten`` that keeps the order of its input gets the channels first."""
    import keras

    if type(layer) is keras.layers.Flatten and layer.data_format == FIRST and len(tensors[0].shape) == 4:
        plain = keras.layers.Flatten(name=layer.name)
        order = keras.layers.Permute((3, 1, 2), name=f"{layer.name}_order")  # a name that stays the same
        return plain(order(tensors[0]))
    return layer(*tensors, **options)


def _inputs(layer: Any) -> list[Any]:
    found = layer.input
    return list(found) if isinstance(found, list | tuple) else [found]


def _refusal(where: str, what: str) -> NetworkError:
    return NetworkError(
        f"{where}: the model has its channels first, and this is {what}; build it with "
        'data_format="channels_last"'
    )
