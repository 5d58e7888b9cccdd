"""Files beside pages: their paths in the site, their sizes and texts, and their faults."""

from __future__ import annotations

from pathlib import Path

import pytest
from PIL import Image

from generator.config.own_files import find_own_files
from generator.config.sources import sources
from generator.names import TAKEN
from tests.config.test_albums import loaded

SVG = '<svg xmlns="http://www.w3.org/2000/svg" {}><g/></svg>'


def write(folder: Path, **texts: str) -> None:
    for name, text in texts.items():
        path = folder / name.replace("__", ".").replace("_of_", "/")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")


def faults(folder: Path, *pages: str) -> dict[str, str]:
    return {one.file.name: one.fault for one in find_own_files(folder, pages)}


def test_a_file_has_the_path_of_its_page(tmp_path: Path) -> None:
    write(tmp_path, Mein_Text_of_My_Plot__CSV="a", b__md="x", __hidden="y", Thumbs__db="z")
    (one,) = find_own_files(tmp_path, ())
    assert (one.path, one.text, one.fault) == ("mein-text/my-plot.csv", "a", "")


@pytest.mark.parametrize(
    ("attributes", "size"),
    [
        ('width="860" height="120.4"', (860, 120)),
        ('viewBox="0 0 400 100"', (400, 100)),
        ('viewBox="0,0,400,100" width="100%"', (400, 100)),
        ('viewBox="0 0 400 100" width="72pt"', (96, 24)),
        ("", (300, 150)),
    ],
)
def test_the_size_of_a_drawing(tmp_path: Path, attributes: str, size: tuple[int, int]) -> None:
    write(tmp_path, a__svg=SVG.format(attributes))
    (one,) = find_own_files(tmp_path, ())
    assert (one.width_px, one.height_px) == size


def test_a_photograph_has_the_size_that_browsers_show(tmp_path: Path) -> None:
    exif = Image.Exif()
    exif[0x0112] = 6
    Image.new("RGB", (30, 20)).save(tmp_path / "turned.jpg", exif=exif)
    Image.new("RGB", (30, 20)).save(tmp_path / "plain.png")
    sizes = {one.path: (one.width_px, one.height_px) for one in find_own_files(tmp_path, ())}
    assert sizes == {"plain.png": (30, 20), "turned.jpg": (20, 30)}


def test_what_no_page_can_name_has_a_fault(tmp_path: Path) -> None:
    write(
        tmp_path, a__png="no picture", b__svg="<svg", c__svg="<p/>", d__html="x", e="x", images_of_f__txt="x"
    )
    (tmp_path / "g.csv").write_bytes(b"\xff")
    (tmp_path / "!.txt").touch()
    found = faults(tmp_path)
    assert found["a.png"].startswith("it cannot be read: cannot identify image file")
    assert found["b.svg"].startswith("it cannot be read: ")
    assert found["c.svg"] == "it cannot be read: it is not SVG"
    assert found["d.html"] == "pages of your own are Markdown, files that end in .md"
    assert found["e"] == "a file that pages name needs a suffix, such as .png"
    assert found["f.txt"] == "the site has a folder or file of that name"
    assert found["g.csv"].startswith("it cannot be read: 'utf-8' codec can't decode byte 0xff")
    assert found["!.txt"] == "nothing in its name can be part of an address"


@pytest.mark.parametrize("name", TAKEN["file"])
def test_files_of_the_site_are_not_replaced(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_text("{}")
    assert faults(tmp_path)[name]


def test_two_files_of_one_address_are_refused(tmp_path: Path) -> None:
    write(tmp_path, **{"my plot__txt": "a", "my-plot__txt": "b"})
    found = sorted(faults(tmp_path).items())
    assert found == [("my plot.txt", ""), ("my-plot.txt", "it has the address of 'my plot.txt'; rename one")]


def test_files_are_read_with_the_configuration_and_watched(tmp_path: Path) -> None:
    write(tmp_path / "pages", notes_of_a__md="x", notes_of_t__csv="a\n1\n")
    config = loaded(tmp_path, "cat.jpg", "[cat.jpg]")
    assert [one.path for one in config.own_files] == ["notes/t.csv"]
    assert [page.name for page in config.pages] == ["notes/a"]
    folder = tmp_path / "pages" / "notes"
    assert {folder, folder / "a.md", folder / "t.csv"} <= set(config.sources)
    assert {folder, folder / "a.md", folder / "t.csv"} <= set(sources(tmp_path / "g.yml"))
