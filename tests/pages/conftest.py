"""A gallery of three tiny pictures: hostile words, two networks, one of them without a classifier."""

from __future__ import annotations

import io
from collections.abc import Iterator
from dataclasses import replace
from itertools import product
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from generator import site_paths
from generator.pages import render
from generator.records import (
    Credit,
    Exhibit,
    GalleryConfig,
    ImageSpec,
    LayerInfo,
    NetworkInfo,
    NetworkSpec,
    Output,
    Panel,
    Prediction,
    Thumbnail,
    View,
    WeightsInfo,
)

HOSTILE = """<script>alert("1")</script> & 'two'"""
SVG = '<svg xmlns="http://www.w3.org/2000/svg" width="1200" height="300"><path d="M0 0h9v9z"/>{}</svg>'

LAYERS = (
    LayerInfo("conv1:linear", "Conv2D", (8, 8, 16), 448, 3),
    LayerInfo("pool1", "MaxPooling2D", (4, 4, 16), 0, 4),
    LayerInfo("predictions", "Dense", (10,), 170, None),
)
GUESSES = (Prediction("n02124075", "Egyptian cat", 0.7142857), Prediction("n02123045", "tabby", 0.0004))


def panel(layer: LayerInfo) -> Panel:
    numbers = (812.3456789, 640.0), (0.00012345678, 2.0)
    profile = np.arange(layer.shape[-1], dtype=np.float32)
    text = f"Layer {layer.name}: features 7 and 4."
    places = ("upper left", None)
    return Panel(layer, (7, 4), *numbers, 1200, 300, text, 336, 168, places, profile=profile)


def view(slug: str, guesses: tuple[Prediction, ...]) -> View:
    network = NetworkInfo(
        slug, slug.upper(), "Someone 2016", "https://example.org/paper", (32, 32, 3), LAYERS, {}, {}
    )
    weights = WeightsInfo("packaged", "ImageNet", "MIT", "https://example.org/weights", "0f" * 32)
    spec = NetworkSpec(slug, "packaged", tuple(layer.name for layer in LAYERS), slug)
    panels = tuple(panel(layer) for layer in LAYERS)
    facts = {"method": "deconvnet"}
    compared = {"guided": panels}
    return View(spec, network, weights, guesses, panels, 1200, 900, "All layers.", facts, compared)


def exhibit(slug: str, title: str, width_px: int, height_px: int) -> Exhibit:
    credit = Credit("Ann", "CC0 1.0", "https://example.org/cc0", "https://example.org/picture")
    image = ImageSpec(slug, Path("x.jpg"), title, credit=credit, tags=("animal", HOSTILE))
    views = (view("edges", ()), view("classes", GUESSES))
    thumbnails = (Thumbnail(320, width_px // 3, height_px // 3), Thumbnail(640, width_px, height_px))
    return Exhibit(image, width_px, height_px, width_px // 2, height_px // 2, thumbnails, views)


@pytest.fixture(scope="session")
def exhibits() -> list[Exhibit]:
    return [
        exhibit("cat", "Chelsea the cat", 90, 60),
        exhibit("hostile", HOSTILE, 40, 80),
        replace(exhibit("bare", "Bare", 60, 60), views=(view("edges", ()),)),
    ]


@pytest.fixture(scope="session")
def config(exhibits: list[Exhibit]) -> GalleryConfig:
    return GalleryConfig(
        path=Path("gallery_config.yml"),
        title=f"Gallery {HOSTILE}",
        description="",
        base_url="",
        output=Path("site"),
        images=tuple(exhibit.image for exhibit in exhibits),
        networks=tuple(view.spec for view in exhibits[0].views),
        top_features=2,
        method="deconvnet",
        seed="map",
        bias="none",
        scale="symmetric",
        compare=("guided",),
    )


@pytest.fixture(scope="session")
def pages(config: GalleryConfig, exhibits: list[Exhibit]) -> dict[str, str]:
    """What the pages room makes, by path."""
    return {output.path: output.content.decode() for output in render(config, exhibits, "1.2.3", "c0ffee")}


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory, config: GalleryConfig, exhibits: list[Exhibit]) -> Path:
    """The whole site on disk, pictures and figures included."""
    folder = tmp_path_factory.mktemp("site")
    for output in (*render(config, exhibits, "1.2.3", "c0ffee"), *pictures(exhibits)):
        path = folder / output.path
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(output.content)
    return folder


def pictures(exhibits: list[Exhibit]) -> Iterator[Output]:
    """Give what the build puts beside the pages."""
    for shown in exhibits:
        slug = shown.image.slug
        yield Output(site_paths.picture_path(slug), jpeg(shown.width_px, shown.height_px))
        size = shown.thumbnail_width_px, shown.thumbnail_height_px
        yield Output(site_paths.thumbnail_path(slug), jpeg(*size))
        yield Output(site_paths.card_path(slug), jpeg(1200, 630))
        for known in shown.thumbnails:
            for suffix in site_paths.THUMBNAIL_FORMATS:
                path = site_paths.sized_thumbnail_path(slug, known.name_px, suffix)
                yield Output(path, jpeg(known.width_px, known.height_px))
        for seen in shown.views:
            model = seen.spec.slug
            yield Output(site_paths.figure_path(slug, model), SVG.format("").encode())
            for layer, method in product(LAYERS, ("", "guided")):
                path = site_paths.panel_path(slug, model, layer.name, method)
                yield Output(path, svg(slug, model, layer.name, method))


def svg(image: str, model: str, layer: str, method: str) -> bytes:
    """A panel with the ids that pages link to."""
    anchors = [site_paths.pair_anchor(image, model, layer, place, method) for place in range(2)]
    anchors.append(site_paths.plain_anchor(image, model, layer))
    return SVG.format("".join(f'<g id="{anchor}"/>' for anchor in anchors)).encode()


def jpeg(width_px: int, height_px: int) -> bytes:
    content = io.BytesIO()
    Image.new("RGB", (width_px, height_px), "olive").save(content, "JPEG")
    return content.getvalue()
