"""The files a configuration is read from and names, right or wrong: for those who wait until one changes."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path
from typing import Any

from generator.config.keys import GalleryKeys
from generator.config.paths import anchored, is_file, is_folder
from generator.config.pictures import search
from generator.config.reading import read_document
from generator.errors import ConfigError

OF_MODELS = ("name", "weights", "labels")
"""Keys of a model whose values may be paths."""
_OUTPUT: str = GalleryKeys.model_fields["output"].default


def sources(path: Path, output: Path | None = None) -> Iterator[Path]:
    """Yield the configuration and all that it names now: pictures, the folder of templates, files of models.

    What is wrong with it does not matter, and what is missing is named too, for it may come.

    Args:
        path: the configuration.
        output: the folder that a build fills, if not the file's.
    """
    file = anchored(Path.cwd(), str(path))
    folder = file.parent
    yield file
    values = _values(file)
    site = output.absolute() if output else anchored(folder, _text(values.get("output")) or _OUTPUT)
    for named in map(_path, _items(values, "inputs")):
        yield from _pictures(named, folder, site) if named else ()
    for model in _items(values, "models"):
        texts = [_text(model.get(key)) for key in OF_MODELS] if isinstance(model, dict) else []
        paths = (anchored(folder, text) for text in texts if text)
        yield from (path for path in paths if not is_folder(path))
    if templates := _text(values.get("templates")):
        yield anchored(folder, templates)


def _pictures(path: str, folder: Path, output: Path) -> Iterator[Path]:
    """Yield what an entry of ``inputs`` finds, or else the place where it looks."""
    target = anchored(folder, path)
    found = [target] if is_file(target) else search(path, folder, output)
    yield from found
    if not found and not is_folder(target):
        yield target


def _values(file: Path) -> dict[str, Any]:
    """Return what a configuration says; nothing where it cannot be read."""
    try:
        found = file.stat()
        return _read(file, (found.st_size, found.st_mtime_ns, found.st_ino))
    except (OSError, ConfigError):
        return {}


@lru_cache(maxsize=1)
def _read(file: Path, _mark: tuple[int, ...]) -> dict[str, Any]:
    """Return what a configuration says, read once until its mark changes."""
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
