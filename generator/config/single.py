"""Build the configuration of a single figure: one picture and one network from the command line.

If the picture is named by its slug in the configuration, the settings and the network come from there. If it
is the path of any file, the configuration is read only if it may define the model: then the settings of that
model are used. In both cases the options of the command line pass the same checks as a file.
"""

from __future__ import annotations

from collections.abc import Mapping, Set
from dataclasses import replace
from pathlib import Path
from typing import Any

from pydantic import TypeAdapter

from generator.config.document import COMMAND_LINE, Document
from generator.config.keys import GalleryKeys, ModelKeys
from generator.config.loading import config_of, note_views_twice
from generator.config.models import WEIGHTS_SUFFIXES, WithWeights, choose_networks
from generator.config.own_models import DescribeOwn, slug_by
from generator.config.paths import anchored, is_file, nearest_file
from generator.config.picture_keys import Picture, PictureKeys
from generator.config.picture_networks import PictureNetworks
from generator.config.pictures import find_pictures
from generator.config.reading import read_document
from generator.config.validation import sound_entries, validate
from generator.config.words import nearest, quote
from generator.errors import ConfigError, first_lines
from generator.records import GalleryConfig, ImageSpec, NetworkInfo
from generator.records.model_files import OWN, OWN_SUFFIXES, way_from

_PICTURE: TypeAdapter[PictureKeys] = TypeAdapter(Picture)
_MODEL = TypeAdapter(ModelKeys)
_PATHS = {"name": OWN_SUFFIXES, "weights": WEIGHTS_SUFFIXES, "labels": "", "code": ".py"}
"""Keys whose values may be paths -> how those end; a file ``vgg16`` does not hide the network."""

FLAGS = {"layers": "--layer", "name": "--model"}
"""Flags that are not called like the key of the configuration."""

