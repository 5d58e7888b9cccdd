"""The feature at the top of the gallery: a picture, where a feature is active in it, and what excites it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from generator.pages.page_records import network_only, without_views
from generator.records import Panel, ShownPicture, View


@dataclass(frozen=True)
class Hero:
    """One feature of a picture: the view of its network, its panel, and its place in the panel."""

    picture: ShownPicture
    view: View
    panel: Panel
    place: int


@dataclass(frozen=True)
class HeroChoice:
    """Which feature leads the gallery; what is left open is the first picture, and so on.

    Without ``layer`` it is the deepest with maps, without ``feature`` its strongest.
    """

    picture: str = ""
    model: str = ""
    layer: str = ""
    feature: int | None = None


def hero(pictures: Sequence[ShownPicture], choice: HeroChoice | None = None) -> Hero | None:
    """Return the feature at the top of the gallery; ``None`` if no picture shows the one that is chosen."""
    return next(_fitting(pictures, choice or HeroChoice()), None)


def _fitting(pictures: Sequence[ShownPicture], choice: HeroChoice) -> Iterator[Hero]:
    """Yield the features that fit a choice, the best first."""
    for picture in pictures:
        if choice.picture in ("", picture.image.slug):
            for view in picture.views:
                if choice.model in ("", view.spec.slug):
                    yield from _in_view(picture, view, choice)


def _in_view(picture: ShownPicture, view: View, choice: HeroChoice) -> Iterator[Hero]:
    for panel in reversed(view.panels):
        has_maps = len(panel.layer.shape) == 3
        if panel.layer.name == choice.layer or (not choice.layer and has_maps):
            for place, feature in enumerate(panel.features):
                if choice.feature in (None, feature):
                    shown = replace(panel, profile=None)
                    yield Hero(without_views(picture), network_only(view), shown, place)
