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

    def figure(self, address: str, caption: str, alt: str, is_alone: bool) -> str:
        return f"[{address} {caption} {is_alone}]"


def shown(markdown: str) -> str:
    return str(html(MarkdownText(markdown), Nowhere())).strip()


@pytest.mark.parametrize(
    ("markdown", "found"),
    [
        ("a *b* <i>c</i>", "<p>a <em>b</em> &lt;i&gt;c&lt;/i&gt;</p>"),
        ("[a](javascript:alert(1))", "<p>[a](javascript:alert(1))</p>"),
        ("[a *b*](gallery:gone) [c](#d)", '<p><span>a <em>b</em></span> <a href="#d">c</a></p>'),
        ("# One\n## One", '<h2 id="one">One</h2>\n<h3 id="one-2">One</h3>'),
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
    other = OwnPage("other", "", "Other", "", MarkdownText("x\n\n## Part", Path("/g/pages/other.md")))
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
        ("#here", "#here"),
        ("../zoo/index.md", "../albums/zoo/index.html"),
        ("https://example.org/x.md", "https://example.org/x.md"),
    ],
)
def test_a_link_leads_to_what_it_names(
    config: GalleryConfig, pictures: list[ShownPicture], address: str, link: str
) -> None:
    assert f'<p><a href="{link}">a</a></p>' in site(config, pictures, f"[a]({address})\n\n## Here")


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


def test_a_figure_has_a_view_and_a_method(config: GalleryConfig, pictures: list[ShownPicture]) -> None:
    name = "conv1-preactivation.svg#cat-classes-"
    one = site(config, pictures, f"![a]({LAYER}/4?view=reconstruction)")
    assert f'{name}conv1-3a-preactivation.1.reconstruction"' in one
    assert ".1.map" not in one
    guided = site(config, pictures, f"![a]({LAYER}/4?method=guided)")
    assert f'src="../images/cat/classes/guided/{name}guided-conv1-3a-preactivation.1.map"' in guided
    assert "by guided backpropagation" in guided
    panel = site(config, pictures, f"![a]({LAYER}?method=guided)")
    assert 'src="../images/cat/classes/guided/conv1-preactivation.svg"' in panel
    assert '<a href="../images/cat/compare/index.html">' in panel
    assert site(config, pictures, f"![a]({LAYER}?method=deconvnet)") == site(
        config, pictures, f"![a]({LAYER})"
    )


def test_figures_of_one_paragraph_are_beside_each_other(
    config: GalleryConfig, pictures: list[ShownPicture]
) -> None:
    html = site(config, pictures, f"![a]({LAYER}/7)\n![b]({LAYER}/4)\n\n![c]({LAYER}/4)")
    inside, _, after = html.partition('<div class="beside">')[2].partition("</figure></div>")
    assert inside.count("<figure") == 2
    assert after.count("<figure") == 1
    assert "<p><figure" not in html


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
            "5: expected an address that starts with https://, gallery: or #, or a file beside the text ",
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
        ("[a](other.md#prat)", "5: no heading 'prat' in other.md; nearest: part"),
        ("[a](#thre)\n\n# There", "5: no heading 'thre' in own.md; nearest: there"),
        (f"![a]({LAYER}/7?veiw=map)", "5: no option 'veiw'; nearest: view; options: view or method"),
        (f"![a]({LAYER}/7?view=seen)", "5: view: expected map or reconstruction, found 'seen'"),
        (f"![a]({LAYER}?view=map)", f"5: expected a feature before '?view=', found '{LAYER}?view=map'"),
        (f"![a]({LAYER}?method=x)", "5: method: expected deconvnet or guided, found 'x'"),
        (
            "![a](gallery:cat/edges?method=guided)",
            "5: expected a picture, a model and a layer before '?method=', ",
        ),
        (
            f"[![a]({LAYER}/7)](https://example.org)",
            f"5: expected a picture of your own inside a link; '{LAYER}/7' is a link itself",
        ),
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
    assert b'<h1 dir="auto">Own &lt;title&gt;</h1>' in files["own/index.html"]
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
    assert set(names_of(config).seen) == {"edges", "classes"}


