"""The key ``inputs``: files, folders and globs -> ``ImageSpec``, in the order of their first mention.

A folder or a glob chooses pictures; a glob that ends in ``**`` all pictures below a folder, whose sub-folders
become albums. An entry for a single file describes it, before or after a folder or glob that also contains
the file.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, partial
from os.path import relpath
from pathlib import Path, PurePath
from typing import Any
from unicodedata import normalize

from generator.config.document import Document
from generator.config.globs import MAGIC, is_array, matches, pictures, searched, start_of
from generator.config.paths import anchored, is_file, is_folder, nearest_file
from generator.config.picture_keys import PictureKeys
from generator.config.site_names import note_picture_slug
from generator.config.slugs import former_slugs, picture_slugs, repeats
from generator.config.words import quote
from generator.records import Credit, ImageSpec, MarkdownText
from generator.records.picture_formats import SUFFIXES, may_be_picture

_OF_ONE_PICTURE = ("title", "alt", "caption", "slug")
OF_NETWORKS = ("layers", "features", "method")
"""The keys that say what a picture shows of each network."""
Description = dict[str, Any]
"""The description of a picture: values of ``PictureKeys`` by key."""


@dataclass(frozen=True)
class Said:
    """The value of a key, and the index of the entry of ``inputs`` that says it."""

    index: int
    value: Any


@dataclass(frozen=True)
class Found:
    """Pictures, the folders searched for them, and files there that may be pictures but are not read.

    ``exact`` is set if the path that was searched for is one file. ``arrays`` are NumPy's files, which only a
    path of their suffix makes pictures.
    """

    pictures: tuple[Path, ...]
    searched: tuple[Path, ...] = ()
    passed_over: tuple[Path, ...] = ()
    exact: bool = False
    arrays: tuple[Path, ...] = ()


@dataclass(frozen=True)
class _Entry:
    """One entry of ``inputs``, and what was found at its path."""

    index: int
    path: str
    description: Description
    found: Found

    @property
    def pictures(self) -> tuple[Path, ...]:
        return self.found.pictures

    @property
    def exact(self) -> bool:
        return self.found.exact


@dataclass(frozen=True)
class Pictures:
    """The pictures of a gallery, the folders searched for them, and the files there that were passed over.

    ``drafts`` are the slugs of pictures that are not to be built. ``albums`` maps the folder of each album to
    its path below the folder that holds the albums. ``said`` has, by the slug of a picture, what entries say
    under the keys ``OF_NETWORKS``.
    """

    images: tuple[ImageSpec, ...]
    searched: tuple[Path, ...]
    passed_over: tuple[Path, ...]
    drafts: frozenset[str]
    albums: Mapping[Path, PurePath]
    said: Mapping[str, Mapping[str, Said]]


def find_pictures(
    document: Document, inputs: Iterable[tuple[int, PictureKeys]], folder: Path, output: Path
) -> Pictures:
    """Return every picture of the gallery, the folders that were searched, and the files passed over there.

    Entries that find no picture or contradict others are recorded as mistakes.

    Args:
        document: records the mistakes.
        inputs: the entries with their indexes.
        folder: the folder to which their paths are relative.
        output: the output folder, which globs skip.
    """
    find = cache(partial(_find, folder, output))
    entries = []
    for index, keys in inputs:
        entries.append(_entry(document, index, keys, find))
        _note_entry(document, entries[-1], folder)
    _note_repeats(document, [entry for entry in entries if entry.exact])
    searched = dict.fromkeys(place for entry in entries for place in entry.found.searched)
    merged = _merged(list(_without_repeats(entries)))
    passed_over = dict.fromkeys(file for entry in entries for file in entry.found.passed_over)
    left = tuple(file for file in passed_over if file not in merged)
    listed = {picture for entry in entries if entry.exact for picture in entry.pictures}
    specs = tuple(_specs(merged, listed, folder))
    drafts = frozenset(image.slug for image in specs if merged[image.path].get("draft"))
    said = {
        image.slug: {key: value for key, value in merged[image.path].items() if key in OF_NETWORKS}
        for image in specs
    }
    return Pictures(specs, tuple(searched), left, drafts, _albums(entries, folder), said)


def _albums(entries: Iterable[_Entry], folder: Path) -> dict[Path, PurePath]:
    """Return the folder of each album: a sub-folder with pictures that an entry ending in ``**`` chose."""
    found: dict[Path, PurePath] = {}
    for entry in entries:
        if PurePath(entry.path).name == "**":
            base, _ = start_of(entry.path, folder)
            for place in (picture.parent for picture in entry.pictures):
                if place != base:
                    found.setdefault(place, PurePath(place.relative_to(base)))
    return found


def _entry(document: Document, index: int, keys: PictureKeys, find: Callable[[str], Found]) -> _Entry:
    """Return an entry with the pictures that its path matches."""
    description = {key: getattr(keys, key) for key in keys.model_fields_set - {"path"}}
    description |= {key: Said(index, description[key]) for key in OF_NETWORKS if key in description}
    if keys.caption:
        line = document.places[document.known(("inputs", index, "caption"))].line
        description["caption"] = MarkdownText(keys.caption, Path(document.file), line)
    return _Entry(index, keys.path, description, find(keys.path))


def _without_repeats(entries: Iterable[_Entry]) -> Iterator[_Entry]:
    """Yield the entries without those that only repeat the path of an earlier one."""
    seen: set[str] = set()
    for entry in entries:
        if entry.description or entry.path not in seen:
            yield entry
        seen.add(entry.path)


def _find(folder: Path, output: Path, path: str) -> Found:
    """Return what is at a path: one file, or what a folder or a glob contains."""
    target = anchored(folder, path)
    if is_file(target):
        return Found((target,), exact=True)
    found = matches(path, folder, output)
    passed_over = (file for file in found if may_be_picture(file.name) and not is_folder(file))
    arrays = tuple(file for file in found if is_array(file))
    chosen, folders = tuple(pictures(path, found)), tuple(searched(path, folder))
    return Found(chosen, folders, tuple(passed_over), arrays=arrays)


def _note_entry(document: Document, entry: _Entry, folder: Path) -> None:
    """Record an entry that matches no picture, or one that gives several pictures one title, alt or slug."""
    if not entry.pictures:
        location = document.known(("inputs", entry.index, "path"))
        document.note(location, _nothing_found(entry, anchored(folder, entry.path)))
    elif not entry.exact:
        for key in entry.description.keys() & _OF_ONE_PICTURE:
            text = f"applies to one picture, but {quote(entry.path)} may match several"
            document.note(("inputs", entry.index, key), text)


def _nothing_found(entry: _Entry, target: Path) -> str:
    """Return the message about an entry without pictures."""
    path, others = entry.path, entry.found.passed_over
    count = f"{len(others)} file{'s' if len(others) > 1 else ''}"
    passed = f"; {count} passed over, such as {quote(others[0].name)}" if others else ""
    passed += _arrays_hint(path, entry.found.arrays, is_folder(target))
    if is_folder(target):
        return f"the folder {quote(path)} contains no pictures ({' '.join(SUFFIXES)}){passed}"
    if passed:
        return f"no pictures match {quote(path)}{passed}"
    hint = "" if MAGIC.search(path) else nearest_file(target)
    return f"no file, folder or pictures match {quote(path)}{hint}"


def _arrays_hint(path: str, arrays: Sequence[Path], is_folder: bool) -> str:
    """Return which glob makes pictures of arrays that a path passes over."""
    if not arrays:
        return ""
    given, suffix = PurePath(path), arrays[0].suffix
    parent = given if is_folder or given.name == "**" else given.parent
    glob = (parent / f"*{suffix}").as_posix()
    return f"; arrays such as {quote(arrays[0].name)} are pictures of the glob {quote(glob)}"


def _note_repeats(document: Document, entries: list[_Entry]) -> None:
    """Record a second description of one file, and a slug given to two files."""
    described = ((entry.index, entry.pictures[0]) for entry in entries if entry.description)
    for index, first in repeats(described):
        document.note(("inputs", index), f"describes the same file as inputs[{first}]; merge the two entries")
    slugs = {entry.index: entry.description["slug"] for entry in entries if "slug" in entry.description}
    for index, slug in slugs.items():
        note_picture_slug(document, index, slug)
    for index, first in repeats(slugs.items()):
        text = f"{quote(slugs[index])} is already the slug of inputs[{first}]; choose another"
        document.note(("inputs", index, "slug"), text)


def _merged(entries: Iterable[_Entry]) -> dict[Path, Description]:
    """Return the description of each picture; an entry for a single file overrides folders and globs."""
    descriptions: dict[Path, Description] = {picture: {} for entry in entries for picture in entry.pictures}
    for entry in sorted(entries, key=lambda entry: entry.exact):
        for picture in entry.pictures:
            descriptions[picture] |= entry.description
    return descriptions


def _specs(
    descriptions: Mapping[Path, Description], listed: Collection[Path], folder: Path
) -> Iterator[ImageSpec]:
    """Yield each picture with its description, completed by defaults; ``listed`` have their own entries."""
    slugs = {_relative(path, folder): one.get("slug", "") for path, one in descriptions.items()}
    derived = picture_slugs([path for path, slug in slugs.items() if not slug], {*slugs.values()} - {""})
    former = former_slugs(slugs, {_relative(path, folder) for path in listed})
    for path, description in descriptions.items():
        relative = _relative(path, folder)
        yield ImageSpec(
            slug=slugs[relative] or derived[relative],
            path=path,
            title=description.get("title") or title_of(path.stem),
            alt=description.get("alt", ""),
            credit=Credit(**description["credit"].model_dump()) if "credit" in description else Credit(),
            tags=tuple(dict.fromkeys(normalize("NFC", tag) for tag in description.get("tags", ()))),
            former_slug=former.get(relative, ""),
            caption=description.get("caption", MarkdownText()),
            is_hidden=description.get("hidden", False),
        )


def _relative(path: Path, folder: Path) -> PurePath:
    """Return a path relative to the folder of the configuration, or unchanged from another drive."""
    return PurePath(relpath(path, folder)) if path.drive == folder.drive else path


def title_of(stem: str) -> str:
    """Return a title made from a file name: ``grey_tabby-cat`` gives ``Grey tabby cat``."""
    words = "".join(filter(str.isprintable, re.sub("[-_]+", " ", stem))).strip()
    return words[:1].upper() + words[1:] or "Picture"
