"""The key ``models``: entries -> ``NetworkSpec``, with weights, layers and features that exist."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import NamedTuple

from generator.config.dataset import note_layers_of_none, note_unused, scanned_layers
from generator.config.document import Document
from generator.config.features import choose_features, no_layer
from generator.config.keys import GalleryKeys, ModelKeys
from generator.config.own_models import (
    DescribeOwn,
    choose_own,
    is_own,
    note_misplaced_keys,
    slug_of,
)
from generator.config.paths import anchored, is_file, nearest_file
from generator.config.site_names import note_layers, note_model_slugs
from generator.config.words import nearest, quote
from generator.errors import WeightsError
from generator.records import NetworkInfo, NetworkSpec
from generator.records.model_files import way_from

WithWeights = Callable[[str, str, str | None], NetworkInfo]
Size = tuple[int, int] | None

PLAIN = "plain"


class Chosen(NamedTuple):
    """A network of the gallery, and the description of all its layers."""

    spec: NetworkSpec
    network: NetworkInfo


WEIGHTS_SUFFIXES = (".h5", ".keras")


def choose_networks(
    document: Document,
    models: Iterable[tuple[int, ModelKeys]],
    folder: Path,
    networks: Mapping[str, NetworkInfo],
    with_weights: WithWeights,
    describe_own: DescribeOwn,
    is_site: bool = True,
) -> tuple[Chosen, ...]:
    """Return the networks of the gallery; record names of networks, weights and layers that do not exist.

    Args:
        document: records the mistakes.
        models: the entries with their indexes.
        folder: the folder to which paths of models and weights are relative.
        networks: the known networks by name.
        with_weights: describes a network with given weights and variant.
        describe_own: describes a user's own network.
        is_site: slugs and layers become folders of a site, which cannot have every name.
    """
    models = list(models)
    common = {key: _of_all(document, key) for key in ("fit", "method")}
    if is_site:
        note_model_slugs(document, {index: slug_of(keys) for index, keys in models})
    chosen = []
    for index, keys in models:
        found = (
            _own(document, index, keys, folder, describe_own)
            if is_own(keys)
            else _known(document, index, keys, folder, networks, with_weights)
        )
        if found:
            own = {key: getattr(keys, key) if key in keys.model_fields_set else common[key] for key in common}
            layers = found.spec.layers
            scanned = scanned_layers(document, index, keys, found.network, layers) if is_site else {}
            sizes = {layer.name: layer.shape[-1] for layer in found.network.layers}
            spec = replace(found.spec, fit=own["fit"], method=own["method"], scanned=scanned, sizes=sizes)
            chosen.append(Chosen(replace(spec, fewer=fewer(document, spec, found.network)), found.network))
        if found and is_site:
            note_layers(document, index, found.spec)
    if is_site:
        note_layers_of_none(document, [one.network for one in chosen])
        note_unused(document, [one.spec.scanned for one in chosen])
    return tuple(chosen)


def _of_all(document: Document, key: str) -> str:
    """Return a setting of the gallery, for models without their own."""
    default = GalleryKeys.model_fields[key].default
    return str(default if document.has_mistake(key) else document.values.get(key, default))


def _known(
    document: Document,
    index: int,
    keys: ModelKeys,
    folder: Path,
    networks: Mapping[str, NetworkInfo],
    with_weights: WithWeights,
) -> Chosen | None:
    """Return the choices of a model for a known network, and the description of that network."""
    if keys.name not in networks:
        if way := way_from(anchored(folder, keys.name)):
            document.note(("models", index, "name"), f"{quote(keys.name)} is {way}")
            return None
        hint = f"{nearest(keys.name, networks)}; known models: {', '.join(networks)}"
        document.note(("models", index, "name"), f"no model {quote(keys.name)}{hint}")
        return None
    note_misplaced_keys(document, index, keys)
    whole = networks[keys.name]
    weights = _weights(document, index, keys.weights, folder, whole)
    variant = _variant(document, index, keys.variant, whole)
    network = _with_weights(document, index, whole, (weights, variant), with_weights)
    layers = _layers(document, index, keys, network, whole)
    features = choose_features(document, index, keys.features, network, whole, layers)
    size = _size(document, index, keys.input_size, network)
    spec = NetworkSpec(keys.name, weights, layers, slug_of(keys), variant, size, features, title=keys.title)
    return Chosen(spec, network)


def _own(
    document: Document, index: int, keys: ModelKeys, folder: Path, describe_own: DescribeOwn
) -> Chosen | None:
    """Return the choices of a model for a user's own network, and the description of that network."""
    note_misplaced_keys(document, index, keys)
    found = choose_own(document, index, keys, folder, describe_own)
    if not found:
        return None
    own, network = found
    layers = _layers(document, index, keys, network, network)
    features = choose_features(document, index, keys.features, network, network, layers)
    spec = NetworkSpec(
        network.name, own.path.name, layers, slug_of(keys), features=features, own=own, title=keys.title
    )
    return Chosen(spec, network)


