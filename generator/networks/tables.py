"""Tables of each network's layers, readable without Keras: one committed JSON file per network and variant.

A table describes the network at its own input size; at another size the loaded model is measured.
``analysis.layer_tables`` writes the tables from the Keras models; a test compares them.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

from generator.records import LayerInfo

FOLDER = Path(__file__).parent / "tables"
AUGMENTATIONS = {
    *("RandomBrightness", "RandomContrast", "RandomFlip"),
    *("RandomRotation", "RandomTranslation", "RandomZoom"),
}
UNSHOWN = {"InputLayer", "Dropout", "Flatten", "Permute", "ZeroPadding2D"} | AUGMENTATIONS


def read(name: str, variant: str | None = None) -> tuple[LayerInfo, ...]:
    """Return the layers of a known network or a variant of it, in order."""
    return tuple(map(_layer, json.loads(_path(name, variant).read_text(encoding="utf-8"))))


def write(name: str, variant: str | None, layers: Iterable[LayerInfo]) -> None:
    """Write the table of a network or a variant of it."""
    rows = ",\n".join(json.dumps(asdict(layer)) for layer in layers)
    _path(name, variant).write_text(f"[\n{rows}\n]\n", encoding="utf-8")


def _layer(row: Mapping[str, Any]) -> LayerInfo:
    field = row["receptive_field_px"]
    pairs = {"shape": tuple(row["shape"]), "receptive_field_px": field and tuple(field)}
    return LayerInfo(**{**row, **pairs})


def _path(name: str, variant: str | None) -> Path:
    return FOLDER / (f"{name}-{variant}.json" if variant else f"{name}.json")
