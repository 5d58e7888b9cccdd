"""A gallery of three tiny pictures: hostile words, two networks, one of them without a classifier."""

from __future__ import annotations

import io
import shutil
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from itertools import product
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image
from playwright import sync_api

from generator import paths
from generator.records import (
    Credit,
    Framing,
    GalleryConfig,
    ImageSpec,
    LayerInfo,
    NetworkInfo,
    NetworkSpec,
    Output,
    Panel,
    Prediction,
    Region,
    SeenCopy,
    ShownPicture,
    Tag,
    Thumbnail,
    View,
    WeightsInfo,
)
from tests.support.pages import render

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
QUIET = ("background-networking", "component-update", "gpu", "quic", "sync")
LEFT_EARLY = "net::ERR_ABORTED"  # a picture far below, still loading when the test goes to another page
HOSTILE = """<script>alert("1")</script> & 'two'"""
SVG = """<svg xmlns="http://www.w3.org/2000/svg" width="1200" height="300" viewBox="0 0 1200 300">
<style>svg{{color-scheme:light dark;color:#1b1f24}}[id$=plain]:target~g .tint{{opacity:0}}
@media (prefers-color-scheme: dark){{svg{{color:#e4e7eb}}}}</style>{}
<rect width="100" height="300" fill="currentColor"/></svg>"""
PAIR = """<rect x="{x}" y="34" width="168" height="168" fill="navy"/>
<g><rect class="tint" x="{x}" y="34" width="168" height="168" fill="{hue}"/></g>
<rect x="{right}" y="34" width="168" height="168" fill="gray"/>"""
VIEW = '<view id="{}" viewBox="{} 34 {} 168" preserveAspectRatio="none"/>'
CORNERS = ((136, 34), (496, 34))

LAYERS = (
    LayerInfo("conv1:preactivation", "Conv2D", (8, 8, 16), 448, (3, 5)),
    LayerInfo("pool1", "MaxPooling2D", (4, 4, 16), 0, (4, 4)),
    LayerInfo("predictions", "Dense", (10,), 170, None),
)
GUESSES = (Prediction("n02124075", "Egyptian cat", 0.7142857), Prediction("n02123045", "tabby", 0.0004))


def panel(layer: LayerInfo) -> Panel:
    numbers = (812.3456789, 640.0), (0.00012345678, 2.0)
    profile = np.arange(layer.shape[-1], dtype=np.float32)
    text = f"Layer {layer.name}: features 7 and 4."
    places = ("upper left", None)
    return Panel(layer, (7, 4), *numbers, 1200, 300, text, 168, 168, places, profile=profile)


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


