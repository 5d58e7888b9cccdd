"""Albums: sub-folders, what their files say, their order, and the pictures that are not built."""

from __future__ import annotations

from pathlib import Path

import pytest

from generator.config import load_config, sources
from generator.config.albums import find_albums
from generator.errors import ConfigError
from generator.records import GalleryConfig, LayerInfo, NetworkInfo, OwnNetwork


def loaded(
    folder: Path, files: str, inputs: str = "[pictures/**]", further: str = "", of_model: str = ""
) -> GalleryConfig:
    """Return the configuration of a gallery with these empty pictures."""
    for name in (*files.split(), "own.keras"):
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).touch()
    info = NetworkInfo(
        "own", "Own", "", "", (8, 8, 3), (LayerInfo("a", "Conv2D", (4, 4, 8), 0, None),), {}, {}
    )

    def describe(own: OwnNetwork) -> NetworkInfo:
        return info

    def with_weights(name: str, weights: str, variant: str | None) -> NetworkInfo:
        raise AssertionError(name)

    path = folder / "g.yml"
    path.write_text(f"inputs: {inputs}\nmodels: [{{name: own.keras, layers: [a]{of_model}}}]\n{further}")
    return load_config(path, {}, with_weights, describe)


def says(folder: Path, text: str) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "index.md").write_text(text, encoding="utf-8")


FILES = (
    "pictures/x.jpg pictures/zoo10/b.jpg pictures/zoo2/a10.jpg pictures/zoo2/a9.jpg pictures/zoo2/in/c.jpg"
)


def test_folders_become_albums_in_natural_order(tmp_path: Path) -> None:
    config = loaded(tmp_path, FILES)
    assert [(album.slug, album.title) for album in config.albums] == [
        ("zoo2", "Zoo2"),
        ("in", "Zoo2 / In"),
        ("zoo10", "Zoo10"),
    ]
    assert [(image.slug, image.album) for image in config.images] == [
        ("a10", "zoo2"),
        ("a9", "zoo2"),
        ("c", "in"),
        ("b", "zoo10"),
        ("x", ""),
    ]


@pytest.mark.parametrize("inputs", ["[pictures/]", "['pictures/**/*.jpg']", "[pictures/zoo2/a9.jpg]"])
def test_other_inputs_make_no_albums(tmp_path: Path, inputs: str) -> None:
    config = loaded(tmp_path, FILES, inputs)
    assert not config.albums
    assert {image.album for image in config.images} == {""}


def test_pictures_are_sorted_by_name_or_title(tmp_path: Path) -> None:
    says(tmp_path / "pictures/zoo10", "---\nsort: listed\n---\n")
    inputs = "\n  - pictures/**\n  - {path: pictures/zoo2/a9.jpg, title: zz}"
    by_name = loaded(tmp_path, FILES, inputs, "sort: name\n")
    assert [image.slug for image in by_name.images][:2] == ["a9", "a10"]
    by_title = loaded(tmp_path, FILES, inputs, "sort: title\n")
    assert [image.slug for image in by_title.images][:2] == ["a10", "a9"]


def test_a_file_describes_its_album(tmp_path: Path) -> None:
    says(tmp_path / "pictures/zoo10", "---\ntitle: Lions\ncover: b.jpg\norder: 1\n---\n\nA *text*.\n")
    first, *_ = loaded(tmp_path, FILES).albums
    assert (first.slug, first.title, first.cover) == ("zoo10", "Lions", "b")
    assert (first.text.markdown, first.text.line) == ("A *text*.", 7)


def test_a_text_needs_no_front_matter(tmp_path: Path) -> None:
    says(tmp_path / "pictures/zoo10", "\nA text.\n")
    album = loaded(tmp_path, FILES).albums[-1]
    assert (album.title, album.text.markdown, album.text.line) == ("Zoo10", "A text.", 2)


def test_albums_of_one_name_are_told_apart(tmp_path: Path) -> None:
    config = loaded(tmp_path, "pictures/a/cats/1.jpg pictures/b/cats/2.jpg")
    assert [album.slug for album in config.albums] == ["a--cats", "b--cats"]


def test_mistakes_of_all_albums_are_named(tmp_path: Path) -> None:
    says(tmp_path / "pictures/zoo10", "---\ntitel: Lions\nsort: nmae\norder: 0\n---\n")
    says(tmp_path / "pictures/zoo2", "---\ncover: a1.jpg\n---\n")
    says(tmp_path / "pictures/zoo2/in", "---\ntitle: x\n")
    with pytest.raises(ConfigError) as caught:
        loaded(tmp_path, FILES)
    place = f"{tmp_path}/pictures"
    assert set(str(caught.value).splitlines()) == {
        f"{place}/zoo10/index.md:2:1: unknown key 'titel'; nearest: title; "
        "known keys: cover, order, sort, title",
        f"{place}/zoo10/index.md:3:7: sort: expected one of listed, name, title, found 'nmae' (text); "
        "nearest: name",
        f"{place}/zoo10/index.md:4:8: order: expected a whole number of at least 1, found 0 (a number)",
        f"{place}/zoo2/index.md:2:8: cover: no picture 'a1.jpg' in this album; nearest: a10.jpg",
        f"{place}/zoo2/in/index.md:1:1: the front matter that begins here has no second line '---'",
    }


def test_drafts_are_counted_and_not_built(tmp_path: Path) -> None:
    inputs = "\n  - pictures/**\n  - {path: pictures/zoo10/b.jpg, draft: true}"
    config = loaded(tmp_path, FILES, inputs)
    assert config.drafts == 1
    assert "b" not in {image.slug for image in config.images}
    assert "zoo10" not in {album.slug for album in config.albums}


def test_a_draft_keeps_addresses_apart(tmp_path: Path) -> None:
    files = "pictures/a/1.jpg pictures/b/1.jpg"
    config = loaded(tmp_path, files, "\n  - pictures/**\n  - {path: pictures/b/1.jpg, draft: true}")
    assert [image.slug for image in config.images] == ["pictures--a--1"]


@pytest.mark.parametrize("key", ["hidden", "draft"])
def test_a_gallery_shows_at_least_one_picture(tmp_path: Path, key: str) -> None:
    with pytest.raises(
        ConfigError, match=r"g\.yml:1:9: inputs: expected at least one picture that is neither"
    ):
        loaded(tmp_path, FILES, f"[{{path: pictures/**, {key}: true}}]")


def test_a_switch_is_true_or_false(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"hidden: expected true or false, found 'yes' \(text\)"):
        loaded(tmp_path, FILES, "[{path: pictures/**, hidden: yes}]")


def test_changes_of_an_albums_file_are_watched(tmp_path: Path) -> None:
    config = loaded(tmp_path, FILES)
    matter = tmp_path / "pictures/zoo10/index.md"
    assert matter in config.sources
    assert matter in set(sources(tmp_path / "g.yml"))


def test_no_folders_are_no_albums() -> None:
    assert find_albums({}, [], "listed") == ((), ())


def test_a_model_may_have_a_title(tmp_path: Path) -> None:
    (spec,) = loaded(tmp_path, FILES, of_model=", title: Mine").networks
    assert spec.title == "Mine"
