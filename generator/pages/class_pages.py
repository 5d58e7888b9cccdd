"""The page of each class: the pictures that a network assigns to it."""

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
"""How many pictures a page shows of which the class is the first prediction, and a further one."""


class ClassPicture(NamedTuple):
    """A picture with a class among its predictions, and the probability or other measure of the class."""

    picture: ShownPicture
    probability: float


@dataclass(frozen=True)
class ShownClass:
    """One class, and its pictures, those of which the network says most first.

    ``first`` are pictures whose top prediction it is, ``further`` those with it among their other
    predictions.
    """

    prediction: Prediction
    first: tuple[ClassPicture, ...]
    further: tuple[ClassPicture, ...]


def shown_classes(network: ShownNetwork) -> list[ShownClass]:
    """Return the classes among a network's predictions, sorted by label."""
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
    """Yield the page of each class of a network; each links to its neighbours."""
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
    """Return a class reduced to its name, for pages that only link to it."""
    return shown and ShownClass(shown.prediction._replace(probability=0.0), (), ())


def _likeliest_first(pictures: Sequence[ClassPicture]) -> tuple[ClassPicture, ...]:
    return tuple(sorted(pictures, key=lambda one: -one.probability))
