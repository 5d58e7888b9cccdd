"""Check types, choices and patterns: pydantic's errors in the words of the configuration."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import suppress
from typing import TypeVar

from pydantic import BaseModel, TypeAdapter, ValidationError
from pydantic_core import ErrorDetails

from generator.config.dataset_keys import DatasetKeys
from generator.config.document import Document, Location
from generator.config.keys import GalleryKeys, LinkKeys, ModelKeys
from generator.config.picture_keys import CreditKeys, PictureKeys
from generator.config.values import BASE_URL, CODE, HOST, LINK, MODEL_SLUG, PLACE, SLUG
from generator.config.words import describe, nearest, quote

T = TypeVar("T")

_MAPPINGS: dict[str, tuple[type[BaseModel], str]] = {
    "": (GalleryKeys, "a mapping"),
    "inputs": (PictureKeys, "a path, or a mapping with the key 'path'"),
    "credit": (CreditKeys, "an author, or a mapping"),
    "models": (ModelKeys, "a mapping with the key 'name'"),
    "dataset": (DatasetKeys, "a path, or a mapping with the key 'source'"),
    "links": (LinkKeys, "a mapping with the keys 'title' and 'address'"),
}
"""The pydantic model of the mappings under a key, and the description of all values accepted there."""

_CONTENTS = {"inputs": "pictures", "models": "models", "layers": "layers"}
_LINK_WORDS = "an address that starts with http:// or https://"
_PATTERN_WORDS = {
    BASE_URL: f"{_LINK_WORDS}, without ?, # and user or password",
    LINK: _LINK_WORDS,
    PLACE: f"{_LINK_WORDS}, or a folder or .html file relative to the root of the site, such as ../digits/",
    CODE: "a file that ends in .py",
    HOST: "a host name in lower case, such as gallery.example.org",
    SLUG: "a slug of a-z, 0-9 and -, a letter or digit first",
    MODEL_SLUG: "a slug of a-z, 0-9, -, _ and ., a letter or digit first",
}
_BY_KEY = {
    **dict.fromkeys(("cache_limit", "memory_budget"), "an amount such as 500MB or 2GB, or a number of bytes"),
    "display": "the number of a channel, from 0, or three of them as [red, green, blue]",
}
"""The expected value of keys whose message is the same for every error."""

_OF_MODEL = {"dataset": "false, one of pools, convs, blocks, all, or a list of layer names"}
"""The expected value of keys of a model whose message is the same for every error."""

_FEATURES = (
    "a mapping of layers to lists of features",
    "a list of features",
    "a feature: a whole number of at least 0, or the name of a class",
)
"""The expected value of the key ``features``, of a layer in it, and of an item of the layer's list."""

_OF_PICTURES = (
    "a mapping of layers to lists of features, or of models to such mappings",
    "a list of features, or a mapping of layers to lists of features",
)
"""The expected value of the key ``features`` of a picture, and of what is below it."""

_EXPECTED = {
    "string_type": "text",
    "string_too_short": "text",
    "string_too_long": "at most {max_length} characters",
    "list_type": "a list",
    "bool_type": "true or false",
    "int_type": "a whole number of at least 1",
    "greater_than_equal": "a whole number of at least {ge}",
    "less_than_equal": "a whole number of at most {le}",
    "too_short": "a number of pixels or [height, width]",
    "too_long": "a number of pixels or [height, width]",
}
"""The expected value by type of pydantic's error, with fields of the error's context."""


def validate(document: Document, kind: type[BaseModel] = GalleryKeys) -> None:
    """Record every unknown or missing key and every value of a wrong type; ``kind`` has the keys."""
    try:
        kind.model_validate(document.values)
    except ValidationError as error:
        for details in error.errors(include_url=False):
            _note(document, details, kind)


