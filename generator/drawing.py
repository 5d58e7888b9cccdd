"""What is drawn of a picture: each file or group of files, what it is drawn from, and how."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING

from generator import images, site_paths
from generator.artifacts import Drawing
from generator.cache import Key
from generator.figures import draw_result
from generator.figures.pixels import display
from generator.figures.words import position
from generator.lenses import Lens
from generator.looking import Need, methods
from generator.recipes import Subject, card_key, copies_key, panel_key, sighting_key, whole_key
from generator.records import Figure, GalleryConfig, LayerInfo, LayerResult, Output, Panel, Thumbnail

if TYPE_CHECKING:
    from generator.records import Array

PICTURE_PX = 1280
THUMBNAIL_PX = 400
THUMBNAIL_WIDTHS_PX = (320, 400, 640)
CARD_RECONSTRUCTIONS = 2


@dataclass(frozen=True)
class Material:
    """What a picture's figures are drawn from: the picture (H, W, 3) uint8, and results."""

    rgb: Array
    results: Mapping[Need, LayerResult]


@dataclass(frozen=True)
class Recipe:
    """Something to draw: its key, the results it needs, and how it is drawn of them."""

    key: Key
    needs: tuple[Need, ...]
    draw: Callable[[Material], Drawing]


def recipes(config: GalleryConfig, lenses: Sequence[Lens], subject: Subject) -> Iterator[Recipe]:
    """Give all that is drawn of a picture, its copies first."""
    yield Recipe(copies_key(subject), (), partial(_copies, subject))
    yield _card(config, lenses[0], subject)
    for lens in lenses:
        yield _whole(config, lens, subject)
        for method in methods(config):
            yield from (_panel(config, lens, subject, method, layer) for layer in layers(lens))


def layers(lens: Lens) -> tuple[LayerInfo, ...]:
    """Return what is known of the layers that a network shows, in their order."""
    known = {layer.name: layer for layer in lens.info.layers}
    return tuple(known[name] for name in lens.spec.layers)


def _copies(subject: Subject, material: Material) -> Drawing:
    """Return the picture for its page and the small ones; the facts are four sizes, and the small ones."""
    slug = subject.image.slug
    picture, width, height = images.web_copy(material.rgb, PICTURE_PX)
    thumbnail, thumbnail_width, thumbnail_height = images.thumbnail(material.rgb, THUMBNAIL_PX)
    thumbnails, small = _thumbnails(slug, material.rgb)
    outputs = (
        Output(site_paths.picture_path(slug), picture),
        Output(site_paths.thumbnail_path(slug), thumbnail),
        *small,
    )
    return Drawing(outputs, ((width, height, thumbnail_width, thumbnail_height), thumbnails))


def _thumbnails(slug: str, rgb: Array) -> tuple[tuple[Thumbnail, ...], list[Output]]:
    """Return the small copies of a picture, none larger than it needs, and their files."""
    thumbnails, outputs = [], []
    for name_px in THUMBNAIL_WIDTHS_PX:
        copies, width, height = images.small_copy(rgb, name_px)
        thumbnails.append(Thumbnail(name_px, width, height))
        outputs += [
            Output(site_paths.sized_thumbnail_path(slug, name_px, suffix), content)
            for suffix, content in copies.items()
        ]
        if width < name_px:
            break
    return tuple(thumbnails), outputs


def _card(config: GalleryConfig, lens: Lens, subject: Subject) -> Recipe:
    """Return the recipe of the picture by which a page is shared: the deepest map's features beside it."""
    maps = [layer for layer in layers(lens) if len(layer.shape) == 3]
    needs = ((lens.spec.slug, config.method, maps[-1].name),) if maps else ()

    def drawn(material: Material) -> Drawing:
        shown = [
            display(values, config.scale).pixels
            for need in needs
            for values in material.results[need].reconstructions[:CARD_RECONSTRUCTIONS]
        ]
        card = images.card(material.rgb, shown)
        return Drawing((Output(site_paths.card_path(subject.image.slug), card),))

    return Recipe(card_key(config, lens, subject, maps[-1] if maps else None), needs, drawn)


