"""Galleries of models with channels other than grey or RGB: what is shown, and what is left out."""

import base64
import io
import json
import re

import numpy as np
import pytest
from PIL import Image

from generator import cli
from generator.figures.pixels import power

SIZE = HEIGHT, WIDTH = 16, 20
RGBA = np.random.default_rng(2).integers(0, 256, (*SIZE, 4), np.uint8)
FAILS = {
    "colour": "colour.png: four takes 4 channels, found 3 (RGB)",
    "five": "five.npy: four takes 4 channels, found 5 in an array of shape (16, 20, 5)",
    "several": "several.npz: expected one array in the .npz, found 2: a, b; save one of them as .npy",
}
CONFIG = """\
inputs: [alpha.png, bands.npy, numbers.npy, colour.png, five.npy, several.npz]
models:
  - {name: four.keras, layers: [conv, pool], preprocessing: none, display: [2, 3, 0]}
top_features: 1
"""


@pytest.fixture(scope="module")
def gallery(tmp_path_factory):
    """Return a folder with a gallery that was built."""
    folder = tmp_path_factory.mktemp("channels")
    write_model(folder / "four.keras", 4)
    Image.fromarray(RGBA).save(folder / "alpha.png")
    Image.fromarray(RGBA[..., :3]).save(folder / "colour.png")
    np.save(folder / "bands.npy", RGBA)
    np.save(folder / "numbers.npy", RGBA.astype(np.float32) * 100 - 7)
    np.save(folder / "five.npy", np.dstack([RGBA, RGBA[..., :1]]))
    np.savez(folder / "several.npz", a=RGBA, b=RGBA)
    (folder / "gallery_config.yml").write_text(CONFIG)
    with pytest.MonkeyPatch.context() as patch:
        assert run(folder, patch, "build", "-q") == 1
    return folder


def write_model(path, channels):
    import keras
    from keras import layers

    keras.utils.set_random_seed(3)
    keras.Sequential(
        [
            layers.Input((*SIZE, channels)),
            layers.Conv2D(4, 3, padding="same", activation="relu", name="conv"),
            layers.MaxPooling2D(2, name="pool"),
        ]
    ).save(path)


def run(folder, patch, *arguments):
    patch.chdir(folder)
    patch.setenv("GALLERY_CACHE", str(folder / "cache"))
    return cli.main([*arguments])


def test_pictures_with_other_channels_are_left_out(gallery, monkeypatch, capsys):
    assert run(gallery, monkeypatch, "check") == 1
    said = capsys.readouterr().err.splitlines()
    assert [line for line in said if not line.startswith("warning")] == [
        f"{slug}: {gallery / message}" for slug, message in FAILS.items()
    ]
    assert run(gallery, monkeypatch, "build") == 1
    said = capsys.readouterr().err
    assert all(f"{slug}: {gallery / message}" in said for slug, message in FAILS.items())
    assert sorted(path.name for path in (gallery / "site" / "images").iterdir()) == [
        *("alpha", "bands", "numbers")
    ]


@pytest.mark.parametrize("name", ["alpha", "bands"])
def test_figures_show_the_chosen_channels(gallery, name):
    from generator import deconvolve, load_network

    network = load_network(gallery / "four.keras", preprocessing="none")
    layer = deconvolve(network, RGBA, ["pool"], 1).layers["pool"]
    found = [array.tolist() for array in embedded(gallery / "site" / "images" / name / "four" / "pool.svg")]
    assert RGBA[..., [2, 3, 0]].tolist() in found
    assert power(layer.reconstructions[0][..., [2, 3, 0]]).pixels.tolist() in found
    facts = json.loads((gallery / "site" / "images" / name / "result.json").read_text())
    (model,) = facts["models"]
    assert model["provenance"]["display"] == "channels 2, 3 and 0 as red, green and blue"
    assert model["provenance"]["preprocessing"] == "Channels as stored, value"


def embedded(path):
    """Return the small pictures in a figure, at their own resolution, as RGB."""
    for code in re.findall(r"data:image/png;base64,([^\"]+)", path.read_text()):
        pixels = np.asarray(Image.open(io.BytesIO(base64.b64decode(code))).convert("RGB"))
        yield pixels[:: len(pixels) // HEIGHT, :: len(pixels[0]) // WIDTH]


def test_a_page_shows_an_array_by_its_channels(gallery):
    alpha, bands, numbers = (
        np.asarray(Image.open(gallery / "site" / "images" / name / "picture.jpg")).astype(float)
        for name in ("alpha", "bands", "numbers")
    )
    share = RGBA[..., 3:] / 255
    enlarged = len(bands) // HEIGHT
    white = (RGBA[..., :3] * share + 255 * (1 - share)).mean((0, 1))
    assert alpha.shape == bands.shape == (HEIGHT * enlarged, WIDTH * enlarged, 3)
    assert np.abs(alpha.mean((0, 1)) - white).max() < 2
    chosen = RGBA[..., [2, 3, 0]].astype(float)
    assert np.abs(bands.mean((0, 1)) - chosen.mean((0, 1))).max() < 2
    stretched = 255 * (chosen - chosen.min((0, 1))) / np.ptp(chosen, (0, 1))
    assert np.abs(numbers.mean((0, 1)) - stretched.mean((0, 1))).max() < 2


def test_a_picture_must_fit_every_model(gallery, monkeypatch, capsys, tmp_path):
    for name in ("four.keras", "alpha.png", "bands.npy"):
        (tmp_path / name).write_bytes((gallery / name).read_bytes())
    write_model(tmp_path / "colours.keras", 3)
    (tmp_path / "gallery_config.yml").write_text(
        "inputs: [alpha.png, bands.npy]\nmodels: [{name: colours.keras}, {name: four.keras}]\n"
    )
    assert run(tmp_path, monkeypatch, "check") == 1
    said = capsys.readouterr().err.splitlines()
    message = (
        f"{tmp_path / 'bands.npy'}: colours takes 1 or 3 channels, found 4 in an array of shape (16, 20, 4)"
    )
    assert [line for line in said if not line.startswith("warning")] == [f"bands: {message}"]
    assert (
        "warning: models[1]: four takes 4 channels; figures show channels 0, 1 and 2 as red, green and blue; "
        "choose others with display, such as display: [2, 1, 0]"
    ) in said


def test_a_single_figure_takes_the_channels_to_show(gallery, monkeypatch, capsys):
    figure = "figure", "bands.npy", "-m", "four.keras", "-l", "conv", "--preprocessing", "none"
    assert run(gallery, monkeypatch, *figure, "--display", "3", "-o", "one.svg") == 0
    found = [array.tolist() for array in embedded(gallery / "one.svg")]
    assert RGBA[..., [3, 3, 3]].tolist() in found
    capsys.readouterr()
    assert run(gallery, monkeypatch, *figure, "--display", "3,2,4", "-o", "two.svg") == 2
    assert capsys.readouterr().err == (
        "--display: expected one or three different channels, numbers from 0 to 3, found [3, 2, 4]\n"
    )
