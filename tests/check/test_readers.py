"""Plain pages are read by a regular expression as by ``html.parser``, all others by that parser."""

from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from generator.check import readers
from generator.check.site_file import SiteFile

PIECES = (
    *("<p>", "</p>", "<p class='a b'>", '<a href="x?a=1&amp;b#c">', "</a>", "<A HREF=x>", "<br/>", "<br />"),
    *('<img src="a" alt="">', '<img\nsrc="a\nb" width=1>', "<svg>", "</svg>", "<rect x='1'/>", "<script>"),
    *("</script>", "<style>", "a { b: url(c) }", "</style>", "<!-- <p> -->", "<!doctype html>", "text", "\n"),
    *(
        "&lt;",
        "<",
        ">",
        '"',
        "<p",
        "a < b",
        "<p id=1 id=2>",
        "<p hidden>",
        "<!-- ",
        "<?x?>",
        "<p/a>",
        "</p >",
    ),
    *('<a b="<c>">', "<script>a<b></script>", '<x y = "z">', "<h1>", "</H1>", "<p a=b/>", "</>", "<title>"),
)


def by_parser(text: str) -> SiteFile:
    file = SiteFile("a.html")
    parser = readers._HtmlParser(file)
    parser.feed(text)
    parser.close()
    file.end()
    return file


@given(st.lists(st.sampled_from(PIECES), max_size=12).map("".join))
@example("<style>\na { b: url(c) }</style>")
@example("<p a=b/></p>")
@example("<p a=bc/></p>")
@example('<p\nid="a">\n<p id="a">')
def test_any_page_is_read_as_by_the_parser(text: str) -> None:
    assert readers.read("a.html", text.encode()) == by_parser(text)


@pytest.mark.parametrize("text", ["a < b", "<script><b></script>", "<p", '<x y = "z">'])
def test_odd_pages_are_left_to_the_parser(text: str) -> None:
    assert not readers._is_plain(text, list(readers._TAG.finditer(text)))


@pytest.mark.parametrize("text", ["<!doctype html>\n<p id='a'>b<br/></p>", "<script>a > b</script>", "a > b"])
def test_usual_pages_are_plain(text: str) -> None:
    assert readers._is_plain(text, list(readers._TAG.finditer(text)))
