"""Markdown as HTML: CommonMark with tables, footnotes and anchors (``{#name}``), without raw HTML.

Question: which library? Options: ``markdown-it-py`` (MIT, no dependencies but ``mdurl``, tokens with line
numbers, a preset without HTML), ``mistune``, ``Markdown``. Choice: the first; it is installed anyway, by
``rich``. Its sister ``mdit-py-plugins`` has footnotes and anchors. Cost: anchors of headings are made here.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache, partial
from itertools import pairwise
from typing import Any, NamedTuple, Protocol

from markdown_it import MarkdownIt
from markdown_it.token import Token
from markupsafe import Markup
from mdit_py_plugins.attrs import attrs_block_plugin
from mdit_py_plugins.footnote import footnote_plugin

from generator.errors import PageError
from generator.pages.markdown_blocks import RULES, mark_blocks, words_of
from generator.records import MarkdownText
from generator.records.choices import VALUES

LONGEST_SUMMARY = 200


class Places(Protocol):
    """What links and images of a text become."""

    def link(self, address: str) -> str | None:
        """Return the address of a link in the page, ``None`` if its target could not be shown."""

    def figure(self, address: str, caption: Markup, alt: str, is_alone: bool) -> Markup:
        """Return what an image places; ``is_alone`` if only images are in its paragraph.

        ``alt`` is the title of the image, its description for those who do not see it, or empty.
        """


@dataclass(frozen=True)
class Article:
    """A text of its own page: the heading that is its title or empty, the rest, and its beginning."""

    title: str
    html: Markup
    summary: str


@cache
def _parser() -> MarkdownIt:
    parser = MarkdownIt("js-default")
    parser.use(footnote_plugin, inline=False).use(attrs_block_plugin, allowed=["id"])
    for kind, rule in RULES.items():
        parser.add_render_rule(kind, rule)
    return parser


def plain(markdown: str) -> str:
    """Return a text without its markup, on one line.

    >>> plain("What **two** networks [see](https://example.org).")
    'What two networks see.'
    """
    return " ".join(" ".join(words_of(token) for token in _parser().parse(markdown)).split())


def html(text: MarkdownText, places: Places) -> Markup:
    """Return a text as HTML; its headings begin with ``h2``.

    Raises:
        PageError: a link or an image names nothing; the text names file and line.
    """
    return _rendered(_parser().parse(text.markdown), text, places)


def article(text: MarkdownText, places: Places, has_title: bool = False) -> Article:
    """Return the text of a page of its own; a page that ``has_title`` takes none but a first ``#`` heading.

    Raises:
        PageError: as ``html``.
    """
    title, tokens = _parted(text.markdown, has_title)
    paragraphs = (words_of(after) for token, after in pairwise(tokens) if token.type == "paragraph_open")
    summary = " ".join(next(filter(None, paragraphs), "").split())
    if len(summary) > LONGEST_SUMMARY:
        summary = f"{summary[:LONGEST_SUMMARY].rpartition(' ')[0]} …"
    return Article(title, _rendered(tokens, text, places), summary)


def heading(markdown: str) -> str:
    """Return the heading with which a text begins, or nothing."""
    return _parted(markdown, has_title=False)[0]


def _parted(markdown: str, has_title: bool) -> tuple[str, list[Token]]:
    """Return the heading that is the title of a page, or nothing, and the rest of its text."""
    tokens = _parser().parse(markdown)
    first = tokens[0].tag if tokens and tokens[0].type == "heading_open" else ""
    is_title = first == "h1" if has_title else bool(first)
    return (words_of(tokens[1]), tokens[3:]) if is_title else ("", tokens)


def anchors(text: MarkdownText, has_title: bool) -> frozenset[str]:
    """Return the anchors in the text of a page of its own.

    Raises:
        PageError: two of them are the same; the text names file and line.
    """
    tokens = _parted(text.markdown, has_title)[1]
    mark_blocks(tokens, text)
    return frozenset(str(token.attrs["id"]) for token in tokens if "id" in token.attrs)


class Named(NamedTuple):
    """An address in a text, of a link or of an image, and its line."""

    line: int
    address: str
    is_image: bool


def addresses(text: MarkdownText) -> Iterator[Named]:
    """Yield the address of each link and image."""
    for line, token in _inline(_parser().parse(text.markdown)):
        if token.type == "link_open":
            yield Named(text.line + line, str(token.attrGet("href")), is_image=False)
        elif token.type == "image":
            yield Named(text.line + line, str(token.attrGet("src")), is_image=True)


def _inline(tokens: Sequence[Token]) -> Iterator[tuple[int, Token]]:
    """Yield the tokens inside paragraphs, headings and cells, each with its line, from 0."""
    for block in tokens:
        line = block.map[0] if block.map else 0
        for token in block.children or ():
            line += token.type in ("softbreak", "hardbreak")
            yield line, token


def _rendered(tokens: list[Token], text: MarkdownText, places: Places) -> Markup:
    mark_blocks(tokens, text)
    for line, token in _inline(tokens):
        if token.type == "link_open":
            address = _placed(text, line)(places.link, str(token.attrGet("href")))
            if address is None:
                token.tag, token.attrs = "span", {}
            else:
                token.attrSet("href", address)
    for token in tokens:
        _close_dropped(token.children or [])
    _place_figures(tokens, text, places)
    return Markup(_parser().renderer.render(tokens, _parser().options, {}))  # noqa: S704


def _close_dropped(children: Sequence[Token]) -> None:
    """Close each link that became a span as a span."""
    tags = list[str]()
    for token in children:
        if token.type == "link_open":
            tags.append(token.tag)
        elif token.type == "link_close":
            token.tag = tags.pop()


def _place_figures(tokens: list[Token], text: MarkdownText, places: Places) -> None:
    """Replace images by what they place; paragraphs of images alone become figures beside each other."""
    for index, block in enumerate(tokens):
        children = block.children or []
        images = [child for child in children if child.type == "image"]
        is_alone = tokens[index - 1].type == "paragraph_open" and _are_alone(children)
        line, depth = block.map[0] if block.map else 0, 0
        for child in children:
            line += child.type in ("softbreak", "hardbreak")
            depth += (child.type == "link_open") - (child.type == "link_close")
            if child.type == "image":
                words = _parser().renderer.render(child.children or [], _parser().options, {})
                given = str(child.attrGet("src")), Markup(words), str(child.attrGet("title") or "")  # noqa: S704
                call = partial(_refuse_link, places) if depth else places.figure
                figure = _placed(text, line)(call, *given, is_alone)
                child.type, child.content, child.children = "html_placed", str(figure), None
        if images and is_alone:
            block.children = images
            for token in (tokens[index - 1], tokens[index + 1]):
                token.hidden, token.tag = len(images) == 1, "div"
            tokens[index - 1].attrSet("class", "beside")


def _are_alone(children: Sequence[Token]) -> bool:
    """Return whether there are only images, which become figures, and space between them."""
    images = [child for child in children if child.type == "image"]
    spaces = all(
        child.type in ("image", "softbreak", "hardbreak")
        or (child.type == "text" and not child.content.strip())
        for child in children
    )
    values = any(str(child.attrGet("src")).partition("#")[0].lower().endswith(VALUES) for child in images)
    return bool(images) and spaces and not values


def _refuse_link(places: Places, address: str, caption: Markup, alt: str, is_alone: bool) -> Markup:
    """Return what an image inside a link places; a figure is a link itself, and links hold no others.

    Raises:
        PageError: it is a figure of the gallery.
    """
    if address.startswith("gallery:"):
        raise PageError(f"expected a picture of your own inside a link; {address!r} is a link itself")
    return places.figure(address, caption, alt, is_alone)


def _placed(text: MarkdownText, line: int) -> Callable[..., Any]:
    """Return a function that calls another and adds file and line to its errors."""

    def call(function: Callable[..., Any], *arguments: object) -> Any:
        try:
            return function(*arguments)
        except PageError as error:
            raise PageError(f"{text.file}:{text.line + line}: {error}") from error

    return call
