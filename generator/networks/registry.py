"""The table of known networks: a row says how one is built, fed and named, and whose weights it takes.

Reading the table needs no Keras; ``build`` does.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from difflib import get_close_matches
from functools import cache
from importlib import import_module
from typing import Any

from generator.errors import NetworkError
from generator.networks import sources, tables
from generator.networks.preprocessing import CAFFE, HED, Preprocessing
from generator.networks.sources import Source
from generator.records import LayerInfo, NetworkInfo


@dataclass(frozen=True)
class Weights:
    """One choice of weights: its files, the fullest first, and how it wants its pictures."""

    files: tuple[Source, ...]
    preprocessing: Preprocessing
    summary: str


@dataclass(frozen=True)
class Entry:
    """One known network.

    ``builder`` is ``module:function``; ``classifier`` names the layers that only a classifier has;
    ``blocks`` those that end a block.
    """

    title: str
    reference: str
    reference_url: str
    builder: str
    input_shape: tuple[int, int, int]
    weights: Mapping[str, Weights]
    classifier: tuple[str, ...]
    blocks: tuple[str, ...]


NETWORKS: Mapping[str, Entry] = {
    "squeezenet": Entry(
        title="SqueezeNet 1.1",
        reference="Iandola et al. 2016",
        reference_url="https://arxiv.org/abs/1602.07360",
        builder="generator.networks.squeezenet:squeezenet",
        input_shape=(224, 224, 3),
        weights={
            "imagenet": Weights((sources.SQUEEZENET_IMAGENET,), CAFFE, "ImageNet, 1000 classes; packaged"),
        },
        classifier=("conv10", "predictions"),
        blocks=tuple(f"fire{number}" for number in range(2, 10)),
    ),
    "vgg16": Entry(
        title="VGG16",
        reference="Simonyan & Zisserman 2014",
        reference_url="https://arxiv.org/abs/1409.1556",
        builder="generator.networks.vgg:vgg16",
        input_shape=(224, 224, 3),
        weights={
            "hed": Weights((sources.VGG16_HED,), HED, "edges (HED, BSDS500), no classes; packaged"),
            "imagenet": Weights(
                (sources.VGG16_IMAGENET, sources.VGG16_IMAGENET_CONVOLUTIONS),
                CAFFE,
                "ImageNet, 1000 classes; fetched, 553 MB",
            ),
        },
        classifier=("fc1", "fc2", "predictions"),
        blocks=tuple(f"block{number}_pool" for number in range(1, 6)),
    ),
}


def names() -> tuple[str, ...]:
    """Return the names of the known networks."""
    return tuple(NETWORKS)


def entry(name: str) -> Entry:
    """Return a network's row.

    Raises:
        NetworkError: no such network.
    """
    if name not in NETWORKS:
        nearest = get_close_matches(name, NETWORKS, n=1)
        hint = f"; nearest: {nearest[0]}" if nearest else ""
        raise NetworkError(f"no network '{name}'{hint}; known: {', '.join(NETWORKS)}")
    return NETWORKS[name]


@cache
def describe(name: str) -> NetworkInfo:
    """Return what is known of a network, its classifier included."""
    row = entry(name)
    layers = tables.read(name)
    return NetworkInfo(
        name=name,
        title=row.title,
        reference=row.reference,
        reference_url=row.reference_url,
        input_shape=row.input_shape,
        layers=layers,
        groups=_groups(layers, row.blocks),
        weights_choices={choice: weights.summary for choice, weights in row.weights.items()},
    )


def without_classifier(info: NetworkInfo) -> NetworkInfo:
    """Return the same network as it is with weights that have no classifier."""
    row = entry(info.name)
    layers = tuple(layer for layer in info.layers if layer.name not in row.classifier)
    return replace(info, layers=layers, groups=_groups(layers, row.blocks))


def catalogue() -> Mapping[str, NetworkInfo]:
    """Return every known network by its name."""
    return {name: describe(name) for name in NETWORKS}


def build(name: str, classifies: bool = True) -> Any:
    """Return a network's Keras model with untrained weights."""
    row = entry(name)
    module, function = row.builder.split(":")
    arguments = {} if classifies else {"classes": 0}
    return getattr(import_module(module), function)(row.input_shape, **arguments)


def _groups(layers: tuple[LayerInfo, ...], blocks: tuple[str, ...]) -> Mapping[str, tuple[str, ...]]:
    def of(kind: str) -> tuple[str, ...]:
        return tuple(layer.name for layer in layers if layer.kind == kind)

    everything = tuple(layer.name for layer in layers)
    return {"pools": of("MaxPooling2D"), "convs": of("Conv2D"), "blocks": blocks, "all": everything}
