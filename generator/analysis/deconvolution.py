"""One picture through one network: the part of the story that users also call from Python.

Forward once, choose the features of every layer, and carry all of them back in one sweep.
"""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from difflib import get_close_matches
from functools import lru_cache
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from generator import images
from generator.analysis import predictions, selection
from generator.errors import ImageError, NetworkError, SelectionError
from generator.records import LayerResult, Prediction, Visualization
from generator.version import __version__

if TYPE_CHECKING:
    from generator.engine.deconvnet import Deconvnet
    from generator.networks.network import Network
    from generator.records import Array

PREDICTIONS = "predictions"


def deconvolve(
    network: Network,
    image: Any,
    layers: Sequence[str] | None = None,
    top_features: int = 3,
    features: Mapping[str, Sequence[int]] | None = None,
    method: str = "deconvnet",
    seed: str = "map",
    bias: str = "none",
    full: bool = True,
    memory_budget: int | None = None,
    sweep_rows: int | None = None,
) -> Visualization:
    """Return what the strongest features of each layer reconstruct of a picture (Zeiler & Fergus 2013).

    Args:
        network: from ``load_network``.
        image: a picture, cut and scaled to the network's input: (H, W, 3) uint8 RGB array, PIL image or
            path; or a float array of the input's own shape, with or without a batch axis of one, used as
            it is.
        layers: which layers, by name; ``predictions`` is the logits, the likeliest classes first; where
            they have a map, by its mean. By default the keys of ``features``,
            or the network's pools.
        top_features: how many features of each layer, by the L2 norm of the activation map.
        features: layer -> features to show instead, in this order.
        method: ``deconvnet`` rectifies the signal, ``gradient`` masks it by the activation, ``guided``
            does both (Springenberg et al. 2014).
        seed: ``map`` starts from the whole activation map, ``peak`` from its maximum alone, ``unit`` from
            1.0 at its maximum.
        bias: ``none`` for the adjoint; ``subtract`` takes the bias off before each transposed convolution.
        full: all layers in one sweep; ``False`` makes one sweep a layer. The numbers are the same.
        memory_budget: bytes that a sweep may take; rows are swept in chunks that fit, the numbers are the
            same. By default half of what was free on the device when these layers were first asked for.
        sweep_rows: the most rows of a sweep. 1 compiles one sweep a layer, whichever features are asked for
            from picture to picture.

    Raises:
        EngineError: an unknown method, seed or bias, a network with an operation that has no rule, or too
            little memory for one row.
        ImageError: the picture cannot be read or has the wrong shape.
        NetworkError: a layer that the network does not have.
        SelectionError: a feature that its layer does not have.
    """
    engine = _engine(network.model, method, seed, bias)
    rgb, batch = _input(network, image)
    steps = {name: _step(network, engine, name) for name in _wanted(network, layers, features)}
    logits = engine.steps[-1].name
    trace = engine.forward(batch, [*dict.fromkeys((*steps.values(), logits))])
    activations = {step: engine.to_numpy(trace.activations[step])[0] for step in trace.activations}
    chosen = {
        step: _choose(name, step == logits, activations[step], (features or {}).get(name), top_features)
        for name, step in steps.items()
    }
    sweeps = [chosen] if full else [{step: numbers} for step, numbers in chosen.items()]
    rows: dict[str, Array] = {}
    for sweep in sweeps:
        rows |= engine.backward(trace, sweep, memory_budget, sweep_rows)
    swept = sum(len(engine.sweeps(trace, sweep, memory_budget, sweep_rows)) for sweep in sweeps)
    return Visualization(
        input=rgb,
        network=network.name,
        predictions=_predictions(network, activations[logits]),
        layers={
            name: _result(network, step == logits, activations[step], chosen[step], rows[step])
            for name, step in steps.items()
        },
        provenance=provenance(network, method, seed, bias),
        sweeps=swept,
    )


def provenance(network: Network, method: str, seed: str, bias: str) -> Mapping[str, str]:
    """Return what made a result: the settings, the weights and the versions."""
    height, width, _ = network.input_shape
    return {
        "generator": __version__,
        "keras": version("keras"),
        "method": method,
        "seed": seed,
        "bias": bias,
        "network": network.name,
        "variant": network.variant or "plain",
        "input_size": f"{height} x {width}",
        "preprocessing": str(network.preprocessing or "none"),
        "weights": network.weights.title,
        "weights_sha256": network.weights.sha256,
    }


