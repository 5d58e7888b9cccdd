"""The manifest of an archive of results: what is in it, and where it was made."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field

from generator import environment
from generator.records import Classification, NetworkInfo, Profile, Value
from generator.store.key import Key, text_digest
from generator.store.versions import code, packages
from generator.version import __version__

STAGE = "results"
FORMAT = 2
NAME = "manifest.json"
CODE = f"{STAGE} code"
"""The part that names the code of results: that of all results in an archive is the same, and said once."""

MAY_DIFFER = ("machine", f"{STAGE} packages")
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
    return {name: value for name, value in parts.items() if name not in (*MAY_DIFFER, CODE)}


def place(parts: Mapping[str, str]) -> str:
    """Return the name of a result in an archive: a hash of what it shows."""
    return text_digest(repr(sorted(identity(parts).items())))


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
    """Tell whether a value is what a key promises, its arrays of the right types and shapes."""
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
    return {type(word) for pair in words for word in pair} <= {str} and {*map(type, numbers)} <= {float}


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
    return isinstance(value.facts, NetworkInfo) and not value.arrays


def _is_array(*dimensions: int) -> Callable[[Value], bool]:
    """Return what tells whether a value is one array of float32 with so many dimensions."""

    def is_array(value: Value) -> bool:
        (array,) = value.arrays
        return value.facts is None and str(array.dtype) == "float32" and array.ndim in dimensions

    return is_array


_KINDS: Mapping[str, Callable[[Value], bool]] = {
    "ActivationMaps": _is_array(1, 3),
    "OwnDescription": _is_description,
    "Predictions": _is_classification,
    "Reconstructions": _is_array(4),
    "SizedDescription": _is_description,
    "Strengths": _is_profile,
}
"""The kinds that an archive may hold: a file from elsewhere is taken for nothing else."""
