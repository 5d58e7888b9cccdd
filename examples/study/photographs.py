"""Five blocks of VGG16, the three strongest features of each, by both treatments of the bias."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from statistics import median
from typing import Any

import numpy as np

from convnet_gallery import deconvolve
from examples.study.scope import Scope
from examples.study.similarity import rank_correlation
from examples.study.wording import ranged, table, two
from generator.api.saving import drawn
from generator.records import Output, Value, Visualization
from generator.records.choices import BIASES


def chapter(scope: Scope) -> Value:
    """Return how far both biases differ, and the figures of a few photographs with the bias subtracted.

    The gallery has the figures without the bias.
    """
    vgg, files, shown = scope.load("vgg16"), [], []
    for image in scope.photographs:
        seen = {
            bias: deconvolve(vgg, image.path, scope.pools, scope.top_features, bias=bias) for bias in BIASES
        }
        shown.append({"slug": image.slug, "title": image.title, "layers": _compared(seen)})
        if image in scope.shown_closer:
            figure = drawn(seen["subtract"])
            files.append(Output(f"study/photographs/{image.slug}.svg", figure.svg.encode()))
    pools = [_summary(shown, layer) for layer in scope.pools]
    rows = [(row["layer"], ranged(row["alike"]), ranged(row["share"])) for row in pools]
    files.append(table("photographs/bias", ("layer", "similarity", "norm"), rows))
    said = {
        "count": str(pools[0]["count"]),
        "first": two(pools[0]["alike"][1]),
        "least": two(min(row["alike"][1] for row in pools)),
    }
    return Value({"photographs": shown, "pools": pools, "said": said}, tuple(files))


def _compared(seen: Mapping[str, Visualization]) -> dict[str, Any]:
    """Return the features of each layer; ``alike`` and ``shares`` compare both biases."""
    none, subtract = (seen[bias].layers for bias in BIASES)
    layers = {}
    for name, layer in none.items():
        pairs = list(zip(layer.reconstructions, subtract[name].reconstructions, strict=True))
        layers[name] = {
            "features": layer.features.tolist(),
            "strengths": layer.strengths.tolist(),
            "alike": [rank_correlation(one, other) for one, other in pairs],
            "shares": [_length(other) / (_length(one) or 1.0) for one, other in pairs],
        }
    return layers


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
