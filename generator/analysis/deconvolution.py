"""Deconvolve a picture: run it through a network, and reconstruct it from the strongest features."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from importlib.metadata import version
from typing import TYPE_CHECKING, Any

from generator.analysis.forward_pass import look
from generator.engine.methods import need_slopes
from generator.errors import NetworkError
from generator.records import Visualization
from generator.version import __version__

if TYPE_CHECKING:
    from generator.networks.network import Network
    from generator.records import Array


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
    """Reconstruct a picture from the strongest features of each layer (Zeiler & Fergus 2013).

    Args:
        network: from ``load_network``.
        image: a picture, cropped and scaled to the network's input: (H, W, 3) uint8 RGB array, PIL image or
            path; or a float array with the shape of the input, with or without a batch axis of one, which is
            used unchanged.
        layers: the names of the layers. ``predictions`` is the logits, with the likeliest classes first; if
            the logits are maps, their means are ranked. By default the keys of ``features``, or the network's
            pools.
        top_features: the number of features of each layer, ranked by the L2 norm of the activation map.
        features: layer -> features to reconstruct instead of the strongest, in this order.
        method: ``deconvnet`` rectifies the signal, ``gradient`` masks it by the activation, ``guided``
            does both (Springenberg et al. 2014).
        seed: ``map`` starts from the whole activation map, ``peak`` from its maximum alone, ``unit`` from
            1.0 at its maximum.
        bias: ``none`` computes the adjoint; ``subtract`` subtracts the bias before each transposed
            convolution.
        full: ``True`` reconstructs all layers in one sweep, ``False`` makes one sweep per layer. The numbers
            are the same.
        memory_budget: the bytes that a sweep may use; rows are swept in chunks that fit, with the same
            numbers. By default half of the memory that was free on the device when these layers were first
            requested.
        sweep_rows: the maximal number of rows of a sweep. With 1, one sweep per layer is compiled and serves
            any features of later pictures.

    Raises:
        EngineError: the method, seed or bias is unknown, an operation of the network has no rule, or memory
            does not suffice for one row.
        ImageError: the picture cannot be read or has the wrong shape.
        NetworkError: the network does not have one of the layers.
        SelectionError: a layer does not have one of the features.
    """
    from generator.engine.deconvnet import refuse_unknown

    refuse_unknown(method, seed)
    wanted = _wanted(network, layers, features)
    seen = look(network, image, wanted, bias=bias, keeps_slopes=need_slopes([method]))
    named = features or {}
    chosen = {layer: seen.choose(layer, named.get(layer), top_features) for layer in wanted}
    sweeps = [chosen] if full else [{layer: numbers} for layer, numbers in chosen.items()]
    rows: dict[str, Array] = {}
    for sweep in sweeps:
        rows.update(seen.reconstruct(sweep, method, seed, memory_budget, sweep_rows))
    return Visualization(
        input=seen.input,
        network=network.name,
        predictions=seen.predictions,
        layers={layer: seen.result(layer, chosen[layer], rows[layer]) for layer in wanted},
        provenance={**versions(), "method": method, "seed": seed, "bias": bias, **network.made_by},
        sweeps=sum(seen.count_sweeps(sweep, memory_budget, sweep_rows) for sweep in sweeps),
    )


def versions() -> dict[str, str]:
    """Return the versions of the generator and of Keras, for provenance."""
    return {"generator": __version__, "keras": version("keras")}


def _wanted(
    network: Network, layers: Sequence[str] | None, features: Mapping[str, Sequence[int]] | None
) -> Sequence[str]:
    """Return the requested layers, or the default ones."""
    if isinstance(layers, str):
        raise NetworkError(f"`layers` must be a list of layer names. Received: {layers!r}")
    wanted = tuple(layers) if layers is not None else tuple(features or network.pools)
    unused = sorted(set(features or ()) - set(wanted))
    if unused:
        raise NetworkError(f"`features` names the layer {unused[0]!r}, which is not among `layers`: {wanted}")
    if not wanted:
        raise NetworkError(f"`layers` is empty; expected layers of {network.name}")
    return wanted
