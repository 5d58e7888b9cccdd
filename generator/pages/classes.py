"""The pages of classes: the pictures that a network takes for one."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from generator.pages.appearances import ShownNetwork
from generator.pages.environment import class_page
from generator.pages.facts import PageConfig, alone
from generator.pages.heads import card
from generator.pages.press import Press, Sheet
from generator.records import Exhibit, Prediction

PICTURED, LISTED = 200, 200


class Guess(NamedTuple):
    """A picture that has a class among its guesses."""

    exhibit: Exhibit
    probability: float


@dataclass(frozen=True)
class ShownClass:
    """One class; the pictures it is the first guess of, and a further guess of, likeliest first."""

    guess: Prediction
    first: tuple[Guess, ...]
    further: tuple[Guess, ...]


def shown_classes(network: ShownNetwork) -> list[ShownClass]:
    """Return the classes among a network's guesses, by label."""
    found: dict[tuple[str, str], tuple[Prediction, list[Guess], list[Guess]]] = {}
    for exhibit in network.exhibits:
        view = next(view for view in exhibit.views if view.spec.slug == network.view.spec.slug)
        for rank, guess in enumerate(view.predictions):
            _, first, further = found.setdefault((guess.label, guess.wnid), (guess, [], []))
            (further if rank else first).append(Guess(alone(exhibit), guess.probability))
    return [
        ShownClass(guess, _likeliest_first(first), _likeliest_first(further))
        for _, (guess, first, further) in sorted(found.items(), key=lambda item: item[0])
    ]


def class_pages(
    press: Press, config: PageConfig, network: ShownNetwork, classes: Sequence[ShownClass]
) -> Iterator[Sheet]:
    """Give the page of each class of a network; each knows its neighbours."""
    padded = [None, *classes, None]
    for before, known, after in zip(padded, classes, padded[2:], strict=False):
        yield press.page(
            class_page(network.view.spec.slug, known.guess),
            "class.html",
            view=network.view,
            known=known,
            first=known.first[:PICTURED],
            further=known.further[:LISTED],
            before=_name_only(before),
            after=_name_only(after),
            card=card(config, (known.first or known.further)[0].exhibit),
        )


def _name_only(known: ShownClass | None) -> ShownClass | None:
    """Return a class of which only the name is left, for pages that only link to it."""
    return known and ShownClass(known.guess._replace(probability=0.0), (), ())


def _likeliest_first(guesses: Sequence[Guess]) -> tuple[Guess, ...]:
    return tuple(sorted(guesses, key=lambda guess: -guess.probability))
