"""Parses the files of a site, by their suffix."""

from __future__ import annotations

import json
from collections.abc import Callable
from html.parser import HTMLParser
from pathlib import PurePosixPath
from xml.parsers import expat

from generator.check.site_file import Attributes, SiteFile


class _HtmlParser(HTMLParser):
    """Passes tags and text of a page to its ``SiteFile``."""

    def __init__(self, file: SiteFile) -> None:
        super().__init__()
        self._file = file

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._file.enter(tag, {name: value or "" for name, value in attrs}, self.getpos()[0])

    def handle_endtag(self, tag: str) -> None:
        self._file.leave(tag, self.getpos()[0])

    def handle_data(self, data: str) -> None:
        self._file.read_text(data, self.getpos()[0])


def _read_html(file: SiteFile, content: bytes) -> None:
    parser = _HtmlParser(file)
    parser.feed(content.decode())
    parser.close()
    file.end()


def _read_xml(file: SiteFile, content: bytes) -> None:
    """Read XML; expat gives names as ``namespace name``, of which only the name is used."""
    parser = expat.ParserCreate(namespace_separator=" ")
    parser.buffer_text = True

    def enter(tag: str, attributes: Attributes) -> None:
        local = {name.rpartition(" ")[2]: value for name, value in attributes.items()}
        file.enter(tag.rpartition(" ")[2], local, parser.CurrentLineNumber)

    parser.StartElementHandler = enter
    parser.EndElementHandler = lambda tag: file.leave(tag.rpartition(" ")[2], parser.CurrentLineNumber)
    parser.CharacterDataHandler = lambda text: file.read_text(text, parser.CurrentLineNumber)
    try:
        parser.Parse(content, True)
    except expat.ExpatError as error:
        file.problems.append((error.lineno, f"not well-formed XML: {expat.ErrorString(error.code)}"))


def _read_css(file: SiteFile, content: bytes) -> None:
    for line, text in enumerate(content.decode().splitlines(), start=1):
        file.read_style(text, line)


def _read_json(file: SiteFile, content: bytes) -> None:
    try:
        json.loads(content.decode(), parse_constant=_refuse_constant)
    except json.JSONDecodeError as error:
        file.problems.append((error.lineno, f"not JSON: {error.msg}"))


def _refuse_constant(name: str) -> None:
    raise json.JSONDecodeError(f"{name} is not a number", "", 0)


_READERS: dict[str, Callable[[SiteFile, bytes], None]] = {
    ".html": _read_html,
    ".svg": _read_xml,
    ".xml": _read_xml,
    ".css": _read_css,
    ".json": _read_json,
}


def read(name: str, content: bytes) -> SiteFile:
    """Return a parsed file; empty if there is no reader for its suffix."""
    file = SiteFile(name)
    reader = _READERS.get(PurePosixPath(name).suffix)
    if reader:
        try:
            reader(file, content)
        except UnicodeDecodeError:
            file.problems.append((1, "not UTF-8"))
    return file
