"""The key ``dataset``: a source that exists, and the layers of each model that are scanned."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path

from generator.config.dataset_keys import DatasetKeys
from generator.config.document import Document, Location
from generator.config.features import no_layer
from generator.config.globs import MAGIC
from generator.config.keys import ModelKeys
from generator.config.paths import anchored, is_file, is_folder, nearest_file
from generator.config.words import quote
from generator.records import DatasetSpec, NetworkInfo

KEY = "dataset"


def choose_dataset(document: Document, folder: Path, site: Path) -> DatasetSpec | None:
    """Return the data set of a gallery, ``None`` without one; record a source that cannot be used."""
    if KEY not in document.values or document.has_mistake(KEY):
        return None
    keys = _keys(document)
    source = anchored(folder, keys.source)
    location = document.known((KEY, "source"))
    if not (is_folder(source) or is_file(source) or _has_matches(source)):
        text = f"no folder, file or pattern of files {quote(keys.source)}{nearest_file(source)}"
        document.note(location, text)
    elif source.is_relative_to(site) and not document.has_mistake("output"):
        text = f"expected a folder for the site alone, but it contains the data set {quote(keys.source)}"
        document.note(("output",), text)
    elif site.is_relative_to(source) and not document.has_mistake("output"):
        document.note(("output",), f"expected a folder outside the data set {quote(keys.source)}")
    return DatasetSpec(source, keys.examples, keys.distinct)


def scanned_layers(
    document: Document, index: int, keys: ModelKeys, network: NetworkInfo, shown: Sequence[str]
) -> dict[str, int]:
    """Return the layers of a model that are scanned, with their features, in the network's order.

    Without a data set there are none. A list at the top of the file may name layers of other models.
    """
    location: Location = ("models", index, KEY)
    if keys.dataset is False or document.has_mistake(KEY) or document.has_mistake(*location):
        return {}
    if KEY not in document.values:
        if keys.dataset:
            document.note(location, "there is no data set; name one with the key 'dataset' at the top level")
        return {}
    if keys.dataset:
        names = _named(document, location, keys.dataset, network)
    else:
        names = _shared(document, network, shown)
    return {layer.name: layer.shape[-1] for layer in network.layers if layer.name in names}


def note_layers_of_none(document: Document, networks: Iterable[NetworkInfo]) -> None:
    """Record names at the top of the file that no model has, and a data set that no model uses."""
    if KEY not in document.values or document.has_mistake(KEY):
        return
    known = [*networks]
    layers = _keys(document).layers
    for position, name in enumerate(layers if isinstance(layers, list) else ()):
        if known and not any(name == layer.name for network in known for layer in network.layers):
            document.note((KEY, "layers", position), no_layer(name, known[0], known[0]))


def note_unused(document: Document, scanned: Sequence[object]) -> None:
    """Record a data set that is scanned for no model."""
    if KEY in document.values and scanned and not any(scanned) and not document.has_mistake():
        document.note((KEY,), "no model uses it; leave out 'dataset: false' of one, or this key")


def _named(
    document: Document, location: Location, layers: str | Sequence[str], network: NetworkInfo
) -> Sequence[str]:
    """Return the layers of a group or a list; record what the network does not have."""
    if isinstance(layers, str):
        group = network.groups.get(layers, ())
        if not group:
            document.note(location, f"{network.name} has no {layers}; 'gallery models' lists its layers")
        return group
    names = {layer.name for layer in network.layers}
    for position, name in enumerate(layers):
        if name not in names:
            document.note((*location, position), no_layer(name, network, network))
    return layers


def _shared(document: Document, network: NetworkInfo, shown: Sequence[str]) -> Sequence[str]:
    """Return the layers that the gallery's data set is scanned for; by default those shown."""
    layers = _keys(document).layers
    if isinstance(layers, str):
        return network.groups.get(layers, ())
    return layers or shown


def _keys(document: Document) -> DatasetKeys:
    value = document.values[KEY]
    return DatasetKeys.model_validate({"source": value} if isinstance(value, str) else value)


def _has_matches(source: Path) -> bool:
    try:
        return bool(MAGIC.search(source.name)) and any(source.parent.glob(source.name))
    except (OSError, ValueError):
        return False