def picture(slug: str, title: str, width_px: int, height_px: int) -> ShownPicture:
    credit = Credit("Ann", "CC0 1.0", "https://example.org/cc0", "https://example.org/picture")
    image = ImageSpec(slug, Path("x.jpg"), title, credit=credit, tags=("animal", HOSTILE))
    views = tuple(
        replace(shown, framing=cropped(10 * width_px, 10 * height_px))
        for shown in (view("edges", ()), view("classes", GUESSES))
    )
    thumbnails = (Thumbnail(320, width_px // 3, height_px // 3), Thumbnail(640, width_px, height_px))
    sizes = width_px, height_px, width_px // 2, height_px // 2
    seen = SeenCopy("pool1", 2 * width_px, 2 * height_px, width_px, height_px, is_small=False)
    return ShownPicture(image, *sizes, thumbnails, views, 10 * width_px, 10 * height_px, seen)


def cropped(width_px: int, height_px: int) -> Framing:
    """Return the central square of a picture in an input of 32 by 32."""
    side = min(width_px, height_px)
    seen = Region((width_px - side) / 2, (height_px - side) / 2, side, side)
    return Framing(seen, Region(0, 0, 32, 32))


@pytest.fixture(scope="session")
def pictures() -> list[ShownPicture]:
    return [
        picture("cat", "Chelsea the cat", 90, 60),
        picture("hostile", HOSTILE, 40, 80),
        replace(bare := picture("bare", "Bare", 60, 60), views=bare.views[:1]),
    ]


@pytest.fixture(scope="session")
def config(pictures: list[ShownPicture]) -> GalleryConfig:
    return GalleryConfig(
        path=Path("gallery_config.yml"),
        title=f"Gallery {HOSTILE}",
        description="",
        base_url="",
        output=Path("site"),
        images=tuple(picture.image for picture in pictures),
        networks=tuple(view.spec for view in pictures[0].views),
        top_features=2,
        method="deconvnet",
        seed="map",
        bias="none",
        scale="symmetric",
        compare=("guided",),
        tags=(Tag("animal", "animal"), Tag(HOSTILE, "script")),
    )


@pytest.fixture(scope="session")
def pages(config: GalleryConfig, pictures: list[ShownPicture]) -> dict[str, str]:
    """What the pages room makes, by path."""
    return {output.path: output.content.decode() for output in render(config, pictures, "1.2.3", "c0ffee")}


@pytest.fixture(scope="session")
def site(
    tmp_path_factory: pytest.TempPathFactory, config: GalleryConfig, pictures: list[ShownPicture]
) -> Path:
    """The whole site on disk, pictures and figures included."""
    folder = tmp_path_factory.mktemp("site")
    for output in (*render(config, pictures, "1.2.3", "c0ffee"), *drawn_files(pictures)):
        path = folder / output.path
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(output.content)
    return folder


def drawn_files(pictures: list[ShownPicture]) -> Iterator[Output]:
    """Give what the build puts beside the pages."""
    for shown in pictures:
        slug = shown.image.slug
        yield Output(paths.picture_path(slug), jpeg(shown.width_px, shown.height_px))
        size = shown.thumbnail_width_px, shown.thumbnail_height_px
        yield Output(paths.thumbnail_path(slug), jpeg(*size))
        yield Output(paths.card_path(slug), jpeg(1200, 630))
        if shown.seen:
            yield Output(paths.seen_path(slug), jpeg(shown.seen.width_px, shown.seen.height_px))
            inset = shown.seen.inset_width_px, shown.seen.inset_height_px
            yield Output(paths.seen_inset_path(slug), jpeg(*inset))
        for known in shown.thumbnails:
            for suffix in paths.THUMBNAIL_FORMATS:
                path = paths.sized_thumbnail_path(slug, known.name_px, suffix)
                yield Output(path, jpeg(known.width_px, known.height_px))
        for seen in shown.views:
            model = seen.spec.slug
            yield Output(paths.figure_path(slug, model), SVG.format("").encode())
            for layer, method in product(LAYERS, ("", "guided")):
                path = paths.panel_path(slug, model, layer.name, method)
                yield Output(path, svg(slug, model, layer.name, method))


def svg(image: str, model: str, layer: str, method: str) -> bytes:
    """A panel of two pairs, orange and green over navy, with the ids that pages link to."""
    parts = []
    for place, (x, _) in enumerate(CORNERS):
        name = paths.pair_anchor(image, model, layer, place, method).removesuffix("view")
        parts += [VIEW.format(name + kind, x, 336) for kind in ("view", "plain")]
        parts += [VIEW.format(name + kind, x, 168) for kind in ("map", "map.plain")]
        parts.append(VIEW.format(f"{name}reconstruction", x + 168, 168))
    for (x, _), hue in zip(CORNERS, ("orange", "green"), strict=True):
        parts.append(PAIR.format(x=x, right=x + 168, hue=hue))
    return SVG.format("".join(parts)).encode()


def jpeg(width_px: int, height_px: int) -> bytes:
    content = io.BytesIO()
    Image.new("RGB", (width_px, height_px), "olive").save(content, "JPEG")
    return content.getvalue()


class Quiet(SimpleHTTPRequestHandler):
    def log_message(self, *arguments: object) -> None:
        """Say nothing."""


@contextmanager
def launched() -> Iterator[sync_api.Browser]:
    """Give a Chromium."""
    assert CHROMIUM, "these tests need Chromium; on Debian: apt-get install chromium"
    arguments = ["--no-sandbox", *(f"--disable-{feature}" for feature in QUIET)]
    with sync_api.sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=arguments)
        yield browser
        browser.close()


@contextmanager
def serving(folder: Path) -> Iterator[str]:
    """Give the address of a folder on the loopback."""
    with ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=str(folder))) as server:
        server.handle_error = lambda *_: None  # a browser that hangs up; what it misses, it reports itself
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


@pytest.fixture(scope="session")
def served(site: Path) -> Iterator[str]:
    """The address of the site, in a sub-path of a server on the loopback."""
    with serving(site.parent) as address:
        yield f"{address}/{site.name}"


@pytest.fixture(params=["file", "http"])
def base(request: pytest.FixtureRequest, site: Path) -> str:
    return site.as_uri() if request.param == "file" else request.getfixturevalue("served")


@contextmanager
def watched(browser: sync_api.Browser, **options: Any) -> Iterator[sync_api.Page]:
    """Give a page that fails on anything the console or the network complains of."""
    context = browser.new_context(**options)
    page, complaints = context.new_page(), []
    page.on("console", lambda message: complaints.append(message.text))
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on(
        "requestfailed",
        lambda failed: complaints.append(failed.url) if failed.failure != LEFT_EARLY else None,
    )
    page.on("response", lambda answer: complaints.append(answer.url) if answer.status >= 400 else None)
    try:
        yield page
    finally:
        context.close()
    assert complaints == []


def until(page: sync_api.Page, expression: str) -> None:
    """Wait until an expression holds; Playwright's own waiting evaluates text, which the policy forbids."""
    for _ in range(200):
        if page.evaluate(expression):
            return
        page.wait_for_timeout(25)
    raise AssertionError(f"never came to hold: {expression}")
