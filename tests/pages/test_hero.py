"""Which feature is at the top of the gallery."""

from __future__ import annotations

from dataclasses import replace

import pytest

from generator.pages.hero import HeroChoice, hero
from generator.records import ShownPicture


def place(pictures: list[ShownPicture], choice: HeroChoice | None) -> tuple[str, str, str, int] | None:
    found = hero(pictures, choice)
    if not found:
        return None
    layer, feature = found.panel.layer.name, found.panel.features[found.place]
    return found.picture.image.slug, found.view.spec.slug, layer, feature


@pytest.mark.parametrize(
    ("choice", "expected"),
    [
        (None, ("cat", "edges", "pool1", 7)),
        (HeroChoice("hostile"), ("hostile", "edges", "pool1", 7)),
        (HeroChoice(model="classes", feature=4), ("cat", "classes", "pool1", 4)),
        (HeroChoice(layer="conv1:preactivation"), ("cat", "edges", "conv1:preactivation", 7)),
        (HeroChoice("bare", layer="predictions"), ("bare", "edges", "predictions", 7)),
        (HeroChoice("bare", "classes"), None),
        (HeroChoice(feature=8), None),
        (HeroChoice("dog"), None),
    ],
)
def test_a_choice_may_leave_anything_open(
    pictures: list[ShownPicture], choice: HeroChoice | None, expected: tuple[str, str, str, int] | None
) -> None:
    assert place(pictures, choice) == expected


def test_a_picture_without_maps_leaves_it_to_the_next(pictures: list[ShownPicture]) -> None:
    views = tuple(replace(view, panels=view.panels[2:]) for view in pictures[0].views)
    dense = replace(pictures[0], views=views)
    assert place([dense, pictures[1]], None) == ("hostile", "edges", "pool1", 7)
    assert hero([dense]) is None
    assert hero([]) is None
