"""One picture of the gallery: seen through every network, then drawn as figures and files.

``see`` needs the networks and runs one picture at a time; ``draw`` needs only its result and may run beside
it. What leaves this module is small: the files of the picture, and the facts the pages speak of.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from generator import images, site_paths
from generator.deconvolution import deconvolve
from generator.errors import FigureError
from generator.figures.draw import draw_figure, draw_panel
from generator.figures.pixels import display
from generator.figures.words import position
from generator.records import (
    Exhibit,
    Figure,
    GalleryConfig,
    ImageSpec,
    LayerInfo,
    LayerResult,
    NetworkInfo,
    NetworkSpec,
    Output,
    Panel,
    Thumbnail,
    View,
    Visualization,
)

if TYPE_CHECKING:
    from generator.networks.network import Network
    from generator.records import Array

PICTURE_PX = 1280
THUMBNAIL_PX = 400
THUMBNAIL_WIDTHS_PX = (320, 640)
CARD_RECONSTRUCTIONS = 2


@dataclass(frozen=True)
class Lens:
    """A network of the gallery, loaded, with what was configured and what is known of it."""

    spec: NetworkSpec
    info: NetworkInfo
    network: Network


@dataclass(frozen=True)
class Seen:
    """A picture (H, W, 3) uint8 through each lens, in their order, by each method, the gallery's first."""

    image: ImageSpec
    rgb: Array
    visualizations: tuple[Mapping[str, Visualization], ...]


@dataclass(frozen=True)
class Drawn:
    """What the pages say of a picture, and its files."""

    exhibit: Exhibit
    outputs: tuple[Output, ...]


def see(config: GalleryConfig, lenses: Sequence[Lens], image: ImageSpec, say: Callable[[str], None]) -> Seen:
    """Return a picture as every network sees it, and say what each pass took.

    Raises:
        ImageError: the picture cannot be read.
    """
    rgb = images.read(image.path)
    visualizations = []
    for lens in lenses:
        started = time.perf_counter()
        by_method = {
            method: _through(config, lens, rgb, method) for method in (config.method, *config.compare)
        }
        seconds = time.perf_counter() - started
        work = _work(list(by_method.values()))
        say(f"{image.slug} through {lens.spec.slug}: {work} in {seconds:.2f} s{_peak()}")
        visualizations.append(by_method)
    return Seen(image, rgb, tuple(visualizations))


def _work(visualizations: Sequence[Visualization]) -> str:
    """Return in words what the passes of a picture carried back."""
    results = [result for seen in visualizations for result in seen.layers.values()]
    rows, sweeps = (
        sum(len(result.features) for result in results),
        sum(seen.sweeps for seen in visualizations),
    )
    return f"{rows} rows, {sweeps} sweeps" if sweeps > 1 else f"{rows} rows"


def _through(config: GalleryConfig, lens: Lens, rgb: Array, method: str) -> Visualization:
    return deconvolve(
        lens.network,
        rgb,
        layers=lens.spec.layers,
        features=lens.spec.features,
        top_features=config.top_features,
        method=method,
        seed=config.seed,
        bias=config.bias,
        memory_budget=config.memory_budget,
    )


def _peak() -> str:
    """Return the most memory this process ever held, in words, where the system counts it."""
    if sys.platform == "win32":
        return ""
    import resource

    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return f", peak {peak // (1_000_000 if sys.platform == 'darwin' else 1_000)} MB"


def draw(config: GalleryConfig, lenses: Sequence[Lens], seen: Seen) -> Drawn:
    """Return the files of a picture that was seen, and the record that the pages speak of."""
    picture, width, height = images.web_copy(seen.rgb, PICTURE_PX)
    thumbnail, thumbnail_width, thumbnail_height = images.thumbnail(seen.rgb, THUMBNAIL_PX)
    slug = seen.image.slug
    thumbnails, small = _thumbnails(slug, seen.rgb)
    outputs = [
        Output(site_paths.picture_path(slug), picture),
        Output(site_paths.thumbnail_path(slug), thumbnail),
        Output(site_paths.card_path(slug), images.card(seen.rgb, _deepest(config, seen))),
        *small,
    ]
    views = []
    for lens, by_method in zip(lenses, seen.visualizations, strict=True):
        view, figures = _view(config, lens, seen.image, by_method)
        views.append(view)
        outputs += figures
    sizes = width, height, thumbnail_width, thumbnail_height
    exhibit = Exhibit(seen.image, *sizes, thumbnails, tuple(views))
    return Drawn(exhibit, tuple(outputs))


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


