"""What ``gallery:`` addresses in texts name, such as ``gallery:cat/squeezenet/fire9``.

Question: how does a text place a figure? Options: a directive, as in MyST (``{figure} cat fire9``); an image
with an address of our own, ``![A cat](gallery:cat/squeezenet/fire9)``. Choice: the latter, because any other
renderer shows its text in the place of the figure. Cost: a figure has no options.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path
from typing import NamedTuple
from urllib.parse import unquote

from generator import paths
from generator.errors import PageError
from generator.records import GalleryConfig

SCHEME = "gallery:"
ELSEWHERE = ("https://", "http://", "mailto:", "#")
FORMS = "PICTURE/MODEL/LAYER/FEATURE, models/MODEL/LAYER/FEATURE, albums/ALBUM, tags/TAG"


class Target(NamedTuple):
    """What an address names: a page by its path, or else a picture, a model, a layer and a feature.

    Without a picture the model, layer or feature itself is meant. ``feature`` is -1 if none is named.
    """

    picture: str = ""
    model: str = ""
    layer: str = ""
    feature: int = -1
    page: str = ""
    anchor: str = ""


@dataclass(frozen=True)
class Names:
    """All that texts can name: pictures, models with their layers, albums, tags, and files of other texts."""

    pictures: Collection[str]
    layers: Mapping[str, Sequence[str]]
    albums: Collection[str]
    tags: Collection[str]
    files: Mapping[Path, str]

    def target(self, address: str, folder: Path) -> Target:
        """Return what an address names; an address elsewhere names nothing.

        Args:
            address: as in the text.
            folder: the folder of the text, to which names of files are relative.

        Raises:
            PageError: there is no such thing; the text has no place.
        """
        if address.startswith(ELSEWHERE):
            return Target()
        path, _, anchor = address.partition("#")
        if address.startswith(SCHEME):
            return self._named([unquote(part) for part in path.removeprefix(SCHEME).split("/")])
        if path.endswith(".md") and ":" not in path:
            return self._file(unquote(path), anchor, folder)
        raise PageError(
            f"expected an address that starts with https://, {SCHEME} or #, or a file of a text such as "
            f"methods.md, found {address!r}"
        )

    def _named(self, parts: Sequence[str]) -> Target:
        first, *rest = parts
        if first in self.pictures or first not in ("images", "models", "albums", "tags"):
            return self._picture(parts)
        if first == "images":
            return self._picture(rest or [""])
        if first == "models":
            return self._model("", rest or [""])
        known = self.albums if first == "albums" else self.tags
        name = _one_of(known, "/".join(rest), first.removesuffix("s"))
        return Target(page=paths.album_page(name) if first == "albums" else paths.tag_page(name))

    def _picture(self, parts: Sequence[str]) -> Target:
        picture = _one_of(self.pictures, parts[0], "picture")
        return self._model(picture, parts[1:]) if parts[1:] else Target(picture)

    def _model(self, picture: str, parts: Sequence[str]) -> Target:
        model = _one_of(self.layers, parts[0], "model")
        if not parts[1:]:
            return Target(picture, model)
        layer = _one_of(self.layers[model], parts[1], f"shown layer of {model}")
        feature = parts[2] if parts[2:] else "-1"
        if len(parts) > 3 or (parts[2:] and not (feature.isascii() and feature.isdecimal())):
            raise PageError(
                f"expected the number of a feature after {layer!r}, found {'/'.join(parts[2:])!r}"
            )
        return Target(picture, model, layer, int(feature))

    def _file(self, path: str, anchor: str, folder: Path) -> Target:
        found = (folder / path).resolve()
        if found in self.files:
            return Target(page=self.files[found], anchor=anchor)
        names = {file.name for file in self.files}
        raise PageError(f"no text {path!r}{_nearest(Path(path).name, names)}")


def names_of(config: GalleryConfig) -> Names:
    """Return what texts of a gallery can name."""
    files = {page.text.file.resolve(): paths.own_page(page.name) for page in config.pages}
    files |= {
        album.text.file.resolve(): paths.album_page(album.slug)
        for album in config.albums
        if album.text.markdown
    }
    return Names(
        {image.slug for image in config.images},
        {spec.slug: spec.layers for spec in config.networks},
        {album.slug for album in config.albums},
        {tag.slug for tag in config.tags},
        files,
    )


def _one_of(known: Iterable[str], name: str, kind: str) -> str:
    known = list(known)
    if name not in known:
        raise PageError(f"no {kind} {name!r}{_nearest(name, known)}; forms: {FORMS}")
    return name


def _nearest(name: str, known: Iterable[str]) -> str:
    return "".join(f"; nearest: {one}" for one in get_close_matches(name, sorted(known), n=1))