def release() -> None:
    """Let go of the models and engines of all pictures so far, which the next would have found ready."""
    _engine.cache_clear()


@lru_cache(maxsize=64)
def _engine(model: Any, method: str, seed: str, bias: str) -> Deconvnet:
    """Return the compiled engine of a model; a second picture finds it ready."""
    from generator.engine.deconvnet import Deconvnet

    return Deconvnet(model, method, seed, bias)


def _wanted(
    network: Network, layers: Sequence[str] | None, features: Mapping[str, Sequence[int]] | None
) -> Sequence[str]:
    """Return the layers asked for, or the default."""
    if isinstance(layers, str):
        raise NetworkError(f"`layers` must be a list of layer names. Received: {layers!r}")
    wanted = tuple(layers) if layers is not None else tuple(features or network.pools)
    unused = sorted(set(features or ()) - set(wanted))
    if unused:
        raise NetworkError(f"`features` names the layer {unused[0]!r}, which is not among `layers`: {wanted}")
    if not wanted:
        raise NetworkError(f"`layers` is empty; expected layers of {network.name}")
    return wanted


def _step(network: Network, engine: Deconvnet, layer: str) -> str:
    """Return the engine's name of a layer; ``predictions`` is the last one's linear half, the logits."""
    if layer in engine.shapes:
        return layer
    if layer == PREDICTIONS:
        return engine.steps[-1].name
    nearest = get_close_matches(layer, engine.shapes, n=1)
    hint = f"; nearest: {nearest[0]}" if nearest else ""
    raise NetworkError(f"no layer '{layer}' in {network.name}{hint}; layers: {', '.join(engine.shapes)}")


def _input(network: Network, image: Any) -> tuple[Array | None, Array]:
    """Return the picture as the network sees it, (H, W, 3) uint8 or ``None``, and its input batch."""
    if isinstance(image, str | os.PathLike):
        image = images.read(Path(image))
    elif hasattr(image, "convert"):
        image = images.from_pil(image)
    array = np.asarray(image)
    if np.issubdtype(array.dtype, np.floating):
        return None, _fed_directly(network, array)
    if array.dtype != np.uint8 or array.ndim != 3 or array.shape[-1] != 3:
        raise ImageError(
            f"expected an (H, W, 3) uint8 picture or a float array of shape {network.input_shape}. "
            f"Received: {array.dtype} of shape {array.shape}"
        )
    rgb = images.fit(array, network.input_shape[:2])
    return rgb, network.preprocess(rgb)


def _fed_directly(network: Network, array: Array) -> Array:
    batch = array[np.newaxis] if array.ndim == 3 else array
    if batch.shape != (1, *network.input_shape):
        raise ImageError(f"expected a float array of shape {network.input_shape}. Received: {array.shape}")
    return batch


def _choose(layer: str, logits: bool, activations: Array, named: Sequence[int] | None, count: int) -> Array:
    """Return the features of a layer to show: those named, the likeliest classes, or the strongest."""
    try:
        if named is not None:
            return selection.named(named, activations)
        if logits and (activations.ndim == 1 or layer == PREDICTIONS):
            return selection.likeliest(_mean(activations), count)
        return selection.strongest(activations, count)
    except SelectionError as error:
        raise SelectionError(f"layer '{layer}': {error}") from error


def _predictions(network: Network, logits: Array) -> tuple[Prediction, ...]:
    return predictions.best(_mean(logits), network.classes) if network.classes else ()


def _mean(logits: Array) -> Array:
    """Return the logits (classes,) of a whole picture: where they have a map, its mean."""
    mean: Array = logits.reshape(-1, logits.shape[-1]).mean(axis=0, dtype=np.float64)
    return mean


def _result(network: Network, logits: bool, activations: Array, features: Array, rows: Array) -> LayerResult:
    classes = network.classes if logits else ()
    strengths = selection.strengths(activations).astype(np.float32)
    return LayerResult(
        features=features,
        strengths=strengths[features],
        activations=np.moveaxis(activations[..., features], -1, 0),
        reconstructions=network.colours(rows),
        labels=tuple(classes[feature][1] for feature in features) if classes else (),
        profile=strengths,
    )
