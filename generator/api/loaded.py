"""A network as Python users have it: with the facts of its layers, and a display in notebooks."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from generator.networks.network import Network
from generator.records import LayerInfo


@dataclass(frozen=True, repr=False)
class LoadedNetwork(Network):
    """A network from ``load_network``.

    ``layers`` maps the names of its layers to their facts, in the network's order: kind, shape of the
    activated output without the batch axis, parameters, and receptive field (height, width) in pixels.
    """

    layers: Mapping[str, LayerInfo] = field(kw_only=True, compare=False)

    def _repr_html_(self) -> str:
        from generator.api.notebook import network_html

        return network_html(self)
