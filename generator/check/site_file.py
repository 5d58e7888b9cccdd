"""The content of a site's file that a check needs: its ids, its references and the problems in it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

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
"""Elements whose end tag HTML allows a page to omit; an SVG has none of them."""
URL = re.compile(r"""url\(\s*["']?([^"')]*)""")
_CANDIDATE = re.compile(r"([^\s,]\S*[^\s,])(?:\s+[^\s,]+)?\s*(?:,|$)")  # of a srcset: address, then width


class Reference(NamedTuple):
    """A reference in a file: its line, its attribute and its target."""

    line: int
    attribute: str
    target: str


@dataclass
class SiteFile:
    """The ids, references and problems of one file, collected while it is parsed."""

    path: str
    ids: dict[str, int] = field(default_factory=dict)  # id -> line
    references: list[Reference] = field(default_factory=list)
    problems: list[tuple[int, str]] = field(default_factory=list)  # line, text
    _open: list[tuple[str, int]] = field(default_factory=list)  # tag, line

    def enter(self, tag: str, attributes: Attributes, line: int) -> None:
        """Handle a start tag."""
        if tag not in _VOID:
            self._open.append((tag, line))
        if tag == "script" and any(outer == "svg" for outer, _ in self._open):
            self.problems.append((line, "script in an SVG"))
        if tag == "img":
            self._check_image(attributes, line)
        if "id" in attributes:
            self._add_id(attributes["id"], line)
        if "external" in attributes.get("rel", "").split():
            return  # to another site, which need not be there yet
        for name, target in _references(attributes):
            if not (tag == "a" and self.path.endswith(".svg") and target.startswith(_ABSOLUTE)):
                self.refer(line, name, target)

    def leave(self, tag: str, line: int) -> None:
        """Handle an end tag, which also closes open elements inside."""
        if tag in _VOID:
            return
        if self._open and self._open[-1][0] == tag:
            self._open.pop()
            return
        if all(tag != started for started, _ in self._open):
            self.problems.append((line, f"</{tag}> ends what never started"))
            return
        while self._open[-1][0] != tag:
            self._leave_open()
        self._open.pop()

    def end(self) -> None:
        """Handle the end of a page, which closes all open elements."""
        while self._open:
            self._leave_open()

    def _leave_open(self) -> None:
        tag, line = self._open.pop()
        if tag not in _MAY_STAY_OPEN:
            self.problems.append((line, f"<{tag}> is never closed"))

    @property
    def is_in_style(self) -> bool:
        """Whether the innermost open element is a style."""
        return bool(self._open) and self._open[-1][0] == "style"

    def read_text(self, text: str, line: int) -> None:
        """Collect the references of a style element."""
        if self.is_in_style:
            self.read_style(text, line)

    def read_style(self, text: str, line: int) -> None:
        """Collect the references in a line of CSS."""
        for target in URL.findall(text):
            self.refer(line, "url", target)

    def refer(self, line: int, attribute: str, target: str) -> None:
        """Collect a reference, unless it is a data URI: that has no target, and may be large."""
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
    """Yield the references of an element: attribute, target."""
    for name, value in attributes.items():
        if name in _LINKS:
            yield name, value
        elif name == "srcset":
            yield from ((name, target) for target in _CANDIDATE.findall(value))
        elif name in _PAINTS:
            yield from ((name, target) for target in URL.findall(value))
