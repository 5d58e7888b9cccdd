"""The weight-randomization test of Adebayo et al. 2018, cascading from the top layer down.

Question: what is compared? After a layer was drawn anew, its features are others, and so are their maps: a
reconstruction that starts from the new map would differ though the method were blind. Options: start from
the new map; from the same signal at every stage. Choice: the same, the one of the trained network (for a
class, 1.0 at its logit). What changes with the weights is then the way back alone: kernels, switches and
masks. Cost: the signal no longer says where the randomized network itself would see its feature.

Kernels are drawn from a normal distribution of He's variance, 2 / inputs (He et al. 2015), biases become
zero. Stage k keeps what stage k - 1 drew, as a cascade must.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain
from math import prod
from typing import Any

import numpy as np

from convnet_gallery import deconvolve
from examples.study import chart
from examples.study.photographs import spread
from examples.study.scope import Scope
from examples.study.sheet import Group, Row, Tile, draw_sheet
from examples.study.similarity import alike, alike_edges
from examples.study.wording import listed, ranged, table, two
from generator.engine.deconvnet import Deconvnet
from generator.engine.methods import need_slopes
from generator.engine.passes import Trace
from generator.figures.pixels import display
from generator.figures.words import limits
from generator.networks import registry
from generator.networks.network import Network
from generator.records import ImageSpec, Output, Value
from generator.records.choices import METHODS

Array = Any

TRAINED = "trained"
SQUEEZENET = ("conv10", *(f"fire{number}" for number in range(9, 1, -1)), "conv1")
LOGITS = "conv10:preactivation"
SIMILARITIES = {
    "signed": "rank correlation with the trained network's reconstruction, signs kept",
    "magnitude": "the same of magnitudes",
    "ssim": "structural similarity of magnitudes",
    "edges": "rank correlation of magnitude with the picture's steepness, in cells of 8 pixels",
}
"""What compares two reconstructions -> what it is."""
PICTURED_STAGES = 6


@dataclass(frozen=True)
class Asked:
    """One photograph and what is asked of it: a feature of a layer.

    The signal is its map in the trained network or, where ``even``, 1.0 spread evenly over that map, which is
    what the mean of a map, a class's logit, sends back.
    """

    image: ImageSpec
    rgb: Array
    batch: Array
    layer: str
    feature: int
    even: bool = False


def chapter(scope: Scope) -> Value:
    """Return the curves of both networks, and the pictures of one photograph."""
    parts = _squeezenet(scope), _vgg16(scope)
    files = tuple(file for part in parts for file in part.files)
    said = {name: text for part in parts for name, text in part.facts.pop("said").items()}
    return Value({"networks": [part.facts for part in parts], "said": said}, files)


def stages(model: Any, cascade: Sequence[str], seed: int) -> Iterator[tuple[str, dict[str, list[Array]]]]:
    """Yield the trained network and every stage of the cascade: its name and the weights of the layers drawn.

    A stage is a layer, or all layers whose names begin with it.
    """
    drawn: dict[str, list[Array]] = {}
    yield TRAINED, dict(drawn)
    for stage in cascade:
        for layer in model.layers:
            if layer.weights and (layer.name == stage or layer.name.startswith(f"{stage}_")):
                drawn[layer.name] = anew(layer, seed)
        yield stage, dict(drawn)


def anew(layer: Any, seed: int) -> list[Array]:
    """Return random weights for a layer, the same for the same name and seed; all but the kernel are zero."""
    random = np.random.default_rng([seed, *layer.name.encode()])
    kernel, *others = (weight.shape for weight in layer.weights)
    deviation = np.sqrt(2 / prod(kernel[:-1]))
    return [random.normal(0.0, deviation, kernel), *(np.zeros(shape) for shape in others)]


def measured(
    make: Any, cascade: Sequence[str], asked: Sequence[Asked], seed: int, methods: Sequence[str] = METHODS
) -> list[tuple[str, str, list[Array]]]:
    """Return stage, method and the reconstructions (H, W, 3) of all that is asked, method by method.

    ``make`` returns the trained model, a new one at every call.
    """
    trained, model = Deconvnet(make()), make()
    starts = [_signal(trained, one) for one in asked]
    found: dict[str, list[tuple[str, str, list[Array]]]] = {method: [] for method in methods}
    for stage, drawn in stages(model, cascade, seed):
        for name, weights in drawn.items():
            model.get_layer(name).set_weights(weights)
        engine = Deconvnet(model)  # a new one: an engine reads the weights once
        traces = [engine.forward(one.batch, [one.layer], need_slopes(methods)) for one in asked]
        for method in methods:
            given = zip(asked, starts, traces, strict=True)
            found[method].append((stage, method, [_carried_back(engine, method, *one) for one in given]))
    return [*chain(*found.values())]


def _signal(trained: Deconvnet, one: Asked) -> Any:
    """Return the signal of all features of the layer (1, ...), of which one is taken."""
    activations = trained.forward(one.batch, [one.layer]).activations[one.layer]
    return 0 * activations + 1 / prod(activations.shape[1:-1]) if one.even else activations


def _carried_back(engine: Deconvnet, method: str, one: Asked, start: Any, trace: Trace) -> Array:
    """Return the reconstruction that a network gives of the trained network's signal."""
    features = {one.layer: np.array([one.feature], np.int32)}
    return engine.backward(Trace({one.layer: start}, trace.memories), features, method)[one.layer][0]


