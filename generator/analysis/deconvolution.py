"""What users call from Python: a picture through a network, and back from its strongest features."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from importlib.metadata import version
from typing import TYPE_CHECKING, Any

from generator.analysis import inspection
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
    """Return the reconstructions of the strongest features of each layer (Zeiler & Fergus 2013).

    The network is computed with the weights that its model has now. Compiled functions are kept for the next
    call as long as the weights stay the same.

    Args:
        network: from ``load_network``.
        image: an (H, W, 3) uint8 RGB array, a PIL image or a path, which is cut and scaled to the network's
            input; or a float array of the input's shape, with or without a batch axis, used as it is.
        layers: names of layers, by default the keys of ``features`` or the network's pools. ``predictions``
            is the logits: its features are the likeliest classes, by the mean over the map if it has one.
        top_features: the number of features of each layer, strongest first by the L2 norm of the activation
            map. Of equal norms, in float32, the lower number comes first.
        features: layer -> features to show instead, in this order.
        method: ``deconvnet`` rectifies the signal, ``gradient`` masks it by the activation, ``guided``
            does both (Springenberg et al. 2014).
        seed: ``map`` starts from the whole activation map, ``peak`` from its maximum alone, ``unit`` from
            1.0 at its maximum.
        bias: ``none`` for the adjoint; ``subtract`` takes the bias off before each transposed convolution.
        full: whether layers share sweeps; ``False`` makes at least one for each. The numbers are the same.
        memory_budget: the bytes that a sweep may take; more rows go in several sweeps, with the same numbers.
            By default half of what was free on the device when these layers were first asked for.
        sweep_rows: the most rows of a sweep, at least 1. On a GPU, and under JAX, a graph is compiled for
            each number of rows; with 1, the graph of a layer serves any number of its features.

    Raises:
        EngineError: the method, seed or bias is unknown, ``sweep_rows`` is less than 1, the network has an
            operation without a rule, or memory is too small for one row.
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
        provenance={**versions(), "method": method, "seed": seed, "bias": bias, **network.made_by},
        measure=seen.measure,
        sweeps=sum(seen.count_sweeps(sweep, memory_budget, sweep_rows) for sweep in sweeps),
    )


def versions() -> dict[str, str]:
    """Return the versions of what computes, and its backend and device."""
    from generator.engine.device import device  # a build of what is kept must not load Keras

    return {"generator": __version__, "keras": version("keras"), "device": device().lasting}


def _wanted(
    network: Network, layers: Sequence[str] | None, features: Mapping[str, Sequence[int]] | None
) -> Sequence[str]:
    """Return the layers asked for, or the default."""
    if isinstance(layers, str):
        raise NetworkError(f"`layers` must be a list of layer names. Received: {layers!r}")
    wanted = tuple(layers) if layers is not None else tuple(features or _pools(network))
    unused = sorted(set(features or ()) - set(wanted))
    if unused:
        raise NetworkError(f"`features` names the layer {unused[0]!r}, which is not among `layers`: {wanted}")
    if not wanted:
        raise NetworkError(f"`layers` is empty; expected layers of {network.name}")
    return wanted


def _pools(network: Network) -> Sequence[str]:
    """Return the layers shown by default."""
    return inspection.pools(network.model) if network.pools is None else network.pools
