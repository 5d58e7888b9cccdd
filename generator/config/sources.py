"""The files that a configuration consists of and names, for ``serve`` to watch; it may have mistakes."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from os.path import normpath
from pathlib import Path, PurePath
from typing import Any

from generator.config.albums import INDEX
from generator.config.globs import search
from generator.config.keys import GalleryKeys
from generator.config.own_pages import pages_folder, watched
from generator.config.paths import anchored, is_file, is_folder
from generator.config.reading import read_document
from generator.errors import ConfigError
from generator.records.model_files import files_of_model

OF_MODELS = ("name", "weights", "labels", "code")
"""Keys of a model whose values may be paths of files."""
_OUTPUT: str = GalleryKeys.model_fields["output"].default


def sources(path: Path, output: Path | None = None) -> Iterator[Path]:
    """Yield the configuration and all paths that it names: pictures, templates, files of models.

    Mistakes in the file are ignored, and missing files are included, because they may be created later.

    Args:
        path: the configuration.
        output: the output folder, if it is not the one in the file.
    """
    file = Path(normpath(path.absolute()))
    folder = file.parent
    yield file
    values = _values(file)
    site = output.absolute() if output else anchored(folder, _text(values.get("output")) or _OUTPUT)
    for named in map(_path, _items(values, "inputs")):
        yield from _pictures(named, folder, site) if named else ()
    for model in _items(values, "models"):
        texts = [_text(model.get(key)) for key in OF_MODELS] if isinstance(model, dict) else []
        paths = (file for text in texts if text for file in files_of_model(anchored(folder, text)))
        yield from (path for path in paths if not is_folder(path))
    if templates := _text(values.get("templates")):
        yield anchored(folder, templates)
    yield from watched(pages_folder(folder, values.get("pages")))


def _pictures(path: str, folder: Path, output: Path) -> Iterator[Path]:
    """Yield the pictures that an entry of ``inputs`` matches, or its path if there are none."""
    target = anchored(folder, path)
    found = [target] if is_file(target) else search(path, folder, output)
    yield from found
    if PurePath(path).name == "**":
        yield from dict.fromkeys(picture.parent / INDEX for picture in found)
    if not found and not is_folder(target):
        yield target


def _values(file: Path) -> dict[str, Any]:
    """Return the values of a configuration, or an empty mapping if it cannot be read."""
    try:
        found = file.stat()
        return _read(file, (found.st_size, found.st_mtime_ns, found.st_ino))
    except (OSError, ConfigError):
        return {}


@lru_cache(maxsize=1)
def _read(file: Path, _mark: tuple[int, ...]) -> dict[str, Any]:
    """Return the values of a configuration, read again only when its size, time or inode changes."""
    values: dict[str, Any] = read_document(file).values
    return values


def _items(values: dict[str, Any], key: str) -> list[Any]:
    found = values.get(key)
    return found if isinstance(found, list) else []


def _path(entry: object) -> str:
    """Return the path of an entry of ``inputs``."""
    return _text(entry.get("path") if isinstance(entry, dict) else entry)


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""
