"""The figures of a picture and a model: one panel for each layer, and all layers in one figure."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import ClassVar, Self

from generator import paths
from generator.artifacts.artifact import Artifact, Lane, Values
from generator.artifacts.photographs import SeenPhotograph
from generator.artifacts.tiles import Tiles
from generator.environment import Stage
from generator.figures import draw_figure, draw_panel
from generator.records import Figure, FigureFacts, LayerInfo, LayerTiles, Output, Panel, Value


@dataclass(frozen=True)
class LayerPanel(Artifact[Panel]):
    """The panel of one layer; its SVG ids start with ``slug``.

    With a ``base_url``, its labels link to the features' pages there. The links are absolute because a figure
    may be embedded in any page. ``model_slug`` is the model's name in these addresses.
    """

    photograph: SeenPhotograph
    tiles: Tiles
    info: LayerInfo
    path: str
    slug: str
    model_slug: str
    title: str
    base_url: str
    views: tuple[str, ...]

    stage: ClassVar[Stage] = "figures"
    lane: ClassVar[Lane] = "draw"

    @property
    def name(self) -> str:
        """The path of the panel."""
        return self.path

    @classmethod
    def make(cls, artifacts: Sequence[Self], values: Values) -> Iterator[tuple[Self, Value]]:
        """Compose the SVG."""
        for one in artifacts:
            tiles = values.facts(one.tiles)
            figure = draw_panel(
                one.slug,
                values.facts(one.photograph),
                one.info,
                tiles,
                title=one.title,
                link=_links(one.base_url, one.model_slug),
                views=one.views,
            )
            yield one, Value(_facts(one.info, tiles, figure), (Output(one.path, figure.svg.encode()),))


@dataclass(frozen=True)
class WholeFigure(Artifact[FigureFacts]):
    """All layers of a picture and a model in one figure, one row for each; fields as in ``LayerPanel``."""

    photograph: SeenPhotograph
    tiles: tuple[Tiles, ...]
    infos: tuple[LayerInfo, ...]
    path: str
    slug: str
    model_slug: str
    title: str
    base_url: str
    views: tuple[str, ...]

    stage: ClassVar[Stage] = "figures"
    lane: ClassVar[Lane] = "draw"

    @property
    def name(self) -> str:
        """The path of the figure."""
        return self.path

    @classmethod
    def make(cls, artifacts: Sequence[Self], values: Values) -> Iterator[tuple[Self, Value]]:
        """Compose the SVG."""
        for one in artifacts:
            rows = [(info, values.facts(tiles)) for info, tiles in zip(one.infos, one.tiles, strict=True)]
            link = _links(one.base_url, one.model_slug)
            figure = draw_figure(
                one.slug, values.facts(one.photograph), rows, title=one.title, link=link, views=one.views
            )
            facts = FigureFacts(figure.width_px, figure.height_px, figure.description)
            yield one, Value(facts, (Output(one.path, figure.svg.encode()),))


@dataclass(frozen=True)
class SingleFigure(Artifact[Figure]):
    """A figure without a site, of one layer or several; its facts are the figure itself."""

    photograph: SeenPhotograph
    tiles: tuple[Tiles, ...]
    infos: tuple[LayerInfo, ...]
    slug: str
    title: str
    views: tuple[str, ...]

    stage: ClassVar[Stage] = "figures"
    lane: ClassVar[Lane] = "draw"

    @property
    def name(self) -> str:
        """The picture and the slug."""
        return f"{self.subject.name}/{self.slug}"

    @classmethod
    def make(cls, artifacts: Sequence[Self], values: Values) -> Iterator[tuple[Self, Value]]:
        """Compose the SVG."""
        for one in artifacts:
            rows = [(info, values.facts(tiles)) for info, tiles in zip(one.infos, one.tiles, strict=True)]
            seen = values.facts(one.photograph)
            yield one, Value(draw_figure(one.slug, seen, rows, title=one.title, views=one.views))


def _links(base_url: str, model: str) -> Callable[[str, int], str] | None:
    """Return a function from layer and feature to the page's address, ``None`` without a ``base_url``."""

    def address(layer: str, feature: int) -> str:
        return paths.address(base_url, paths.feature_page(model, layer, feature))

    return address if base_url else None


def _facts(info: LayerInfo, tiles: LayerTiles, figure: Figure) -> Panel:
    return Panel(
        layer=info,
        features=tiles.features,
        strengths=tiles.strengths,
        limits=figure.limits,
        width_px=figure.width_px,
        height_px=figure.height_px,
        description=figure.description,
        view_width_px=figure.view_width_px,
        view_height_px=figure.view_height_px,
        positions=tiles.positions,
        labels=tiles.labels,
        views=figure.views,
        is_stacked=figure.is_stacked,
    )
