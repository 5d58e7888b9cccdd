"""``gallery figure``: what it writes, what it takes from the configuration, and what it refuses."""

from __future__ import annotations

import io
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from PIL import Image
from pypdf import PdfReader

from generator import cli
from generator.networks import registry

ROOT = Path(__file__).parents[3]
MODELS = ", ".join(registry.names())
PANEL = ("inputs/red.png", "--model", "squeezenet", "--layer", "maxpool1", "--top-features", "2")


def figure(*arguments: str) -> int:
    return cli.main(["figure", *arguments])


@pytest.fixture
def gallery(tiny_gallery: Path) -> Path:
    """The small gallery, its output free for figures."""
    (tiny_gallery / "out").mkdir()
    return tiny_gallery


def test_a_picture_by_its_path_needs_no_configuration(
    gallery: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (gallery / "gallery_config.yml").unlink()
    assert figure(*PANEL, "-o", "out/red.svg") == 0
    svg = (gallery / "out" / "red.svg").read_text(encoding="utf-8")
    assert '<title id="figure-red-squeezenet-red.title">Red: maxpool1 of SqueezeNet 1.1</title>' in svg
    assert svg.count('class="pair"') == 2
    assert figure(*PANEL, "-o", "-") == 0
    printed = capsys.readouterr()
    assert printed.out == svg.replace("red-squeezenet-red", "red-squeezenet-maxpool1")
    assert printed.err == ""


def test_a_slug_brings_the_settings_of_the_gallery(gallery: Path) -> None:
    from_slug, from_options = gallery / "out" / "a.svg", gallery / "out" / "b" / "a.svg"
    from_options.parent.mkdir()
    assert figure("red", "-l", "maxpool1", "-o", str(from_slug)) == 0
    assert figure(*PANEL, "-o", str(from_options)) == 0
    assert from_slug.read_bytes() == from_options.read_bytes()
    assert figure("red", "-o", str(from_slug)) == 0
    svg = from_slug.read_text(encoding="utf-8")
    assert '<title id="figure-red-squeezenet-a.title">Red seen through SqueezeNet 1.1</title>' in svg
    assert svg.count('class="pair"') == 4


def test_fit_is_the_configurations_unless_an_option_says_otherwise(gallery: Path) -> None:
    with (gallery / "gallery_config.yml").open("a", encoding="utf-8") as config:
        config.write("fit: pad\n")
    target, wanted = gallery / "out" / "a.svg", gallery / "out" / "b" / "a.svg"
    wanted.parent.mkdir()
    for option, fit in ((), "pad"), (("--fit", "stretch"), "stretch"):
        assert figure("red", "-l", "maxpool1", *option, "-o", str(target)) == 0
        assert figure(*PANEL, "--fit", fit, "-o", str(wanted)) == 0
        assert target.read_bytes() == wanted.read_bytes()
        assert ("<clipPath" in target.read_text(encoding="utf-8")) == (fit == "pad")


def test_a_file_named_like_a_network_does_not_hide_it(gallery: Path) -> None:
    hiding = [Path(name) for name in ("squeezenet", "imagenet")]
    for path in hiding:
        path.touch()
    target = gallery / "out" / "hidden.svg"
    assert figure(*PANEL, "--weights", "imagenet", "-o", str(target)) == 0
    assert target.is_file()
    for path in hiding:
        path.unlink()


def test_features_are_named_by_number_and_by_class(gallery: Path) -> None:
    target = gallery / "out" / "red.svg"
    assert figure("red", "-l", "maxpool1", "--features", "44, 7", "-o", str(target)) == 0
    svg = target.read_text(encoding="utf-8")
    assert svg.index("maxpool1, feature 44 ") < svg.index("maxpool1, feature 7 ")
    assert figure("red", "-l", "predictions", "--features", "tabby", "-o", str(target)) == 0
    assert "class tabby, 281 " in target.read_text(encoding="utf-8")


def test_png_and_pdf_have_the_size_asked_for_and_the_same_bytes_again(gallery: Path) -> None:
    made = {}
    for name, options in {
        "a.png": (),
        "wide.png": ("--width", "501"),
        "dense.png": ("--dpi", "48"),
        "a.pdf": (),
        "A.PDF": (),
    }.items():
        assert figure(*PANEL, *options, "-o", f"out/{name}") == 0
        made[name] = (gallery / "out" / name).read_bytes()
    widths = {name: Image.open(io.BytesIO(made[name])).width for name in made if name.endswith("png")}
    assert widths == {"a.png": 2 * 1064, "wide.png": 501, "dense.png": 532}
    assert made["a.pdf"] == made["A.PDF"]
    assert figure(*PANEL, "-o", "out/a.png") == 0
    assert (gallery / "out" / "a.png").read_bytes() == made["a.png"]
    assert "maxpool1" in PdfReader(io.BytesIO(made["a.pdf"])).pages[0].extract_text()
    assert sorted(path.name for path in (gallery / "out").iterdir()) == sorted(made)


def test_views_are_named_by_an_option(gallery: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert figure(*PANEL, "--views", "seen, map", "-o", "out/seen.svg") == 0
    drawn = (gallery / "out" / "seen.svg").read_text(encoding="utf-8")
    assert re.findall(r'<view id="[^"]*-seen\.0\.([a-z.]+)"', drawn) == [
        "view",
        "plain",
        "seen",
        "map",
        "map.plain",
    ]
    assert figure(*PANEL, "--views", "map,map", "-o", "out/a.svg") == 2
    assert capsys.readouterr().err == "--views: 'map' is named twice; each view is shown once\n"
    assert figure(*PANEL, "--views", "maps", "-o", "out/a.svg") == 2
    assert "expected one of map, reconstruction, seen, found 'maps'" in capsys.readouterr().err


def test_what_is_kept_needs_no_tensorflow(gallery: Path) -> None:
    assert figure(*PANEL, "-o", "out/red.svg") == 0
    code = "import sys; from generator.cli import main; print(main(sys.argv[1:]), 'keras' in sys.modules)"
    again = [sys.executable, "-c", code, "figure", *PANEL, "-o", "out/again/red.svg"]
    (gallery / "out" / "again").mkdir()
    paths = os.pathsep.join([str(ROOT), os.environ.get("PYTHONPATH", "")])
    done = subprocess.run(
        again,
        env={**os.environ, "PYTHONPATH": paths},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert (done.stdout, done.stderr) == ("0 False\n", "")
    assert (gallery / "out" / "again" / "red.svg").read_bytes() == (gallery / "out" / "red.svg").read_bytes()


def test_a_model_of_ones_own_is_a_file(gallery: Path) -> None:
    from tests.support import tiny

    tiny.network().save(gallery / "mine.keras")
    assert figure("inputs/red.png", "-m", "mine.keras", "-l", "pool1", "-o", "out/red.svg") == 0
    assert "Red: pool1 of mine" in (gallery / "out" / "red.svg").read_text(encoding="utf-8")
    assert figure("red", "-m", "mine.keras", "--layer", "pol1", "-o", "out/red.svg") == 2


def test_a_model_of_the_configuration_brings_its_settings(
    gallery: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    from tests.support import tiny

    (gallery / "models").mkdir()
    tiny.network().save(gallery / "models" / "Mine 2.keras")
    (gallery / "labels.txt").write_text("a cat\na dog\nan owl\na bat\n")
    entry = "{name: models/Mine 2.keras, preprocessing: unit, labels: labels.txt, layers: [pool1]}"
    text = f"inputs: [inputs/]\nmodels:\n  - name: squeezenet\n  - {entry}\ntop_features: 2\n"
    (gallery / "gallery_config.yml").write_text(text)
    (gallery / "inputs" / "red.png").rename(gallery / "red.png")
    drawn = []
    for model in ("mine-2", "models/Mine 2.keras", "./models/../models/Mine 2.keras"):
        assert figure("red.png", "-m", model, "-o", "out/red.svg") == 0
        drawn.append((gallery / "out" / "red.svg").read_bytes())
    assert drawn[0] == drawn[1] == drawn[2]
    assert figure("red.png", "-m", "mine-2", "--preprocessing", "none", "-o", "out/red.svg") == 0
    assert (gallery / "out" / "red.svg").read_bytes() != drawn[0]
    assert figure("striped", "-m", "mine-2", "-l", "predictions", "-o", "out/red.svg") == 0
    assert "class a " in (gallery / "out" / "red.svg").read_text(encoding="utf-8")
    assert capsys.readouterr().err == ""
    assert figure("red.png", "-m", "mine", "-o", "out/red.svg") == 2
    assert capsys.readouterr().err == (
        f"--model: no model 'mine'; nearest: mine-2; known: {MODELS}; "
        "gallery_config.yml has: squeezenet, mine-2\n"
    )
    (gallery / "gallery_config.yml").unlink()
    assert figure("red.png", "-m", "models/Mine 2.keras", "-o", "out/red.svg") == 0
    assert "gets values from 0 to 255; set preprocessing: unit" in capsys.readouterr().err


REFUSED = {
    "unknown suffix": (
        (*PANEL, "-o", "out/a.gif"),
        "--output: expected a name that ends in .svg, .png or .pdf, found 'out/a.gif'",
    ),
    "no folder": ((*PANEL, "-o", "none/a.svg"), "--output: no folder 'none'"),
    "the picture itself": (
        (*PANEL, "-o", "inputs/../inputs/red.png"),
        "--output: 'inputs/../inputs/red.png' is an input of the figure; choose another file",
    ),
    "pixels of a PDF": ((*PANEL, "--dpi", "300", "-o", "a.pdf"), "--dpi: only a .png has pixels, not .pdf"),
    "no model": (
        ("inputs/red.png", "-o", "a.svg"),
        f"--model: missing; expected a .keras, .onnx or .h5 file or one of {MODELS}",
    ),
    "unknown model": (
        ("red", "-m", "squeezenett", "-o", "a.svg"),
        f"--model: no model 'squeezenett'; nearest: squeezenet; known: {MODELS}; "
        "gallery_config.yml has: squeezenet",
    ),
    "unknown layer": (
        (*PANEL, "-l", "fire10", "-o", "a.svg"),
        "--layer: no layer 'fire10' in squeezenet; nearest: fire9",
    ),
    "unknown feature": (
        (*PANEL, "--features", "7,64", "-o", "a.svg"),
        "--features: no feature 64 in maxpool1; it has 0 to 63",
    ),
    "features of no layer": (
        ("red", "--features", "7", "-o", "a.svg"),
        "--features: needs exactly one --layer, the layer of these features",
    ),
    "several at once": (
        (*PANEL, "--method", "guide", "--variant", "x", "-o", "a.svg"),
        "--method: expected one of deconvnet, guided, gradient, found 'guide' (text); nearest: guided\n"
        "--variant: no variant 'x' of squeezenet; known variants: plain, convolutional, atrous",
    ),
    "unknown slug": (
        ("rid", "-o", "a.svg"),
        "no picture 'rid': neither a file nor a picture of gallery_config.yml; nearest: red; "
        "pictures there: red, striped",
    ),
    "neither file nor configuration": (
        ("gallery_config.yaml", "-c", "none.yml", "-o", "a.svg"),
        "no picture 'gallery_config.yaml'; nearest: gallery_config.yml; "
        "it is not a file, and there is no none.yml to look it up in",
    ),
}


@pytest.mark.parametrize("case", REFUSED)
def test_what_is_wrong_is_said_before_anything_is_written(
    gallery: Path, capsys: pytest.CaptureFixture[str], case: str
) -> None:
    arguments, message = REFUSED[case]
    before = {path: path.read_bytes() for path in gallery.rglob("*") if path.is_file()}
    assert figure(*arguments) == 2
    assert capsys.readouterr() == ("", f"{message}\n")
    assert {path: path.read_bytes() for path in gallery.rglob("*") if path.is_file()} == before


def test_what_cannot_be_read_or_written_fails(gallery: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (gallery / "out" / "a.svg").mkdir()
    assert figure(*PANEL, "-o", "out/a.svg") == 1
    assert capsys.readouterr().err == "gallery: out/a.svg: Is a directory\n"
    assert [path.name for path in (gallery / "out").iterdir()] == ["a.svg"]
    (gallery / "text.jpg").write_text("no picture")
    assert figure("text.jpg", "-m", "squeezenet", "-o", "out/b.svg") == 1
    assert "text.jpg" in capsys.readouterr().err
    assert figure(*PANEL, "--width", "50000", "-o", "out/a.png") == 1
    message = "a PNG must have a width and at most 80,000,000 pixels; at 4511.28 dpi it has"
    assert message in capsys.readouterr().err
