"""The table of known networks: a row says how one is built, fed and named, and whose weights it takes.

Reading the table needs no Keras; ``build`` does.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from difflib import get_close_matches
from functools import cache
from importlib import import_module
from typing import Any

from generator.errors import NetworkError
from generator.networks import sources, tables
from generator.networks.preprocessing import CAFFE, HED, Preprocessing
from generator.networks.sources import Source
from generator.records import LayerInfo, NetworkInfo

PLAIN = "plain"
"""What users call the network itself among its variants; within the project it is ``None``."""


@dataclass(frozen=True)
class Weights:
    """One choice of weights: its files, the fullest first, and how it wants its pictures."""

    files: tuple[Source, ...]
    preprocessing: Preprocessing
    summary: str


@dataclass(frozen=True)
class Variant:
    """One form of a network, and the pictures it takes.

    ``smallest_px`` is the least height and width, without a classifier and with it; ``None`` where only the
    network's own size will do.
    """

    summary: str
    smallest_px: tuple[int | None, int | None]


@dataclass(frozen=True)
class Entry:
    """One known network.

    ``builder`` is ``module:function``; ``classifier`` names the layers that only a classifier has;
    ``blocks`` those that end a block; ``variants`` are its forms by name, besides the ``plain`` one.
    """

    title: str
    reference: str
    reference_url: str
    builder: str
    input_shape: tuple[int, int, int]
    weights: Mapping[str, Weights]
    classifier: tuple[str, ...]
    blocks: tuple[str, ...]
    plain: Variant = Variant("as published", (None, None))
    variants: Mapping[str, Variant] = field(default_factory=dict)


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
        plain=Variant("as published", (29, 29)),
        variants={
            "convolutional": Variant("the same: it has no dense layer", (29, 29)),
            "atrous": Variant("maxpool5 keeps its resolution, later convolutions dilate", (13, 13)),
        },
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
        plain=Variant("as published", (32, None)),
        variants={
            "convolutional": Variant("dense layers as convolutions, with maps", (32, 224)),
            "atrous": Variant(
                "the same, and block4_pool and block5_pool keep their resolution, later convolutions dilate",
                (8, 200),
            ),
        },
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


def variants(name: str) -> tuple[str | None, ...]:
    """Return the variants of a network, the plain one, ``None``, first."""
    return None, *entry(name).variants


def form(name: str, variant: str | None) -> Variant:
    """Return what a variant is and takes; ``None`` is the plain one.

    Raises:
        NetworkError: no such network, or no such variant of it.
    """
    row = entry(name)
    known = {PLAIN: row.plain, **row.variants}
    if (variant or PLAIN) not in known:
        nearest = get_close_matches(str(variant), known, n=1)
        hint = f"; nearest: {nearest[0]}" if nearest else ""
        raise NetworkError(f"no variant '{variant}' of {name}{hint}; known: {', '.join(known)}")
    return known[variant or PLAIN]


@cache
def describe(name: str, variant: str | None = None) -> NetworkInfo:
    """Return what is known of a network or a variant of it, its classifier included.

    Raises:
        NetworkError: no such network, or no such variant of it.
    """
    row, smallest_px = entry(name), form(name, variant).smallest_px[1]
    layers = tables.read(name, variant)
    return NetworkInfo(
        name=name,
        title=f"{row.title} ({variant})" if variant else row.title,
        reference=row.reference,
        reference_url=row.reference_url,
        input_shape=row.input_shape,
        layers=layers,
        groups=_groups(layers, row.blocks),
        weights_choices={choice: weights.summary for choice, weights in row.weights.items()},
        variants=(PLAIN, *row.variants),
        smallest_px=smallest_px,
    )


def describe_features(name: str, variant: str | None = None) -> NetworkInfo:
    """Return the same of the network as it is with weights that have no classifier."""
    info, row = describe(name, variant), entry(name)
    layers = tuple(layer for layer in info.layers if layer.name not in row.classifier)
    smallest_px = form(name, variant).smallest_px[0]
    return replace(info, layers=layers, groups=_groups(layers, row.blocks), smallest_px=smallest_px)


def catalogue() -> Mapping[str, NetworkInfo]:
    """Return every known network by its name."""
    return {name: describe(name) for name in NETWORKS}


def build(
    name: str,
    classifies: bool = True,
    variant: str | None = None,
    input_size: tuple[int, int] | None = None,
) -> Any:
    """Return a network's Keras model with untrained weights; ``input_size`` is (height, width)."""
    row = entry(name)
    module, function = row.builder.split(":")
    arguments: dict[str, Any] = {} if classifies else {"classes": 0}
    if variant is not None:
        arguments["variant"] = variant
    shape = (*(input_size or row.input_shape[:2]), row.input_shape[2])
    return getattr(import_module(module), function)(shape, **arguments)


def _groups(layers: tuple[LayerInfo, ...], blocks: tuple[str, ...]) -> Mapping[str, tuple[str, ...]]:
    def of(kind: str) -> tuple[str, ...]:
        return tuple(layer.name for layer in layers if layer.kind == kind)

    everything = tuple(layer.name for layer in layers)
    return {"pools": of("MaxPooling2D"), "convs": of("Conv2D"), "blocks": blocks, "all": everything}
