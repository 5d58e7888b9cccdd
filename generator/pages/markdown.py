"""Markdown as HTML: CommonMark with tables, without raw HTML.

Question: which library? Options: ``markdown-it-py`` (MIT, no dependencies but ``mdurl``, tokens with line
numbers, a preset without HTML), ``mistune``, ``Markdown``. Choice: the first; it is installed anyway, by
``rich``. Cost: it has no anchors of headings, which are made here.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import count, pairwise
from typing import Any, Protocol

from markdown_it import MarkdownIt
from markdown_it.token import Token
from markupsafe import Markup

from generator.errors import PageError
from generator.records import MarkdownText

TAKEN_IDS = ("main",)
"""The ids that every page has."""
LONGEST_SUMMARY = 200


class Places(Protocol):
    """What links and images of a text become."""

    def link(self, address: str) -> str | None:
        """Return the address of a link in the page, ``None`` if its target could not be shown."""

    def figure(self, address: str, caption: Markup, is_alone: bool) -> Markup:
        """Return the figure that an image places; ``is_alone`` if it is a paragraph by itself."""


@dataclass(frozen=True)
class Article:
    """A text of its own page: its title, which is its first heading or empty, the rest, and its beginning."""

    title: str
    html: Markup
    summary: str


@cache
def _parser() -> MarkdownIt:
    parser = MarkdownIt("js-default")
    parser.add_render_rule("html_placed", lambda _self, tokens, index, _options, _env: tokens[index].content)
    return parser


def plain(markdown: str) -> str:
    """Return a text without its markup, on one line.

    >>> plain("What **two** networks [see](https://example.org).")
    'What two networks see.'
    """
    return " ".join(" ".join(_words(token) for token in _parser().parse(markdown)).split())


def html(text: MarkdownText, places: Places) -> Markup:
    """Return a text as HTML; its headings begin with ``h2``.

    Raises:
        PageError: a link or an image names nothing; the text names file and line.
    """
    return _rendered(_parser().parse(text.markdown), text, places)


def article(text: MarkdownText, places: Places) -> Article:
    """Return the text of a page of its own.

    Raises:
        PageError: as ``html``.
    """
    tokens = _parser().parse(text.markdown)
    title = ""
    if tokens and tokens[0].type == "heading_open":
        title, tokens = _words(tokens[1]), tokens[3:]
    paragraphs = (_words(after) for token, after in pairwise(tokens) if token.type == "paragraph_open")
    summary = " ".join(next(filter(None, paragraphs), "").split())
    if len(summary) > LONGEST_SUMMARY:
        summary = f"{summary[:LONGEST_SUMMARY].rpartition(' ')[0]} …"
    return Article(title, _rendered(tokens, text, places), summary)


def heading(markdown: str) -> str:
    """Return the heading with which a text begins, or nothing."""
    tokens = _parser().parse(markdown)
    return _words(tokens[1]) if tokens and tokens[0].type == "heading_open" else ""


def addresses(text: MarkdownText) -> Iterator[tuple[int, str]]:
    """Yield the line and the address of each link and image."""
    for line, token in _inline(_parser().parse(text.markdown)):
        if token.type in ("link_open", "image"):
            yield text.line + line, str(token.attrGet("href" if token.type == "link_open" else "src"))


def _inline(tokens: Sequence[Token]) -> Iterator[tuple[int, Token]]:
    """Yield the tokens inside paragraphs, headings and cells, each with its line, from 0."""
    for block in tokens:
        line = block.map[0] if block.map else 0
        for token in block.children or ():
            line += token.type in ("softbreak", "hardbreak")
            yield line, token


def _words(token: Token) -> str:
    """Return the text of a block."""
    parts = (
        " "
        if child.type in ("softbreak", "hardbreak")
        else _words(child)
        if child.children
        else child.content
        for child in token.children or ()
    )
    return "".join(parts) if token.children else token.content if token.type == "inline" else ""


def _rendered(tokens: list[Token], text: MarkdownText, places: Places) -> Markup:
    _mark_headings(tokens)
    _class_cells(tokens)
    dropped: list[Token] = []
    for line, token in _inline(tokens):
        with_place = _placed(text, line)
        if token.type == "link_open":
            address = with_place(places.link, str(token.attrGet("href")))
            if address is None:
                token.tag, token.attrs = "span", {}
                dropped.append(token)
            else:
                token.attrSet("href", address)
    for token in tokens:
        _close_dropped(token.children or [], dropped)
    _place_figures(tokens, text, places)
    return Markup(_parser().renderer.render(tokens, _parser().options, {}))  # noqa: S704


def _close_dropped(children: Sequence[Token], dropped: Sequence[Token]) -> None:
    """Close each link that became a span as a span."""
    inside: list[bool] = []
    for token in children:
        if token.type == "link_open":
            inside.append(any(token is one for one in dropped))
        elif token.type == "link_close" and inside.pop():
            token.tag = "span"


def _place_figures(tokens: list[Token], text: MarkdownText, places: Places) -> None:
    """Replace images by what they place, and paragraphs of one image by a figure."""
    for index, block in enumerate(tokens):
        children = block.children or []
        is_alone = len(children) == 1 and tokens[index - 1].type == "paragraph_open"
        line = block.map[0] if block.map else 0
        for child in children:
            line += child.type in ("softbreak", "hardbreak")
            if child.type == "image":
                words = _parser().renderer.render(child.children or [], _parser().options, {})
                caption = Markup(words)  # noqa: S704
                figure = _placed(text, line)(places.figure, str(child.attrGet("src")), caption, is_alone)
                child.type, child.content, child.children = "html_placed", str(figure), None
                if is_alone:
                    tokens[index - 1].hidden = tokens[index + 1].hidden = True


def _placed(text: MarkdownText, line: int) -> Callable[..., Any]:
    """Return a function that calls another and adds file and line to its errors."""

    def call(function: Callable[..., Any], *arguments: object) -> Any:
        try:
            return function(*arguments)
        except PageError as error:
            raise PageError(f"{text.file}:{text.line + line}: {error}") from error

    return call


def _mark_headings(tokens: Sequence[Token]) -> None:
    """Give headings an id made of their words, and none the rank of the page's title."""
    taken = set(TAKEN_IDS)
    for token, after in pairwise(tokens):
        if token.type == "heading_open":
            words = re.sub(r"[^\w]+", "-", _words(after).casefold()).strip("-") or "section"
            numbered = (f"{words}-{number}" for number in count(2))
            name = words if words not in taken else next(one for one in numbered if one not in taken)
            taken.add(name)
            token.attrSet("id", name)
    for token in tokens:
        if token.type in ("heading_open", "heading_close") and token.tag == "h1":
            token.tag = "h2"


def _class_cells(tokens: Sequence[Token]) -> None:
    """Align cells of tables by a class, because the policy of pages allows no inline style."""
    for token in tokens:
        style = str(token.attrs.pop("style", ""))
        if style:
            token.attrSet("class", style.removeprefix("text-align:"))
