"""The manifest of an archive of results: what is in it, and where it was made."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field

from generator import environment
from generator.records import Facts, LayerResult, NetworkInfo
from generator.store.key import Key, digest
from generator.store.versions import code, packages
from generator.version import __version__

STAGE = "results"
FORMAT = 1
NAME = "manifest.json"
MAY_DIFFER = ("machine", "packages")
"""The parts of a key in which a result from an archive may differ from one that is made here."""

_HASH = r"^[0-9a-f]{64}$"


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)


class Entry(_Strict):
    """A result: what it is, what made it, and the checksum of its bytes."""

    name: str = Field(max_length=1000)
    parts: dict[str, str]
    sha256: str = Field(pattern=_HASH)


class Manifest(_Strict):
    """What an archive holds, and where it was made."""

    format: int
    generator: str = Field(max_length=100)
    machine: str = Field(max_length=20_000)
    packages: str = Field(max_length=20_000)
    code: str = Field(pattern=_HASH)
    results: dict[Annotated[str, Field(pattern=_HASH)], Entry]


def identity(parts: Mapping[str, str]) -> dict[str, str]:
    """Return the parts of a key that say what a result shows, whoever computed it with whatever code."""
    return {name: value for name, value in parts.items() if name not in (*MAY_DIFFER, "code")}


def place(key: Key) -> str:
    """Return the name of a result in an archive: a hash of what it shows."""
    return digest(Key(STAGE, "", identity(key.parts)))


def entry(key: Key, payload: bytes) -> Entry:
    """Return the line on a result; the code that made it is the same for all, and said once."""
    sha256 = hashlib.sha256(payload).hexdigest()
    return Entry(name=key.name, parts=identity(key.parts), sha256=sha256)


def text(entries: Mapping[str, Entry]) -> str:
    """Return the text of the manifest of an archive that is made here."""
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
    """Tell whether a value is the record that a key promises, its arrays of the right kinds and shapes."""
    if "method" not in parts:
        return isinstance(value, NetworkInfo)
    if "layers" not in parts:
        return isinstance(value, Facts) and _are_facts(value)
    return isinstance(value, LayerResult) and _fits_together(value)


def _are_facts(value: Facts) -> bool:
    words = [*value.provenance.items(), *((guess.wnid, guess.label) for guess in value.predictions)]
    numbers = [guess.probability for guess in value.predictions]
    return {type(word) for pair in words for word in pair} <= {str} and {*map(type, numbers)} <= {float}


def _fits_together(value: LayerResult) -> bool:
    """Tell whether the arrays of a layer are of the kinds and shapes that they have when computed."""
    count = len(value.features)
    arrays = (value.strengths, value.activations, value.reconstructions)
    return (
        (str(value.features.dtype), value.features.ndim) == ("int32", 1)
        and {str(array.dtype) for array in arrays} == {"float32"}
        and {len(array) for array in arrays} == {count}
        and [value.strengths.ndim, value.reconstructions.ndim] == [1, 4]
        and value.activations.ndim in (1, 3)
        and len(value.labels) in (0, count)
        and (value.profile is None or (str(value.profile.dtype), value.profile.ndim) == ("float32", 1))
    )
