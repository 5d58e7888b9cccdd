"""The artifacts of one picture."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any

from generator import images, paths
from generator.artifacts.artifact import Artifact, Source
from generator.artifacts.cards import Card
from generator.artifacts.grids import GridShare
from generator.artifacts.panels import LayerPanel, SingleFigure, WholeFigure
from generator.artifacts.photographs import Copies, SeenPhotograph
from generator.artifacts.results import (
    ActivationMaps,
    Choice,
    Predictions,
    Reconstructions,
    Strengths,
)
from generator.artifacts.seen import SeenCopies
from generator.artifacts.tiles import Tiles
from generator.build.models import DescribedModel, Digest
from generator.errors import ImageError
from generator.records import GalleryConfig, ImageSpec, LayerInfo, NetworkSpec, Subject
from generator.records.channels import display_words
from generator.records.kept import PICTURE

if TYPE_CHECKING:
    from generator.records import Array


@dataclass(frozen=True)
class ViewArtifacts:
    """The artifacts of a picture and a model; ``strengths``, and ``panels`` by method, are in layer order.

    The method of the picture comes first. ``grid`` is of the deepest layer with maps.
    """

    model: DescribedModel
    predictions: Predictions
    strengths: tuple[Strengths, ...]
    panels: Mapping[str, tuple[LayerPanel, ...]]
    whole: WholeFigure
    grid: GridShare | None

    def __iter__(self) -> Iterator[Artifact[Any]]:
        return artifacts_in(vars(self).values())


@dataclass(frozen=True)
class PictureArtifacts:
    """The artifacts of a picture by itself; iterating yields its copies first."""

    image: ImageSpec
    copies: Copies
    seen: SeenCopies | None
    card: Card
    views: tuple[ViewArtifacts, ...]

    def __iter__(self) -> Iterator[Artifact[Any]]:
        return artifacts_in(vars(self).values())


def artifacts_in(members: Iterable[object]) -> Iterator[Artifact[Any]]:
    """Yield the artifacts among members, also those inside tuples, mappings and views, in order."""
    for member in members:
        if isinstance(member, Artifact):
            yield member
        elif isinstance(member, Mapping):
            yield from artifacts_in(member.values())
        elif isinstance(member, tuple | ViewArtifacts):
            yield from artifacts_in(member)


class PicturePlan:
    """Plans the artifacts of one picture.

    Args:
        config: what the gallery shows, and how.
        image: the picture as configured.
        digest: hashes the picture's file.

    Raises:
        ImageError: the file is missing or cannot be read.
    """

    def __init__(self, config: GalleryConfig, image: ImageSpec, digest: Digest) -> None:
        self._config, self._image = config, image
        self._file = PictureFile(image, digest)
        self._subject = Subject(PICTURE, image.slug)

    def all(self, models: Sequence[DescribedModel]) -> PictureArtifacts:
        """Return the artifacts of the picture by itself."""
        models = [model.of(self._image) for model in models]
        look = self._file.look(models[0].spec)
        copies = Copies(self._subject, look, self._image.slug)
        deepest = self._deepest(models[0])
        card = self._card(models[0], look, deepest)
        seen = self._seen(models[0], deepest) if deepest else None
        return PictureArtifacts(self._image, copies, seen, card, tuple(map(self._view, models)))

    def single(self, model: DescribedModel, info: LayerInfo, feature: int) -> LayerPanel:
        """Return the panel of one feature that is not on the picture's own page.

        ``model`` is as the picture shows it.
        """
        tiles = self._tiles(model, info.name, (feature,), model.spec.method, is_single=True)
        return self._panel(model, info, tiles, f"{feature}", f", feature {feature}{self._other(model)}")

    def figure(self, model: DescribedModel, name: str) -> SingleFigure:
        """Return the figure of all layers, without a site; ``name`` makes its SVG ids unique."""
        image, infos = self._image, model.layers
        is_whole = len(infos) > 1
        title = f"{image.title} seen through" if is_whole else f"{image.title}: {infos[0].name} of"
        return SingleFigure(
            self._subject,
            self._photograph(model),
            tuple(self._layer_tiles(model, info, model.spec.method) for info in infos),
            infos,
            slug=f"{image.slug}-{model.slug}-{name}",
            views=self._config.views,
            title=f"{title} {model.info.title}",
        )

    def _deepest(self, model: DescribedModel) -> Tiles | None:
        """Return the tiles of the deepest layer with maps, for the card and for tiles of the picture."""
        maps = [info for info in model.layers if len(info.shape) == 3]
        return self._layer_tiles(model, maps[-1], model.spec.method) if maps else None

    def _card(self, model: DescribedModel, look: Source[Array], deepest: Tiles | None) -> Card:
        rows = deepest.reconstructions if deepest else None
        picture, shown = self._file.source(model.spec), model.spec.shown_channels
        return Card(self._subject, look, picture, rows, self._config.scale, self._image.slug, shown)

    def _seen(self, model: DescribedModel, deepest: Tiles) -> SeenCopies:
        picture, shown = self._file.source(model.spec), model.spec.shown_channels
        return SeenCopies(self._subject, picture, deepest.reconstructions, self._image.slug, shown)

    def _view(self, model: DescribedModel) -> ViewArtifacts:
        gallery = (self._config.method, *self._config.compare) if self._config.compare else ()
        methods = dict.fromkeys((model.spec.method, *gallery))
        tiles = {
            method: [self._layer_tiles(model, info, method) for info in model.layers] for method in methods
        }
        own, *_ = tiles.values()
        return ViewArtifacts(
            model,
            Predictions(self._subject, self._file.source(model.spec), model.source, fit=model.spec.fit),
            tuple(one.strengths for one in own),
            {method: self._panels(model, some, method) for method, some in tiles.items()},
            self._whole(model, own),
            GridShare(self._subject, deepest.reconstructions) if (deepest := self._deepest(model)) else None,
        )

    def _panels(self, model: DescribedModel, tiles: Sequence[Tiles], method: str) -> tuple[LayerPanel, ...]:
        """Return the panels of a method; those of the picture's main method lie in no extra folder."""
        is_main = method == model.spec.method
        folder, words = ("", self._other(model)) if is_main else (method, f", {method}")
        pairs = zip(model.layers, tiles, strict=True)
        return tuple(self._panel(model, info, one, folder, words) for info, one in pairs)

    def _other(self, model: DescribedModel) -> str:
        """Return the words of a title about the main method, if it is not the gallery's."""
        method = model.spec.method
        return f", {method}" if method != self._config.method else ""

    def _panel(
        self, model: DescribedModel, info: LayerInfo, tiles: Tiles, folder: str, words: str
    ) -> LayerPanel:
        """Return a panel; ``folder`` is a folder inside the model's, ``words`` the end of the title."""
        slug = self._image.slug
        return LayerPanel(
            self._subject,
            self._photograph(model),
            tiles,
            info,
            path=paths.panel_path(slug, model.slug, info.name, folder),
            slug=paths.figure_name(slug, model.slug, info.name, folder),
            model_slug=model.slug,
            title=f"{self._image.title}: {info.name} of {model.info.title}{words}",
            base_url=self._config.base_url,
            views=self._config.views,
        )

    def _whole(self, model: DescribedModel, tiles: Sequence[Tiles]) -> WholeFigure:
        slug = self._image.slug
        return WholeFigure(
            self._subject,
            self._photograph(model),
            tuple(tiles),
            model.layers,
            path=paths.figure_path(slug, model.slug),
            slug=f"{slug}-{model.slug}",
            model_slug=model.slug,
            title=f"{self._image.title} seen through {model.info.title}{self._other(model)}",
            base_url=self._config.base_url,
            views=self._config.views,
        )

    def _photograph(self, model: DescribedModel) -> SeenPhotograph:
        picture, shape = self._file.source(model.spec), model.info.input_shape
        return SeenPhotograph(self._subject, picture, shape, model.spec.shown_channels, fit=model.spec.fit)

    def _layer_tiles(self, model: DescribedModel, info: LayerInfo, method: str) -> Tiles:
        """Return the tiles of the features that the configuration asks for."""
        named = model.spec.features.get(info.name)
        count = min(self._config.top_features, info.shape[-1])  # a configured number is never more
        return self._tiles(model, info.name, named or count, method)

    def _tiles(
        self, model: DescribedModel, layer: str, features: Choice, method: str, is_single: bool = False
    ) -> Tiles:
        config, picture = self._config, self._file.source(model.spec)
        of = self._subject, picture, model.source, layer, features
        rows = Reconstructions(
            *of,
            method,
            config.seed,
            config.bias,
            is_single=is_single,
            memory_budget=config.memory_budget,
            fit=model.spec.fit,
        )
        strengths = Strengths(*of, is_single=is_single, fit=model.spec.fit)
        maps = ActivationMaps(*of, is_single=is_single, fit=model.spec.fit)
        return Tiles(self._subject, strengths, maps, rows, config.scale, model.spec.shown_channels)


