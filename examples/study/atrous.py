"""The same weights at twice the resolution: the atrous variants beside the plain networks."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from convnet_gallery import deconvolve
from examples.study.photographs import overlay, reconstruction
from examples.study.scope import Scope
from examples.study.sheet import Group, Row, draw_sheet
from examples.study.similarity import rank_correlation
from generator.records import Output, Value, Visualization

LAYERS = {"vgg16": "block5_conv3", "squeezenet": "fire9"}
FIRST_UNIT = {"vgg16": 0, "squeezenet": 1}
"""Where the plain network's unit p lies in the atrous one: at 2p, and a pixel further in SqueezeNet."""
VARIANTS = {"plain": None, "atrous": "atrous"}
BORDER_UNITS = {"vgg16": 0, "squeezenet": 3}
"""How far from the border padding still makes a difference."""


def chapter(scope: Scope) -> Value:
    """Return a figure for each photograph that is looked at closely, and how far shared units differ."""
    networks = {
        name: {variant: scope.load(name, known) for variant, known in VARIANTS.items()} for name in LAYERS
    }
    outputs, shown = [], []
    for image in scope.shown_closer:
        rows, facts = [], {}
        for name, variants in networks.items():
            seen = _seen(variants, image.path, LAYERS[name])
            rows += [_row(name, variant, found) for variant, found in seen.items()]
            facts[name] = compared(name, seen)
        path = f"study/atrous/{image.slug}.svg"
        figure = draw_sheet(f"atrous-{image.slug}", rows, f"{image.title}, plain and atrous")
        outputs.append(Output(path, figure.svg.encode()))
        shown.append(
            {"slug": image.slug, "title": image.title, "networks": facts, "figure": figure.facts(path)}
        )
    return Value({"photographs": tuple(shown), "layers": dict(LAYERS)}, tuple(outputs))


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
        "features": tuple(int(feature) for feature in plain.features),
        "units": (side, atrous.activations.shape[1]),
        "border_units": border,
        "farthest": float(np.abs(shared - ours).max() / (np.abs(ours).max() or 1.0)),
        "alike": tuple(rank_correlation(one, other) for one, other in pairs),
    }


def _seen(variants: Mapping[str, Any], path: Any, layer: str) -> dict[str, Visualization]:
    """Return the plain network's strongest features as both variants see them."""
    plain = deconvolve(variants["plain"], path, [layer], 3)
    features = {layer: plain.layers[layer].features.tolist()}
    return {"plain": plain, "atrous": deconvolve(variants["atrous"], path, features=features)}


def _row(name: str, variant: str, seen: Visualization) -> Row:
    layer = seen.layers[LAYERS[name]]
    height, width = layer.activations.shape[1:]
    groups = [
        Group(
            f"feature {feature}",
            (overlay(seen.input, layer, place), reconstruction(layer.reconstructions[place], "deconvnet")),
        )
        for place, feature in enumerate(layer.features)
    ]
    notes = (LAYERS[name], variant, f"{height} \N{MULTIPLICATION SIGN} {width} units")
    return Row(name, notes, tuple(groups))
