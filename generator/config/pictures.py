"""The key ``inputs``: files, folders and globs -> ``ImageSpec``, in the order of their first mention.

A folder or a glob says which pictures; an entry for one file says more of it, wherever either stands.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from generator.config.document import Document
from generator.config.keys import PictureKeys
from generator.config.paths import anchored, is_file, is_folder, nearest_file
from generator.config.slugs import distinct, repeats, slugify
from generator.config.words import quote
from generator.records import Credit, ImageSpec

SUFFIXES = (".bmp", ".gif", ".jpeg", ".jpg", ".png", ".tif", ".tiff", ".webp")
_OF_ONE_PICTURE = ("title", "alt", "slug")
_MAGIC = re.compile(r"[*?\[]")

Facts = dict[str, Any]
"""What entries say of a picture: values of ``PictureKeys``, by key."""


@dataclass(frozen=True)
class _Entry:
    """One entry of ``inputs``: ``exact`` where its path is one file, else found in ``searched`` folders."""

    index: int
    path: str
    facts: Facts
    pictures: tuple[Path, ...]
    exact: bool
    searched: tuple[Path, ...]


def find_pictures(
    document: Document, inputs: Iterable[tuple[int, PictureKeys]], folder: Path, output: Path
) -> tuple[tuple[ImageSpec, ...], tuple[Path, ...]]:
    """Return every picture of the gallery, and the folders that were searched for them.

    Entries that find none or contradict others are noted.

    Args:
        document: where mistakes are noted.
        inputs: the entries with their indexes.
        folder: where their paths start from.
        output: the folder that a build fills; globs pass over it.
    """
    entries = [_entry(index, keys, folder, output) for index, keys in inputs]
    for entry in entries:
        _note_entry(document, entry, folder)
    _note_repeats(document, [entry for entry in entries if entry.exact])
    searched = dict.fromkeys(place for entry in entries for place in entry.searched)
    return tuple(_specs(_merged(entries))), tuple(searched)


def _entry(index: int, keys: PictureKeys, folder: Path, output: Path) -> _Entry:
    """Return an entry with the pictures it finds."""
    facts = {key: getattr(keys, key) for key in keys.model_fields_set - {"path"}}
    target = anchored(folder, keys.path)
    exact = is_file(target)
    pictures = [target] if exact else search(keys.path, folder, output)
    searched = () if exact else tuple(_searched(keys.path, folder))
    return _Entry(index, keys.path, facts, tuple(pictures), exact, searched)


def search(path: str, folder: Path, output: Path) -> list[Path]:
    """Return the pictures of a folder or a glob, sorted; none where the system refuses to look."""
    target = anchored(folder, path)
    try:
        found = list(target.iterdir() if is_folder(target) else _glob(path, folder, output))
    except (OSError, ValueError):
        return []
    pictures = (file for file in found if _is_picture(file) and is_file(file))
    return sorted(pictures, key=lambda picture: picture.as_posix())


def _glob(path: str, folder: Path, output: Path) -> Iterator[Path]:
    """Yield what a glob matches outside hidden folders and the output."""
    start, parts = _start(path, folder)
    for found in start.glob("/".join(parts)) if parts else ():
        hidden = any(part.startswith(".") for part in found.relative_to(start).parts)
        if not hidden and output not in found.parents:
            yield found


def _start(path: str, folder: Path) -> tuple[Path, tuple[str, ...]]:
    """Return the folder that a glob starts from, and the parts of its pattern below it."""
    parts = Path(path).parts
    plain = next((count for count, part in enumerate(parts) if _MAGIC.search(part)), len(parts))
    return anchored(folder, str(Path(*parts[:plain]))), parts[plain:]


def _searched(path: str, folder: Path) -> Iterator[Path]:
    """Yield the folders whose content decides what a folder or a glob finds, down to where it matches."""
    start, parts = _start(path, folder)
    with suppress(OSError, ValueError):
        for length in range(max(1, len(parts))):
            found = start.glob("/".join(parts[:length])) if length else (start,)
            yield from sorted(place for place in found if is_folder(place))


def _is_picture(path: Path) -> bool:
    return path.suffix.lower() in SUFFIXES and not path.name.startswith(".")


def _note_entry(document: Document, entry: _Entry, folder: Path) -> None:
    """Note that an entry finds no picture, or says of several what belongs to one."""
    if not entry.pictures:
        location = document.known(("inputs", entry.index, "path"))
        document.note(location, _nothing_found(entry.path, anchored(folder, entry.path)))
    elif not entry.exact:
        for key in entry.facts.keys() & _OF_ONE_PICTURE:
            text = f"belongs to one picture, but {quote(entry.path)} may be several"
            document.note(("inputs", entry.index, key), text)


def _nothing_found(path: str, target: Path) -> str:
    """Return what to say of a path without pictures."""
    if is_folder(target):
        return f"the folder {quote(path)} has no pictures ({' '.join(SUFFIXES)})"
    hint = "" if _MAGIC.search(path) else nearest_file(target)
    return f"no file, folder or pictures match {quote(path)}{hint}"


def _note_repeats(document: Document, entries: list[_Entry]) -> None:
    """Note a second description of one file, and a slug that two files were given."""
    described = ((entry.index, entry.pictures[0]) for entry in entries if entry.facts)
    for index, first in repeats(described):
        document.note(("inputs", index), f"describes the same file as inputs[{first}]; make them one")
    slugs = {entry.index: entry.facts["slug"] for entry in entries if "slug" in entry.facts}
    for index, first in repeats(slugs.items()):
        text = f"{quote(slugs[index])} is the slug of inputs[{first}] already; expected another"
        document.note(("inputs", index, "slug"), text)


def _merged(entries: Iterable[_Entry]) -> dict[Path, Facts]:
    """Return the facts of each picture; what an entry for one file says wins."""
    facts: dict[Path, Facts] = {picture: {} for entry in entries for picture in entry.pictures}
    for entry in sorted(entries, key=lambda entry: entry.exact):
        for picture in entry.pictures:
            facts[picture] |= entry.facts
    return facts


def _specs(facts_of: Mapping[Path, Facts]) -> Iterator[ImageSpec]:
    """Yield each picture with what is known of it, and its defaults."""
    taken = {facts["slug"] for facts in facts_of.values() if "slug" in facts}
    for path, facts in facts_of.items():
        slug = facts.get("slug") or distinct(slugify(path.stem), taken)
        taken.add(slug)
        yield ImageSpec(
            slug=slug,
            path=path,
            title=facts.get("title") or _title(path.stem),
            alt=facts.get("alt", ""),
            credit=Credit(**facts["credit"].model_dump()) if "credit" in facts else Credit(),
            tags=tuple(dict.fromkeys(facts.get("tags", ()))),
        )


def _title(stem: str) -> str:
    """Return a file's name as a title: ``grey_tabby-cat`` as ``Grey tabby cat``."""
    words = "".join(filter(str.isprintable, re.sub("[-_]+", " ", stem))).strip()
    return words[:1].upper() + words[1:] or "Picture"
