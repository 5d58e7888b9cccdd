"""The page of each picture that compares its panels side by side: by method, layer and network."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from generator import paths
from generator.pages.comparison_links import compared_name
from generator.pages.metadata import card
from generator.pages.page_records import PageConfig
from generator.pages.renderer import PageRenderer, UnrenderedPage
from generator.records import Panel, ShownPicture, View


class Compared(NamedTuple):
    """One panel to compare; ``folder`` holds the figures of its method, "" for the picture's own method."""

    view: View
    panel: Panel
    method: str
    folder: str

    @property
    def name(self) -> str:
        """The name of the panel in addresses."""
        return compared_name(self.view.spec.slug, self.panel.layer.name, self.method)


class Comparison(NamedTuple):
    """A panel and the one shown beside it."""

    left: Compared
    right: Compared


Layer = tuple[Compared, ...]
"""The panels of one layer, one for each method, the picture's own first."""


def compared_layers(view: View) -> list[Layer]:
    """Return the layers of a view, each with its panels by all methods."""
    rows = [
        [Compared(view, panel, view.spec.method, "") for panel in view.panels],
        *(
            [Compared(view, panel, method, method) for panel in panels]
            for method, panels in view.comparisons.items()
        ),
    ]
    return list(zip(*rows, strict=True))


def has_page(picture: ShownPicture) -> bool:
    """Return whether a picture has at least two panels to compare."""
    return sum(len(view.panels) * (1 + len(view.comparisons)) for view in picture.views) > 1


def comparisons(picture: ShownPicture) -> dict[str, Comparison]:
    """Return by name, for each panel by the picture's method, the comparison that its page links to.

    It is with the same layer by another method; without one, with a layer of the next network at about the
    same depth. Without either, the panel has no comparison.
    """
    layers = [compared_layers(view) for view in picture.views]
    pairs = {}
    for place, view in enumerate(layers):
        others = layers[(place + 1) % len(layers)] if len(layers) > 1 else []
        for depth, layer in enumerate(view):
            beside = layer[1:] or (others[depth * len(others) // len(view)][:1] if others else ())
            if beside:
                pairs[layer[0].name] = Comparison(layer[0], beside[0])
    return pairs


def compare_pages(
    renderer: PageRenderer, config: PageConfig, pictures: Sequence[ShownPicture]
) -> Iterator[UnrenderedPage]:
    """Yield the comparison page of each picture that has at least two panels."""
    for picture in filter(has_page, pictures):
        views = [(view, compared_layers(view)) for view in picture.views]
        yield renderer.page(
            paths.compare_page(picture.image.slug),
            "compare.html",
            picture=picture,
            views=views,
            methods=_methods(picture),
            first=_first(picture),
            card=card(config, picture),
            is_listed=not picture.image.is_hidden,
        )


def _methods(picture: ShownPicture) -> list[str]:
    """Return the methods of a picture, each once, in order of appearance."""
    return list(dict.fromkeys(one for view in picture.views for one in (view.spec.method, *view.comparisons)))


def _first(picture: ShownPicture) -> Comparison:
    """Return the comparison shown by default: the first network's deepest layer with maps, if any."""
    pairs = list(comparisons(picture).values())
    if not pairs:
        panels = [layer[0] for view in picture.views for layer in compared_layers(view)]
        return Comparison(panels[-2], panels[-1])
    own = [pair for pair in pairs if pair.left.view is pairs[0].left.view]
    maps = [pair for pair in own if len(pair.left.panel.layer.shape) > 1]
    return (maps or own)[-1]
