"""Blocks of a text: anchors, ranks, directions of writing, tables and code that scroll, footnotes."""

from __future__ import annotations

from pathlib import Path

import pytest

from generator.errors import PageError
from generator.pages.markdown import anchors, article
from generator.pages.markdown_blocks import is_right_to_left
from generator.records import MarkdownText
from tests.pages.test_markdown import Nowhere, shown


@pytest.mark.parametrize(
    ("markdown", "found"),
    [
        ("{#b}\n## A\n\n## B", '<h2 id="b">A</h2>\n<h2 id="b-2">B</h2>'),
        ("{#p}\nText", '<p id="p">Text</p>'),
        ("1. {#one}\n   A\n\n2. B", '<ol>\n<li>\n<p id="one">A</p>\n</li>\n<li>\n<p>B</p>\n</li>\n</ol>'),
        ("```py\na<b\n```", '<pre tabindex="0"><code class="language-py">a&lt;b\n</code></pre>'),
        ("    a&b", '<pre tabindex="0"><code>a&amp;b\n</code></pre>'),
        ("a\n\n# B\n\n## C\n\n###### D", '<p>a</p>\n<h2 id="b">B</h2>\n<h3 id="c">C</h3>\n<h6 id="d">D</h6>'),
        (
            "\u05d0 a\n\n- \u05d1",
            '<p dir="rtl">\u05d0 a</p>\n<ul dir="rtl">\n<li dir="rtl">\u05d1</li>\n</ul>',
        ),
        ("<b>a</b>\n\n<div>\n\nc", "<p>&lt;b&gt;a&lt;/b&gt;</p>\n<p>&lt;div&gt;</p>\n<p>c</p>"),
    ],
)
def test_blocks_become_html(markdown: str, found: str) -> None:
    assert shown(markdown) == found


def test_each_table_scrolls_by_itself() -> None:
    html = shown("|a|\n|-|\n|1|\n\n|b|\n|-|\n|2|")
    assert html.count('<div class="scroller" tabindex="0" role="region" aria-label="Table ') == 2
    assert 'aria-label="Table 1">\n<table>' in html
    assert html.endswith("</table>\n</div>")


def test_footnotes_are_at_the_end_and_lead_back() -> None:
    html = shown("A[^x] and[^x].\n\n[^x]: Note *one*.\n\nB")
    text, _, notes = html.partition('<section class="footnotes" aria-label="Footnotes">')
    assert 'A<sup class="footnote-ref"><a href="#fn1" id="fnref1">[1]</a></sup>' in text
    assert text.endswith("<p>B</p>\n")
    assert '<li id="fn1" class="footnote-item"><p>Note <em>one</em>.' in notes
    assert '<a href="#fnref1" aria-label="Back to mark 1 in the text">' in notes
    assert 'href="#fnref1:1" aria-label="Back to mark 1:1 in the text"' in notes


@pytest.mark.parametrize(
    ("markdown", "message"),
    [
        ("{#a}\nb\n\n{#a}\nc", "g.md:7: 'a' is the anchor of something else; choose another"),
        ("{#main}\nb", "g.md:4: 'main' is the anchor of something else; choose another"),
        ("{.wide onclick=x}\nb", "g.md:4: expected an anchor such as {#name}, found 'class, onclick'"),
    ],
)
def test_wrong_anchors_are_refused(markdown: str, message: str) -> None:
    with pytest.raises(PageError) as caught:
        anchors(MarkdownText(markdown, Path("g.md"), 3), has_title=True)
    assert str(caught.value) == message


def test_a_title_of_its_own_keeps_the_first_section() -> None:
    found = article(MarkdownText("## First\n\ntext"), Nowhere(), has_title=True)
    assert (found.title, str(found.html)) == ("", '<h2 id="first">First</h2>\n<p>text</p>\n')
    found = article(MarkdownText("# Long title\n\n## First"), Nowhere(), has_title=True)
    assert (found.title, str(found.html)) == ("Long title", '<h2 id="first">First</h2>\n')
    assert anchors(MarkdownText("## A\n\n## A"), has_title=False) == {"a"}
    assert anchors(MarkdownText("## A\n\n## A"), has_title=True) == {"a", "a-2"}


def test_the_first_letter_decides_the_direction() -> None:
    assert [is_right_to_left(text) for text in ("", "1.", "(\u0633)", "b\u05d0")] == [
        False,
        False,
        True,
        False,
    ]
