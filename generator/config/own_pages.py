"""Pages of the user's own: the Markdown files of a folder, by default ``pages/`` beside the configuration."""

from __future__ import annotations

from pathlib import Path

from generator.config.document import Document
from generator.config.front_matter import OwnPageKeys, keys_of, read_matter
from generator.config.keys import GalleryKeys
from generator.config.paths import anchored, is_file, is_folder, nearest_file
from generator.config.pictures import title_of
from generator.config.slugs import slugify
from generator.config.words import natural, quote
from generator.errors import ConfigError, first_lines
from generator.names import fault_of_name
from generator.records import OwnPage

SUFFIX = ".md"
DEFAULT: str = GalleryKeys.model_fields["pages"].default


def pages_folder(folder: Path, configured: object) -> Path:
    """Return the folder of pages, which need not exist."""
    return anchored(folder, configured if isinstance(configured, str) and configured else DEFAULT)


def note_pages_folder(document: Document, folder: Path) -> None:
    """Record a configured folder of pages that is none."""
    path = document.values.get("pages")
    if path is None or document.has_mistake("pages"):
        return
    found = pages_folder(folder, path)
    if is_file(found):
        document.note(("pages",), f"expected a folder, but {quote(path)} is a file")
    elif not is_folder(found):
        document.note(("pages",), f"no folder {quote(path)}{nearest_file(found)}")


def find_pages(folder: Path) -> tuple[OwnPage, ...]:
    """Return the pages of a folder: those with an ``order`` first, the others by the name of the file.

    Raises:
        ConfigError: files have mistakes, or names that no page can have; the text has one line for each.
    """
    found: list[tuple[float, OwnPage]] = []
    problems, names = list[str](), dict[str, Path]()
    for file in files_of(folder):
        name = slugify(file.stem, "")
        try:
            _refuse_name(file, name, names)
            document, text = read_matter(file, OwnPageKeys)
            keys = keys_of(OwnPageKeys, document)
            document.refuse_mistakes()
            page = OwnPage(name, keys.title, title_of(file.stem), keys.description, text)
            found.append((keys.order or float("inf"), page))
        except ConfigError as error:
            problems += str(error).splitlines()
    if problems:
        raise ConfigError("\n".join(first_lines(problems)))
    return tuple(page for _, page in sorted(found, key=lambda one: one[0]))


def files_of(folder: Path) -> list[Path]:
    """Return the Markdown files of a folder by name; empty if there is no such folder."""
    try:
        files = [path for path in folder.iterdir() if path.suffix.lower() == SUFFIX and is_file(path)]
    except OSError:
        return []
    return sorted(
        (file for file in files if not file.name.startswith(".")), key=lambda file: natural(file.name)
    )


def _refuse_name(file: Path, name: str, names: dict[str, Path]) -> None:
    """Refuse a name in addresses that is empty, reserved, or another page's; note it in ``names``."""
    if not name:
        raise ConfigError(f"{file}: nothing in its name can be part of an address; rename the file")
    if fault := fault_of_name(name, "page"):
        raise ConfigError(f"{file}: {quote(name)} cannot be the name of a page: {fault}; rename the file")
    first = names.setdefault(name, file)
    if first != file:
        raise ConfigError(f"{file}: has the address of {first.name}, {quote(name)}; rename one of them")
