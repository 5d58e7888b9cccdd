"""Everything broken in a built site, one line each: links, anchors, ids, images, SVG, XML and JSON.

Links to other sites are taken on trust. Inside the site every link is relative and names a file, never a
folder, so that the site works from ``file://`` and from any sub-path. An SVG fetches nothing but itself,
and links only by whole addresses: it may be read anywhere.
"""

from __future__ import annotations

import json
import posixpath
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urlsplit
from xml.parsers import expat

Attributes = Mapping[str, str]

_LINKS = ("href", "xlink:href", "src", "poster", "data")
_PAINTS = (
    "style",
    "fill",
    "stroke",
    "filter",
    "mask",
    "clip-path",
    "marker-start",
    "marker-mid",
    "marker-end",
)
_ELSEWHERE = ("http", "https", "mailto", "data")
_ABSOLUTE = ("http://", "https://")
_HAVE_ANCHORS = (".html", ".svg")
_URL = re.compile(r"""url\(\s*["']?([^"')]*)""")
_CANDIDATE = re.compile(r"([^\s,]\S*[^\s,])(?:\s+[^\s,]+)?\s*(?:,|$)")  # of a srcset: address, then width


def broken(site: Path) -> list[str]:
    """Return what is broken in a built site, ``path:line: what``, ordered by path and line."""
    files = {path.relative_to(site).as_posix(): path for path in site.rglob("*") if path.is_file()}
    documents = {name: _read(name, files[name]) for name in sorted(files)}
    missing = [] if "index.html" in files else ["index.html: missing"]
    return missing + [
        f"{name}:{line}: {text}"
        for name, document in documents.items()
        for line, text in sorted([*document.problems, *_broken_references(document, documents)])
    ]


@dataclass(frozen=True)
class _Reference:
    line: int
    attribute: str
    target: str
    tag: str


@dataclass
class _Document:
    """What a file says, gathered while it is parsed: its ids, its references and its own mistakes."""

    path: str
    ids: dict[str, int] = field(default_factory=dict)  # id -> line
    references: list[_Reference] = field(default_factory=list)
    problems: list[tuple[int, str]] = field(default_factory=list)  # line, text
    open_tags: list[str] = field(default_factory=list)

    def enter(self, tag: str, attributes: Attributes, line: int) -> None:
        """Take note of an element that starts."""
        self.open_tags.append(tag)
        if tag == "script" and "svg" in self.open_tags:
            self.problems.append((line, "script in an SVG"))
        if tag == "img":
            self._check_image(attributes, line)
        if "id" in attributes:
            self._add_id(attributes["id"], line)
        self.references += [_Reference(line, *found, tag) for found in _references(attributes)]

    def leave(self, tag: str) -> None:
        """Take note of an element that ends, and with it all that HTML leaves open inside."""
        if tag in self.open_tags:
            while self.open_tags.pop() != tag:
                pass

    def read_text(self, text: str, line: int) -> None:
        """Take note of what a style sheet refers to."""
        if self.open_tags[-1:] == ["style"]:
            self.references += [_Reference(line, "url", target, "style") for target in _URL.findall(text)]

    def _add_id(self, name: str, line: int) -> None:
        if name in self.ids:
            self.problems.append((line, f"id '{name}' again, first on line {self.ids[name]}"))
        self.ids.setdefault(name, line)

    def _check_image(self, attributes: Attributes, line: int) -> None:
        missing = [name for name in ("alt", "width", "height") if name not in attributes]
        if missing:
            self.problems.append((line, f"img '{attributes.get('src', '')}' without {', '.join(missing)}"))


def _references(attributes: Attributes) -> Iterator[tuple[str, str]]:
    """Yield what an element refers to: attribute, target."""
    for name, value in attributes.items():
        if name in _LINKS:
            yield name, value
        elif name == "srcset":
            yield from ((name, target) for target in _CANDIDATE.findall(value))
        elif name in _PAINTS:
            yield from ((name, target) for target in _URL.findall(value))


class _HtmlParser(HTMLParser):
    """Tells a document what is in a page."""

    def __init__(self, document: _Document) -> None:
        super().__init__()
        self._document = document

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._document.enter(tag, {name: value or "" for name, value in attrs}, self.getpos()[0])

    def handle_endtag(self, tag: str) -> None:
        self._document.leave(tag)

    def handle_data(self, data: str) -> None:
        self._document.read_text(data, self.getpos()[0])


