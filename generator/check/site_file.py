"""What a file of a site says: its ids, its references and its own mistakes, gathered while it is parsed."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

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
_ABSOLUTE = ("http://", "https://")
_VOID = frozenset(
    ("area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr")
)
_MAY_STAY_OPEN = frozenset(
    (
        *("html", "head", "body", "p", "li", "dt", "dd", "option", "optgroup", "rt", "rp"),
        *("tr", "td", "th", "thead", "tbody", "tfoot", "colgroup", "caption"),
    )
)
"""Elements whose end HTML lets a page leave out; an SVG has none of them."""
URL = re.compile(r"""url\(\s*["']?([^"')]*)""")
_CANDIDATE = re.compile(r"([^\s,]\S*[^\s,])(?:\s+[^\s,]+)?\s*(?:,|$)")  # of a srcset: address, then width


@dataclass(frozen=True)
class Reference:
    """Where a file refers to: the line, the attribute that says so, and its value."""

    line: int
    attribute: str
    target: str


@dataclass
class SiteFile:
    """What a file says, gathered while it is parsed: its ids, its references and its own mistakes."""

    path: str
    ids: dict[str, int] = field(default_factory=dict)  # id -> line
    references: list[Reference] = field(default_factory=list)
    problems: list[tuple[int, str]] = field(default_factory=list)  # line, text
    _open: list[tuple[str, int]] = field(default_factory=list)  # tag, line

    def enter(self, tag: str, attributes: Attributes, line: int) -> None:
        """Take note of an element that starts."""
        if tag not in _VOID:
            self._open.append((tag, line))
        if tag == "script" and any(outer == "svg" for outer, _ in self._open):
            self.problems.append((line, "script in an SVG"))
        if tag == "img":
            self._check_image(attributes, line)
        if "id" in attributes:
            self._add_id(attributes["id"], line)
        for name, target in _references(attributes):
            if not (tag == "a" and self.path.endswith(".svg") and target.startswith(_ABSOLUTE)):
                self.refer(line, name, target)

    def leave(self, tag: str, line: int) -> None:
        """Take note of an element that ends, and with it all that HTML leaves open inside."""
        if tag in _VOID:
            return
        if all(tag != started for started, _ in self._open):
            self.problems.append((line, f"</{tag}> ends what never started"))
            return
        while self._open[-1][0] != tag:
            self._leave_open()
        self._open.pop()

    def end(self) -> None:
        """Take note of the end of a page, and of all that is open still."""
        while self._open:
            self._leave_open()

    def _leave_open(self) -> None:
        tag, line = self._open.pop()
        if tag not in _MAY_STAY_OPEN:
            self.problems.append((line, f"<{tag}> is never closed"))

    def read_text(self, text: str, line: int) -> None:
        """Take note of what a style sheet refers to."""
        if self._open and self._open[-1][0] == "style":
            self.read_style(text, line)

    def read_style(self, text: str, line: int) -> None:
        """Take note of what a line of a style sheet refers to."""
        for target in URL.findall(text):
            self.refer(line, "url", target)

    def refer(self, line: int, attribute: str, target: str) -> None:
        """Take note of a reference; what lies in the reference itself is there, and may be large."""
        if not target.startswith("data:"):
            self.references.append(Reference(line, attribute, target))

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
            yield from ((name, target) for target in URL.findall(value))
