"""The key of an artifact: everything that made it, part by part, and the hash of that."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property

from generator.environment import Stage
from generator.records import Subject


@dataclass(frozen=True)
class Key:
    """Everything that made an artifact.

    ``parts`` maps the name of each input to its value, or to a hash of its value. The other fields are not
    hashed: ``name`` says what the artifact is, ``subject`` what it is about, and ``is_computed`` whether it
    depends on numbers that a model computed.
    """

    stage: Stage
    name: str
    parts: Mapping[str, str]
    subject: Subject
    is_computed: bool = False

    @property
    def travels(self) -> bool:
        """Whether its value may come from another machine: results and tables may, drawings may not."""
        return self.stage in ("results", "tables")

    @cached_property
    def digest(self) -> str:
        """The SHA-256 of the stage and the parts: 64 hexadecimal digits.

        >>> Key("figures", "panel.svg", {"title": "A"}, Subject("picture", "cat")).digest[:12]
        '77fb1a1c1113'
        """
        return text_digest(json.dumps([self.stage, sorted(self.parts.items())], ensure_ascii=True))

    def with_parts(self, further: Mapping[str, str]) -> Key:
        """Return a copy of the key with more parts."""
        return replace(self, parts={**self.parts, **further})


def text_digest(text: str) -> str:
    """Return the SHA-256 of a text in UTF-8; lone surrogates, which odd file names contain, are allowed."""
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def changes(old: Mapping[str, str], new: Mapping[str, str]) -> tuple[str, ...]:
    """Return the sorted names of the parts that differ.

    >>> changes({"method": "guided", "seed": "map"}, {"method": "deconvnet", "seed": "map", "bias": "none"})
    ('bias', 'method')
    """
    return tuple(sorted(name for name in {*old, *new} if old.get(name) != new.get(name)))
