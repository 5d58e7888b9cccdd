"""The same weights at twice the resolution: the atrous variants beside the plain networks."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from convnet_gallery import deconvolve
from examples.study.scope import Scope
from examples.study.similarity import rank_correlation
from examples.study.wording import exact, table, two
from generator.api.saving import drawn
from generator.networks.registry import describe
from generator.records import Output, Value, Visualization

LAYERS = {"vgg16": "block5_conv3", "squeezenet": "fire9"}
FIRST_UNIT = {"vgg16": 0, "squeezenet": 1}
"""Where the plain network's unit p lies in the atrous one: at 2p, and a pixel further in SqueezeNet."""
VARIANTS = {"plain": None, "atrous": "atrous"}
BORDER_UNITS = {"vgg16": 0, "squeezenet": 3}
"""How far from the border padding still makes a difference."""


def chapter(scope: Scope) -> Value:
    """Return how far shared units differ, and the figures of the plain network's features in both variants.

    A gallery shows each network's own strongest features, which may be others.
    """
    networks = {
        name: {variant: scope.load(name, known) for variant, known in VARIANTS.items()} for name in LAYERS
    }
    files, facts, rows = list[Output](), [], []
    for image in scope.shown_closer:
        for name, variants in networks.items():
            plain = deconvolve(variants["plain"], image.path, [LAYERS[name]], scope.top_features)
            features = {LAYERS[name]: plain.layers[LAYERS[name]].features.tolist()}
            seen = {"plain": plain, "atrous": deconvolve(variants["atrous"], image.path, features=features)}
            for variant, result in seen.items():
                path = f"study/atrous/{image.slug}-{name}-{variant}.svg"
                files.append(Output(path, drawn(result).svg.encode()))
            fact = compared(name, seen)
            facts.append({"slug": image.slug, "network": name, **fact})
            units = ", ".join(f"{side}²" for side in fact["units"])
            far, least = exact(fact["farthest"], 2), two(min(fact["alike"]))
            rows.append((image.title, describe(name).title, fact["layer"], units, far, least))
    header = ("photograph", "network", "layer", "units", "deviation", "similarity")
    files.append(table("atrous/compared", header, rows))
    return Value({"compared": facts}, tuple(files))


def compared(name: str, seen: Mapping[str, Visualization]) -> dict[str, Any]:
    """Return how far the units differ that both variants have, and how alike their reconstructions are."""
    plain, atrous = (seen[variant].layers[LAYERS[name]] for variant in VARIANTS)
    side = plain.activations.shape[1]
    first, border = FIRST_UNIT[name], min(BORDER_UNITS[name], (side - 1) // 2)
    inner = slice(border, side - border)
    shared = atrous.activations[:, first::2, first::2][:, :side, :side][:, inner, inner]
    ours = plain.activations[:, inner, inner]
    pairs = zip(plain.reconstructions, atrous.reconstructions, strict=True)
    return {
        "layer": LAYERS[name],
        "features": plain.features.tolist(),
        "units": (side, atrous.activations.shape[1]),
        "border_units": border,
        "farthest": float(np.abs(shared - ours).max() / (np.abs(ours).max() or 1.0)),
        "alike": [rank_correlation(one, other) for one, other in pairs],
    }
