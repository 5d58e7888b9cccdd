"""A model of the configuration that is a user's own ``.keras`` file."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

from generator.config.document import Document
from generator.config.keys import ModelKeys
from generator.config.paths import anchored, is_file, nearest_file
from generator.config.slugs import slugify
from generator.config.words import UNPRINTABLE, quote
from generator.errors import NetworkError
from generator.records import NetworkInfo, OwnNetwork

DescribeOwn = Callable[[OwnNetwork], NetworkInfo]

SUFFIX = ".keras"
OF_KNOWN, OF_OWN = ("weights", "variant"), ("preprocessing", "labels")


def is_own(keys: ModelKeys) -> bool:
    """Return whether the model is a file and no known network."""
    return keys.name.lower().endswith(SUFFIX)


def slug_of(keys: ModelKeys) -> str:
    """Return a model's name in addresses."""
    return keys.slug or slug_by(keys.name)


def slug_by(name: str) -> str:
    """Return the name in addresses of a model that has no other."""
    return slugify(Path(name).stem) if name.lower().endswith(SUFFIX) else name


def note_strange_keys(document: Document, index: int, keys: ModelKeys) -> None:
    """Note keys that go with the other kind of model."""
    strange, text = (
        (OF_KNOWN, f"goes with the name of a network; {quote(keys.name)} brings its own")
        if is_own(keys)
        else (OF_OWN, f"goes with a {SUFFIX} file; {keys.name} has its own")
    )
    for key in strange:
        if key in keys.model_fields_set:
            document.note(("models", index, key), text)


def choose_own(
    document: Document, index: int, keys: ModelKeys, folder: Path, describe: DescribeOwn
) -> tuple[OwnNetwork, NetworkInfo] | None:
    """Return a user's network and what is known of it; nothing, and a note, where it cannot be read.

    Its layers are known also without its labels, and mistakes in both are told at once.
    """
    path = anchored(folder, keys.name)
    if not is_file(path):
        document.note(("models", index, "name"), f"no file {quote(keys.name)}{nearest_file(path)}")
        return None
    size = (keys.input_size,) * 2 if isinstance(keys.input_size, int) else tuple(keys.input_size)
    labels = _labels(document, index, keys.labels, folder)
    if document.spoilt("models", index, "input_size"):
        return None
    own = OwnNetwork(path, keys.preprocessing, labels, (size[0], size[1]) if size else None)
    known = _described(document, index, own, describe)
    if known is None:
        return None
    is_said = "preprocessing" in keys.model_fields_set
    return replace(own, is_unscaled=not is_said and not known.scales), known


def _described(document: Document, index: int, own: OwnNetwork, describe: DescribeOwn) -> NetworkInfo | None:
    """Return what is known of a network; after a mistake, what is known without its labels."""
    try:
        return describe(own)
    except NetworkError as error:
        document.note(("models", index, "name"), str(error))
    if own.labels:
        with suppress(NetworkError):  # then it was the labels that were wrong
            return describe(replace(own, labels=()))
    return None


def _labels(document: Document, index: int, file: str, folder: Path) -> tuple[str, ...]:
    """Return the lines of a file of labels, none without one."""
    if not file:
        return ()
    path = anchored(folder, file)
    try:
        labels = tuple(line.strip() for line in path.read_text(encoding="utf-8-sig").splitlines())
    except (OSError, ValueError):
        text = f"expected a text file in UTF-8, found {quote(file)}{nearest_file(path)}"
        document.note(("models", index, "labels"), text)
        return ()
    if not labels or "" in labels:
        line = labels.index("") + 1 if labels else 1
        document.note(("models", index, "labels"), f"{quote(file)}:{line}: expected a label on every line")
    for line, label in enumerate(labels, start=1):
        if UNPRINTABLE.search(label):
            text = f"{quote(file)}:{line}: control characters are not allowed, found {quote(label)}"
            document.note(("models", index, "labels"), text)
    return () if document.spoilt("models", index, "labels") else labels