Options = Mapping[str, object]
"""Values from the command line by key of the configuration; ``None`` if the option was not given."""


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
        image: the path of a picture, or the slug of a picture in the configuration.
        model: keys of a model. ``name`` may be a slug in the configuration; ``None`` means its first model.
        settings: keys of the gallery.
        path: the configuration, read only if ``image`` is not a file or the model not one of ``networks``.
        networks: the known networks by name.
        with_weights: describes a network with given weights and variant.
        describe_own: describes a user's own network.

    Raises:
        ConfigError: an option or the configuration is wrong; the text has one line for each mistake.
    """
    picture = anchored(Path.cwd(), image)
    alone = is_file(picture)
    if alone and model["name"] is None:
        raise ConfigError(f"--model: missing; expected a {OWN} file or one of {', '.join(networks)}")
    folder = anchored(Path.cwd(), str(path)).parent
    asked = not alone or (model["name"] not in networks and is_file(Path.cwd() / path))
    document = _read_gallery(image, path) if asked else _document_of_picture(picture)
    slugs = [_slug(entry) for entry in _entries(document)]
    if alone and _find(document, model["name"], folder) is None:
        document, folder = _document_of_picture(picture), Path.cwd()
    elif alone:
        _replace_pictures(document, picture)
    index = _override(document, model, settings, folder)
    validate(document)
    note_views_twice(document)
    _note_unknown(document, index, networks, path, slugs)
    site = folder / GalleryKeys.model_fields["output"].default
    pictures = find_pictures(document, sound_entries(document, "inputs", _PICTURE), folder, site)
    models = [pair for pair in sound_entries(document, "models", _MODEL) if pair[0] == index]
    chosen = choose_networks(document, models, folder, networks, with_weights, describe_own, is_site=False)
    shown = PictureNetworks(document, chosen, is_complete=False)  # the other models are not described
    own = {} if alone else shown.of(pictures.said.get(image, {}))
    document.refuse_mistakes()
    keys = GalleryKeys.model_validate(document.values)
    specs = tuple(own.get(one.spec.slug, one.spec) for one in chosen)
    if not alone:
        pictures = replace(pictures, images=(_chosen(image, pictures.images, path),))
    return config_of(keys, folder / path.name, site, pictures, specs, None)


def _document_of_picture(picture: Path) -> Document:
    """Return a document that contains only the path of a picture."""
    document = Document("", {"inputs": [str(picture)], "models": []})
    document.places |= dict.fromkeys(((), ("inputs",), ("inputs", 0), ("models",)), COMMAND_LINE)
    document.options[("models",)] = FLAGS["name"]
    return document


def _replace_pictures(document: Document, picture: Path) -> None:
    """Replace the pictures of the configuration by a single one."""
    document.override(("inputs",), [str(picture)], "")
    document.override(("inputs", 0), str(picture), "")


def _read_gallery(image: str, path: Path) -> Document:
    """Return the configuration, in which a picture is to be found by its slug."""
    if not is_file(Path.cwd() / path):
        hint = nearest_file(anchored(Path.cwd(), image))
        raise ConfigError(
            f"no picture {quote(image)}{hint}; it is not a file, and there is no {path} to look it up in"
        )
    return read_document(path)


def _chosen(image: str, images: tuple[ImageSpec, ...], path: Path) -> ImageSpec:
    """Return the picture with the slug ``image``."""
    known = {spec.slug: spec for spec in images}
    if image not in known:
        choices = f"{nearest(image, known)}; pictures there: {', '.join(first_lines(known))}"
        raise ConfigError(f"no picture {quote(image)}: neither a file nor a picture of {path}{choices}")
    return known[image]


def _override(document: Document, model: Options, settings: Options, folder: Path) -> int:
    """Replace values of the document by the options; return the index of the model that they choose."""
    for key, value in {**settings, "compare": []}.items():
        if value is not None:
            document.override((key,), value, _flag(key))
    _forget_own(document, {key for key, value in {**model, **settings}.items() if value is not None})
    index = _index(document, model["name"], folder)
    given = {key: value for key, value in model.items() if value is not None and key != "name"}
    entry = document.value(("models", index)) if document.known(("models", index))[1:] else None
    if isinstance(entry, dict):
        for key, value in given.items():
            document.override(("models", index, key), _absolute(key, value), _flag(key))
    return index


def _forget_own(document: Document, given: Set[str]) -> None:
    """Remove what pictures and models say under keys that options of the command line replace."""
    shown = {"layers", "features"}
    keys = ({"method"} & given) | (shown if shown & given else set())
    for section in ("inputs", "models"):
        entries = document.values.get(section)
        for entry in entries if isinstance(entries, list) else ():
            for key in keys if isinstance(entry, dict) else ():
                entry.pop(key, None)


def _index(document: Document, name: Any, folder: Path) -> int:
    """Return the index of the model with that name, or of the first without a name; add a missing one."""
    models = document.values.get("models")
    if not isinstance(models, list):
        document.override(("models",), models := [], FLAGS["name"])
    place = _find(document, name, folder)
    if place is None and name is not None:
        models.append({})
        document.override(("models", len(models) - 1), {"name": _absolute("name", name)}, FLAGS["name"])
        return len(models) - 1
    return place or 0


def _entries(document: Document) -> list[dict[str, Any]]:
    """Return the mapping of each model; an empty one in place of anything else."""
    models = document.values.get("models")
    return [entry if isinstance(entry, dict) else {} for entry in models] if isinstance(models, list) else []


def _find(document: Document, name: Any, folder: Path) -> int | None:
    """Return the index of the model with that slug, name or file, or of the first without a name."""
    entries = _entries(document)
    if name is None:
        return 0 if entries else None
    slugs = [_slug(entry) for entry in entries]
    named = (at for at, entry in enumerate(entries) if _is_named(entry, name, folder))
    return slugs.index(name) if name in slugs else next(named, None)


def _slug(entry: Mapping[str, Any]) -> str:
    """Return the slug of a model, as configured or by default."""
    return str(entry.get("slug") or slug_by(str(entry.get("name", ""))))


def _is_named(entry: Mapping[str, Any], name: str, folder: Path) -> bool:
    """Return whether a model has that name, or is the file at that path."""
    named, given = anchored(folder, str(entry.get("name"))), anchored(Path.cwd(), name)
    return entry.get("name") == name or (is_file(named) and is_file(given) and named.samefile(given))


def _note_unknown(
    document: Document, index: int, networks: Mapping[str, NetworkInfo], path: Path, slugs: list[str]
) -> None:
    """Record a model of the command line that does not exist, with all that do."""
    location = ("models", index, "name")
    if document.places.get(location) != COMMAND_LINE:
        return
    name = str(document.value(location))
    if name in networks or name.lower().endswith(OWN_SUFFIXES):
        return
    if way := way_from(anchored(Path.cwd(), name)):
        document.note(location, f"{quote(name)} is {way}")
        return
    here = f"; {path} has: {', '.join(slugs)}" if slugs else ""
    choices = f"{nearest(name, [*networks, *slugs])}; known: {', '.join(networks)}{here}"
    document.note(location, f"no model {quote(name)}{choices}")


def _absolute(key: str, value: Any) -> Any:
    """Return a path of the command line, relative to the current folder, as an absolute one."""
    if key not in _PATHS or not value.lower().endswith(_PATHS[key]):
        return value
    path = anchored(Path.cwd(), value)
    return str(path) if is_file(path) else value


def _flag(key: str) -> str:
    return FLAGS.get(key, f"--{key.replace('_', '-')}")
