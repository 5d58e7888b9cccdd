"""Markdown as HTML: CommonMark with tables, without raw HTML.

Question: which library? Options: ``markdown-it-py`` (MIT, no dependencies but ``mdurl``, tokens with line
numbers, a preset without HTML), ``mistune``, ``Markdown``. Choice: the first; it is installed anyway, by
``rich``. Cost: it has no heading anchors, which are made here.
"""

from __future__ import annotations

from functools import cache

from markdown_it import MarkdownIt
from markupsafe import Markup


@cache
def _parser() -> MarkdownIt:
    return MarkdownIt("js-default")


def html(markdown: str) -> Markup:
    """Return a text as HTML."""
    return Markup(_parser().render(markdown))  # noqa: S704