def curves(found: Sequence[tuple[str, str, list[Array]]], asked: Sequence[Asked]) -> Iterator[dict[str, Any]]:
    """Yield for each stage, method and photograph how alike its reconstruction is to the trained one."""
    originals = {method: arrays for stage, method, arrays in found if stage == TRAINED}
    for stage, method, arrays in found:
        for one, original, now in zip(asked, originals[method], arrays, strict=True):
            names = {"stage": stage, "method": method, "slug": one.image.slug}
            yield names | alike(original, now) | {"edges": alike_edges(now, one.rgb)}


def summary(rows: Sequence[Mapping[str, Any]]) -> tuple[dict[str, Any], ...]:
    """Return least, median and largest of every number, by stage and method, in order of appearance."""
    places = dict.fromkeys((row["stage"], row["method"]) for row in rows)
    return tuple(
        {"stage": stage, "method": method, "count": len(own)}
        | {name: spread([row[name] for row in own]) for name in SIMILARITIES}
        for stage, method in places
        for own in [[row for row in rows if (row["stage"], row["method"]) == (stage, method)]]
    )


def _squeezenet(scope: Scope) -> Value:
    network = scope.load("squeezenet")
    asked = [_class(network, image) for image in scope.photographs[: scope.tested]]
    what = "the likeliest class, from 1.0 at its logit before the last ReLU"
    return _part(scope, "squeezenet", SQUEEZENET[: scope.stages], asked, what, scope.seeds)


def _vgg16(scope: Scope) -> Value:
    network = scope.load("vgg16")
    layers = [layer.name for layer in network.model.layers if layer.weights]
    convolutions = [name for name in reversed(layers) if name.startswith("block")]
    asked = [_feature(network, image, convolutions[0]) for image in scope.photographs[: scope.tested_in_vgg]]
    what = f"the strongest feature of {convolutions[0]}, from its activation map in the trained network"
    return _part(scope, "vgg16", convolutions[: scope.stages], asked, what, scope.seeds[:1])


def _class(network: Network, image: ImageSpec) -> Asked:
    """Return a class, at the map of which SqueezeNet's logit is the mean, before the ReLU between them.

    In a random network a class may be negative everywhere, and behind that ReLU there would be no picture.
    """
    seen = deconvolve(network, image.path, ["predictions"], 1)
    (feature,) = seen.layers["predictions"].features.tolist()
    return Asked(image, seen.input, network.preprocess(seen.input), LOGITS, feature, even=True)


def _feature(network: Network, image: ImageSpec, layer: str) -> Asked:
    seen = deconvolve(network, image.path, [layer], 1)
    (feature,) = seen.layers[layer].features.tolist()
    return Asked(image, seen.input, network.preprocess(seen.input), layer, feature)


