"""The pages of a gallery with a data set: what a build makes of the tables of its scan."""

from __future__ import annotations

import shutil

import pytest

from generator import cli
from generator.datasets import folder as folders
from tests.support import datasets


@pytest.fixture(scope="module")
def built(tmp_path_factory):
    """Return a gallery with a data set, built at once, with its cache."""
    folder = tmp_path_factory.mktemp("dataset")
    datasets.fill(folder)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(folders, "MOST_FILES", datasets.MOST_FILES)
        enter(folder, patch)
        assert cli.main(["build", "-q"]) == 0
    return folder


def enter(folder, patch):
    patch.chdir(folder)
    patch.setenv("GALLERY_CACHE", str(folder / "cache"))


@pytest.fixture
def gallery(built, tmp_path, monkeypatch):
    """Enter a copy of it, and return its folder."""
    folder = shutil.copytree(built, tmp_path / "gallery")
    monkeypatch.setattr(folders, "MOST_FILES", datasets.MOST_FILES)
    enter(folder, monkeypatch)
    return folder


def files(folder):
    return {path: path.read_bytes() for path in (folder / "site").rglob("*") if path.is_file()}


def test_every_live_feature_has_its_places_and_a_page(built):
    for model, layer in [("tiny", "pool1"), ("tiny", "predictions"), ("grey", "edges")]:
        pages = {path.parent for path in (built / "site/models" / model / layer).glob("*/examples.svg")}
        assert pages
        for page in pages:
            html = (page / "index.html").read_text()
            assert "examples.svg#" in html
            assert (page / "examples.jpg").stat().st_size < 8000
        sheet = (built / "site/models" / model / layer / "index.html").read_text()
        for page in pages:
            assert f'"{page.name}/' in sheet


def test_a_page_names_the_pictures_and_their_classes(built):
    html = (built / "site/models/grey/edges/0/index.html").read_text()
    assert "of the class" in html
    assert "cats/" in html or "dogs/" in html


def test_the_next_build_changes_nothing(gallery):
    before = files(gallery)
    assert cli.main(["build", "-q"]) == 0
    assert files(gallery) == before


def test_fewer_examples_are_cut_from_the_same_tables(gallery):
    path = gallery / "gallery_config.yml"
    path.write_text(path.read_text().replace("examples: 3", "examples: 2"))
    before = files(gallery)
    assert cli.main(["build", "-q"]) == 0
    after = files(gallery)
    assert before.keys() == after.keys()
    changed = {path.name for path in after if after[path] != before[path]}
    assert {"examples.svg", "index.html"} <= changed
    assert "result.json" not in changed


def test_without_the_key_its_pages_go(gallery):
    path = gallery / "gallery_config.yml"
    text = path.read_text().replace("dataset: {source: photos, examples: 3}\n", "")
    path.write_text(text.replace("    dataset: [pool1, predictions]\n", ""))
    assert cli.main(["build", "-q"]) == 0
    assert not [*(gallery / "site").rglob("examples.svg")]
