"""What ``gallery:`` addresses in texts name, such as ``gallery:cat/squeezenet/fire9``.

Question: how does a text place a figure? Options: a directive, as in MyST (``{figure} cat fire9``); an image
with an address of our own, ``![A cat](gallery:cat/squeezenet/fire9)``. Choice: the latter, because any other
renderer shows its text in the place of the figure. Cost: options are part of the address, ``?view=map``.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from difflib import get_close_matches
from pathlib import Path
from typing import NamedTuple
from urllib.parse import parse_qsl, unquote

from generator import paths
from generator.errors import PageError
from generator.pages import markdown
from generator.records import GalleryConfig, NetworkSpec, OwnFile
from generator.records.choices import either

SCHEME = "gallery:"
ELSEWHERE = ("https://", "http://", "mailto:", "#")
FORMS = "PICTURE/MODEL/LAYER/FEATURE, models/MODEL/LAYER/FEATURE, albums/ALBUM, tags/TAG"


class Target(NamedTuple):
    """What an address names: a page by its path, or else a picture, a model, a layer and a feature.

    Without a picture the model, layer or feature itself is meant. ``feature`` is -1 if none is named.
    ``view`` and ``method`` are empty for all views and the gallery's method. ``file`` lies beside the pages.
    """

    picture: str = ""
    model: str = ""
    layer: str = ""
    feature: int = -1
    page: str = ""
    anchor: str = ""
    view: str = ""
    method: str = ""
    file: OwnFile | None = None


@dataclass(frozen=True)
class Names:
    """All that texts can name: pictures, models with their layers, albums, tags, and files.

    ``files`` are those of other texts, ``own_files`` those beside them; ``anchors`` are those in a text;
    ``options`` maps what can follow a figure's address to its values.

    ``seen`` maps each model to the pictures, by slug, and to the model as that picture shows it. Those in
    ``hidden`` are in no list.
    """

    seen: Mapping[str, Mapping[str, NetworkSpec]]
    pictures: Collection[str]
    hidden: Collection[str]
    albums: Collection[str]
    tags: Collection[str]
    files: Mapping[Path, str]
    own_files: Mapping[Path, OwnFile] = field(default_factory=dict)
    anchors: Mapping[Path, Collection[str]] = field(default_factory=dict)
    options: Mapping[str, Sequence[str]] = field(default_factory=dict)

    def target(self, address: str, text: Path) -> Target:
        """Return what an address names; an address elsewhere names nothing.

        Args:
            address: as in the text.
            text: the file of the text, to whose folder names of files are relative.

        Raises:
            PageError: there is no such thing; the text has no place.
        """
        if address.startswith("#"):
            self._refuse_anchor(text.resolve(), unquote(address[1:]))
        if address.startswith(ELSEWHERE):
            return Target()
        path, _, anchor = address.partition("#")
        if address.startswith(SCHEME):
            path, _, query = path.partition("?")
            target = self._named([unquote(part) for part in path.removeprefix(SCHEME).split("/")])
            options = self._options(query)
            return target._replace(view=options.get("view", ""), method=options.get("method", ""))
        if ":" not in path and Path(path).suffix:
            return self._file(unquote(path), unquote(anchor), text.parent)
        raise PageError(
            f"expected an address that starts with https://, {SCHEME} or #, or a file beside the text such "
            f"as methods.md, found {address!r}"
        )

    def _options(self, query: str) -> dict[str, str]:
        """Return the options after the address of a figure."""
        given = dict(parse_qsl(query, keep_blank_values=True))
        for name, value in given.items():
            known = _one_of(self.options, name, "option", "")
            if value not in self.options[known]:
                raise PageError(f"{name}: expected {either(self.options[known])}, found {value!r}")
        return given

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
        model = _one_of(self.seen, parts[0], "model")
        if not parts[1:]:
            return Target(picture, model)
        layer = self._layer(picture, model, parts[1])
        feature = parts[2] if parts[2:] else "-1"
        if len(parts) > 3 or (parts[2:] and not (feature.isascii() and feature.isdecimal())):
            raise PageError(
                f"expected the number of a feature after {layer!r}, found {'/'.join(parts[2:])!r}"
            )
        self._refuse_unshown(picture, model, layer, int(feature))
        return Target(picture, model, layer, int(feature))

    def _listed(self, model: str) -> list[NetworkSpec]:
        """Return a model as each picture in a list shows it."""
        return [spec for slug, spec in self.seen[model].items() if slug not in self.hidden]

    def _layer(self, picture: str, model: str, name: str) -> str:
        """Return a layer that a picture shows of a model, or without a picture any in a list."""
        shown = dict.fromkeys(layer for spec in self._listed(model) for layer in spec.layers)
        if not picture:
            return _one_of(shown, name, f"shown layer of {model}")
        own = self.seen[model][picture].layers
        if name in shown and name not in own:
            raise PageError(f"{picture!r} does not show {name} of {model}; it shows {', '.join(own)}")
        return _one_of(own, name, f"shown layer of {model}")

    def _refuse_unshown(self, picture: str, model: str, layer: str, feature: int) -> None:
        """Refuse a feature that the layer does not have, or that certainly is in no figure.

        Which features are the strongest is known only after the analysis.
        """
        specs = [*self._listed(model), *([self.seen[model][picture]] if picture else [])]
        size = next((spec.sizes.get(layer) for spec in specs), None)
        if size is not None and feature >= size:
            raise PageError(f"no feature {feature} in {layer} of {model}; it has 0 to {size - 1}")
        chosen = [spec.features.get(layer) for spec in specs if layer in spec.layers]
        shown = sorted({number for numbers in chosen if numbers for number in numbers})
        if feature >= 0 and all(chosen) and feature not in shown:
            choices = ", ".join(map(str, shown))
            raise PageError(
                f"no picture shows feature {feature} of {layer} of {model}; 'features:' has {choices}"
            )

    def _file(self, path: str, anchor: str, folder: Path) -> Target:
        found = (folder / path).resolve()
        if found in self.files:
            self._refuse_anchor(found, anchor)
            return Target(page=self.files[found], anchor=anchor)
        if own := self.own_files.get(found):
            return Target(anchor=anchor, file=own)
        is_text = path.lower().endswith(".md")
        names = {file.name for file in (self.files if is_text else self.own_files)}
        where = "text" if is_text else "file beside the pages"
        raise PageError(f"no {where} {path!r}{_nearest(Path(path).name, names)}")

    def _refuse_anchor(self, text: Path, anchor: str) -> None:
        """Refuse an anchor that no heading of a text has; the anchors of other pages are not known."""
        known = self.anchors.get(text, (anchor,))
        if anchor and anchor not in known:
            raise PageError(f"no heading {anchor!r} in {text.name}{_nearest(anchor, known)}")


def names_of(config: GalleryConfig) -> Names:
    """Return what texts of a gallery can name."""
    files = {page.text.file.resolve(): paths.own_page(page.name) for page in config.pages}
    files |= {
        album.text.file.resolve(): paths.album_page(album.slug)
        for album in config.albums
        if album.text.markdown
    }
    listed = [image for image in config.images if not image.is_hidden]  # only these have albums and tags
    return Names(
        {spec.slug: config.seen(spec) for spec in config.networks},
        {image.slug for image in config.images},
        {image.slug for image in config.images if image.is_hidden},
        {album.slug for album in config.albums if any(image.album == album.slug for image in listed)},
        {tag.slug for tag in config.tags if any(tag.name in image.tags for image in listed)},
        files,
        {one.file.resolve(): one for one in config.own_files},
        {page.text.file.resolve(): markdown.anchors(page.text, bool(page.title)) for page in config.pages},
        {"view": config.views, "method": (config.method, *config.compare)},
    )


def _one_of(known: Iterable[str], name: str, kind: str, forms: str = f"; forms: {FORMS}") -> str:
    known = list(known)
    if name not in known:
        raise PageError(f"no {kind} {name!r}{_nearest(name, known)}{forms or f'; options: {either(known)}'}")
    return name


def _nearest(name: str, known: Iterable[str]) -> str:
    return "".join(f"; nearest: {one}" for one in get_close_matches(name, sorted(known), n=1))