def sound_entries(document: Document, key: str, kind: TypeAdapter[T]) -> Iterator[tuple[int, T]]:
    """Yield the index and the content of each usable entry of a list, without its keys that have mistakes."""
    entries = document.values.get(key)
    for index, entry in enumerate(entries if isinstance(entries, list) else []):
        with suppress(ValidationError):
            yield index, kind.validate_python(_sound(document, (key, index), entry))


def _sound(document: Document, location: Location, entry: object) -> object:
    """Return an entry without the keys that have mistakes; ``None`` if it is a wrong value itself."""
    if isinstance(entry, dict):
        return {key: value for key, value in entry.items() if not document.has_mistake(*location, key)}
    return None if document.has_mistake(*location) else entry


def _note(document: Document, details: ErrorDetails, kind: type[BaseModel]) -> None:
    """Record one of pydantic's errors."""
    location, name = document.known(details["loc"]), str(details["loc"][-1])
    match details["type"]:
        case "extra_forbidden":
            keys = _mapping(location[:-1])[0] if location[:-1] else kind
            choices = sorted(keys.model_fields)
            known = f"known keys: {', '.join(choices)}"
            if location[:-1] and name in _mapping(())[0].model_fields:
                hint = f"; {quote(name)} belongs at the top level of the file, for all models and pictures"
            else:
                hint = nearest(name, choices)
            document.note_key(location, f"unknown key {quote(name)}{hint}; {known}")
        case "missing":
            document.note(location, f"missing key {quote(name)}")
        case "too_short" if (key := "layers" if "layers" in location[2:3] else _key(location)) in _CONTENTS:
            document.note(location, f"lists no {_CONTENTS[key]}")
        case _:
            document.note(location, _difference(details, location, document.value(location)))


def _difference(details: ErrorDetails, location: Location, value: object) -> str:
    """Return the message: the expected value, the value found, and a hint if there is one."""
    expected, choices, hint = _expected(details, location), _choices(details), ""
    if isinstance(value, str):
        hint = nearest(value, choices)
    elif expected == "text" and isinstance(value, int | float):
        hint = "; put it in quotes"
    return f"expected {expected}, found {describe(value)}{hint}"


def _expected(details: ErrorDetails, location: Location) -> str:
    """Return the description of the values accepted at a location."""
    context = details.get("ctx", {})
    if _key(location) in _BY_KEY:
        return _BY_KEY[_key(location)]
    if location[0] == "models" and _key(location) in _OF_MODEL:
        return _OF_MODEL[_key(location)]
    if location[2:3] == ("features",):
        return _features(location, details)
    match details["type"]:
        case "model_type":
            return _mapping(location)[1]
        case "string_pattern_mismatch":
            return _PATTERN_WORDS[context["pattern"]]
        case "literal_error":
            return f"one of {', '.join(_choices(details))}{_or_layers(location)}"
        case kind:
            return _EXPECTED[kind].format(**context)


def _features(location: Location, details: ErrorDetails) -> str:
    """Return the description of the values accepted under ``features``, of a model or of a picture."""
    depth = len(location) - 3
    if location[0] == "models":
        return _FEATURES[depth]
    is_nested = "by layer" in details["loc"][4:5]
    return _OF_PICTURES[depth] if depth < 2 and not is_nested else _FEATURES[depth - is_nested]


def _or_layers(location: Location) -> str:
    """Return the further values that a key ``layers`` accepts."""
    if "layers" not in location:
        return ""
    several = location[0] == "inputs" and len(location) == 3
    return (
        ", a list of layer names, or a mapping of models to these" if several else " or a list of layer names"
    )


def _choices(details: ErrorDetails) -> list[str]:
    """Return the choices in pydantic's text, which has no list of them: ``'map', 'peak' or 'unit'``."""
    return re.findall("'([^']*)'", details.get("ctx", {}).get("expected", ""))


def _mapping(location: Location) -> tuple[type[BaseModel], str]:
    return _MAPPINGS[_key(location)]


def _key(location: Location) -> str:
    """Return the last key of a location, without the indexes after it."""
    return next((step for step in reversed(location) if isinstance(step, str)), "")
