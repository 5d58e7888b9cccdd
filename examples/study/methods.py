"""Deconvnet, guided backpropagation and gradient side by side, and how much each depends on what is asked."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import combinations
from typing import Any

from convnet_gallery import deconvolve
from examples.study.photographs import overlay, reconstruction, spread
from examples.study.scope import Scope
from examples.study.sheet import Group, Row, draw_sheet
from examples.study.similarity import alike_edges, magnitude, rank_correlation
from generator.networks.network import Network
from generator.networks.registry import describe
from generator.records import ImageSpec, Output, Value, Visualization
from generator.records.choices import METHODS

LAYERS = {"vgg16": ("block3_pool", "block5_pool"), "squeezenet": ("fire9",)}
SHOWN = 2
FAR_CLASSES = 500

Seen = Mapping[str, Visualization]


def chapter(scope: Scope) -> Value:
    """Return the figures of the photographs that are looked at closely, and the numbers of all."""
    networks = {name: scope.load(name) for name in LAYERS}
    outputs, figures = [], []
    numbers: dict[tuple[str, str], list[dict[str, float]]] = {}
    for image in scope.photographs:
        rows: list[Row] = []
        for name, network in networks.items():
            seen = {
                method: deconvolve(network, image.path, LAYERS[name], 3, method=method) for method in METHODS
            }
            rows += list(_rows(name, seen))
            for layer, method in ((layer, method) for layer in LAYERS[name] for method in METHODS):
                numbers.setdefault((layer, method), []).append(_numbers(seen[method], layer))
        if image in scope.shown_closer:
            path = f"study/methods/{image.slug}.svg"
            figure = draw_sheet(f"methods-{image.slug}", rows, f"{image.title} by three methods")
            outputs.append(Output(path, figure.svg.encode()))
            figures.append({"slug": image.slug, "title": image.title, "figure": figure.facts(path)})
    facts = {
        "photographs": tuple(figures),
        "layers": tuple(_summary(*place, found) for place, found in numbers.items()),
        "classes": tuple(classes(networks["squeezenet"], scope.photographs)),
        "count": len(scope.photographs),
    }
    return Value(facts, tuple(outputs))


def classes(network: Network, images: Sequence[ImageSpec]) -> Iterator[dict[str, Any]]:
    """Yield for each method how alike the likeliest class and one far down the list reconstruct."""
    count = len(network.classes)
    for method in METHODS:
        signed, sizes = [], []
        for image in images:
            best = deconvolve(network, image.path, ["predictions"], 1, method=method, seed="unit")
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
    drawn = [alike_edges(values, seen.input) for values in arrays]
    return {"among": sum(pairs) / len(pairs), "edges": sum(drawn) / len(drawn)}


def _summary(layer: str, method: str, found: Sequence[Mapping[str, float]]) -> dict[str, Any]:
    among, drawn = ([one[name] for one in found] for name in ("among", "edges"))
    return {"layer": layer, "method": method, "among": spread(among), "edges": spread(drawn)}


def _rows(name: str, seen: Seen) -> Iterator[Row]:
    """Yield a row for each layer: two features, each with its activation and a reconstruction a method."""
    first = seen[METHODS[0]]
    for layer, result in first.layers.items():
        groups = []
        for place in range(min(SHOWN, len(result.features))):
            tiles = [overlay(first.input, result, place)]
            tiles += [
                reconstruction(found.layers[layer].reconstructions[place], method)
                for method, found in seen.items()
            ]
            groups.append(Group(f"feature {result.features[place]}", tuple(tiles)))
        yield Row(layer, (describe(name).title,), tuple(groups))
