"""Pages of one's own: which files, their names and order, and the names that are refused."""

from __future__ import annotations

from pathlib import Path

import pytest

from generator.config import sources
from generator.config.front_matter import OwnPageKeys, read_matter
from generator.config.own_pages import find_pages
from generator.errors import ConfigError
from generator.names import TAKEN
from tests.config.test_albums import loaded


def write(folder: Path, **texts: str) -> Path:
    folder.mkdir(exist_ok=True)
    for name, text in texts.items():
        (folder / f"{name}.md").write_text(text, encoding="utf-8")
    return folder


def test_pages_are_sorted_by_order_then_name(tmp_path: Path) -> None:
    write(
        tmp_path / "pages", b10="x", b9="x", last="---\norder: 2\n---\n", z="---\norder: 1\ntitle: Zed\n---\n"
    )
    (tmp_path / "pages" / ".hidden.md").touch()
    (tmp_path / "pages" / "notes.txt").touch()
    config = loaded(tmp_path, "cat.jpg", "[cat.jpg]")
    assert [(page.name, page.title, page.file_title) for page in config.pages] == [
        ("z", "Zed", "Z"),
        ("last", "", "Last"),
        ("b9", "", "B9"),
        ("b10", "", "B10"),
    ]


def test_another_folder_can_be_named(tmp_path: Path) -> None:
    write(tmp_path / "texts", a="x")
    assert [page.name for page in loaded(tmp_path, "cat.jpg", "[cat.jpg]", "pages: texts\n").pages] == ["a"]
    with pytest.raises(ConfigError, match=r"g\.yml:3:8: pages: no folder 'txts'; nearest: texts"):
        loaded(tmp_path, "cat.jpg", "[cat.jpg]", "pages: txts\n")
    with pytest.raises(ConfigError, match=r"g\.yml:3:8: pages: expected a folder, but 'cat.jpg' is a file"):
        loaded(tmp_path, "cat.jpg", "[cat.jpg]", "pages: cat.jpg\n")


@pytest.mark.parametrize("name", TAKEN["page"])
def test_names_of_the_site_are_refused(tmp_path: Path, name: str) -> None:
    folder = write(tmp_path / "pages", **{name: "x"})
    with pytest.raises(ConfigError) as caught:
        find_pages(folder)
    reason = "the site has a folder or file of that name; rename the file"
    assert str(caught.value) == f"{folder}/{name}.md: {name!r} cannot be the name of a page: {reason}"


def test_names_that_no_address_can_have_are_refused(tmp_path: Path) -> None:
    folder = write(tmp_path / "pages", **{"Crème": "x", "creme": "x", "!": "x", "con": "---\n"})
    with pytest.raises(ConfigError) as caught:
        find_pages(folder)
    assert str(caught.value).splitlines() == [
        f"{folder}/!.md: nothing in its name can be part of an address; rename the file",
        f"{folder}/con.md: 'con' cannot be the name of a page: Windows reserves it for a device; "
        "rename the file",
        f"{folder}/Crème.md: has the address of creme.md, 'creme'; rename one of them",
    ]


def test_folders_are_part_of_names(tmp_path: Path) -> None:
    folder = tmp_path / "pages"
    for name in ("b.md", "Mein Text/index.md", "Mein Text/Ä.md", "Mein Text/.x/a.md", "deep/er/a.md"):
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text("x", encoding="utf-8")
    found = [(page.name, page.file_title) for page in find_pages(folder)]
    assert found == [("b", "B"), ("deep/er/a", "A"), ("mein-text", "Mein Text"), ("mein-text/a", "Ä")]


def test_a_folder_has_one_page(tmp_path: Path) -> None:
    folder = write(tmp_path / "pages", notes="x")
    write(folder / "notes", index="x")
    write(folder / "images", a="x")
    with pytest.raises(ConfigError) as caught:
        find_pages(folder)
    assert str(caught.value).splitlines() == [
        f"{folder}/images/a.md: 'images' cannot be the name of a page: the site has a folder or file of that "
        "name; rename the file or its folder",
        f"{folder}/notes.md: has the address of index.md, 'notes'; rename one of them",
    ]


def test_mistakes_in_front_matter_are_named(tmp_path: Path) -> None:
    folder = write(tmp_path / "pages", a="---\ntitel: x\n---\n", b="---\n- x\n---\n", c="x\ny\x07")
    with pytest.raises(ConfigError) as caught:
        find_pages(folder)
    assert str(caught.value).splitlines() == [
        f"{folder}/a.md:2:1: unknown key 'titel'; nearest: title; known keys: description, order, title",
        f"{folder}/b.md:2:1: expected a mapping of keys to values, found a list",
        f"{folder}/c.md:2:2: the character U+0007 is not allowed",
    ]


@pytest.mark.parametrize("text", ["---\n# a comment\n---\ny", "---\n---\ny", "y", "\ufeff---\n---\ny"])
def test_front_matter_may_say_nothing(tmp_path: Path, text: str) -> None:
    document, found = read_matter(write(tmp_path / "p", a=text) / "a.md", OwnPageKeys)
    assert (document.values, found.markdown, found.line) == ({}, "y", text.count("\n") + 1)


def test_a_text_without_front_matter_is_no_yaml(tmp_path: Path) -> None:
    document, found = read_matter(write(tmp_path / "p", a="# A\n\n- b: c\n---\nd") / "a.md", OwnPageKeys)
    assert (document.values, found.markdown) == ({}, "# A\n\n- b: c\n---\nd")


def test_changes_of_pages_are_watched(tmp_path: Path) -> None:
    folder = write(tmp_path / "pages", a="x")
    assert {folder, folder / "a.md"} <= set(loaded(tmp_path, "cat.jpg", "[cat.jpg]").sources)
    assert {folder, folder / "a.md"} <= set(sources(tmp_path / "g.yml"))
