"""The manifest of an archive of results: its contents, and where they were computed."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field

from generator import environment
from generator.records import Classification, LayerInfo, NetworkInfo, Profile, Value
from generator.records.choices import MEASURES
from generator.store.key import Key, text_digest
from generator.store.versions import code, packages
from generator.version import __version__

STAGE = "results"
FORMAT = 2
NAME = "manifest.json"
CODE = f"{STAGE} code"
"""The part of a key that identifies the code: the same for all results of an archive, so written once."""

MAY_DIFFER = ("machine", f"{STAGE} packages")
"""The parts of a key in which a result from an archive may differ from one made here."""

_HASH = r"^[0-9a-f]{64}$"


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)


class Entry(_Strict):
    """One result: its name, the parts of its key, and the checksum of its bytes."""

    name: str = Field(max_length=1000)
    parts: dict[str, str]
    sha256: str = Field(pattern=_HASH)


class Manifest(_Strict):
    """The contents of an archive, and where they were computed."""

    format: int
    generator: str = Field(max_length=100)
    machine: str = Field(max_length=20_000)
    packages: str = Field(max_length=20_000)
    code: str = Field(pattern=_HASH)
    results: dict[Annotated[str, Field(pattern=_HASH)], Entry]


def identity(parts: Mapping[str, str]) -> dict[str, str]:
    """Return the parts of a key that say what a result shows, without machine, packages and code."""
    return {name: value for name, value in parts.items() if name not in (*MAY_DIFFER, CODE)}


def place(parts: Mapping[str, str]) -> str:
    """Return the name of a result in an archive: a hash of what it shows."""
    return text_digest(repr(sorted(identity(parts).items())))


def entry(key: Key, payload: bytes) -> Entry:
    """Return the entry of a result, without its code, which the manifest names once for all."""
    sha256 = hashlib.sha256(payload).hexdigest()
    return Entry(name=key.name, parts=identity(key.parts), sha256=sha256)


def text(entries: Mapping[str, Entry]) -> str:
    """Return the text of a manifest for an archive made on this machine."""
    manifest = Manifest(
        format=FORMAT,
        generator=__version__,
        machine=environment.machine(),
        packages=packages(STAGE),
        code=code(STAGE),
        results=dict(entries),
    )
    return json.dumps(manifest.model_dump(), indent=1, sort_keys=True) + "\n"


def is_sound(value: Any, parts: Mapping[str, str]) -> bool:
    """Tell whether a value is of the kind that a key names, with arrays of the right type and rank."""
    return (
        isinstance(value, Value) and value.files == () and _KINDS.get(parts.get("kind", ""), _is_never)(value)
    )


def _is_never(_value: Value) -> bool:
    return False


def _is_classification(value: Value) -> bool:
    facts = value.facts
    if not isinstance(facts, Classification) or value.arrays:
        return False
    words = [*facts.versions.items(), *facts.made_by.items()]
    words += ((guess.wnid, guess.label) for guess in facts.predictions)
    numbers = [guess.probability for guess in facts.predictions]
    return (
        {type(word) for pair in words for word in pair} <= {str}
        and {*map(type, numbers)} <= {float}
        and facts.measure in MEASURES
    )


def _is_profile(value: Value) -> bool:
    facts = value.facts
    return (
        isinstance(facts, Profile)
        and not value.arrays
        and {*map(type, facts.features)} == {int}
        and {*map(type, facts.labels)} <= {str}
        and len(facts.labels) in (0, len(facts.features))
        and (str(facts.strengths.dtype), facts.strengths.ndim) == ("float32", 1)
        and 0 <= min(facts.features) <= max(facts.features) < len(facts.strengths)
    )


def _is_description(value: Value) -> bool:
    facts = value.facts
    return (
        isinstance(facts, NetworkInfo)
        and not value.arrays
        and {type(text) for text in (facts.name, facts.title, facts.reference, facts.reference_url)} == {str}
        and [*map(type, facts.input_shape)] == [int] * 3
        and {*map(type, facts.layers)} <= {LayerInfo}
        and all(type(layer.name) is str and {*map(type, layer.shape)} == {int} for layer in facts.layers)
    )


def _is_array(*dimensions: int) -> Callable[[Value], bool]:
    """Return a check that a value is one float32 array with one of these numbers of dimensions."""

    def is_array(value: Value) -> bool:
        (array,) = value.arrays
        return value.facts is None and str(array.dtype) == "float32" and array.ndim in dimensions

    return is_array


def _is_bytes(value: Value) -> bool:
    """Tell whether a value is a file in bytes, which is checked again when it is read."""
    return isinstance(value.facts, bytes) and not value.arrays


_KINDS: Mapping[str, Callable[[Value], bool]] = {
    "ActivationMaps": _is_array(1, 3),
    "OwnDescription": _is_description,
    "Predictions": _is_classification,
    "Reconstructions": _is_array(4),
    "ShardTable": _is_bytes,
    "SizedDescription": _is_description,
    "Strengths": _is_profile,
}
"""The kinds that an archive may hold, each with its check; any other kind is refused."""
