"""What tiles show of a picture: placed in its own frame, at the size and with the fit of the network."""

from __future__ import annotations

import io
import json
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from generator import cli
from generator.figures.seen import PAPER
from tests.build.test_mutations import write_network

CONFIG = """\
inputs: [wide.png, tall.png]
models:
  - {name: own.keras, preprocessing: unit, input_size: SIZE, layers: [conv, pool, classes], fit: FIT}
top_features: 1
feature_pictures: 0
"""
WIDE, TALL = (90, 300), (200, 100)
"""Height and width."""


def build(folder: Path, size: str, fit: str) -> Path:
    """Build the gallery of two pictures and return its site."""
    (folder / "gallery_config.yml").write_text(CONFIG.replace("SIZE", size).replace("FIT", fit))
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        patch.setenv("GALLERY_CACHE", str(folder / "cache"))
        assert cli.main(["build", "-q"]) == 0
    return folder / "site"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("seen")
    write_network(made)
    for name, (height, width) in {"wide": WIDE, "tall": TALL}.items():
        noise = np.random.default_rng(0).integers(0, 200, (height, width, 3), np.uint8)
        Image.fromarray(noise).save(made / f"{name}.png")
    return made


def copy(site: Path, slug: str, name: str) -> np.ndarray:
    return np.asarray(Image.open(io.BytesIO((site / "images" / slug / name).read_bytes())).convert("RGB"))


def test_a_small_input_is_seen_in_squares_inside_the_picture(folder: Path) -> None:
    """24 by 24 in a picture of 80 by 24, enlarged sixfold; what the network did not see is paper."""
    site = build(folder, "24", "crop")
    seen = copy(site, "wide", "seen.webp")
    assert seen.shape == (144, 480, 3)
    squares = seen.reshape(24, 6, 80, 6, 3)
    assert (squares == squares[:, :1, :, :1]).all()
    assert (seen[:, : 28 * 6] == PAPER).all()
    assert (seen[:, 52 * 6 :] == PAPER).all()
    inset = copy(site, "wide", "seen-96.webp")
    assert inset.shape == (96, 96, 3)
    assert (inset[::4, ::4] == seen[::6, 28 * 6 : 52 * 6 : 6]).all()
    assert copy(site, "tall", "seen.webp").shape == (480, 240, 3)


def test_a_padded_picture_is_seen_whole(folder: Path) -> None:
    site = build(folder, "[120, 120]", "pad")
    assert copy(site, "wide", "seen.webp").shape == (36, 120, 3)
    assert copy(site, "tall", "seen.webp").shape == (120, 60, 3)
    assert copy(site, "tall", "seen-96.webp").shape == (96, 48, 3)


def test_pages_and_the_manifest_name_the_copies(folder: Path) -> None:
    site = build(folder, "24", "stretch")
    index = (site / "index.html").read_text(encoding="utf-8")
    assert '<img class="through pixelated" src="images/wide/seen.webp" width="480" height="144"' in index
    assert '<img class="inset pixelated" src="images/wide/seen-96.webp" width="96" height="96"' in index
    assert 'feature of <span class="code">pool</span> is strong' in index
    manifest = json.loads((site / "gallery.json").read_text(encoding="utf-8"))
    assert [one["seen"] for one in manifest["images"]] == [
        f"images/{one}/seen.webp" for one in ("wide", "tall")
    ]
    assert copy(site, "wide", "seen.webp").shape == (144, 480, 3)
    search = (site / "search" / "1.js").read_text(encoding="utf-8")
    assert '"through":[[480,144],[96,96]],"pixelated":true' in search
    assert '"through":[[240,480],[96,96]],"pixelated":true' in search
