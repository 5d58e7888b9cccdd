"""Markdown: safe HTML that passes the site check, with figures and links by name."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from generator.check import broken
from generator.errors import PageError
from generator.pages import BuildInfo, SitePages, check_texts
from generator.pages.markdown import article, heading, html, plain
from generator.pages.references import names_of
from generator.records import Album, GalleryConfig, MarkdownText, OwnPage, ShownPicture
from tests.pages.conftest import drawn_files
from tests.support.pages import render

INFO = BuildInfo("1", "2")
LAYER = "gallery:cat/classes/conv1:preactivation"


class Nowhere:
    """Places nothing."""

    def link(self, address: str) -> str | None:
        return None if address == "gallery:gone" else address

    def figure(self, address: str, caption: str, is_alone: bool) -> str:
        return f"[{address} {caption} {is_alone}]"


def shown(markdown: str) -> str:
    return str(html(MarkdownText(markdown), Nowhere())).strip()


@pytest.mark.parametrize(
    ("markdown", "found"),
    [
        ("a *b* <i>c</i>", "<p>a <em>b</em> &lt;i&gt;c&lt;/i&gt;</p>"),
        ("[a](javascript:alert(1))", "<p>[a](javascript:alert(1))</p>"),
        ("[a *b*](gallery:gone) [c](#d)", '<p><span>a <em>b</em></span> <a href="#d">c</a></p>'),
        ("# One\n## One", '<h2 id="one">One</h2>\n<h2 id="one-2">One</h2>'),
        ("## Main\n## !", '<h2 id="main-2">Main</h2>\n<h2 id="section">!</h2>'),
        ("![a *b*](x) c", "<p>[x a <em>b</em> False] c</p>"),
        ("![a](x)", "[x a True]"),
    ],
)
def test_texts_become_safe_html(markdown: str, found: str) -> None:
    assert shown(markdown) == found


def test_cells_are_aligned_by_a_class() -> None:
    table = shown("|a|b|\n|-|-:|\n|1|2|")
    assert '<td class="right">2</td>' in table
    assert "style" not in table


def test_a_text_is_plain_where_markup_cannot_be() -> None:
    assert (
        plain("What **two** [networks](https://example.org)\nsee &amp; `say`")
        == "What two networks see & say"
    )
    assert plain("3 < 4 & a_b_c * 2") == "3 < 4 & a_b_c * 2"


def test_the_first_heading_is_the_title_of_a_page() -> None:
    found = article(MarkdownText("# A *title*\n\nFirst words.\n\n# Next"), Nowhere())
    assert (found.title, found.summary) == ("A title", "First words.")
    assert found.html == '<p>First words.</p>\n<h2 id="next">Next</h2>\n'
    assert heading("No heading") == ""


def site(config: GalleryConfig, pictures: list[ShownPicture], text: str) -> str:
    """Return a page of one's own with this text."""
    page = OwnPage("own", "", "File", "", MarkdownText(text, Path("/g/pages/own.md"), 5))
    other = OwnPage("other", "", "Other", "", MarkdownText("x", Path("/g/pages/other.md")))
    config = replace(
        config,
        pages=(page, other),
        albums=(Album("zoo", "Zoo", MarkdownText("y", Path("/g/zoo/index.md"))),),
        images=tuple(replace(one.image, album="zoo") for one in pictures[:1]) + config.images[1:],
    )
    check_texts(config)
    shown = [replace(one, image=image) for one, image in zip(pictures, config.images, strict=True)]
    return SitePages(config, shown, INFO).page("own/index.html").rendered().decode()


@pytest.mark.parametrize(
    ("address", "link"),
    [
        ("gallery:cat", "../images/cat/index.html"),
        ("gallery:images/cat", "../images/cat/index.html"),
        ("gallery:cat/classes", "../images/cat/index.html#classes/"),
        (LAYER, "../images/cat/index.html#classes/conv1-preactivation"),
        (f"{LAYER}/7", "../models/classes/conv1-preactivation/7/index.html"),
        ("gallery:models/classes", "../models/classes/index.html"),
        ("gallery:models/classes/pool1", "../models/classes/pool1/index.html"),
        ("gallery:models/classes/pool1/4", "../models/classes/pool1/4/index.html"),
        ("gallery:tags/animal", "../tags/animal/index.html"),
        ("gallery:albums/zoo", "../albums/zoo/index.html"),
        ("other.md#part", "../other/index.html#part"),
        ("../zoo/index.md", "../albums/zoo/index.html"),
        ("https://example.org/x.md", "https://example.org/x.md"),
    ],
)
def test_a_link_leads_to_what_it_names(
    config: GalleryConfig, pictures: list[ShownPicture], address: str, link: str
) -> None:
    assert f'<p><a href="{link}">a</a></p>' in site(config, pictures, f"[a]({address})")


