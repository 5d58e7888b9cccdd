"""How much the pictures of three methods depend on what is asked: on the feature, and on the class."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import combinations
from typing import Any

from convnet_gallery import deconvolve
from examples.study.photographs import spread
from examples.study.scope import Scope
from examples.study.similarity import alike_edges, magnitude, rank_correlation
from examples.study.wording import listed, ranged, table, two
from generator.networks.network import Network
from generator.records import ImageSpec, Value, Visualization
from generator.records.choices import METHODS

LAYERS = {"vgg16": ("block3_pool", "block5_pool"), "squeezenet": ("fire9",)}
FAR_CLASSES = 500


def chapter(scope: Scope) -> Value:
    """Return the numbers of all photographs; the gallery has the figures."""
    networks = {name: scope.load(name) for name in LAYERS}
    numbers: dict[tuple[str, str], list[dict[str, float]]] = {}
    for image in scope.photographs:
        for name, network in networks.items():
            for method in METHODS:
                seen = deconvolve(network, image.path, LAYERS[name], 3, method=method)
                for layer in LAYERS[name]:
                    numbers.setdefault((layer, method), []).append(_numbers(seen, layer))
    layers = sorted(
        (_summary(*place, found) for place, found in numbers.items()), key=lambda row: str(row["layer"])
    )
    found = list(classes(networks["squeezenet"], scope.photographs))
    files = (
        table(
            "methods/features",
            ("layer", "method", "among features", "with the picture's steepness"),
            [(row["layer"], row["method"], ranged(row["among"]), ranged(row["edges"])) for row in layers],
        ),
        table(
            "methods/classes",
            ("method", "with signs", "magnitudes"),
            [(row["method"], ranged(row["signed"]), ranged(row["magnitude"])) for row in found],
        ),
    )
    deep = ((row["method"], row["among"][1]) for row in layers if row["layer"] == "block5_pool")
    said = {"count": str(len(scope.photographs)), "deep": listed(deep)}
    said |= {row["method"]: two(row["signed"][1]) for row in found}
    said["gradient magnitude"] = two(found[METHODS.index("gradient")]["magnitude"][1])
    return Value({"layers": layers, "classes": found, "said": said}, files)


def classes(network: Network, images: Sequence[ImageSpec]) -> Iterator[dict[str, Any]]:
    """Yield for each method how alike the likeliest class and one far down the list reconstruct."""
    count = len(network.classes)
    likeliest = [deconvolve(network, image.path, ["predictions"], 1) for image in images]
    for method in METHODS:
        signed, sizes = [], []
        for image, best in zip(images, likeliest, strict=True):
            (first,) = best.layers["predictions"].features.tolist()
            asked = {"predictions": [first, (first + FAR_CLASSES) % count]}
            layer = deconvolve(network, image.path, features=asked, method=method, seed="unit").layers
            one, other = layer["predictions"].reconstructions
            signed.append(rank_correlation(one, other))
            sizes.append(rank_correlation(magnitude(one), magnitude(other)))
        yield {"method": method, "signed": spread(signed), "magnitude": spread(sizes)}


def _numbers(seen: Visualization, layer: str) -> dict[str, float]:
    """Return how alike a layer's features reconstruct, and how alike that is to the picture's edges."""
    arrays = seen.layers[layer].reconstructions
    pairs = [rank_correlation(*map(magnitude, pair)) for pair in combinations(arrays, 2)]
    steep = [alike_edges(values, seen.input) for values in arrays]
    return {"among": sum(pairs) / len(pairs), "edges": sum(steep) / len(steep)}


def _summary(layer: str, method: str, found: Sequence[Mapping[str, float]]) -> dict[str, Any]:
    among, steep = ([one[name] for one in found] for name in ("among", "edges"))
    return {"layer": layer, "method": method, "among": spread(among), "edges": spread(steep)}
