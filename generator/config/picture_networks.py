"""The keys ``layers``, ``features`` and ``method`` of pictures: what a picture shows of each network.

Question: what does a list of layers mean where a gallery has several models? Options: it is refused, and only
a mapping of models is taken; it applies to the models that have any of these layers. Choice: the latter,
because names of layers rarely occur in two networks; a model that has none of them shows its own. Cost: a
name that only one of two similar models has is no mistake.

Question: what if a picture has ``features`` but no ``layers``? Options: only those layers are shown, as for a
model; the layers stay the same. Choice: the latter, because a picture changes what the model says, key by
key. Cost: the same key means more on a model.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from generator.config.document import Document, Location
from generator.config.features import no_layer, numbers_of
from generator.config.models import Chosen, fewer
from generator.config.pictures import Pictures, Said
from generator.config.site_names import layer_faults
from generator.config.words import nearest, quote
from generator.records import ImageSpec, NetworkSpec
from generator.records.choices import either

LayersOf = Mapping[str, tuple[str, ...]]
"""Slug of a model -> its layers."""


def with_networks(document: Document, pictures: Pictures, chosen: Sequence[Chosen]) -> list[ImageSpec]:
    """Return the pictures, each with the networks that it shows otherwise than they are configured."""
    shown = PictureNetworks(document, chosen, is_complete=not document.has_mistake("models"))
    return [replace(image, networks=shown.of(pictures.said[image.slug])) for image in pictures.images]


class PictureNetworks:
    """Reads what pictures show of each network; records what no network has.

    Args:
        document: records the mistakes.
        chosen: the networks.
        is_complete: ``chosen`` has every model of the configuration, so that what none of them has is a
            mistake.
    """

    def __init__(self, document: Document, chosen: Sequence[Chosen], is_complete: bool) -> None:
        self._document, self._chosen, self._is_complete = document, chosen, is_complete
        self._read_layers: dict[int, LayersOf] = {}
        self._read_numbers: dict[tuple[Location, str], tuple[int, ...]] = {}

    def of(self, said: Mapping[str, Said]) -> dict[str, NetworkSpec]:
        """Return the networks, by slug, that a picture shows otherwise than they are configured."""
        if not said:
            return {}
        own = self._layers(said["layers"]) if "layers" in said else {}
        shown = {one.spec.slug: own.get(one.spec.slug, one.spec.layers) for one in self._chosen}
        features = self._features(said["features"], shown) if "features" in said else {}
        found = {}
        for spec, network in self._chosen:
            layers = shown[spec.slug]
            kept = {layer: numbers for layer, numbers in spec.features.items() if layer in layers}
            seen = replace(
                spec,
                layers=layers,
                features={**kept, **features.get(spec.slug, {})},
                method=said["method"].value if "method" in said else spec.method,
            )
            if seen != spec:
                found[spec.slug] = replace(seen, fewer=fewer(self._document, seen, network))
        return found

    def _layers(self, said: Said) -> LayersOf:
        """Return the layers of each network of which an entry chooses any."""
        if said.index not in self._read_layers:
            at: Location = ("inputs", said.index, "layers")
            found: dict[str, tuple[str, ...]] = {}
            if isinstance(said.value, dict):
                for slug, wanted in said.value.items():
                    found |= self._chosen_layers((*at, slug), wanted, self._named((*at, slug), slug))
            else:
                found |= self._chosen_layers(at, said.value, self._chosen)
            self._read_layers[said.index] = found
        return self._read_layers[said.index]

    def _chosen_layers(self, at: Location, wanted: Any, models: Sequence[Chosen]) -> LayersOf:
        """Return the layers of each network that has any of those wanted, in the network's order."""
        found = {}
        for spec, network in models:
            names = (layer.name for layer in network.layers)
            layers = tuple(
                network.groups.get(wanted, ())
                if isinstance(wanted, str)
                else (name for name in names if name in wanted)
            )
            for layer, fault in layer_faults(dict.fromkeys((*spec.layers, *layers))):
                self._note(at, f"{fault}; choose layers without {quote(layer)}")
            if layers:
                found[spec.slug] = layers
        for position, name in enumerate(() if isinstance(wanted, str) else wanted):
            if models and not any(_has(one, name) for one in models):
                self._note((*at, position), _no_layer(name, models))
        if isinstance(wanted, str) and models and not found:
            slugs = either([one.spec.slug for one in models])
            self._note(at, f"no {wanted} in {slugs}; 'gallery models' lists the layers")
        return found

    def _features(self, said: Said, shown: LayersOf) -> dict[str, dict[str, tuple[int, ...]]]:
        """Return the features of each layer of each network that an entry chooses."""
        found: dict[str, dict[str, tuple[int, ...]]] = {}
        for at, layer, models, wanted in self._asked(said):
            having = [one for one in models if _has(one, layer)]
            showing = [one for one in having if layer in shown[one.spec.slug]]
            if models and not having:
                self._note_key(at, _no_layer(layer, models))
            elif having and not showing:
                names = either([one.spec.slug for one in having])
                text = f"{quote(layer)} is not among the layers of {names} that this picture shows"
                self._note_key(at, f"{text}; add it to 'layers' of the picture or of the model")
            for one in showing:
                found.setdefault(one.spec.slug, {})[layer] = self._numbers(at, layer, one, wanted)
        return found

    def _asked(self, said: Said) -> Iterator[tuple[Location, str, Sequence[Chosen], Any]]:
        """Yield each layer under ``features``: its place, its name, the models it may be of, the features."""
        at: Location = ("inputs", said.index, "features")
        for name, value in said.value.items():
            if isinstance(value, dict):
                models = self._named((*at, name), name)
                yield from (((*at, name, layer), layer, models, wanted) for layer, wanted in value.items())
            else:
                yield (*at, name), name, self._chosen, value

    def _numbers(self, at: Location, layer: str, of: Chosen, wanted: Any) -> tuple[int, ...]:
        """Return the numbers of features; many pictures may have them from one entry, which is read once."""
        place = at, of.spec.slug
        if place not in self._read_numbers:
            info = next(one for one in of.network.layers if one.name == layer)
            nameless = self._document.has_mistake("models")
            numbers = numbers_of(self._document, at, wanted, info, of.network, nameless)
            self._read_numbers[place] = tuple(numbers)
        return self._read_numbers[place]

    def _named(self, at: Location, slug: str) -> list[Chosen]:
        """Return the model with a slug, as a list; record a slug that no model has."""
        slugs = [one.spec.slug for one in self._chosen]
        if slug not in slugs:
            self._note_key(
                at, f"no model {quote(slug)}{nearest(slug, slugs)}; models here: {', '.join(slugs)}"
            )
        return [one for one in self._chosen if one.spec.slug == slug]

    def _note(self, at: Location, text: str) -> None:
        if self._is_complete and not self._document.has_mistake(*at):
            self._document.note(at, text)

    def _note_key(self, at: Location, text: str) -> None:
        if self._is_complete and not self._document.has_mistake(*at):
            self._document.note_key(at, text)


def _has(one: Chosen, layer: str) -> bool:
    return any(known.name == layer for known in one.network.layers)


def _no_layer(name: str, models: Sequence[Chosen]) -> str:
    """Return the message about a layer that none of some models has."""
    if len(models) == 1:
        return no_layer(name, models[0].network, models[0].network)
    known = dict.fromkeys(layer.name for one in models for layer in one.network.layers)
    hint = nearest(name, known) or "; 'gallery models' lists the layers"
    return f"no layer {quote(name)} in {either([one.spec.slug for one in models])}{hint}"
