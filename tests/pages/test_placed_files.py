"""Files of one's own in texts: pictures, tables, values and links, and what is refused."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from generator.errors import PageError
from generator.pages import BuildInfo, SitePages, check_texts
from generator.pages.placed_files import kind_of, table_of, value_of
from generator.records import GalleryConfig, MarkdownText, OwnFile, OwnPage, ShownPicture

FOLDER = Path("/g/pages/notes")
FILES = (
    OwnFile(FOLDER / "Plot 1.svg", "notes/plot-1.svg", 900, 300),
    OwnFile(FOLDER / "photo.jpg", "notes/photo.jpg", 640, 480),
    OwnFile(FOLDER / "t.csv", "notes/t.csv", text='layer,mean\n<b>,\u22120.5\n"c,d",12\n'),
    OwnFile(FOLDER / "v.json", "notes/v.json", text='{"a": [1.5, {"b c": "<x>"}], "t": true, "n": null}'),
    OwnFile(FOLDER / "more.zip", "notes/more.zip"),
    OwnFile(FOLDER / "bad.png", "notes/bad.png", fault="it cannot be read: x"),
    OwnFile(FOLDER / "rows.csv", "notes/rows.csv", text="a,b\n1\n"),
    OwnFile(FOLDER / "empty.csv", "notes/empty.csv"),
)


def site(config: GalleryConfig, pictures: list[ShownPicture], text: str) -> SitePages:
    page = OwnPage("notes/own", "T", "F", "", MarkdownText(text, FOLDER / "own.md"))
    config = replace(config, pages=(page,), own_files=FILES)
    check_texts(config)
    return SitePages(config, pictures, BuildInfo("1", "2"))


def html(config: GalleryConfig, pictures: list[ShownPicture], text: str) -> str:
    return site(config, pictures, text).page("notes/own/index.html").rendered().decode()


def test_a_picture_is_a_figure_with_its_size(config: GalleryConfig, pictures: list[ShownPicture]) -> None:
    photo = html(config, pictures, '![A *caption*](photo.jpg "What is to be seen")')
    image = '<img src="../photo.jpg" width="640" height="480" loading="lazy" alt="What is to be seen">'
    assert image in photo
    assert "<figcaption>A <em>caption</em></figcaption>" in photo
    assert '<a href="../plot-1.svg"><img' in html(config, pictures, "![A *b*](Plot%201.svg)")
    line = html(config, pictures, "Here ![A *b*](photo.jpg) inside.")
    assert 'alt="A b"> inside' in line
    assert "<figure" not in line
    linked = html(config, pictures, "[![b](photo.jpg)](https://example.org)")
    assert '<a href="https://example.org"><img src="../photo.jpg"' in linked


def test_a_table_is_read_from_csv(config: GalleryConfig, pictures: list[ShownPicture]) -> None:
    found = html(config, pictures, "![The *means*](t.csv)")
    assert '<th scope="col">layer</th><th scope="col" class="right">mean</th>' in found
    assert '<tr><td>&lt;b&gt;</td><td class="right">\u22120.5</td></tr>' in found
    assert "<td>c,d</td>" in found
    assert "<figcaption>The <em>means</em></figcaption>" in found
    assert 'role="region" aria-label="The means"' in found


def test_a_value_is_part_of_its_line(config: GalleryConfig, pictures: list[ShownPicture]) -> None:
    assert "<p>It is 1.5, &lt;x&gt;.</p>" in html(
        config, pictures, "It is ![some](v.json#a/0), ![b](v.json#a/1/b%20c)."
    )
    assert "<p>1.5</p>" in html(config, pictures, "![some](v.json#a/0)")


def test_the_site_gets_what_texts_name(
    config: GalleryConfig, pictures: list[ShownPicture], tmp_path: Path
) -> None:
    for name in ("photo.jpg", "v.json", "t.csv", "more.zip"):
        (tmp_path / name).write_bytes(name.encode())
    page = OwnPage(
        "own",
        "T",
        "F",
        "",
        MarkdownText("![a](photo.jpg) ![b](t.csv) [c](v.json)\n\n![d](t.csv)", tmp_path / "own.md"),
    )
    files = tuple(
        OwnFile(tmp_path / name, name, 1, 1, "a") for name in ("more.zip", "photo.jpg", "t.csv", "v.json")
    )
    made = SitePages(replace(config, pages=(page,), own_files=files), pictures, BuildInfo("1", "2"))
    own = {one.path: one.content for one in made.files() if not one.path.startswith(("assets/", "."))}
    assert own == {"photo.jpg": b"photo.jpg", "v.json": b"v.json"}
    (tmp_path / "photo.jpg").unlink()
    with pytest.raises(PageError, match=r"photo\.jpg: No such file or directory"):
        list(made.files())


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("[a](photo.jgp)", "no file beside the pages 'photo.jgp'; nearest: photo.jpg"),
        ("![a](../photo.jpg)", "no file beside the pages '../photo.jpg'; nearest: photo.jpg"),
        ("[a](bad.png)", "bad.png: it cannot be read: x"),
        ("![a](bad.png)", "bad.png: it cannot be read: x"),
        ("![a](more.zip)", "more.zip: expected a picture that browsers show (.avif, "),
        ("![a](rows.csv)", "rows.csv: row 2 has 1 cells, the header 2"),
        ("![a](empty.csv)", "empty.csv: expected a table with a header, in CSV ("),
        ("a ![a](t.csv)", "t.csv: a table needs a paragraph of its own"),
        ("![a](v.json#a/2)", "v.json: no value '2' on the way to 'a/2'; there: 0, 1"),
        ("![a](v.json#t)", "v.json: expected a text or a number at 't', found True"),
        ("![a](v.json)", "v.json: expected a text or a number at '', found {"),
    ],
)
def test_wrong_files_are_refused_with_their_place(
    config: GalleryConfig, pictures: list[ShownPicture], text: str, message: str
) -> None:
    with pytest.raises(PageError) as caught:
        html(config, pictures, text)
    assert str(caught.value).startswith(f"{FOLDER / 'own.md'}:1: {message}")


def test_columns_of_numbers_are_known() -> None:
    text = "name,n,mixed,none\na,1.5,1,\nb,\u2014,x,\n1,< 0.1,2,\n"
    table = table_of(OwnFile(Path("t.csv"), "t.csv", text=text))
    assert list(table.are_numbers) == [False, True, False, False]


def test_wrong_json_is_refused() -> None:
    with pytest.raises(PageError, match=r"v\.json: expected JSON \(Expecting"):
        value_of(OwnFile(Path("v.json"), "v.json", text="{"), "a")


def test_kinds_of_files() -> None:
    assert [kind_of(one) for one in FILES[:4]] == ["", "", ".csv", ".json"]