def _read_html(document: _Document, content: bytes) -> None:
    parser = _HtmlParser(document)
    parser.feed(content.decode())
    parser.close()


def _read_xml(document: _Document, content: bytes) -> None:
    """Read XML with its namespaces: names come as ``namespace name``, of which the name is kept."""
    parser = expat.ParserCreate(namespace_separator=" ")
    parser.buffer_text = True

    def enter(tag: str, attributes: Attributes) -> None:
        local = {name.rpartition(" ")[2]: value for name, value in attributes.items()}
        document.enter(tag.rpartition(" ")[2], local, parser.CurrentLineNumber)

    parser.StartElementHandler = enter
    parser.EndElementHandler = lambda tag: document.leave(tag.rpartition(" ")[2])
    parser.CharacterDataHandler = lambda text: document.read_text(text, parser.CurrentLineNumber)
    try:
        parser.Parse(content, True)
    except expat.ExpatError as error:
        document.problems.append((error.lineno, f"not well-formed XML: {expat.ErrorString(error.code)}"))


def _read_css(document: _Document, content: bytes) -> None:
    for line, text in enumerate(content.decode().splitlines(), start=1):
        document.references += [_Reference(line, "url", target, "") for target in _URL.findall(text)]


def _read_json(document: _Document, content: bytes) -> None:
    try:
        json.loads(content.decode(), parse_constant=_refuse_constant)
    except json.JSONDecodeError as error:
        document.problems.append((error.lineno, f"not JSON: {error.msg}"))


def _refuse_constant(name: str) -> None:
    raise json.JSONDecodeError(f"{name} is not a number", "", 0)


_READERS: dict[str, Callable[[_Document, bytes], None]] = {
    ".html": _read_html,
    ".svg": _read_xml,
    ".xml": _read_xml,
    ".css": _read_css,
    ".json": _read_json,
}


def _read(name: str, path: Path) -> _Document:
    """Return what a file says; of most kinds of file, nothing."""
    document = _Document(name)
    reader = _READERS.get(path.suffix)
    if reader:
        try:
            reader(document, path.read_bytes())
        except UnicodeDecodeError:
            document.problems.append((1, "not UTF-8"))
    return document


def _broken_references(document: _Document, site: Mapping[str, _Document]) -> Iterator[tuple[int, str]]:
    for reference in document.references:
        in_svg = document.path.endswith(".svg")
        fault = _fault_in_svg(document, reference) if in_svg else _fault(document, reference.target, site)
        if fault:
            yield reference.line, f"{reference.attribute} '{reference.target}': {fault}"


def _fault_in_svg(document: _Document, reference: _Reference) -> str | None:
    target, fetched = reference.target, reference.tag != "a"
    if target.startswith("data:" if fetched else _ABSOLUTE):
        return None
    if not target.startswith("#"):
        return "an SVG may refer only to itself"
    return None if target[1:] in document.ids else "no such id"


def _fault(document: _Document, target: str, site: Mapping[str, _Document]) -> str | None:
    """Return what is wrong with a link, if anything."""
    try:
        scheme, host, path, _query, anchor = urlsplit(target)
    except ValueError:
        return "not an address"
    if scheme in _ELSEWHERE:
        return None
    if scheme or host or path.startswith("/") or not target:
        return "not a relative link"
    folder = posixpath.dirname(document.path)
    found = posixpath.normpath(posixpath.join(folder, unquote(path))) if path else document.path
    return _fault_of_file(found, site) or _fault_of_anchor(site[found], unquote(anchor))


def _fault_of_file(path: str, site: Mapping[str, _Document]) -> str | None:
    if path in site:
        return None
    if path.startswith("../") or path == "..":
        return "leads out of the site"
    is_folder = path == "." or any(name.startswith(f"{path}/") for name in site)
    return "names a folder, not a file" if is_folder else "no such file"


def _fault_of_anchor(document: _Document, anchor: str) -> str | None:
    if not anchor or anchor in document.ids or not document.path.endswith(_HAVE_ANCHORS):
        return None
    return "no such anchor"
