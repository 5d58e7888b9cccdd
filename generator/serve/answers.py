"""Maps a requested address to a response; its only side effect is to read the site's files."""

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
"""Types that some versions of Python lack or name differently."""
_TYPES = MimeTypes()  # only Python's table: the machine's would change what is served
for _suffix, _type in TYPES.items():
    _TYPES.add_type(_type, _suffix)


@dataclass(frozen=True)
class Shown:
    """The current state: the site of the last successful build, and a notice to show instead of its pages."""

    version: str
    folder: Path | None = None
    notice: Notice | None = BUILDING


@dataclass(frozen=True)
class Answer:
    """A response; ``headers`` are in addition to those of every response."""

    status: HTTPStatus
    content: bytes = b""
    kind: str = HTML
    headers: Mapping[str, str] = field(default_factory=dict)


def answer(shown: Shown, target: str) -> Answer:
    """Return the response to a request; ``target`` is its path, possibly with a query."""
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
    """Return the site's ``404.html``, or a line of text if it has none."""
    page = _found(shown.folder, f"/{NOT_FOUND}")
    status = HTTPStatus.NOT_FOUND
    return _file(status, page, shown) or Answer(status, b"404 Not Found\n", "text/plain")


def _file(status: HTTPStatus, path: Path | None, shown: Shown) -> Answer | None:
    """Return a response with a file; ``None`` if there is no file, or it has just been removed."""
    if path is None:
        return None
    try:
        content = path.read_bytes()
    except OSError:
        return None
    kind = _TYPES.guess_type(path.name)[0] or "application/octet-stream"
    return Answer(status, with_script(content, shown.version) if kind == HTML else content, kind)


def _found(folder: Path | None, path: str) -> Path | None:
    """Return the file at a path, or a folder with an index; ``None`` for all else, and outside the site."""
    names = _names(path)
    if folder is None or names is None:
        return None
    try:
        file = folder.joinpath(*names, INDEX if path.endswith("/") else "").resolve()
        inside = file.is_relative_to(folder.resolve())
        return file if inside and (file.is_file() or (file / INDEX).is_file()) else None
    except (OSError, RuntimeError, ValueError):  # a name that is too long, circular links
        return None


def _names(path: str) -> tuple[str, ...] | None:
    """Return the names in a path, decoded once; ``None`` if one is more than a name, such as ``..``.

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
