"""Five blocks of VGG16, the three strongest features of each, by both treatments of the bias."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from statistics import median
from typing import Any

import numpy as np

from convnet_gallery import deconvolve
from examples.study.scope import Scope
from examples.study.sheet import Group, Row, Tile, draw_sheet, tinted
from examples.study.similarity import rank_correlation
from generator.figures.pixels import display
from generator.figures.words import limits, number
from generator.records import ImageSpec, LayerResult, Output, Value, Visualization
from generator.records.choices import BIASES


def chapter(scope: Scope) -> Value:
    """Return a figure for each photograph, what classifiers take it for, and how far both biases differ."""
    vgg, classifiers = scope.load("vgg16"), [scope.load(name) for name in scope.classifiers]
    outputs, shown = [], []
    for image in scope.photographs:
        seen = {
            bias: deconvolve(vgg, image.path, scope.pools, scope.top_features, bias=bias) for bias in BIASES
        }
        guesses = {
            network.name: deconvolve(network, image.path, ["predictions"], 1).predictions
            for network in classifiers
        }
        path = f"study/photographs/{image.slug}.svg"
        figure = draw_sheet(f"bias-{image.slug}", list(rows(seen)), f"{image.title}, five blocks of VGG16")
        outputs.append(Output(path, figure.svg.encode()))
        shown.append(_facts(image, seen, guesses) | {"figure": figure.facts(path)})
    own = seen["none"].predictions
    facts = {
        "photographs": tuple(shown),
        "pools": tuple(_summary(shown, layer) for layer in scope.pools),
        "weights": scope.weights,
        "vgg16_classifies": bool(own),
    }
    return Value(facts, tuple(outputs))


def rows(seen: Mapping[str, Visualization]) -> Sequence[Row]:
    """Return a row for each layer; a group has the activation, and the reconstruction by every bias."""
    first = seen["none"]
    return [
        Row(name, (), tuple(_group(first.input, seen, name, place) for place in range(len(layer.features))))
        for name, layer in first.layers.items()
    ]


def reconstruction(values: Any, words: str) -> Tile:
    """Return a reconstruction on the linear scale ``symmetric``, its ends under it."""
    shown = display(values, "symmetric")
    return Tile(shown.pixels, (*([words] if words else []), limits(shown.black, shown.white)))


def overlay(rgb: Any, layer: LayerResult, place: int) -> Tile:
    """Return the picture, tinted where a feature is active; the picture itself where it has no map."""
    activation = layer.activations[place]
    pixels = tinted(rgb, activation) if activation.ndim else rgb
    return Tile(pixels, ("activation", f"strength {number(layer.strengths[place])}"))


def _group(rgb: Any, seen: Mapping[str, Visualization], name: str, place: int) -> Group:
    layer = seen["none"].layers[name]
    tiles = [overlay(rgb, layer, place)]
    tiles += [reconstruction(found.layers[name].reconstructions[place], bias) for bias, found in seen.items()]
    return Group(f"feature {layer.features[place]}", tuple(tiles))


def _facts(image: ImageSpec, seen: Mapping[str, Visualization], guesses: Mapping[str, Any]) -> dict[str, Any]:
    """Return what is said of one photograph; ``alike`` and ``shares`` compare its biases, by feature."""
    none, subtract = (seen[bias].layers for bias in BIASES)
    layers = {}
    for name, layer in none.items():
        pairs = list(zip(layer.reconstructions, subtract[name].reconstructions, strict=True))
        layers[name] = {
            "features": tuple(int(feature) for feature in layer.features),
            "strengths": tuple(float(strength) for strength in layer.strengths),
            "alike": tuple(rank_correlation(one, other) for one, other in pairs),
            "shares": tuple(_length(other) / (_length(one) or 1.0) for one, other in pairs),
        }
    predictions = {name: tuple(map(tuple, found)) for name, found in guesses.items()}
    predictions |= {"vgg16": tuple(map(tuple, seen["none"].predictions))} if seen["none"].predictions else {}
    return {"slug": image.slug, "title": image.title, "predictions": predictions, "layers": layers}


def _length(values: Any) -> float:
    return float(np.sqrt(np.square(values.astype(np.float64)).sum()))


def _summary(shown: Sequence[Mapping[str, Any]], layer: str) -> dict[str, Any]:
    """Return the median and the extremes over all photographs and features of one layer."""
    alike = [value for one in shown for value in one["layers"][layer]["alike"]]
    shares = [value for one in shown for value in one["layers"][layer]["shares"]]
    return {"layer": layer, "alike": spread(alike), "share": spread(shares), "count": len(alike)}


def spread(values: Sequence[float]) -> tuple[float, float, float]:
    """Return the least, the median and the largest.

    >>> spread([3.0, 1.0, 2.0])
    (1.0, 2.0, 3.0)
    """
    return min(values), float(median(values)), max(values)
