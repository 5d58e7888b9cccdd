"""From the strongest features of a picture back to the picture."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from importlib.metadata import version
from typing import TYPE_CHECKING, Any

from generator.analysis.forward_pass import look
from generator.engine.methods import need_slopes
from generator.records import Visualization
from generator.version import __version__

if TYPE_CHECKING:
    from generator.networks.network import Network
    from generator.records import Array


@dataclass(frozen=True)
class Deconvolution:
    """What is reconstructed of each picture, and how; the fields are arguments of ``api.deconvolve``."""

    layers: tuple[str, ...]
    features: Mapping[str, tuple[int, ...]]
    top_features: int
    method: str
    seed: str
    bias: str
    full: bool
    memory_budget: int | None
    sweep_rows: int | None
    fit: str

    def of(self, network: Network, image: Any) -> Visualization:
        """Return the results of a network for one picture.

        Raises:
            EngineError: memory is too small for one row, or a number overflows.
            ImageError: the picture cannot be read or has the wrong shape.
            NetworkError: a layer that the network does not have.
            SelectionError: a feature that its layer does not have.
        """
        slopes = need_slopes([self.method])
        seen = look(network, image, self.layers, bias=self.bias, keeps_slopes=slopes, fit=self.fit)
        chosen = {
            layer: seen.choose(layer, self.features.get(layer), self.top_features) for layer in self.layers
        }
        sweeps = [chosen] if self.full else [{layer: numbers} for layer, numbers in chosen.items()]
        rows: dict[str, Array] = {}
        for sweep in sweeps:
            rows.update(seen.reconstruct(sweep, self.method, self.seed, self.memory_budget, self.sweep_rows))
        settings = {"method": self.method, "seed": self.seed, "bias": self.bias, "fit": self.fit}
        return Visualization(
            input=seen.input,
            network=network.name,
            predictions=seen.predictions,
            layers={layer: seen.result(layer, chosen[layer], rows[layer]) for layer in self.layers},
            provenance={**versions(), **settings, **network.made_by},
            measure=seen.measure,
            framing=seen.framing,
            sweeps=sum(seen.count_sweeps(sweep, self.memory_budget, self.sweep_rows) for sweep in sweeps),
        )


def versions() -> dict[str, str]:
    """Return the versions of the generator and of Keras, and the backend with its device."""
    from generator.engine.device import (
        device,
    )  # imports Keras, which a build that reuses every result does not load

    return {"generator": __version__, "keras": version("keras"), "device": device().lasting}
