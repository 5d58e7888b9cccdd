"""Albums: the sub-folders of ``inputs: [pictures/**]``, each with the pictures that lie directly in it.

Question: where does a user say title, order, cover and text of an album? Options: a key ``albums`` in the
configuration; a file in the folder, as in Hugo (``_index.md``) and sphinx-gallery (``README.txt``). Choice:
the file ``index.md`` with front matter, so that a folder can be moved or given away with its text, and a long
text is not YAML. Cost: the configuration alone no longer says all.

Question: what is a folder inside a folder? Options: a nested album, with a page that lists albums; an album
of its own. Choice: the latter, with the names of all its folders in the title. Cost: many levels give long
titles.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path, PurePath

from generator.config.document import Document, Place
from generator.config.front_matter import AlbumKeys, Matter, keys_of, read_matter
from generator.config.paths import is_file
from generator.config.pictures import title_of
from generator.config.slugs import path_slugs, slugify
from generator.config.words import natural, nearest, quote
from generator.errors import ConfigError, first_lines
from generator.records import Album, ImageSpec, MarkdownText

ALBUM, INDEX = "album", "index.md"
"""The slug of a name in which nothing can be transliterated; the file that describes an album."""


@dataclass(frozen=True)
class _Folder:
    """The folder of an album, its path below the folder of all albums, and what describes it."""

    path: Path
    below: PurePath
    images: Sequence[ImageSpec]
    keys: AlbumKeys
    text: MarkdownText


def find_albums(
    folders: Mapping[Path, PurePath], images: Sequence[ImageSpec], order: str
) -> tuple[tuple[Album, ...], tuple[ImageSpec, ...]]:
    """Return the albums in their order, and the pictures in theirs: those of albums first.

    Args:
        folders: the folder of each album, and its path below the folder of all albums.
        images: the pictures, in the order of the configuration.
        order: the order of the pictures, unless an album has its own.

    Raises:
        ConfigError: files that describe albums have mistakes; the text has one line for each.
    """
    by_folder: dict[Path, list[ImageSpec]] = {}
    for image in images:
        by_folder.setdefault(image.path.parent, []).append(image)
    held = {path: below for path, below in folders.items() if path in by_folder}
    described = _described(held, by_folder)
    described.sort(
        key=lambda one: (one.keys.order or float("inf"), [natural(part) for part in one.below.parts])
    )
    slugs = path_slugs({one.below: slugify(one.below.name, ALBUM) for one in described})
    albums, ordered = [], []
    for one in described:
        how = one.keys.sort if "sort" in one.keys.model_fields_set else order
        shown = [replace(image, album=slugs[one.below]) for image in in_order(one.images, how)]
        albums.append(_album(one, slugs[one.below], shown))
        ordered += shown
    outside = [image for image in images if image.path.parent not in held]
    return tuple(albums), (*ordered, *in_order(outside, order))


def in_order(images: Sequence[ImageSpec], order: str) -> Sequence[ImageSpec]:
    """Return pictures in one of the orders of ``choices.Order``; equal ones stay as listed."""
    if order == "title":
        return sorted(images, key=lambda image: natural(image.title))
    return sorted(images, key=lambda image: natural(image.path.name)) if order == "name" else images


def _described(
    folders: Mapping[Path, PurePath], by_folder: Mapping[Path, Sequence[ImageSpec]]
) -> list[_Folder]:
    """Return each album with its settings and its text."""
    found, problems = [], list[str]()
    for path, below in folders.items():
        try:
            matter = _matter(path)
            keys = keys_of(AlbumKeys, matter.document)
            _note_cover(matter.document, keys, by_folder[path])
            matter.document.refuse_mistakes()
            found.append(_Folder(path, below, by_folder[path], keys, matter.text))
        except ConfigError as error:
            problems += str(error).splitlines()
    if problems:
        raise ConfigError("\n".join(first_lines(problems)))
    return found


def _matter(folder: Path) -> Matter:
    """Return what the file in an album's folder says, or nothing without that file."""
    path = folder / INDEX
    if is_file(path):
        return read_matter(path, AlbumKeys)
    return Matter(Document(str(path), {}, {(): Place(1, 1)}), MarkdownText())


def _note_cover(document: Document, keys: AlbumKeys, images: Sequence[ImageSpec]) -> None:
    """Record a cover that is no picture of the album."""
    names = [image.path.name for image in images]
    if keys.cover and keys.cover not in names:
        text = f"no picture {quote(keys.cover)} in this album{nearest(keys.cover, names)}"
        document.note(("cover",), text)


def _album(folder: _Folder, slug: str, images: Sequence[ImageSpec]) -> Album:
    title = folder.keys.title or " / ".join(map(title_of, folder.below.parts))
    covers: Iterator[str] = (image.slug for image in images if image.path.name == folder.keys.cover)
    return Album(slug, title, folder.text, next(covers, ""))