def _weights(document: Document, index: int, weights: str, folder: Path, network: NetworkInfo) -> str:
    """Return the name of weights of the network, or the absolute path of a weights file."""
    if not weights:
        return next(iter(network.weights_choices))
    if weights in network.weights_choices:
        return weights
    path = anchored(folder, weights)
    if mistake := _weights_mistake(weights, path, network):
        document.note(("models", index, "weights"), mistake)
    return str(path)


def _variant(document: Document, index: int, variant: str, network: NetworkInfo) -> str | None:
    """Return a variant of the network, ``None`` for the plain one; record one that does not exist."""
    if variant in ("", PLAIN):
        return None
    if variant not in network.variants:
        hint = f"{nearest(variant, network.variants)}; known variants: {', '.join(network.variants)}"
        document.note(("models", index, "variant"), f"no variant {quote(variant)} of {network.name}{hint}")
        return None
    return variant


def _size(document: Document, index: int, size: int | list[int], network: NetworkInfo) -> Size:
    """Return height and width, ``None`` for the network's own size; record a size that does not work."""
    sides = (size, size) if isinstance(size, int) else tuple(size)
    own, least = network.input_shape[:2], network.smallest_px
    has_mistake = any(
        document.has_mistake("models", index, key) for key in ("weights", "variant", "input_size")
    )
    if not sides or sides == own or has_mistake:
        return None
    if least is None or min(sides) < least:
        only = f"{own[0]} x {own[1]}, the only size of {network.title} with these weights"
        expected = only if least is None else f"at least {least} x {least} for {network.title}"
        text = f"expected {expected}, found {' x '.join(map(str, sides))}"
        document.note(("models", index, "input_size"), text)
    return sides[0], sides[1]


def _with_weights(
    document: Document,
    index: int,
    network: NetworkInfo,
    choice: tuple[str, str | None],
    with_weights: WithWeights,
) -> NetworkInfo:
    """Return a network with its weights and variant; record weights that cannot be read."""
    if document.has_mistake("models", index, "weights"):
        return network
    try:
        return with_weights(network.name, *choice)
    except WeightsError as error:
        document.note(document.known(("models", index, "weights")), str(error))
        return network


def _weights_mistake(weights: str, path: Path, network: NetworkInfo) -> str:
    """Return the message about weights that are no name of the network; empty if the file exists."""
    suffixes = " or ".join(WEIGHTS_SUFFIXES)
    has_suffix = weights.lower().endswith(WEIGHTS_SUFFIXES)
    if not has_suffix and not {"/", "\\"} & set(weights):
        choices = f"known weights: {', '.join(network.weights_choices)}, or a path to a {suffixes} file"
        hint = nearest(weights, network.weights_choices)
        return f"no weights {quote(weights)} for {network.name}{hint}; {choices}"
    if not has_suffix:
        return f"expected a {suffixes} file, found {quote(weights)}"
    return "" if is_file(path) else f"no file {quote(weights)}{nearest_file(path)}"


def _layers(
    document: Document, index: int, keys: ModelKeys, network: NetworkInfo, whole: NetworkInfo
) -> tuple[str, ...]:
    """Return the chosen layers that exist, in the network's order; empty if the key has a mistake."""
    location = ("models", index, "layers")
    if document.has_mistake(*location):
        return ()
    if keys.features and "layers" not in keys.model_fields_set:
        return tuple(layer.name for layer in network.layers if layer.name in keys.features)
    if isinstance(keys.layers, str):
        group = network.groups.get(keys.layers, ())
        if not group:
            document.note(location, f"{network.name} has no {keys.layers}; 'gallery models' lists its layers")
        return tuple(group)
    names = [layer.name for layer in network.layers]
    for position, name in enumerate(keys.layers):
        if name not in names:
            document.note((*location, position), no_layer(name, network, whole))
    return tuple(name for name in names if name in keys.layers)


def fewer(document: Document, spec: NetworkSpec, network: NetworkInfo) -> dict[str, int]:
    """Return the shown layers with fewer features than a configured ``top_features``, with their number.

    All features of such a layer are shown; so are those of a layer with fewer than the default.
    """
    if "top_features" not in document.values or document.has_mistake("top_features"):
        return {}
    asked = [
        layer for layer in network.layers if layer.name in spec.layers and layer.name not in spec.features
    ]
    count = document.values["top_features"]
    return {layer.name: layer.shape[-1] for layer in asked if layer.shape[-1] < count}
