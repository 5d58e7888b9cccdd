"""A user's own templates: one file at a time, on top of the project's."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from generator.errors import PageError
from generator.pages import check_templates
from generator.records import GalleryConfig, ShownPicture
from tests.support.pages import render

THEME = Path(__file__).parent / "theme"


def rendered(config: GalleryConfig, pictures: list[ShownPicture], templates: Path) -> dict[str, str]:
    outputs = render(replace(config, templates=templates), pictures, "1.2.3", "c0ffee")
    return {output.path: output.content.decode() for output in outputs}


@pytest.fixture
def templates(tmp_path: Path) -> Path:
    folder = tmp_path / "mine"
    folder.mkdir()
    return folder


def test_the_example_theme_changes_what_it_names_and_nothing_else(
    config: GalleryConfig, pictures: list[ShownPicture], pages: dict[str, str]
) -> None:
    check_templates(THEME)
    themed = rendered(config, pictures, THEME)
    assert set(themed) - set(pages) == {"assets/theme.css"}
    for path in ("index.html", "images/cat/index.html", "models/edges/pool1/7/index.html"):
        sheets = [line.strip() for line in themed[path].splitlines() if "stylesheet" in line]
        up = "../" * path.count("/")
        assert sheets == [
            f'<link rel="stylesheet" href="{up}assets/{name}.css">' for name in ("style", "scroller", "theme")
        ]
        assert "Photographs by our readers." in themed[path]
        assert "Made by convnet-gallery" not in themed[path]
    assert themed["assets/icon.svg"] == (THEME / "assets" / "icon.svg").read_text()
    assert themed["assets/style.css"] == pages["assets/style.css"]
    assert "Nothing here." in themed["404.html"]


def test_a_name_without_a_value_is_an_error_with_its_place(
    templates: Path, config: GalleryConfig, pictures: list[ShownPicture]
) -> None:
    (templates / "index.html").write_text("<p>\n{{ pictures | length }}\n{{ picture_total }}")
    with pytest.raises(PageError) as caught:
        rendered(config, pictures, templates)
    assert str(caught.value) == f"{templates / 'index.html'}:3: 'picture_total' is undefined"


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        (
            "image.html",
            "{{ exhibit.image.title }}",
            "'exhibit' is undefined; it is now called 'picture'",
        ),
        (
            "index.html",
            "{{ exhibits | length }}",
            "'exhibits' is undefined; it is now called 'pictures'",
        ),
        ("feature.html", "{{ feature.appearances[0] }}", "it is now called 'pictures'"),
        ("layer.html", "{{ shown.pictures + 1 }}", "it is now called 'picture_count'"),
        (
            "image.html",
            "{{ picture.views[0].panels[0].pair_width_px + 1 }}",
            "it is now called 'view_width_px'",
        ),
        ("class.html", "{{ shown.guess.label }}", "it is now called 'prediction'"),
    ],
)
def test_a_theme_of_0_1_0_is_told_the_new_names(
    templates: Path,
    config: GalleryConfig,
    pictures: list[ShownPicture],
    name: str,
    content: str,
    message: str,
) -> None:
    (templates / name).write_text(content)
    with pytest.raises(PageError) as caught:
        rendered(config, pictures, templates)
    assert str(caught.value).startswith(f"{templates / name}:1: ")
    assert str(caught.value).endswith(message)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("\n{% endblock %}", "FILE:2: Encountered unknown tag 'endblock'."),
        ("\n\n{% extends 'nowhere.html' %}", "FILE:3: nowhere.html"),
        ("\n{{ 1 / 0 }}", "FILE:2: division by zero"),
    ],
)
def test_what_is_wrong_with_a_template_is_told_with_its_place(
    templates: Path, config: GalleryConfig, pictures: list[ShownPicture], content: str, message: str
) -> None:
    (templates / "about.html").write_text(content)
    with pytest.raises(PageError) as caught:
        rendered(config, pictures, templates)
    assert str(caught.value) == message.replace("FILE", str(templates / "about.html"))


def test_a_template_that_cannot_be_read_is_refused_beforehand(templates: Path) -> None:
    (templates / "odd.html").write_text("{% for %}")
    with pytest.raises(PageError, match=r"odd\.html:1: "):
        check_templates(templates)
    check_templates(None)


def test_a_template_in_another_encoding_is_refused_with_its_line(templates: Path) -> None:
    (templates / "about.html").write_bytes(b"<p>\nUh\xfc</p>\n")
    with pytest.raises(PageError) as caught:
        check_templates(templates)
    assert str(caught.value) == f"{templates}/about.html:2: expected text in UTF-8, found the byte 0xfc"


def test_what_desktops_leave_is_no_asset(
    config: GalleryConfig, pictures: list[ShownPicture], templates: Path
) -> None:
    (templates / "assets" / "fonts").mkdir(parents=True)
    for name in ("a.css", ".DS_Store", "fonts/Thumbs.db"):
        (templates / "assets" / name).touch()
    found = {output.path for output in render(replace(config, templates=templates), pictures, "1", "c")}
    assert {path for path in found if path.endswith((".DS_Store", ".db"))} == set()
    assert "assets/a.css" in found