def _part(
    scope: Scope, name: str, cascade: Sequence[str], asked: Sequence[Asked], what: str, seeds: Sequence[int]
) -> Value:
    """Return one network's curves, and the pictures of its first photograph and seed."""
    rows, pictures = [], []
    for seed in seeds:
        found = measured(lambda: scope.fresh(name).model, cascade, asked, seed)
        rows += [row | {"seed": seed} for row in curves(found, asked)]
        pictures = pictures or found
    title, places = registry.describe(name).title, (TRAINED, *cascade)
    sheet = list(_rows(pictures, places, scope.load(name).colours))
    figure = draw_sheet(f"randomization-{name}", sheet, f"{title}, drawn anew from the top layer down")
    found = summary(rows)
    facts = {
        "name": name,
        "asked": what,
        "stages": places,
        "photographs": [one.image.slug for one in asked],
        "seeds": list(seeds),
        "curves": found,
        "rows": rows,
        "said": dict(_said(name, places, found, f"{len(asked)} and {len(seeds)}")),
    }
    plots = [
        Output(f"study/randomization/{name}-{what}.svg", _plot(name, title, places, found, what).encode())
        for what in SIMILARITIES
    ]
    own = Output(f"study/randomization/{name}.svg", figure.encode())
    return Value(facts, (own, *plots, *_tables(name, places, found)))


def _plot(name: str, title: str, places: Sequence[str], found: Sequence[Any], what: str) -> str:
    """Return the plot of one number over the stages of the cascade, a curve for each method."""
    points = {(row["stage"], row["method"]): row[what] for row in found}
    drawn = [chart.Curve(method, tuple(points[stage, method] for stage in places)) for method in METHODS]
    return chart.draw_curves(f"{name}-{what}", places, drawn, f"{title}: {SIMILARITIES[what]}")


def _tables(name: str, places: Sequence[str], found: Sequence[Mapping[str, Any]]) -> Iterator[Output]:
    """Yield all numbers, and those with signs at three stages: the first random one, the middle, the last."""
    header = ("random down to", "method", "with signs", "magnitudes", "SSIM", "steepness")
    rows = [(row["stage"], row["method"], *(ranged(row[one]) for one in SIMILARITIES)) for row in found]
    yield table(f"randomization/{name}", header, sorted(rows, key=lambda row: places.index(row[0])))
    three = places[1], places[len(places) // 2], places[-1]
    signed = {(row["stage"], row["method"]): ranged(row["signed"]) for row in found}
    header = ("method", "top layer random", f"down to {three[1]}", "all random")
    yield table(
        f"randomization/{name}-stages",
        header,
        [(method, *(signed[stage, method] for stage in three)) for method in METHODS],
    )


def _said(
    name: str, places: Sequence[str], found: Sequence[Mapping[str, Any]], counted: str
) -> Iterator[tuple[str, str]]:
    """Yield the numbers that the text names, each with its name."""
    yield f"{name} photographs and seeds", counted
    for when, stage in {"trained": places[0], "top": places[1], "all": places[-1]}.items():
        rows = {row["method"]: row for row in found if row["stage"] == stage}
        for what in SIMILARITIES:
            yield f"{name} {when} {what}", listed((method, row[what][1]) for method, row in rows.items())
            yield from ((f"{name} {when} {what} {method}", two(row[what][1])) for method, row in rows.items())


def _rows(found: Sequence[tuple[str, str, list[Array]]], names: Sequence[str], colours: Any) -> Iterator[Row]:
    """Yield a row for each method: its reconstructions at a few stages, the first and the last among them."""
    places = np.linspace(0, len(names) - 1, min(PICTURED_STAGES, len(names))).round().astype(int)
    shown = [names[place] for place in places]
    for method in METHODS:
        own = {stage: arrays[0] for stage, by, arrays in found if by == method}
        groups = [
            Group(TRAINED if stage == TRAINED else f"to {stage}", (_tile(colours(own[stage])),))
            for stage in shown
        ]
        yield Row(method, (), tuple(groups))


def _tile(values: Any) -> Tile:
    """Return a reconstruction in the scale of the gallery's figures, its ends under it."""
    shown = display(values, "power")
    return Tile(shown.pixels, (limits(shown.black, shown.white),))