def told(config: GalleryConfig, *addresses: str) -> list[str]:
    """Return what is known beforehand to be wrong with links."""
    lead = MarkdownText("\n".join(f"[a](gallery:{address})" for address in addresses), Path("g.yml"), 3)
    with pytest.raises(PageError) as caught:
        check_texts(replace(config, lead=lead))
    return str(caught.value).splitlines()


def choosing(config: GalleryConfig, *features: int) -> GalleryConfig:
    """Return the gallery with features of ``pool1`` of the first model chosen, and its real sizes."""
    edges, classes = config.networks
    edges = replace(edges, sizes={"pool1": 16}, features={"pool1": features} if features else {})
    return replace(config, networks=(edges, classes))


def test_a_feature_that_a_layer_lacks_is_found_beforehand(config: GalleryConfig) -> None:
    expected = "no feature 16 in pool1 of edges; it has 0 to 15"
    wrong = "models/edges/pool1/16", "cat/edges/pool1/16"
    assert told(choosing(config), *wrong, "cat/edges/pool1/15") == [
        f"g.yml:3: {expected}",
        f"g.yml:4: {expected}",
    ]


def test_a_feature_that_nobody_chose_is_found_beforehand(config: GalleryConfig) -> None:
    wrong = "models/edges/pool1/5", "cat/edges/pool1/6"
    assert told(choosing(config, 7, 3), "models/edges/pool1/7", *wrong) == [
        "g.yml:4: no picture shows feature 5 of pool1 of edges; 'features:' has 3, 7",
        "g.yml:5: no picture shows feature 6 of pool1 of edges; 'features:' has 3, 7",
    ]


def test_a_layer_that_a_picture_does_not_show_is_found_beforehand(config: GalleryConfig) -> None:
    edges, _ = config.networks
    cat, *others = config.images
    cat = replace(cat, networks={"edges": replace(edges, layers=("predictions",))})
    config = replace(config, images=(cat, *others))
    assert told(
        config, "bare/edges/pool1", "cat/edges/pool1", "models/edges/pool1", "cat/edges/predictions"
    ) == ["g.yml:4: 'cat' does not show pool1 of edges; it shows predictions"]


def test_what_only_a_hidden_picture_has_is_in_no_list(config: GalleryConfig) -> None:
    edges, _ = config.networks
    cat, *others = config.images
    own = {"edges": replace(edges, layers=("conv1:preactivation",))}
    shown = [replace(one, tags=(), networks=own) for one in others]
    config = replace(config, images=(replace(cat, is_hidden=True), *shown))
    assert [
        line.partition("; ")[0]
        for line in told(config, "cat/edges/pool1", "models/edges/pool1", "tags/animal")
    ] == [
        "g.yml:4: no shown layer of edges 'pool1'",
        "g.yml:5: no tag 'animal'",
    ]


def test_every_unshown_feature_is_told_at_once(config: GalleryConfig, pictures: list[ShownPicture]) -> None:
    lead = MarkdownText("[a](gallery:models/edges/pool1/5)\n", Path("g.yml"), 3)
    caption = MarkdownText(f"![b]({LAYER}/6)", Path("g.yml"), 9)
    cat = replace(config.images[0], caption=caption)
    config = replace(config, lead=lead, images=(cat, *config.images[1:]))
    shown = [replace(pictures[0], image=cat), *pictures[1:]]
    with pytest.raises(PageError) as caught:
        next(SitePages(config, shown, INFO).pages())
    assert str(caught.value).splitlines() == [
        "g.yml:3: no picture shows feature 5 of pool1 of edges; shown are 4, 7; 'features:' chooses others",
        "g.yml:9: conv1:preactivation of classes does not show feature 6 in 'cat'; it shows 7, 4; "
        "'features:' chooses others",
    ]
    SitePages(config, shown[1:], INFO)  # the caption of a picture that failed is on no page


def test_a_layer_of_failed_pictures_leaves_its_words(
    config: GalleryConfig, pictures: list[ShownPicture]
) -> None:
    text = MarkdownText("[Words](gallery:models/edges/pool1)", Path("/g/own.md"))
    config = replace(config, pages=(OwnPage("own", "T", "F", "", text),))
    views = [replace(view, panels=view.panels[:1], comparisons={}) for view in pictures[0].views]
    left = [replace(pictures[0], views=tuple(views))]
    assert "<span>Words</span>" in SitePages(config, left, INFO).page("own/index.html").rendered().decode()
