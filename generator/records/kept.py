"""What is kept of a picture between builds besides results: the frozen records of what was said and drawn."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from generator.records.results import Prediction
from generator.records.shown import Output


@dataclass(frozen=True)
class Facts:
    """What a network says of a picture whatever the layer: of a ``Visualization``, the same fields."""

    predictions: tuple[Prediction, ...]
    provenance: Mapping[str, str]


@dataclass(frozen=True)
class Drawing:
    """Something drawn of a picture: its files, and what the pages must know of them."""

    outputs: tuple[Output, ...]
    facts: Any = None
