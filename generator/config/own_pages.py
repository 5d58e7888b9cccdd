"""Pages of the user's own: the Markdown files of a folder, by default ``pages/`` beside the configuration.

Folders in it are sections: ``notes/first.md`` is the page ``notes/first``, and ``notes/index.md`` the page
``notes``.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path, PurePath

from generator.config.document import Document
from generator.config.front_matter import OwnPageKeys, keys_of, read_matter
from generator.config.keys import GalleryKeys
from generator.config.paths import anchored, is_file, is_folder, nearest_file
from generator.config.pictures import title_of
from generator.config.slugs import slugify
from generator.config.words import natural, quote
from generator.errors import ConfigError, first_lines
from generator.names import fault_of_file, fault_of_name
from generator.records import OwnPage

SUFFIX = ".md"
INDEX = "index"
"""The name, without its suffix, of the file whose page stands for its folder."""
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
        try:
            name = _name(file, file.relative_to(folder))
            _refuse_twice(file, name, names)
            document, text = read_matter(file, OwnPageKeys)
            keys = keys_of(OwnPageKeys, document)
            document.refuse_mistakes()
            title = title_of(file.parent.name if file.stem == INDEX else file.stem)
            page = OwnPage(name, keys.title, title, keys.description, text)
            found.append((keys.order or float("inf"), page))
        except ConfigError as error:
            problems += str(error).splitlines()
    if problems:
        raise ConfigError("\n".join(first_lines(problems)))
    return tuple(page for _, page in sorted(found, key=lambda one: one[0]))


def files_of(folder: Path) -> list[Path]:
    """Return the Markdown files of a folder and its sub-folders by name; empty if there is no such folder."""
    return [path for path in all_files(folder) if path.suffix.lower() == SUFFIX]


def all_files(folder: Path) -> list[Path]:
    """Return the files of a folder and its sub-folders by name, without those that are hidden."""
    return sorted(_files(folder), key=lambda path: [natural(part) for part in path.parts])


def watched(folder: Path) -> Iterator[Path]:
    """Yield a folder, its sub-folders that have files, and all their files."""
    files = all_files(folder)
    parents = (parent for file in files for parent in file.parents if folder in parent.parents)
    yield from dict.fromkeys((folder, *parents, *files))


def _files(folder: Path) -> Iterator[Path]:
    try:
        found = [path for path in folder.iterdir() if not path.name.startswith(".")]
    except OSError:
        return
    yield from filter(is_file, found)
    for path in found:
        if is_folder(path) and not path.is_symlink():  # a link to a folder above would never end
            yield from _files(path)


def _name(file: Path, path: PurePath) -> str:
    """Return the name of a page in addresses; ``path`` is that of its file in the folder of pages.

    Raises:
        ConfigError: a part of it is empty or reserved.
    """
    is_section = path.stem == INDEX and len(path.parts) > 1
    slugs = [slugify(part, "") for part in (path.parent if is_section else path.with_suffix("")).parts]
    for depth, slug in enumerate(slugs):
        if not slug:
            raise ConfigError(f"{file}: nothing in its name can be part of an address; rename the file")
        if fault := fault_of_file(slug) if depth else fault_of_name(slug, "page"):
            named = "the file" if len(slugs) == 1 else "the file or its folder"
            raise ConfigError(f"{file}: {quote(slug)} cannot be the name of a page: {fault}; rename {named}")
    return "/".join(slugs)


def _refuse_twice(file: Path, name: str, names: dict[str, Path]) -> None:
    """Refuse a name in addresses that is another page's; note it in ``names``."""
    first = names.setdefault(name, file)
    if first != file:
        raise ConfigError(f"{file}: has the address of {first.name}, {quote(name)}; rename one of them")
