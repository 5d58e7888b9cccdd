"""The weights that galleries with a cache of their own share, so that no measurement fetches anything."""

from __future__ import annotations

from generator import environment
from generator.networks import fetch, registry


def shared(*networks: str) -> dict[str, str]:
    """Fetch the first weights of networks once; return the variable that makes every cache use them."""
    folder = environment.weights_folder()
    for network in networks:
        weights = next(iter(registry.entry(network).weights.values()))
        fetch.fetch(weights.files[0], folder, lambda _received, _total: None)
    return {"GALLERY_WEIGHTS": str(folder)}
