"""One picture through one network, as the command line names them, in place of a whole file.

A picture of the configuration brings the configuration's settings and its network along; the path of any
picture needs no configuration at all, and reads it only for a model that is not of the project: one of the
configuration brings its settings along. Either way the options go through the same checks as a file.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from pydantic import TypeAdapter

from generator.config.document import COMMAND_LINE, Document
from generator.config.keys import GalleryKeys, ModelKeys, Picture, PictureKeys
from generator.config.loading import config_of
from generator.config.models import WithWeights, choose_networks
from generator.config.own_models import SUFFIX, DescribeOwn, slug_by
from generator.config.paths import anchored, is_file, nearest_file
from generator.config.pictures import find_pictures
from generator.config.reading import read_document
from generator.config.validation import sound_entries, validate
from generator.config.words import nearest, quote
from generator.errors import ConfigError
from generator.records import GalleryConfig, ImageSpec, NetworkInfo

_PICTURE: TypeAdapter[PictureKeys] = TypeAdapter(Picture)
_MODEL = TypeAdapter(ModelKeys)
_PATHS = ("name", "weights", "labels")

FLAGS = {"layers": "--layer", "name": "--model"}

Options = Mapping[str, object]
"""What the command line gives, by the key of the configuration it stands for; ``None`` is not given."""


def load_single(
    image: str,
    model: Options,
    settings: Options,
    path: Path,
    networks: Mapping[str, NetworkInfo],
    with_weights: WithWeights,
    describe_own: DescribeOwn,
) -> GalleryConfig:
    """Return a configuration of one picture and one network.

    Args:
        image: the path of a picture, or the slug of one of the configuration.
        model: keys of a model; ``name`` may be a slug of the configuration, and is its first if missing.
        settings: keys of the gallery.
        path: the configuration, read only where ``image`` is no file or the model none of ``networks``.
        networks: the networks that exist, by name.
        with_weights: network and weights -> what that network then has.
        describe_own: a user's own network -> what it has.

    Raises:
        ConfigError: with one line for each mistake.
    """
    alone = is_file(Path.cwd() / image)
    if alone and model["name"] is None:
        raise ConfigError(f"--model: missing; expected a .keras file or one of {', '.join(networks)}")
    folder = anchored(Path.cwd(), str(path)).parent
    asked = not alone or (model["name"] not in networks and is_file(Path.cwd() / path))
    document = _of_gallery(image, path) if asked else _of_picture(image)
    slugs = [_slug(entry) for entry in _entries(document)]
    if alone and _place(document, model["name"], folder) is None:
        document, folder = _of_picture(image), Path.cwd()
    elif alone:
        _show(document, image)
    index = _override(document, model, settings, folder)
    validate(document)
    _note_unknown(document, index, networks, path, slugs)
    site = folder / GalleryKeys.model_fields["output"].default
    images, searched = find_pictures(document, sound_entries(document, "inputs", _PICTURE), folder, site)
    models = [pair for pair in sound_entries(document, "models", _MODEL) if pair[0] == index]
    specs = choose_networks(document, models, folder, networks, with_weights, describe_own)
    document.refuse_mistakes()
    keys = GalleryKeys.model_validate(document.values)
    shown = images if alone else (_chosen(image, images, path),)
    return config_of(keys, folder / path.name, site, shown, specs, None, searched)


def _of_picture(image: str) -> Document:
    """Return a document that says nothing but the path of a picture."""
    document = Document("", {"inputs": [image], "models": []})
    document.places |= dict.fromkeys(((), ("inputs",), ("inputs", 0), ("models",)), COMMAND_LINE)
    document.options[("models",)] = FLAGS["name"]
    return document


def _show(document: Document, image: str) -> None:
    """Let a picture take the place of those of the configuration."""
    picture = str(Path.cwd() / image)
    document.override(("inputs",), [picture], "")
    document.override(("inputs", 0), picture, "")


def _of_gallery(image: str, path: Path) -> Document:
    """Return the configuration, to be asked for a picture by its slug."""
    if not is_file(Path.cwd() / path):
        hint = nearest_file(Path.cwd() / image)
        raise ConfigError(
            f"no picture {quote(image)}{hint}; and no {path}, which might know one of this name"
        )
    return read_document(path)


def _chosen(image: str, images: tuple[ImageSpec, ...], path: Path) -> ImageSpec:
    """Return the picture of that slug."""
    known = {spec.slug: spec for spec in images}
    if image not in known:
        choices = f"{nearest(image, known)}; known there: {', '.join(known)}"
        raise ConfigError(f"no picture {quote(image)}: neither a file nor one of {path}{choices}")
    return known[image]


def _override(document: Document, model: Options, settings: Options, folder: Path) -> int:
    """Let the options take the place of what the document says; return the index of the model they mean."""
    for key, value in {**settings, "compare": []}.items():
        if value is not None:
            document.override((key,), value, _flag(key))
    index = _index(document, model["name"], folder)
    given = {key: value for key, value in model.items() if value is not None and key != "name"}
    entry = document.value(("models", index)) if document.known(("models", index))[1:] else None
    if isinstance(entry, dict):
        for key in ("layers", "features") if {"layers", "features"} & set(given) else ():
            entry.pop(key, None)
        for key, value in given.items():
            document.override(("models", index, key), _here(key, value), _flag(key))
    return index


def _index(document: Document, name: Any, folder: Path) -> int:
    """Return where the model of that name is, the first without one; one not there is added."""
    models = document.values.get("models")
    if not isinstance(models, list):
        document.override(("models",), models := [], FLAGS["name"])
    place = _place(document, name, folder)
    if place is None and name is not None:
        models.append({})
        document.override(("models", len(models) - 1), {"name": _here("name", name)}, FLAGS["name"])
        return len(models) - 1
    return place or 0


def _entries(document: Document) -> list[dict[str, Any]]:
    """Return what a document says of each model; nothing of one that is no mapping."""
    models = document.values.get("models")
    return [entry if isinstance(entry, dict) else {} for entry in models] if isinstance(models, list) else []


def _place(document: Document, name: Any, folder: Path) -> int | None:
    """Return the index of the model of that slug, name or file, of the first without a name."""
    entries = _entries(document)
    if name is None:
        return 0 if entries else None
    slugs = [_slug(entry) for entry in entries]
    named = (at for at, entry in enumerate(entries) if _is_named(entry, name, folder))
    return slugs.index(name) if name in slugs else next(named, None)


def _slug(entry: Mapping[str, Any]) -> str:
    """Return the slug that a model has or would get."""
    return str(entry.get("slug") or slug_by(str(entry.get("name", ""))))


def _is_named(entry: Mapping[str, Any], name: str, folder: Path) -> bool:
    """Return whether a model has that name, or is the file of that path."""
    named, given = anchored(folder, str(entry.get("name"))), Path.cwd() / name
    return entry.get("name") == name or (is_file(named) and is_file(given) and named.samefile(given))


def _note_unknown(
    document: Document, index: int, networks: Mapping[str, NetworkInfo], path: Path, slugs: list[str]
) -> None:
    """Note a model of the command line that is none, with all that could be meant."""
    location = ("models", index, "name")
    if document.places.get(location) != COMMAND_LINE:
        return
    name = str(document.value(location))
    if name in networks or name.lower().endswith(SUFFIX):
        return
    here = f"; {path} has: {', '.join(slugs)}" if slugs else ""
    choices = f"{nearest(name, [*networks, *slugs])}; known: {', '.join(networks)}{here}"
    document.note(location, f"no model {quote(name)}{choices}")


def _here(key: str, value: Any) -> Any:
    """Return a path of the command line, which starts from the current folder, as an absolute one."""
    is_path = key in _PATHS and is_file(Path.cwd() / value)
    return str(Path.cwd() / value) if is_path else value


def _flag(key: str) -> str:
    return FLAGS.get(key, f"--{key.replace('_', '-')}")
