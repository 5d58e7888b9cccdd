"""A figure pasted into Markdown comes out as it is."""

from __future__ import annotations

import markdown
import pytest
from markdown_it import MarkdownIt

from tests.figures.test_draw import panel

TITLE = "A cat\n\n# not a heading\n- not an item"


def python_markdown(text: str) -> str:
    return markdown.markdown(text)


def commonmark(text: str) -> str:
    return str(MarkdownIt("commonmark").render(text))


@pytest.mark.parametrize("render", [python_markdown, commonmark])
def test_markdown_leaves_a_figure_as_it_is(render: object) -> None:
    assert callable(render)
    svg = panel(title=TITLE).svg
    html = render(f"Before\n\n{svg}\n\nAfter *x*\n")
    assert svg in html
    outside = html.replace(svg, "")
    assert outside.split() == ["<p>Before</p>", "<p></p>", "<p>After", "<em>x</em></p>"]


def test_a_figure_is_one_line() -> None:
    assert "\n" not in panel(title=TITLE).svg
