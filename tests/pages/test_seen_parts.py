"""What networks saw of a picture: in words, and as frames that a browser draws where they belong."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from html import unescape
from pathlib import Path

import numpy as np
import pytest
from playwright import sync_api

from generator import images, paths
from generator.pages.seen_parts import frames, seen_parts
from generator.records import GalleryConfig, ShownPicture
from tests.pages.conftest import picture, watched
from tests.support.pages import render

CROP, PAD, STRETCH = ((32, 32, 3), "crop"), ((32, 32, 3), "pad"), ((32, 32, 3), "stretch")
WIDE, GREY = ((16, 32, 3), "crop"), ((28, 28, 1), "crop")
PANORAMA, PORTRAIT, SQUARE = (600, 2400), (1200, 600), (600, 600)
FRAMES = {
    "panorama": (PANORAMA, [(900, 0, 600, 600), (600, 0, 1200, 600)]),
    "portrait": (PORTRAIT, [(0, 300, 600, 600), (0, 450, 600, 300)]),
    "square": (SQUARE, [(0, 150, 600, 300)]),
    "small": ((28, 20), [(0, 4, 20, 20), (0, 9, 20, 10)]),
    "thin": ((10, 3000), [(1495, 0, 10, 10), (1490, 0, 20, 10)]),
}
"""Slug -> height and width of a picture, and what inputs of 32 x 32 and 16 x 32 see: x, y, width, height."""


def shown(
    size: tuple[int, int], *networks: tuple[tuple[int, int, int], str], slug: str = "x"
) -> ShownPicture:
    """Return a picture (height, width) as networks with an input and a fit saw it."""
    first = picture(slug, slug, 40, 40)
    one = first.views[0]
    views = [
        replace(
            one,
            network=replace(one.network, input_shape=shape, title=f"N{place}"),
            spec=replace(one.spec, fit=fit, slug=f"n{place}"),
            framing=images.framed(size, shape[:2], fit),
        )
        for place, (shape, fit) in enumerate(networks)
    ]
    _, width_px, height_px = copied(size)
    sizes = {"width_px": width_px, "height_px": height_px}
    original = {"original_width_px": size[1], "original_height_px": size[0]}
    return replace(first, views=tuple(views), **sizes, **original)


def copied(size: tuple[int, int]) -> tuple[bytes, int, int]:
    """Return the copy of a picture for its page, and its size."""
    return images.web_copy(np.full((*size, 3), 90, np.uint8), 1280)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory, config: GalleryConfig) -> Path:
    """The pages of pictures of all proportions, seen by a square and by a wide network."""
    folder = tmp_path_factory.mktemp("seen")
    pictures = [shown(size, CROP, WIDE, slug=slug) for slug, (size, _) in FRAMES.items()]
    pictures += [shown(SQUARE, CROP, slug="whole"), *CAPTIONED]
    for output in render(config, pictures, "1", "2"):
        path = folder / output.path
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(output.content)
    for slug, (size, _) in FRAMES.items():
        (folder / paths.picture_path(slug)).write_bytes(copied(size)[0])
    return folder


SEES, INTO, IN_FRAME = (
    "N0 sees the whole picture",
    "scaled to 32 x 32 pixels.",
    "N0 sees what is in the frame",
)
SENTENCES = {
    "a": (PANORAMA, (CROP,), f"{IN_FRAME}, the middle 25 % of the width, {INTO}"),
    "b": (PORTRAIT, (CROP,), f"{IN_FRAME}, the middle 50 % of the height, {INTO}"),
    "c": (SQUARE, (CROP, PAD, STRETCH), f"N0 and N1 and N2 see the whole picture, {INTO}"),
    "d": ((1000, 1004), (CROP,), f"N0 sees nearly the whole picture, {INTO}"),
    "e": (PANORAMA, (PAD,), f"{SEES}, scaled into 32 x 32 pixels, with mid-grey above and below."),
    "f": (PORTRAIT, (PAD,), f"{SEES}, scaled into 32 x 32 pixels, with mid-grey at the left and right."),
    "g": (PANORAMA, (STRETCH,), f"{SEES}, stretched to 32 x 32 pixels."),
    "h": (SQUARE, (GREY,), f"{SEES}, in grey and scaled to 28 x 28 pixels."),
    "i": (
        PANORAMA,
        (CROP, WIDE),
        f"N0 sees what is in the solid frame, the middle 25 % of the width, {INTO} "
        "N1 sees what is in the dashed frame, the middle 50 % of the width, scaled to 32 x 16 pixels.",
    ),
}
CAPTIONED = [shown(size, *networks, slug=slug) for slug, (size, networks, _) in SENTENCES.items()]


@pytest.mark.parametrize("slug", SENTENCES)
def test_the_caption_says_what_was_seen(folder: Path, slug: str) -> None:
    text = (folder / paths.image_page(slug)).read_text(encoding="utf-8")
    caption = text.split("<figcaption>")[1].split("</figcaption>")[0]
    paragraphs = [part.split("</p>")[0] for part in caption.split("<p>")[1:]]
    bare = (re.sub("<[^>]+>", "", part).replace("\N{MULTIPLICATION SIGN}", "x") for part in paragraphs)
    plain = [" ".join(unescape(part).split()) for part in bare]
    assert " ".join(part for part in plain if part.startswith("N")) == SENTENCES[slug][2]


def test_networks_that_saw_the_same_share_a_frame() -> None:
    parts = seen_parts(shown(PANORAMA, CROP, GREY, WIDE, PAD, CROP))
    assert [part.titles for part in parts] == [("N0", "N4"), ("N1",), ("N2",), ("N3",)]
    solid, dashed = frames(parts)
    assert [part.frame for part in parts] == [solid, solid, dashed, None]
    assert (solid.style, dashed.style) == ("solid", "dashed")


def test_a_fourth_frame_is_dotted_too() -> None:
    networks = [((16, side, 3), "crop") for side in (16, 17, 18, 19)]
    parts = seen_parts(shown(PANORAMA, *networks))
    assert [frame.style for frame in frames(parts)] == ["solid", "dashed", "dotted", "dotted"]


@pytest.fixture(params=["light", "dark"])
def page(request: pytest.FixtureRequest, browser: sync_api.Browser) -> Iterator[sync_api.Page]:
    with watched(browser, color_scheme=request.param, java_script_enabled=False) as page:
        page.route("**/*.svg*", lambda route: route.fulfill(body="", content_type="image/svg+xml"))
        yield page


@pytest.mark.parametrize("width", [390, 1280])
@pytest.mark.parametrize("slug", FRAMES)
def test_a_frame_is_where_the_network_looked(
    page: sync_api.Page, folder: Path, slug: str, width: int
) -> None:
    page.set_viewport_size({"width": width, "height": 800})
    page.goto((folder / paths.image_page(slug)).as_uri())
    (rows, columns), wanted = FRAMES[slug]
    photograph = page.locator(".photograph img").bounding_box()
    assert photograph
    scale = max(photograph["width"] / columns, photograph["height"] / rows)  # object-fit: cover
    left = photograph["x"] + (photograph["width"] - scale * columns) / 2
    top = photograph["y"] + (photograph["height"] - scale * rows) / 2
    for line in "under", "over":
        found = page.locator(f".frames .{line}").evaluate_all(PLACES)
        expected = [(left + scale * x, top + scale * y, scale * w, scale * h) for x, y, w, h in wanted]
        np.testing.assert_allclose(found, expected, atol=0.5)


PLACES = """rects => rects.map(rect => {
  const {x, y, width, height} = rect.getBBox();
  const {a, d, e, f} = rect.getScreenCTM();
  return [a * x + e, d * y + f, a * width, d * height];
})"""


def test_a_picture_that_is_wholly_seen_has_no_frame(folder: Path) -> None:
    text = (folder / paths.image_page("whole")).read_text(encoding="utf-8")
    assert 'class="frames"' not in text
    assert "central part" not in text
