"""Files beside pages of the user's own: pictures, tables and values that texts place, and files to link to.

Everything that a page says of a file is read here, once: the size of a picture, the text of a table. The site
gets only the files that a text names.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from pathlib import Path, PurePath
from xml.parsers import expat

from PIL import Image

from generator.config.own_pages import SUFFIX, all_files
from generator.config.slugs import slugify
from generator.names import fault_of_file, fault_of_name
from generator.records import OwnFile
from generator.records.choices import OWN_PICTURES, OWN_TEXTS

LITTER = ("Thumbs.db", "desktop.ini")
PAGES = (".htm", ".html", ".xhtml")
MOST_BYTES = 5_000_000
"""The size of the largest table."""
_TURNED = (5, 6, 7, 8)
"""Values of Exif's orientation with which browsers show width and height exchanged."""
_ORIENTATION = 0x0112
_SVG_SIZE = 300.0, 150.0
"""What browsers take for a drawing that says nothing of its size."""


def find_own_files(folder: Path, pages: Collection[str]) -> tuple[OwnFile, ...]:
    """Return the files beside the pages; ``pages`` are their names.

    A file that cannot be placed or copied has a fault, of which a text that names it is told.
    """
    found = dict[str, OwnFile]()
    for file in all_files(folder):
        if file.suffix.lower() != SUFFIX and file.name not in LITTER:
            one = _read(file, _path(file.relative_to(folder)), pages)
            if first := found.get(one.path):
                one = OwnFile(
                    file, f"{one.path}/", fault=f"it has the address of {first.file.name!r}; rename one"
                )
            found[one.path] = one
    return tuple(found.values())


def _path(path: PurePath) -> str:
    """Return the path of a file in the site: slugs of its folders and its name, and its suffix."""
    folders = [slugify(part, "") for part in path.parent.parts]
    return "/".join([*folders, slugify(path.stem, "") + path.suffix.lower()])


def _read(file: Path, path: str, pages: Collection[str]) -> OwnFile:
    suffix = PurePath(path).suffix
    if fault := _fault_of_path(path, suffix, pages):
        return OwnFile(file, path, fault=fault)
    try:
        if suffix in OWN_PICTURES:
            width, height = _drawing_size(file) if suffix == ".svg" else _picture_size(file)
            return OwnFile(file, path, width, height)
        if suffix in OWN_TEXTS:
            return OwnFile(file, path, text=_text(file))
    except (OSError, SyntaxError, ValueError, expat.ExpatError, Image.DecompressionBombError) as error:
        return OwnFile(file, path, fault=f"it cannot be read: {error}")
    return OwnFile(file, path)


def _fault_of_path(path: str, suffix: str, pages: Collection[str]) -> str:
    """Return why a file cannot have its path in the site, or nothing."""
    first, *rest = path.split("/")
    if any(part[:1] in ("", ".") for part in (first, *rest)):
        return "nothing in its name can be part of an address"
    if suffix in PAGES:
        return "pages of your own are Markdown, files that end in .md"
    if not suffix or path in pages:
        return "a file that pages name needs a suffix, such as .png"
    faults = [fault_of_name(first, "page" if rest else "file"), *map(fault_of_file, rest)]
    return next(filter(None, faults), "")


def _text(file: Path) -> str:
    """Return the text of a table or of values.

    Raises:
        ValueError: it is too large, or not UTF-8.
    """
    if (size := file.stat().st_size) > MOST_BYTES:
        raise ValueError(f"it has {size:,} bytes, a table at most {MOST_BYTES:,}")
    return file.read_bytes().decode("utf-8-sig")


def _picture_size(file: Path) -> tuple[int, int]:
    """Return width and height of a picture as browsers show it."""
    with Image.open(file) as picture:
        width, height = picture.size
        return (height, width) if picture.getexif().get(_ORIENTATION) in _TURNED else (width, height)


def _drawing_size(file: Path) -> tuple[int, int]:
    """Return width and height of an SVG: its own, or those of its ``viewBox``.

    Raises:
        ExpatError: it is not well-formed.
        ValueError: it is not SVG.
    """
    parser, elements = expat.ParserCreate(namespace_separator=" "), list[tuple[str, dict[str, str]]]()
    parser.StartElementHandler = lambda *element: elements.append(element)
    parser.Parse(file.read_bytes(), True)
    tag, root = elements[0]
    if tag.rpartition(" ")[2] != "svg":
        raise ValueError("it is not SVG")
    box = [float(number) for number in re.split(r"[\s,]+", root.get("viewBox", "").strip()) if number]
    default = (box[2], box[3]) if len(box) == 4 else _SVG_SIZE
    width, height = (_length(root.get(name, "")) for name in ("width", "height"))
    if not (width and height):
        width, height = (
            width or (height * default[0] / default[1] if height else default[0]),
            height or (width * default[1] / default[0] if width else default[1]),
        )
    return max(1, round(width)), max(1, round(height))


def _length(text: str) -> float:
    """Return a length in pixels, 0 for one that depends on the page.

    >>> _length("12.5px"), _length("72pt"), _length("100%")
    (12.5, 96.0, 0.0)
    """
    units = {"": 1.0, "px": 1.0, "pt": 96 / 72, "pc": 16.0, "in": 96.0, "cm": 96 / 2.54, "mm": 96 / 25.4}
    found = re.fullmatch(r"\s*([0-9]*\.?[0-9]+)([a-z]*)\s*", text)
    return float(found[1]) * units.get(found[2], 0.0) if found else 0.0
