"""From the address that a browser asks for to what it is given: pure, but for reading the site's files."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from http import HTTPStatus
from mimetypes import MimeTypes
from pathlib import Path, PurePosixPath
from urllib.parse import quote, unquote_to_bytes

from generator.paths import INDEX, NOT_FOUND
from generator.serve.notices import BUILDING, CODE, SCRIPT, SHEET, STYLE, Notice, render, with_script

HTML = "text/html"
TYPES = {
    ".avif": "image/avif",
    ".js": "text/javascript",
    ".webp": "image/webp",
    ".xml": "application/xml",
}
"""Types that some versions of Python lack or call otherwise."""
_TYPES = MimeTypes()  # Python's own table: what is served must not depend on the machine's
for _suffix, _type in TYPES.items():
    _TYPES.add_type(_type, _suffix)


@dataclass(frozen=True)
class Shown:
    """What requests are answered from: the site of the last good build, a notice in place of its pages."""

    version: str
    folder: Path | None = None
    notice: Notice | None = BUILDING


@dataclass(frozen=True)
class Answer:
    """A response; ``headers`` are those besides the ones that every response has."""

    status: HTTPStatus
    content: bytes = b""
    kind: str = HTML
    headers: Mapping[str, str] = field(default_factory=dict)


def answer(shown: Shown, target: str) -> Answer:
    """Return what a browser gets that asks for a target: a path, perhaps with a query."""
    path, mark, query = target.partition("?")
    if path in (SCRIPT, STYLE):
        content, kind = (CODE, "text/javascript") if path == SCRIPT else (SHEET, "text/css")
        return Answer(HTTPStatus.OK, content, kind)
    if shown.notice and (path.endswith("/") or PurePosixPath(path).suffix in ("", ".html")):
        return Answer(shown.notice.status, with_script(render(shown.notice), shown.version))
    found = _found(shown.folder, path)
    if found and found.is_dir():
        place = f"/{quote('/'.join(_names(path) or ()))}/{mark}{query}"
        return Answer(HTTPStatus.MOVED_PERMANENTLY, headers={"Location": place})
    return _file(HTTPStatus.OK, found, shown) or _missing(shown)


def _missing(shown: Shown) -> Answer:
    """Return the site's own page for what it does not have, or a line where it has none."""
    page = _found(shown.folder, f"/{NOT_FOUND}")
    status = HTTPStatus.NOT_FOUND
    return _file(status, page, shown) or Answer(status, b"404 Not Found\n", "text/plain")


def _file(status: HTTPStatus, path: Path | None, shown: Shown) -> Answer | None:
    """Return a file of the site; nothing where there is none, or none any more."""
    if path is None:
        return None
    try:
        content = path.read_bytes()
    except OSError:
        return None
    kind = _TYPES.guess_type(path.name)[0] or "application/octet-stream"
    return Answer(status, with_script(content, shown.version) if kind == HTML else content, kind)


def _found(folder: Path | None, path: str) -> Path | None:
    """Return the file at a path, or the folder where its last slash is missing; nothing outside the site."""
    names = _names(path)
    if folder is None or names is None:
        return None
    try:
        file = folder.joinpath(*names, INDEX if path.endswith("/") else "").resolve()
        inside = file.is_relative_to(folder.resolve())
        return file if inside and (file.is_file() or (file / INDEX).is_file()) else None
    except (OSError, RuntimeError, ValueError):  # a name too long, links in a circle
        return None


def _names(path: str) -> tuple[str, ...] | None:
    """Return the names on a path, decoded once; nothing where one could mean anything but a name.

    >>> _names("/images/a%20cat/"), _names("/"), _names("/a%2f..%2fb"), _names("/a%5Cb"), _names("/%252e")
    (('images', 'a cat'), (), None, None, ('%2e',))
    """
    try:
        text = unquote_to_bytes(path.encode("iso-8859-1")).decode("utf-8")
    except UnicodeError:
        return None
    if not text.startswith("/") or "\\" in text or not text.isprintable():
        return None
    names = tuple(text[1:].removesuffix("/").split("/")) if text != "/" else ()
    return None if {"", ".", ".."} & set(names) else names
