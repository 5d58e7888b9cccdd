"""The key ``features`` of a model: the features of a layer to show instead of the strongest ones.

Features are numbers. Those of the layers that have the classes may also be given by the name of the class.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from unicodedata import normalize

from generator.config.document import Document, Location
from generator.config.words import nearest, quote
from generator.records import LayerInfo, NetworkInfo

PREDICTIONS = "predictions"


def choose_features(
    document: Document,
    index: int,
    features: Mapping[str, Sequence[int | str]],
    network: NetworkInfo,
    whole: NetworkInfo,
    shown: Sequence[str],
) -> dict[str, tuple[int, ...]]:
    """Return layer -> numbers of its features; record layers and features that do not exist.

    Args:
        document: records the mistakes.
        index: the index of the model under ``models``.
        features: layer -> features, as configured.
        network: the network with the chosen weights and variant.
        whole: the network with its classifier, which the chosen weights may lack.
        shown: the layers of the model that are shown.
    """
    layers = {layer.name: layer for layer in network.layers}
    chosen = {}
    nameless = any(document.has_mistake("models", index, key) for key in ("name", "labels"))
    for name, wanted in features.items():
        location: Location = ("models", index, "features", name)
        if name not in layers:
            document.note_key(location, no_layer(name, network, whole))
        elif name not in shown and not document.has_mistake("models", index, "layers"):
            document.note_key(location, f"{quote(name)} is not among the layers to show; add it to 'layers'")
        else:
            chosen[name] = tuple(numbers_of(document, location, wanted, layers[name], network, nameless))
    return chosen


def no_layer(name: str, network: NetworkInfo, whole: NetworkInfo) -> str:
    """Return the message about a layer that a network does not have."""
    lost = any(name == layer.name for layer in whole.layers)
    called = f"{network.name} with these weights" if lost else network.name
    if name == PREDICTIONS:
        return f"no layer {quote(name)} in {called}: it has no classifier"
    hint = nearest(name, [layer.name for layer in network.layers]) or "; 'gallery models' lists its layers"
    return f"no layer {quote(name)} in {called}{hint}"


def numbers_of(
    document: Document,
    location: Location,
    wanted: Sequence[int | str],
    layer: LayerInfo,
    network: NetworkInfo,
    nameless: bool = False,
) -> Iterator[int]:
    """Yield the number of each feature of one layer; record at ``location`` the features that are wrong.

    With ``nameless``, features that are named are passed over: their mistake is already recorded.
    """
    seen: dict[int, int | str] = {}
    for position, feature in enumerate(wanted):
        if nameless and isinstance(feature, str):
            continue
        number, mistake = _number(feature, layer, network)
        if not mistake and number in seen:
            same = quote(feature) if isinstance(feature, str) else str(feature)
            mistake = f"{same} is listed twice: feature {number}"
        if mistake:
            document.note((*location, position), mistake)
        else:
            seen[number] = feature
            yield number


def _number(feature: int | str, layer: LayerInfo, network: NetworkInfo) -> tuple[int, str]:
    """Return the number of a feature, and the message if it is wrong or else an empty text."""
    last = layer.shape[-1] - 1
    if isinstance(feature, int):
        known = "" if feature <= last else f"no feature {feature} in {layer.name}; it has 0 to {last}"
        return feature, known
    if layer.name not in network.class_layers or not network.class_names:
        hint = "features of this layer have no names"
        return 0, f"expected a number from 0 to {last}, found {quote(feature)}; {hint}"
    return _class_number(feature, network)


def _class_number(name: str, network: NetworkInfo) -> tuple[int, str]:
    """Return the number of the class with this name, and the message if it is wrong.

    Case is ignored, unless it tells classes apart: ImageNet's "Cardigan" is a dog, "cardigan" is clothing.
    Labels are composed (NFC); a name that is typed decomposed is the same.
    """
    name = normalize("NFC", name)
    spelt: dict[str, tuple[int, ...]] = {}
    for known, numbers in network.class_names.items():
        spelt[known.casefold()] = tuple(dict.fromkeys((*spelt.get(known.casefold(), ()), *numbers)))
    if name.casefold() not in spelt:
        hint = nearest(name.casefold(), spelt) or "; expected its number, WordNet id or label"
        return 0, f"no class {quote(name)} in {network.name}{hint}"
    numbers = network.class_names.get(name, spelt[name.casefold()])
    if not numbers:
        return 0, f"the model has no output for {quote(name)}: it has the rest of the other class"
    if len(numbers) > 1:
        several = " and ".join(map(str, numbers))
        return 0, f"{quote(name)} is the name of classes {several}; use one of these numbers"
    return numbers[0], ""
