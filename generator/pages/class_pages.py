"""The pages of classes: the pictures that a network takes for one."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from generator.pages.jinja_environment import class_page
from generator.pages.metadata import card
from generator.pages.page_records import PageConfig, without_views
from generator.pages.renderer import PageRenderer, UnrenderedPage
from generator.pages.shown_networks import ShownNetwork
from generator.records import Prediction, ShownPicture

PICTURED, LISTED = 200, 200


class ClassPicture(NamedTuple):
    """A picture that has a class among its guesses."""

    picture: ShownPicture
    probability: float


@dataclass(frozen=True)
class ShownClass:
    """One class; the pictures it is the first guess of, and a further guess of, likeliest first."""

    prediction: Prediction
    first: tuple[ClassPicture, ...]
    further: tuple[ClassPicture, ...]


def shown_classes(network: ShownNetwork) -> list[ShownClass]:
    """Return the classes among a network's guesses, by label."""
    found: dict[tuple[str, str], tuple[Prediction, list[ClassPicture], list[ClassPicture]]] = {}
    for picture in network.pictures:
        view = next(view for view in picture.views if view.spec.slug == network.view.spec.slug)
        for rank, prediction in enumerate(view.predictions):
            name = prediction.label, prediction.wnid
            _, first, further = found.setdefault(name, (prediction, [], []))
            (further if rank else first).append(ClassPicture(without_views(picture), prediction.probability))
    return [
        ShownClass(prediction, _likeliest_first(first), _likeliest_first(further))
        for _, (prediction, first, further) in sorted(found.items(), key=lambda item: item[0])
    ]


def class_pages(
    renderer: PageRenderer, config: PageConfig, network: ShownNetwork, classes: Sequence[ShownClass]
) -> Iterator[UnrenderedPage]:
    """Give the page of each class of a network; each knows its neighbours."""
    padded = [None, *classes, None]
    for before, shown, after in zip(padded, classes, padded[2:], strict=False):
        yield renderer.page(
            class_page(network.view.spec.slug, shown.prediction),
            "class.html",
            view=network.view,
            shown=shown,
            first=shown.first[:PICTURED],
            further=shown.further[:LISTED],
            before=_name_only(before),
            after=_name_only(after),
            card=card(config, (shown.first or shown.further)[0].picture),
        )


def _name_only(shown: ShownClass | None) -> ShownClass | None:
    """Return a class of which only the name is left, for pages that only link to it."""
    return shown and ShownClass(shown.prediction._replace(probability=0.0), (), ())


def _likeliest_first(pictures: Sequence[ClassPicture]) -> tuple[ClassPicture, ...]:
    return tuple(sorted(pictures, key=lambda one: -one.probability))