@pytest.mark.parametrize(
    ("address", "image"),
    [
        ("gallery:cat", 'src="../images/cat/picture.jpg"'),
        ("gallery:cat/classes", 'src="../images/cat/classes.svg"'),
        (LAYER, 'src="../images/cat/classes/conv1-preactivation.svg"'),
        (f"{LAYER}/4", 'conv1-preactivation.svg#cat-classes-conv1-3a-preactivation.1.map"'),
        ("gallery:models/classes/pool1/4", 'src="../images/cat/classes/pool1.svg#cat-classes-pool1.1.map"'),
    ],
)
def test_an_image_places_a_figure(
    config: GalleryConfig, pictures: list[ShownPicture], address: str, image: str
) -> None:
    alone = site(config, pictures, f"![It *is*]({address})")
    assert image in alone
    assert "<figcaption>It <em>is</em></figcaption>" in alone
    inside = site(config, pictures, f"This ![is]({address}) inside.")
    assert image in inside
    assert "<figure" not in inside


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("![a](gallery:cta)", "5: no picture 'cta'; nearest: cat; forms: "),
        ("a\nb\n\nc\n[d](gallery:cat/clases)", "9: no model 'clases'; nearest: classes; forms: "),
        ("[a](gallery:cat/edges/pool)", "5: no shown layer of edges 'pool'; nearest: pool1; forms: "),
        ("[a](gallery:cat/edges/pool1/x)", "5: expected the number of a feature after 'pool1', found 'x'"),
        ("[a](gallery:tags/animals)", "5: no tag 'animals'; nearest: animal; forms: "),
        ("[a](othr.md)", "5: no text 'othr.md'; nearest: other.md"),
        (
            "[a](images/cat)",
            "5: expected an address that starts with https://, gallery: or #, or a file of a text ",
        ),
        (
            "![a](gallery:tags/animal)",
            "5: expected the address of a figure as the image, found 'gallery:tags/animal'",
        ),
        (
            "![a](https://example.org/a.png)",
            "5: expected the address of a figure as the image, found 'https://",
        ),
        ("![a](gallery:models/edges)", "5: expected a feature as the image, found 'gallery:models/edges'"),
        (
            f"![a]({LAYER}/5)",
            "5: conv1:preactivation of classes does not show feature 5 in 'cat'; it shows 7, 4; ",
        ),
        ("[a](gallery:models/edges/pool1/5)", "5: no picture shows feature 5 of pool1 of edges"),
    ],
)
def test_what_is_named_wrongly_is_refused_with_its_place(
    config: GalleryConfig, pictures: list[ShownPicture], text: str, message: str
) -> None:
    with pytest.raises(PageError) as caught:
        site(config, pictures, text)
    assert str(caught.value).startswith(f"/g/pages/own.md:{message}")


def test_all_wrong_names_are_found_beforehand(config: GalleryConfig) -> None:
    lead = MarkdownText("[a](gallery:x1)\n![b](gallery:x2)", Path("g.yml"), 3)
    caption = MarkdownText("[c](gallery:x3)", Path("g.yml"), 9)
    cat, *others = config.images
    wrong = replace(config, lead=lead, images=(replace(cat, caption=caption), *others))
    with pytest.raises(PageError) as caught:
        check_texts(wrong)
    lines = str(caught.value).splitlines()
    assert [line.partition("; ")[0] for line in lines] == [
        "g.yml:3: no picture 'x1'",
        "g.yml:4: no picture 'x2'",
        "g.yml:9: no picture 'x3'",
    ]


def test_a_failed_picture_leaves_its_words(config: GalleryConfig, pictures: list[ShownPicture]) -> None:
    text = MarkdownText("[Words](gallery:cat) and\n\n![a caption](gallery:cat/edges)", Path("/g/own.md"))
    config = replace(config, pages=(OwnPage("own", "T", "F", "", text),))
    html = SitePages(config, pictures[1:], INFO).page("own/index.html").rendered().decode()
    assert "<span>Words</span>" in html
    assert "<em>a caption</em>" in html


def test_texts_are_in_their_places(
    config: GalleryConfig, pictures: list[ShownPicture], tmp_path: Path
) -> None:
    cat, *others = config.images
    cat = replace(cat, caption=MarkdownText("A *caption* [here](gallery:bare)."))
    lead = MarkdownText("The **lead**.")
    text = MarkdownText(
        f"# Own <title>\n\n![a]({LAYER})\n\n![b]({LAYER}/7)\n\n|a|\n|-|\n|b|\n", tmp_path / "own.md"
    )
    config = replace(
        config,
        description=lead.markdown,
        lead=lead,
        images=(cat, *others),
        pages=(OwnPage("own", "", "F", "", text),),
    )
    pictures = [replace(pictures[0], image=cat), *pictures[1:]]
    files = {one.path: one.content for one in render(config, pictures, "1", "c0")}
    assert b"<strong>lead</strong>" in files["index.html"]
    assert b'name="description" content="The lead."' in files["index.html"]
    assert b"A <em>caption</em>" in files["images/cat/index.html"]
    assert b"caption" not in files["tags/animal/index.html"]
    assert b'"caption": "A caption here."' in files["images/cat/result.json"]
    assert b"A caption here." in files["search/1.js"]
    assert b'<a href="own/index.html">Own &lt;title&gt;</a>' in files["index.html"]
    assert b"<h1>Own &lt;title&gt;</h1>" in files["own/index.html"]
    assert b'"page": "own/index.html"' in files["gallery.json"]
    files |= {one.path: one.content for one in drawn_files(pictures)}
    for path, content in files.items():
        (tmp_path / "site" / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "site" / path).write_bytes(content)
    assert broken(tmp_path / "site") == []


def test_a_line_that_moves_changes_no_page(config: GalleryConfig, pictures: list[ShownPicture]) -> None:
    def made(line: int) -> list[object]:
        cat = replace(config.images[0], caption=MarkdownText("C.", Path("g.yml"), line))
        moved = replace(
            config, images=(cat, *config.images[1:]), lead=MarkdownText("L.", Path("g.yml"), line)
        )
        shown = [replace(pictures[0], image=cat), *pictures[1:]]
        return [page.made_by() for page in SitePages(moved, shown, INFO).pages()]

    assert made(1) == made(2)


def test_names_are_those_of_the_gallery(config: GalleryConfig) -> None:
    assert set(names_of(config).layers) == {"edges", "classes"}
