"""Parses the files of a site, by their suffix."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Sequence
from html import unescape
from html.parser import HTMLParser
from pathlib import PurePosixPath
from xml.parsers import expat

from generator.check.site_file import Attributes, SiteFile

_ATTRIBUTE = re.compile(r"""([^\s<>/"'=]+)(?:=(?:"([^"]*)"|'([^']*)'|([^\s<>"'=`]+)))?""")
_TAG = re.compile(
    r"""<!--.*?-->|<!doctype[^<>]*>|</(?P<closed>[a-z][a-z0-9]*)\s*>
    |<(?P<name>[a-z][a-z0-9]*)(?P<attributes>(?:\s+[^\s<>/"'=]+(?:=(?:"[^"]*"|'[^']*'|[^\s<>"'=`/]+(?!/)))?)*)\s*/?>""",
    re.IGNORECASE | re.DOTALL | re.VERBOSE,
)
"""A comment, the document type, the end of an element, or its start with attributes.

Not ``<p a=b/>``: the slash belongs to the value, as in any browser.
"""


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
    text = content.decode()
    tags = list(_TAG.finditer(text))
    if _is_plain(text, tags):
        _read_tags(file, text, tags)
    else:
        parser = _HtmlParser(file)
        parser.feed(text)
        parser.close()
    file.end()


def _is_plain(text: str, tags: Sequence[re.Match[str]]) -> bool:
    """Return whether every ``<`` of a page belongs to one of its tags or comments, and none is in a script.

    Then a regular expression reads the page as ``html.parser`` does, in half the time, which is most of a
    check after one title has changed. Any other page is left to the parser.
    """
    end, inside = 0, ""
    for tag in tags:
        if text.find("<", end, tag.start()) >= 0 or (inside and tag["closed"] != inside):
            return False
        inside = tag["name"] if tag["name"] in ("script", "style") else ""
        end = tag.end()
    return text.find("<", end) < 0


def _read_tags(file: SiteFile, text: str, tags: Iterable[re.Match[str]]) -> None:
    """Pass the tags of a plain page to its file, and the text of style elements."""
    line, end = 1, 0
    for tag in tags:
        if file.is_in_style:
            file.read_text(text[end : tag.start()], line)
        line += text.count("\n", end, tag.start())
        name, attributes, closed = tag["name"], tag["attributes"], tag["closed"]
        if name:
            file.enter(name.lower(), _attributes(attributes), line)
            if text.endswith("/>", 0, tag.end()):
                file.leave(name.lower(), line)
        elif closed:
            file.leave(closed.lower(), line)
        line += text.count("\n", tag.start(), tag.end())
        end = tag.end()


def _attributes(text: str) -> Attributes:
    """Return the attributes of a tag; those without a value are empty."""
    return {
        name.lower(): unescape(quoted or double or bare) if "&" in text else quoted or double or bare
        for name, double, quoted, bare in _ATTRIBUTE.findall(text)
    }


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


def is_read(suffix: str) -> bool:
    """Return whether files of this suffix are parsed; of others it matters only that they are there."""
    return suffix in _READERS


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
