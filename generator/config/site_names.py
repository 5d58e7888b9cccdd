"""Names that a configuration gives to folders and files of the site, checked before anything is computed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from generator import paths
from generator.config.document import Document
from generator.config.slugs import repeats
from generator.config.words import quote
from generator.names import SUFFIXES, Kind, fault_of_name
from generator.records import NetworkSpec
from generator.records.choices import either


def note_model_slugs(document: Document, slugs: Mapping[int, str]) -> None:
    """Record slugs of models, by index, that two models share, or that no folder of the site can have."""
    sound = {
        index: slug for index, slug in slugs.items() if not document.has_mistake("models", index, "slug")
    }
    for index, slug in sound.items():
        location = document.known(("models", index, "slug"))
        if slug.endswith(SUFFIXES):
            text = f"expected a slug that does not end in {either(SUFFIXES)}, found {quote(slug)}"
            document.note(location, text)
        elif fault := _worded(slug, "model", fault_of_name(slug, "model")):
            document.note(location, f"{fault}; give the model another 'slug:'")
    for index, first in repeats(sound.items()):
        text = (
            f"{quote(sound[index])} is already the slug of models[{first}]; give one of them its own 'slug:'"
        )
        document.note(document.known(("models", index, "slug")), text)


def note_picture_slug(document: Document, index: int, slug: str) -> None:
    """Record a configured slug of a picture that no folder of the site can have."""
    if fault := _worded(slug, "picture", fault_of_name(slug, "picture")):
        document.note(("inputs", index, "slug"), f"{fault}; choose another")


def note_layers(document: Document, index: int, spec: NetworkSpec) -> None:
    """Record layers of a model, to be shown, that no folder of the site can have."""
    for layer, fault in layer_faults(spec.layers):
        _note_layer(document, index, layer, fault)


def layer_faults(layers: Iterable[str]) -> Iterator[tuple[str, str]]:
    """Yield the layers of a model that no folder of the site can have, or that have that of an earlier one.

    A layer may be called ``classes``: its features have numbers, which no folder of a class is.
    """
    known: dict[str, str] = {}
    for layer in layers:
        name = paths.layer_name(layer)
        fault = _worded(name, "layer", fault_of_name(name, "layer"))
        first = known.setdefault(name.casefold(), layer)
        if first != layer:
            fault = f"{quote(layer)} has the address of the layer {quote(first)}"
        if fault:
            yield layer, fault


def _note_layer(document: Document, index: int, layer: str, fault: str) -> None:
    """Record a fault of a layer where the configuration names it, or else where it names the model."""
    layers = document.value(("models", index)).get("layers")
    position = (layers.index(layer),) if isinstance(layers, list) and layer in layers else ()
    location = document.known(("models", index, "layers", *position))
    document.note(location, f"{fault}; list other layers under 'layers', or rename it in the model")


def _worded(name: str, kind: Kind, fault: str) -> str:
    """Return the message about a name with a fault; nothing without a fault."""
    return f"{quote(name)} cannot be the name of a {kind} in addresses: {fault}" if fault else ""