def _deepest(config: GalleryConfig, seen: Seen) -> list[Array]:
    """Return, as shown, what the strongest features of the first network's deepest map reconstruct."""
    first = seen.visualizations[0][config.method]
    results = [result for result in first.layers.values() if result.activations.ndim > 1]
    chosen = results[-1].reconstructions[:CARD_RECONSTRUCTIONS] if results else ()
    return [display(values, config.scale).pixels for values in chosen]


def _view(
    config: GalleryConfig, lens: Lens, image: ImageSpec, by_method: Mapping[str, Visualization]
) -> tuple[View, list[Output]]:
    """Return what the pages say of a picture seen through one network, and its figures as files."""
    visualization = by_method[config.method]
    whole = _whole_figure(config, lens, image, visualization)
    panels, outputs = _panels(config, lens, image, visualization)
    comparisons = {}
    for method in config.compare:
        compared, figures = _panels(config, lens, image, by_method[method], method)
        comparisons[method] = tuple(replace(panel, profile=None) for panel in compared)
        outputs += figures
    view = View(
        spec=lens.spec,
        network=lens.info,
        weights=lens.network.weights,
        predictions=visualization.predictions,
        panels=panels,
        width_px=whole.width_px,
        height_px=whole.height_px,
        description=whole.description,
        provenance={**visualization.provenance, "scale": config.scale},
        comparisons=comparisons,
    )
    return view, [_file(site_paths.figure_path(image.slug, lens.spec.slug), whole), *outputs]


def _rows(lens: Lens, visualization: Visualization) -> list[tuple[LayerInfo, LayerResult]]:
    layers = {layer.name: layer for layer in lens.info.layers}
    return [(layers[name], result) for name, result in visualization.layers.items()]


def _whole_figure(
    config: GalleryConfig, lens: Lens, image: ImageSpec, visualization: Visualization
) -> Figure:
    return draw_figure(
        f"{image.slug}-{lens.spec.slug}",
        _picture(visualization),
        _rows(lens, visualization),
        scale=config.scale,
        title=f"{image.title} seen through {lens.info.title}",
    )


def _panels(
    config: GalleryConfig, lens: Lens, image: ImageSpec, visualization: Visualization, method: str = ""
) -> tuple[tuple[Panel, ...], list[Output]]:
    """Return the panels of every layer, and their files; ``method`` names one that is not the gallery's."""
    panels, outputs = [], []
    by = f", {method}" if method else ""
    for layer, result in _rows(lens, visualization):
        figure = draw_panel(
            site_paths.figure_name(image.slug, lens.spec.slug, layer.name, method),
            _picture(visualization),
            layer,
            result,
            scale=config.scale,
            title=f"{image.title}: {layer.name} of {lens.info.title}{by}",
        )
        outputs.append(_file(site_paths.panel_path(image.slug, lens.spec.slug, layer.name, method), figure))
        panels.append(_panel(layer, result, figure))
    return tuple(panels), outputs


def _picture(visualization: Visualization) -> Array:
    """Return the picture the network saw (H, W, 3) uint8."""
    if visualization.input is None:
        raise FigureError("a float array has no picture to draw on")
    return visualization.input


def _panel(layer: LayerInfo, result: LayerResult, figure: Figure) -> Panel:
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
        labels=result.labels,
        profile=result.profile,
    )


def _file(path: str, figure: Figure) -> Output:
    return Output(path, figure.svg.encode())
