"""Models of the configuration that are the user's own files."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from unicodedata import normalize

from generator.config.document import Document
from generator.config.keys import ModelKeys
from generator.config.paths import anchored, is_file, is_folder, nearest_file
from generator.config.slugs import MODEL, slugify
from generator.config.words import UNPRINTABLE, quote
from generator.errors import LFS_HEAD, LFS_POINTER, NetworkError
from generator.paths import class_page
from generator.records import NetworkInfo, OwnNetwork
from generator.records.channels import display_mistake
from generator.records.model_files import OWN, OWN_SUFFIXES

DescribeOwn = Callable[[OwnNetwork], NetworkInfo]

OF_KNOWN, OF_OWN = ("weights", "variant"), ("preprocessing", "labels", "predictions", "code", "display")
"""Keys that apply only to known networks, and only to a user's own."""


def is_own(keys: ModelKeys) -> bool:
    """Return whether a model is the user's own file and not a known network."""
    return keys.name.lower().endswith(OWN_SUFFIXES)


def slug_of(keys: ModelKeys) -> str:
    """Return a model's name in addresses, as configured or by default."""
    return keys.slug or slug_by(keys.name)


def slug_by(name: str) -> str:
    """Return the slug of a model without a configured one, from its name or its file's name."""
    return slugify(Path(name).stem, MODEL) if name.lower().endswith(OWN_SUFFIXES) else name


def note_misplaced_keys(document: Document, index: int, keys: ModelKeys) -> None:
    """Record keys that apply only to the other kind of model."""
    misplaced, text = (
        (OF_KNOWN, f"applies only to networks of 'gallery models'; {quote(keys.name)} has its own")
        if is_own(keys)
        else (OF_OWN, f"applies only to {OWN} files; {keys.name} has its own")
    )
    for key in misplaced:
        if key in keys.model_fields_set:
            document.note(("models", index, key), text)


def choose_own(
    document: Document, index: int, keys: ModelKeys, folder: Path, describe: DescribeOwn
) -> tuple[OwnNetwork, NetworkInfo] | None:
    """Return a user's network and its description; record a network that cannot be read and return ``None``.

    Wrong labels do not keep the layers from being read, so mistakes in both are reported at once.
    """
    path = anchored(folder, keys.name)
    if is_folder(path):
        text = f"expected a {Path(keys.name).suffix.lower()} file, found the folder {quote(keys.name)}"
        document.note(("models", index, "name"), text)
        return None
    if not is_file(path):
        document.note(("models", index, "name"), f"no file {quote(keys.name)}{nearest_file(path)}")
        return None
    size = (keys.input_size,) * 2 if isinstance(keys.input_size, int) else tuple(keys.input_size)
    labels = _labels(document, index, keys.labels, folder)
    code = _code(document, index, keys.code, folder)
    if any(document.has_mistake("models", index, key) for key in ("input_size", "code")):
        return None
    display = (keys.display,) if isinstance(keys.display, int) else tuple(keys.display)
    fixed = (size[0], size[1]) if size else None
    own = OwnNetwork(
        path,
        keys.preprocessing,
        labels,
        fixed,
        code=code,
        predictions=keys.predictions,
        display=display,
    )
    known = _described(document, index, own, describe)
    if known is None:
        return None
    channels = known.input_shape[2]
    if mistake := display_mistake(display, channels) if "display" in keys.model_fields_set else "":
        document.note(("models", index, "display"), f"expected {mistake}, found {keys.display}")
    return _checked(own, known, "preprocessing" in keys.model_fields_set), known


def _checked(own: OwnNetwork, known: NetworkInfo, is_configured: bool) -> OwnNetwork:
    """Return a network with what its model tells; ``is_configured`` if a preprocessing is given."""
    return replace(
        own,
        is_unscaled=not is_configured and not known.scales,
        is_scaled_twice=own.preprocessing != "none" and known.scales,
        outputs=known.outputs,
        channels=known.input_shape[2],
    )


def _code(document: Document, index: int, file: str, folder: Path) -> Path | None:
    """Return the path of a user's module; ``None`` if there is none, or if it does not exist."""
    path = anchored(folder, file) if file else None
    if path and not is_file(path):
        document.note(("models", index, "code"), f"no file {quote(file)}{nearest_file(path)}")
        return None
    return path


def _described(document: Document, index: int, own: OwnNetwork, describe: DescribeOwn) -> NetworkInfo | None:
    """Return the description of a network; if that fails, record why and try without its labels."""
    try:
        return describe(own)
    except NetworkError as error:
        document.note(document.known(("models", index, error.key)), str(error))
        if error.key not in ("name", "labels"):
            return None
    if own.labels:
        with suppress(NetworkError):  # if this succeeds, only the labels were wrong
            return describe(replace(own, labels=()))
    return None


def _shared_pages(labels: Iterable[str]) -> Iterator[tuple[int, str, str]]:
    """Yield each line with a label whose page would be that of another one, which is not the same word."""
    found: dict[str, str] = {}
    for line, label in enumerate(labels, start=1):
        first = found.setdefault(class_page("", label).casefold(), label)
        if first.casefold() != label.casefold():
            yield line, first, label


def _labels(document: Document, index: int, file: str, folder: Path) -> tuple[str, ...]:
    """Return the lines of a file of labels; empty if there is no file or it has a mistake."""
    if not file:
        return ()
    path = anchored(folder, file)
    try:
        content = path.read_bytes()
        if content.startswith(LFS_HEAD):
            document.note(("models", index, "labels"), f"{quote(file)} is {LFS_POINTER}")
            return ()
        lines = content.decode().removeprefix("\ufeff").splitlines()
        labels = tuple(normalize("NFC", line.strip()) for line in lines)
    except UnicodeDecodeError as error:
        line = error.object[: error.start].count(b"\n") + 1
        text = (
            f"{quote(file)}:{line}: expected text in UTF-8, found the byte 0x{error.object[error.start]:02x}"
        )
        document.note(("models", index, "labels"), text)
        return ()
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
    for line, label, other in _shared_pages(labels):
        text = f"{quote(file)}:{line}: {quote(label)} and {quote(other)} have the same address; change one"
        document.note(("models", index, "labels"), text)
    return () if document.has_mistake("models", index, "labels") else labels
