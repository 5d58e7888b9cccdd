"""A network with an input of another size, such as that of a small canvas."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import keras

if TYPE_CHECKING:
    from generator.networks.network import Network


def at_size(network: Network, layer: str, size: tuple[int, int]) -> Network:
    """Return a network whose input has another size, with the same weights, as far as it has that layer.

    Layers that need the network's own size, such as dense ones after a flattening, keep it: then the network
    itself is returned.
    """
    if size == network.input_shape[:2]:
        return network
    for model in (network.model, _up_to(network.model, layer)):
        copy = None if model is None else _resized(model, size)
        if copy is not None:
            return replace(network, model=copy, output=network.output if model is network.model else None)
    return network


def _resized(model: Any, size: tuple[int, int]) -> Any:
    """Return a copy with an input of another size; ``None`` if some layer does not work at that size."""
    image = keras.Input((*size, model.inputs[0].shape[3]), dtype=model.inputs[0].dtype)
    try:
        copy = keras.models.clone_model(model, input_tensors=image)
        copy.set_weights(model.get_weights())
    except Exception:  # layers raise nearly any exception
        return None
    outputs = [operation.output for operation in copy.operations]
    return None if any(0 in tensor.shape[1:] for tensor in keras.tree.flatten(outputs)) else copy


def _up_to(model: Any, layer: str) -> Any:
    """Return the part of a model below one of its layers; ``None`` if it has none of that name."""
    own = next((one for one in model.layers if one.name == layer), None)
    if own is None or isinstance(own, keras.layers.InputLayer):
        return None
    return keras.Model(model.inputs[0], own.output)
