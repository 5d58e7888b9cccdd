"""Edits of titles, tags and texts in a gallery with albums: the same bytes as from nothing, no file more."""

import shutil

import pytest

from tests.build.test_mutations import built, write_network, write_picture

CONFIG = """\
title: Edits
base_url: https://example.org/gallery/
inputs:
  - inputs/**
  - path: inputs/hills/red.png
    title: Red
    tags: [colour]
    caption: The *first* of them.
  - path: inputs/hills/blue.png
    tags: [colour, cold]
  - path: inputs/sea/green.png
    draft: false
    hidden: false
models:
  - name: own.keras
    preprocessing: unit
    input_size: [24, 32]
    layers: [conv, pool]
top_features: 1
feature_pictures: 2
"""
PICTURES = {
    "hills/red.png": (200, 30, 40),
    "hills/blue.png": (20, 60, 220),
    "sea/green.png": (30, 180, 60),
    "sea/grey.png": (99, 99, 99),
}


def text(old, new, name="gallery_config.yml"):
    """Return what edits a file of a gallery."""

    def edit(folder):
        path = folder / name
        assert path.read_text().count(old) == 1
        path.write_text(path.read_text().replace(old, new))

    return edit


EDITS = {
    "title": (text("title: Red", "title: Rouge"), "images/red/index.html"),
    "tags": (text("[colour]", "[warm]"), "tags/warm/index.html"),
    "caption": (text("The *first*", "The **last**"), "images/red/index.html"),
    "text of an album": (text("We *walked*", "We ran", "inputs/hills/index.md"), "albums/hills/index.html"),
    "hidden": (text("hidden: false", "hidden: true"), "albums/sea/index.html"),
    "draft": (text("draft: false", "draft: true"), "albums/sea/index.html"),
}
"""What is edited -> how, and a page that must show it."""


@pytest.fixture(scope="module")
def first(tmp_path_factory):
    """Return a gallery that was built, with its cache."""
    folder = tmp_path_factory.mktemp("edits")
    for name, colour in PICTURES.items():
        (folder / "inputs" / name).parent.mkdir(parents=True, exist_ok=True)
        write_picture(folder / "inputs" / name, colour)
    (folder / "inputs" / "hills" / "index.md").write_text("---\ntitle: Hills\n---\nWe *walked* there.\n")
    (folder / "gallery_config.yml").write_text(CONFIG)
    write_network(folder)
    with pytest.MonkeyPatch.context() as patch:
        built(folder, patch, folder / "cache")
    return folder


def files(folder):
    """Return the bytes of each file of the site, and what changes when it is written."""
    found = (path for path in sorted((folder / "site").rglob("*")) if path.is_file())
    return {
        path.relative_to(folder / "site").as_posix(): (path.read_bytes(), path.stat().st_ino)
        for path in found
    }


@pytest.mark.parametrize("edited", EDITS)
def test_an_edit_gives_a_new_site_but_writes_nothing_else(first, tmp_path, monkeypatch, edited):
    edit, page = EDITS[edited]
    folder = tmp_path / "gallery"
    shutil.copytree(first, folder)
    before = files(folder)
    edit(folder)
    built(folder, monkeypatch, folder / "cache")
    after = files(folder)
    same = {name for name in after if name in before and before[name][0] == after[name][0]}
    assert page in after.keys() - same
    assert [name for name in same if before[name][1] != after[name][1]] == []
    built(folder, monkeypatch, tmp_path / "nothing")
    assert {name: content for name, (content, _) in after.items()} == {
        name: content for name, (content, _) in files(folder).items()
    }
