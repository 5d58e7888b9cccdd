"""The blocks of a text: anchors, ranks of headings, directions of writing, and HTML of tables and code."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from itertools import count, pairwise
from typing import Any
from unicodedata import bidirectional

from markdown_it.token import Token
from markupsafe import Markup

from generator.errors import PageError
from generator.records import MarkdownText

TAKEN_IDS = ("main",)
"""The ids that every page has."""
_BACK = "\N{LEFTWARDS ARROW WITH HOOK}\N{VARIATION SELECTOR-15}"
"""An arrow, as text and not as an emoji."""
_DIRECTED = ("blockquote", "h2", "h3", "h4", "h5", "h6", "li", "ol", "p", "td", "th", "ul")


def mark_blocks(tokens: Sequence[Token], text: MarkdownText) -> None:
    """Give the blocks of a text their anchors, ranks, directions and classes.

    Raises:
        PageError: two blocks have one anchor, or braces hold something else; the text names file and line.
    """
    _refuse_attributes(tokens, text)
    _mark_headings(tokens)
    _class_cells(tokens)
    _direct(tokens)


def words_of(token: Token) -> str:
    """Return the text of a block."""
    parts = (
        " "
        if child.type in ("softbreak", "hardbreak")
        else words_of(child)
        if child.children
        else child.content
        for child in token.children or ()
    )
    return "".join(parts) if token.children else token.content if token.type == "inline" else ""


def _refuse_attributes(tokens: Sequence[Token], text: MarkdownText) -> None:
    taken = set(TAKEN_IDS)
    for token in tokens:
        name = str(token.attrs.get("id", ""))
        place = f"{text.file}:{text.line + (token.map[0] if token.map else 0)}"
        if other := token.meta.get("insecure_attrs"):
            raise PageError(
                f"{place}: expected an anchor such as {{#name}}, found {', '.join(sorted(map(str, other)))!r}"
            )
        if name in taken:
            raise PageError(f"{place}: {name!r} is the anchor of something else; choose another")
        taken |= {name} - {""}


def _mark_headings(tokens: Sequence[Token]) -> None:
    """Give headings an id made of their words unless they have one, and none the rank of the page's title."""
    taken = {*TAKEN_IDS, *(str(token.attrs.get("id")) for token in tokens)}
    headings = [token for token in tokens if token.type in ("heading_open", "heading_close")]
    for token, after in pairwise(tokens):
        if token.type == "heading_open" and "id" not in token.attrs:
            words = re.sub(r"[^\w]+", "-", words_of(after).casefold()).strip("-") or "section"
            numbered = (f"{words}-{number}" for number in count(2))
            name = words if words not in taken else next(one for one in numbered if one not in taken)
            taken.add(name)
            token.attrSet("id", name)
    if any(token.tag == "h1" for token in headings):
        for token in headings:
            token.tag = f"h{min(int(token.tag[1]) + 1, 6)}"


def _class_cells(tokens: Sequence[Token]) -> None:
    """Align cells of tables by a class, because the policy of pages allows no inline style."""
    for token in tokens:
        style = str(token.attrs.pop("style", ""))
        if style:
            token.attrSet("class", style.removeprefix("text-align:"))


def _direct(tokens: Sequence[Token]) -> None:
    """Mark blocks that begin with letters written from right to left."""
    for place, token in enumerate(tokens):
        if token.nesting == 1 and token.tag in _DIRECTED:
            following = (one for one in tokens[place:] if one.type == "inline")
            if is_right_to_left(words_of(next(following, token))):
                token.attrSet("dir", "rtl")


def is_right_to_left(words: str) -> bool:
    """Return whether the first letter of a text is written from right to left.

    >>> is_right_to_left("1. \u05d0"), is_right_to_left("a \u05d0")
    (True, False)
    """
    kinds = (bidirectional(letter) for letter in words)
    return next((kind != "L" for kind in kinds if kind in ("L", "R", "AL")), False)


def _table_open(_self: Any, tokens: Sequence[Token], index: int, *_: Any) -> str:
    """Open a table in an element that scrolls; its name numbers it among the tables of the text."""
    number = sum(token.type == "table_open" for token in tokens[: index + 1])
    return f'<div class="scroller" tabindex="0" role="region" aria-label="Table {number}">\n<table>\n'


def _table_close(*_: Any) -> str:
    return "</table>\n</div>\n"


def _code(_self: Any, tokens: Sequence[Token], index: int, *_: Any) -> str:
    """Write code in an element that scrolls, which needs the focus for its keys."""
    token = tokens[index]
    language = "".join(token.info.split()[:1])
    named = Markup(' class="language-{}"').format(language) if language else ""
    return Markup('<pre tabindex="0"><code{}>{}</code></pre>\n').format(named, token.content)


def _footnotes_open(*_: Any) -> str:
    return '<section class="footnotes" aria-label="Footnotes">\n<ol>\n'


def _footnote_anchor(_self: Any, tokens: Sequence[Token], index: int, *_: Any) -> str:
    """Write the link from a footnote back to one of its marks."""
    number, place = tokens[index].meta["id"] + 1, tokens[index].meta["subId"]
    mark = f"{number}:{place}" if place else f"{number}"
    label = f"Back to mark {mark} in the text"
    return f' <a href="#fnref{mark}" aria-label="{label}">{_BACK}</a>'


RULES: dict[str, Callable[..., str]] = {
    "html_placed": lambda _self, tokens, index, _options, _env: tokens[index].content,
    "table_open": _table_open,
    "table_close": _table_close,
    "fence": _code,
    "code_block": _code,
    "footnote_block_open": _footnotes_open,
    "footnote_anchor": _footnote_anchor,
}
"""How blocks are written that are not written as the parser writes them."""