def _whole(config: GalleryConfig, lens: Lens, subject: Subject) -> Recipe:
    """Return the recipe of the figure of all layers; its facts are width, height and description."""
    shown, model = layers(lens), lens.spec.slug
    needs = tuple((model, config.method, layer.name) for layer in shown)

    def drawn(material: Material) -> Drawing:
        figure = draw_result(
            f"{subject.image.slug}-{model}",
            images.fit(material.rgb, lens.info.input_shape[:2]),
            [(layer, material.results[need]) for layer, need in zip(shown, needs, strict=True)],
            scale=config.scale,
            title=f"{subject.image.title} seen through {lens.info.title}",
            link=_links(config, lens),
        )
        output = _file(site_paths.figure_path(subject.image.slug, model), figure)
        return Drawing((output,), (figure.width_px, figure.height_px, figure.description))

    return Recipe(whole_key(config, lens, subject, shown), needs, drawn)


def _panel(config: GalleryConfig, lens: Lens, subject: Subject, method: str, layer: LayerInfo) -> Recipe:
    """Return the recipe of the panel of a layer by a method."""
    need = lens.spec.slug, method, layer.name
    key = panel_key(config, lens, subject, method, layer)
    if method == config.method:
        return _panel_recipe(config, lens, subject, layer, key, need)
    return _panel_recipe(config, lens, subject, layer, key, need, method, method)


def sighting(config: GalleryConfig, lens: Lens, subject: Subject, layer: LayerInfo, feature: int) -> Recipe:
    """Return the recipe of a panel of one feature that its picture does not show by itself."""
    need = lens.spec.slug, f"{feature}", layer.name
    key = sighting_key(config, lens, subject, layer, feature)
    return _panel_recipe(config, lens, subject, layer, key, need, f"{feature}", f"feature {feature}")


def _panel_recipe(
    config: GalleryConfig,
    lens: Lens,
    subject: Subject,
    layer: LayerInfo,
    key: Key,
    need: Need,
    folder: str = "",
    words: str = "",
) -> Recipe:
    """Return the recipe of a panel; its facts are the ``Panel``, the main one's with a profile.

    ``folder`` is its own below the model's, and in its ids; ``words`` are what its title adds.
    """
    slug, model = subject.image.slug, lens.spec.slug

    def drawn(material: Material) -> Drawing:
        figure = draw_result(
            site_paths.figure_name(slug, model, layer.name, folder),
            images.fit(material.rgb, lens.info.input_shape[:2]),
            [(layer, material.results[need])],
            scale=config.scale,
            title=f"{subject.image.title}: {layer.name} of {lens.info.title}" + (words and f", {words}"),
            link=_links(config, lens),
        )
        facts = _facts(layer, material.results[need], figure)
        return Drawing((_file(key.name, figure),), replace(facts, profile=None) if folder else facts)

    return Recipe(key, (need,), drawn)


def _links(config: GalleryConfig, lens: Lens) -> Callable[[str, int], str] | None:
    """Return what gives the address of a feature's page, nothing where the gallery has none yet.

    A figure may stand in any page, so that only a whole address leads anywhere from it.
    """
    model = lens.spec.slug

    def address(layer: str, feature: int) -> str:
        return site_paths.address(config.base_url, site_paths.feature_page(model, layer, feature))

    return address if config.base_url else None


def _facts(layer: LayerInfo, result: LayerResult, figure: Figure) -> Panel:
    return Panel(
        layer=layer,
        features=tuple(int(feature) for feature in result.features),
        strengths=tuple(float(strength) for strength in result.strengths),
        limits=figure.limits,
        width_px=figure.width_px,
        height_px=figure.height_px,
        description=figure.description,
        pair_width_px=figure.pair_width_px,
        pair_height_px=figure.pair_height_px,
        positions=tuple(position(activation) for activation in result.activations),
        corners=figure.corners,
        labels=result.labels,
        profile=result.profile,
    )


def _file(path: str, figure: Figure) -> Output:
    return Output(path, figure.svg.encode())
