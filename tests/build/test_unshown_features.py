"""Each feature is shown in the pictures where it is strongest, although their own pages do not show it."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from generator.build.unshown_features import Place, unshown_features
from generator.records import Profile


def profile(shows: tuple[int, ...], *strengths: float) -> Profile:
    return Profile(shows, (), np.array(strengths, np.float32))


def gallery(**pictures: Profile) -> dict[Place, Profile]:
    """Return the profiles of one layer in pictures, in their order."""
    return {Place(picture, "net", "pool"): known for picture, known in pictures.items()}


def found(profiles: dict[Place, Profile], count: int) -> dict[str, tuple[int, ...]]:
    """Return picture -> the features to show in it although its page does not show them."""
    return {place.picture: features for place, features in unshown_features(profiles, count).items()}


PICTURES = gallery(
    cat=profile((0,), 9, 1, 7),
    dog=profile((1,), 5, 8, 2),
    owl=profile((2,), 6, 3, 9),
)


@pytest.mark.parametrize(
    ("count", "features"),
    [
        (0, {}),
        (1, {}),
        (2, {"owl": (0, 1), "cat": (2,)}),
        (3, {"cat": (1, 2), "dog": (0, 2), "owl": (0, 1)}),
        (9, {"cat": (1, 2), "dog": (0, 2), "owl": (0, 1)}),
    ],
)
def test_a_feature_is_shown_where_it_is_strongest(count: int, features: dict[str, tuple[int, ...]]) -> None:
    assert found(PICTURES, count) == features


def test_a_picture_that_shows_a_feature_takes_its_place() -> None:
    pictures = gallery(cat=profile((0,), 9, 1), dog=profile((0,), 8, 1), owl=profile((1,), 7, 2))
    assert found(pictures, 2) == {"cat": (1,)}
    assert found(pictures, 3) == {"owl": (0,), "cat": (1,), "dog": (1,)}


def test_a_feature_that_no_picture_shows_is_not_sought() -> None:
    assert found(gallery(cat=profile((0,), 9, 5, 5), dog=profile((0,), 8, 9, 9)), 2) == {}


def test_ties_go_to_the_earlier_picture() -> None:
    tied = gallery(owl=profile((1,), 4, 9), cat=profile((1,), 4, 9), ant=profile((0,), 5, 9))
    assert found(tied, 2) == {"owl": (0,)}
    assert found(dict(reversed(tied.items())), 2) == {"cat": (0,), "ant": (1,)}


def test_ties_of_many_pictures_go_to_the_earliest() -> None:
    many = {f"p{number}": profile((1,), number % 3, 9) for number in range(100)}
    assert found(gallery(**many, last=profile((0,), 5, 9)), 4) == {"p2": (0,), "p5": (0,), "p8": (0,)}


def test_a_feature_is_not_shown_where_it_is_not_active() -> None:
    assert found(gallery(cat=profile((0,), 9, 0), dog=profile((1,), 0, 1)), 2) == {}


def test_a_single_picture_has_nothing_to_add() -> None:
    assert found(gallery(cat=profile((0, 2), 9, 5, 1)), 9) == {}
    assert unshown_features({}, 9) == {}


def test_classes_with_names_are_left_out() -> None:
    named = {place: replace(known, labels=("tabby",)) for place, known in PICTURES.items()}
    assert found(named, 3) == {}


def test_layers_and_models_are_kept_apart() -> None:
    places = [Place("cat", "net", "pool"), Place("dog", "net", "conv"), Place("dog", "other", "pool")]
    known = [profile((0,), 9, 9), profile((1,), 9, 9), profile((1,), 9, 9)]
    assert unshown_features(dict(zip(places, known, strict=True)), 9) == {}


def test_features_of_a_place_are_in_order() -> None:
    pictures = gallery(cat=profile((5, 0, 3), *[1] * 6), dog=profile((4,), *[2] * 6))
    assert found(pictures, 1) == {"dog": (0, 3, 5)}
