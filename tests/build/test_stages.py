"""The facts known between stages, and the facts forgotten when a picture is left out."""

from __future__ import annotations

import pytest

from generator.build.stages import Group, Known
from generator.records import Subject
from tests.support.galleries import NumberGallery, subject

CAT, DOG, INDEX = subject("cat"), subject("dog"), Subject("page", "index.html")


@pytest.fixture
def known() -> Known:
    """What is known once two pictures and a page are finished."""
    known = Known()
    for of, path in ((CAT, "cat.jpg"), (DOG, "dog.jpg"), (INDEX, "index.html"), (CAT, "cat.svg")):
        known.wrote(of, path)
    return known


def test_facts_are_those_of_the_artifact_and_its_subject(gallery: NumberGallery) -> None:
    known = Known()
    of_a, of_b = gallery.strength("a", "pool"), gallery.strength("b", "pool")
    known.add([(of_a, 1.0), (of_b, 2.0), (gallery.strength("a", "conv"), 3.0)])
    assert (known.fact(of_a), known.fact(of_b)) == (1.0, 2.0)
    assert known.fact(gallery.strength("a", "pool")) == 1.0, "another object, the same artifact"
    with pytest.raises(KeyError):
        known.fact(gallery.strength("a", "deep"))


def test_pictures_of_one_content_have_their_own_facts(gallery: NumberGallery) -> None:
    known = Known()
    one = gallery.strength("a", "pool")
    twin = type(one)(subject("twin"), one.picture, one.model, one.layer)
    known.add([(one, 1.0), (twin, 1.0)])
    known.leave_out(subject("a"))
    assert known.fact(twin) == 1.0
    with pytest.raises(KeyError):
        known.fact(one)


def test_paths_are_in_the_order_of_writing(known: Known) -> None:
    assert known.paths == ["cat.jpg", "dog.jpg", "index.html", "cat.svg"]
    known.removed("dog.jpg")
    known.wrote(DOG, "dog.jpg")
    assert known.paths == ["cat.jpg", "index.html", "cat.svg", "dog.jpg"]


def test_the_files_of_a_picture_that_is_left_out_must_go(known: Known) -> None:
    assert known.leave_out(CAT) == ["cat.jpg", "cat.svg"]
    assert known.left_out == [CAT]
    assert known.paths == ["cat.jpg", "dog.jpg", "index.html", "cat.svg"], "until they are removed"


def test_a_picture_without_files_or_facts_can_be_left_out(known: Known) -> None:
    assert known.leave_out(subject("owl")) == []
    assert known.left_out == [subject("owl")]


def test_a_group_may_be_of_files_alone() -> None:
    assert list(Group(INDEX).artifacts()) == []
    assert list(Group(INDEX).files) == []
