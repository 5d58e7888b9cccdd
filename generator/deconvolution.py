"""What users call from Python: a picture through a network, and back from its strongest features."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from importlib.metadata import version
from typing import TYPE_CHECKING, Any

from generator.engine.methods import need_slopes
from generator.errors import NetworkError
from generator.forward_pass import look
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
        provenance=provenance(network, method, seed, bias),
        sweeps=sum(seen.count_sweeps(sweep, memory_budget, sweep_rows) for sweep in sweeps),
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