class PictureFile:
    """The file of a picture; its sources fail if it changes before it is decoded.

    Raises:
        ImageError: the file is missing or cannot be read.
    """

    def __init__(self, image: ImageSpec, digest: Digest) -> None:
        self._image, self._digest = image, digest
        self._known = self._found()
        decoder = images.decoder(image.path)
        self._parts = {"picture": self._known} | ({"decoder": decoder} if decoder else {})

    def source(self, spec: NetworkSpec) -> Source[Array]:
        """Return the source of the picture as a model takes it."""
        read = partial(images.read_for, self._image.path, spec.takes)
        return self._source(read, {"channels": spec.takes.reading})

    def look(self, spec: NetworkSpec) -> Source[Array]:
        """Return the source of the picture as people see it; channels are shown as for this model."""
        if spec.takes.is_coloured:
            return self.source(spec)
        read = partial(images.look, self._image.path, spec.takes, spec.shown_channels)
        return self._source(
            read, {"channels": spec.takes.reading, "look": display_words(spec.shown_channels)}
        )

    def _source(self, read: Callable[[], Array], parts: Mapping[str, str]) -> Source[Array]:
        def opened() -> Array:
            picture = read()
            if self._found() != self._known:  # the key would name one picture and the value show another
                raise ImageError(f"{self._image.path}: changed while it was read; build again")
            return picture

        further = {part: text for part, text in parts.items() if text}
        return Source(self._image.slug, {**self._parts, **further}, opened)

    def _found(self) -> str:
        try:
            images.check_file(self._image.path)
            return self._digest(self._image.path)
        except OSError as error:
            raise ImageError(f"{self._image.path}: {error.strerror or error}") from error
