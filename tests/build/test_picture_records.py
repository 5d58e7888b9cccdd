"""What a network saw, from the file to the page: turned by EXIF, enlarged, cropped and padded."""

from __future__ import annotations

import io
import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from generator import cli
from tests.build.test_mutations import write_network

CONFIG = """\
inputs: [turned.jpg, small.png, panorama.png]
models:
  - {name: own.keras, preprocessing: unit, input_size: [24, 32], layers: [conv], slug: whole, fit: pad}
  - {name: own.keras, preprocessing: unit, input_size: [24, 32], layers: [conv]}
top_features: 2
feature_pictures: 0
"""
SIZES = {"turned": (48, 90), "small": (20, 28), "panorama": (400, 50)}
"""Width and height, upright."""
SEEN = {
    "turned": {"x": 0, "y": 27, "width": 48, "height": 36},
    "small": {"x": 0, "y": 6.5, "width": 20, "height": 15},
    "panorama": {"x": 166.667, "y": 0, "width": 66.6667, "height": 50},
}
FILLED = {
    "turned": {"x": 9, "y": 0, "width": 13, "height": 24},
    "small": {"x": 7, "y": 0, "width": 17, "height": 24},
    "panorama": {"x": 0, "y": 10, "width": 32, "height": 4},
}


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("framed")
    (folder / "gallery_config.yml").write_text(CONFIG, encoding="utf-8")
    write_network(folder)
    noise = np.random.default_rng(1)
    for slug, (width, height) in SIZES.items():
        picture = Image.fromarray(noise.integers(0, 256, (height, width, 3), np.uint8))
        if slug == "turned":  # stored lying on its side, as cameras do
            exif = Image.Exif()
            exif[0x112] = 6
            picture.rotate(90, expand=True).save(folder / "turned.jpg", exif=exif)
        else:
            picture.save(folder / f"{slug}.png")
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        patch.setenv("GALLERY_CACHE", str(folder / "cache"))
        assert cli.main(["build", "-q"]) == 0
    return folder / "site"


def result(site: Path, slug: str) -> Any:
    return json.loads((site / "images" / slug / "result.json").read_text(encoding="utf-8"))


@pytest.mark.parametrize("slug", SIZES)
def test_a_result_has_the_part_that_each_model_saw(site: Path, slug: str) -> None:
    found, (width, height) = result(site, slug), SIZES[slug]
    picture = found["picture"]
    assert (picture["original_width_px"], picture["original_height_px"]) == (width, height)
    pad, crop = found["models"]
    assert (crop["fit"], crop["seen"]) == ("crop", SEEN[slug])
    assert crop["filled"] == {"x": 0, "y": 0, "width": 32, "height": 24}
    assert (pad["fit"], pad["filled"]) == ("pad", FILLED[slug])
    assert pad["seen"] == {"x": 0, "y": 0, "width": width, "height": height}
    assert [model["provenance"]["fit"] for model in (crop, pad)] == ["crop", "pad"]


@pytest.mark.parametrize("slug", SIZES)
def test_a_page_frames_the_crop_alone(site: Path, slug: str) -> None:
    page = (site / "images" / slug / "index.html").read_text(encoding="utf-8")
    assert page.count('<rect class="over') == 1
    assert "middle" in page
    assert "whole picture, scaled into" in page


def test_the_padding_is_blank_in_figures(site: Path) -> None:
    for slug in SIZES:
        crop, pad = (
            (site / "images" / slug / name).read_text() for name in ("own/conv.svg", "whole/conv.svg")
        )
        assert "<clipPath" not in crop
        assert pad.count('clip-path="url(#') == 2 * pad.count('class="pair"')
        assert "Where they are blank" in pad


def test_a_card_shows_what_a_padded_picture_fills(site: Path) -> None:
    """The reconstruction, 32 by 4, is enlarged ninefold in the middle of the upper half."""
    card = Image.open(io.BytesIO((site / "images/panorama/card.jpg").read_bytes())).convert("L")
    column = np.asarray(card)[:315, 900:1185].mean(axis=1)
    assert column[:134].max() < 12
    assert column[181:].max() < 12
    assert column[144:171].min() > 60
