"""Descriptions of the known networks by name. Only ``build`` loads Keras."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from difflib import get_close_matches
from functools import cache
from importlib import import_module
from typing import Any

from generator.errors import NetworkError
from generator.networks import backend, labels, tables
from generator.networks.known import NETWORKS, Entry, Variant
from generator.records import LayerInfo, NetworkInfo

CLASSES = "predictions"
"""The layer of every network here that has its classes."""

PLAIN = "plain"
"""The users' name for the network as published; within the project this variant is ``None``."""


def names() -> tuple[str, ...]:
    """Return the names of the known networks."""
    return tuple(NETWORKS)


def entry(name: str) -> Entry:
    """Return the row of a network in the table.

    Raises:
        NetworkError: no such network.
    """
    if name not in NETWORKS:
        nearest = get_close_matches(name, NETWORKS, n=1)
        hint = f"; nearest: {nearest[0]}" if nearest else ""
        raise NetworkError(f"no network '{name}'{hint}; known: {', '.join(NETWORKS)}")
    return NETWORKS[name]


def variants(name: str) -> tuple[str | None, ...]:
    """Return the variants of a network, first the plain one, ``None``."""
    return None, *entry(name).variants


def form(name: str, variant: str | None) -> Variant:
    """Return the summary and the input sizes of a variant; ``None`` is the plain one.

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
    """Return the description of a network or a variant of it, with its classifier.

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
        groups=_groups(layers, row),
        weights_choices={choice: weights.summary for choice, weights in row.weights.items()},
        variants=(PLAIN, *row.variants),
        smallest_px=smallest_px,
        class_names=labels.imagenet_names(),
        class_layers=(CLASSES,),
    )


def describe_features(name: str, variant: str | None = None) -> NetworkInfo:
    """Return the description of a network with weights that have no classifier."""
    info, row = describe(name, variant), entry(name)
    layers = tuple(layer for layer in info.layers if layer.name not in row.classifier)
    smallest_px = form(name, variant).smallest_px[0]
    return replace(
        info,
        layers=layers,
        groups=_groups(layers, row),
        smallest_px=smallest_px,
        class_names={},
        class_layers=(),
    )


def catalogue() -> Mapping[str, NetworkInfo]:
    """Return the description of every known network by name."""
    return {name: describe(name) for name in NETWORKS}


def build(
    name: str,
    classifies: bool = True,
    variant: str | None = None,
    input_size: tuple[int, int] | None = None,
    dtype: str = "float32",
) -> Any:
    """Return the Keras model of a network without trained weights.

    ``input_size`` is (height, width); ``dtype`` is that of the weights and of what is computed.
    """
    row = entry(name)
    backend.load()
    module, function = row.builder.split(":")
    arguments: dict[str, Any] = {} if classifies else {"classes": 0}
    if variant is not None:
        arguments["variant"] = variant
    shape = (*(input_size or row.input_shape[:2]), row.input_shape[2])
    with backend.plain(dtype):
        return getattr(import_module(module), function)(shape, **arguments)


def _groups(layers: tuple[LayerInfo, ...], row: Entry) -> Mapping[str, tuple[str, ...]]:
    """Return the layers of each group.

    ``all`` leaves out batch normalization, which is a step of a layer rather than a layer of its own.
    """

    def of(*kinds: str) -> tuple[str, ...]:
        return tuple(layer.name for layer in layers if layer.kind in kinds)

    return {
        "pools": row.pools or of("MaxPooling2D", "DilatedMaxPooling2D"),
        "convs": of("Conv2D", "DepthwiseConv2D"),
        "blocks": row.blocks,
        "all": tuple(layer.name for layer in layers if layer.kind != "BatchNormalization"),
    }
