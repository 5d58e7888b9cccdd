"""The names of pictures in addresses: in Latin letters, and functions of their own paths."""

from __future__ import annotations

import random
from hashlib import sha256
from pathlib import PurePath
from unicodedata import normalize

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from generator.config.slugs import former_slugs, picture_slugs, slugify, tag_slugs

NAMES = st.text(st.sampled_from("aAbB1_-. äß猫毛"), min_size=1, max_size=4)
PATHS = st.builds(
    lambda folders, name, suffix: PurePath(*folders, f"{name}{suffix}"),
    st.lists(st.sampled_from(["a", "b", "ä", "c-d", "con"]), max_size=2),
    NAMES,
    st.sampled_from([".jpg", ".png"]),
)
GALLERIES = st.lists(PATHS, max_size=8, unique=True)


def slugs(*names: str, taken: tuple[str, ...] = ()) -> list[str]:
    return list(picture_slugs([PurePath(name) for name in names], taken).values())


def digest(path: str) -> str:
    return sha256(path.encode()).hexdigest()[:8]


@pytest.mark.parametrize(
    ("name", "slug"),
    [
        ("猫", "mao"),
        ("Кошка", "koshka"),
        ("ねこ", "neko"),
        ("γάτα", "gata"),
        ("고양이", "goyangi"),
        ("Crème brûlée", "creme-brulee"),
        ("Straße", "strasse"),
        ("½", "1-2"),
        ("\N{CAT FACE}", "cat"),
        ("--", "picture"),
    ],
)
def test_every_script_becomes_latin(name: str, slug: str) -> None:
    assert slugify(name) == slug
    assert slugify(normalize("NFD", name)) == slugify(normalize("NFC", name))


def test_equal_names_get_their_folders() -> None:
    assert slugs("a/IMG_0001.jpg", "b/IMG_0001.jpg", "b/dog.jpg") == ["a--img-0001", "b--img-0001", "dog"]
    assert slugs("IMG.jpg", "x/y/IMG.jpg") == [f"img-{digest('IMG.jpg')}", "x--y--img"]


def test_a_file_called_like_an_address_takes_it_from_nobody() -> None:
    assert slugs("a/cat.jpg", "b/cat.jpg", "x/a-cat.jpg", "a--cat.png") == [
        *("a--cat", "b--cat", "x--a-cat"),
        f"a-cat-{digest('a--cat.png')}",
    ]


def test_equal_folders_get_a_digest_of_the_path() -> None:
    expected = [f"cat-{digest('a/cat.jpg')}", f"cat-{digest('a/cat.png')}"]
    assert slugs("a/cat.jpg", "a/cat.png") == expected
    assert slugs("a/猫.jpg", "a/毛.jpg") == [f"mao-{digest('a/猫.jpg')}", f"mao-{digest('a/毛.jpg')}"]


def test_configured_names_and_devices_are_left_alone() -> None:
    assert slugs("a/cat.jpg", taken=("cat",)) == ["a--cat"]
    assert slugs("a/cat.jpg", taken=("cat", "a--cat")) == [f"cat-{digest('a/cat.jpg')}"]
    assert slugs("con.jpg") == [f"con-{digest('con.jpg')}"]


@given(GALLERIES, st.integers())
def test_slugs_are_unique_in_any_order(paths: list[PurePath], seed: int) -> None:
    found = picture_slugs(paths, ())
    assert len(set(found.values())) == len(paths)
    shuffled = random.Random(seed).sample(paths, len(paths))
    assert picture_slugs(shuffled, ()) == found


@given(GALLERIES, PATHS)
@example([PurePath("A.jpg"), PurePath("a/a/A.jpg")], PurePath("a/a/A_.jpg"))
def test_a_file_moves_only_what_had_its_name_alone(paths: list[PurePath], added: PurePath) -> None:
    before = picture_slugs(paths, ())
    after = picture_slugs(list(dict.fromkeys([*paths, added])), ())
    moved = {path for path in before if before[path] != after[path]}
    name = slugify(added.stem)
    folders = (slugify(part, "") for part in added.parts[:-1])
    whole = "--".join((*filter(None, folders), name))
    assert {before[path] for path in moved} <= {name, whole}


def test_a_third_file_of_one_name_moves_nothing() -> None:
    first = slugs("b/IMG_0001.jpg", "c/IMG_0001.jpg", "c/猫.jpg", "c/犬.jpg")
    assert slugs("b/IMG_0001.jpg", "c/IMG_0001.jpg", "c/猫.jpg", "c/犬.jpg", "a/IMG_0001.jpg")[:4] == first
    assert first == ["b--img-0001", "c--img-0001", "mao", "quan"]


def test_former_slugs_are_those_of_version_0_1_0() -> None:
    """Read off a gallery that version 0.1.0 built."""
    pictures = {
        PurePath(name): "" for name in ("a/猫.jpg", "a/犬.jpg", "a/Straße.jpg", "a/x_y.jpg", "b/x-y.jpg")
    }
    expected = ["picture-2", "picture-3", "stra-e", "x-y", "x-y-2", "picture"]
    assert list(former_slugs({**pictures, PurePath("dog.jpg"): "picture"}).values()) == expected


def test_former_slugs_skip_pictures_that_version_0_1_0_passed_over() -> None:
    """HEIC beside JPEG: the photograph that had an address keeps it, whatever its folder holds besides."""
    heic, photograph, avif = (PurePath(name) for name in ("p/IMG_1.HEIC", "p/IMG_1.JPG", "p/a.avif"))
    pictures = {heic: "", photograph: "", avif: ""}
    assert former_slugs(pictures) == {photograph: "img-1"}
    assert former_slugs(pictures, {avif}) == {photograph: "img-1", avif: "a"}


def test_two_forms_of_one_name_in_a_folder_have_two_addresses() -> None:
    names = [normalize(form, "p/é.jpg") for form in ("NFC", "NFD")]
    assert len(set(slugs(*names))) == 2
    assert slugs(*names) == slugs(*reversed(names))[::-1]


def test_tags_of_one_slug_are_told_apart() -> None:
    slugs = tag_slugs(["Bird", "bird", "dog", "NUL"])
    assert slugs["dog"] == "dog"
    assert len(set(slugs.values())) == 4
    assert all(slugs[name].startswith("bird-") for name in ("Bird", "bird"))
    assert slugs["NUL"].startswith("nul-"), "a device of Windows"
    assert tag_slugs(["bird", "Bird"])["bird"] == slugs["bird"], "the order does not matter"
