"""The networks that the guide exports from PyTorch are shown by the configurations beside them there."""

import shutil

import numpy as np
import pytest
from PIL import Image

from generator import cli, images, load_network
from tests.support.snippets import ROOT, blocks

PAGE = ROOT / "docs" / "how-to" / "own-network.md"


@pytest.fixture
def desk(request, monkeypatch):
    """Enter the folder where the snippets left their files, and save the configurations there."""
    folder = request.config.getoption("exports") / "guide"
    for block in blocks(PAGE.read_text(encoding="utf-8")):
        if block.language == "yaml":
            (folder / block.file).write_text(block.text, encoding="utf-8")
    (folder / "inputs").mkdir(exist_ok=True)
    shutil.copy(ROOT / "inputs" / "chelsea.jpg", folder / "inputs")
    monkeypatch.chdir(folder)
    return folder


def test_the_whole_example_makes_a_gallery(desk):
    assert cli.main(["build", "-c", "stripes.yml", "-o", "stripes-site"]) == 0
    assert (desk / "stripes-site" / "images" / "checked" / "index.html").exists()


def test_its_network_knows_its_pictures(desk):
    labels = (desk / "stripes.txt").read_text(encoding="utf-8").split()
    network = load_network(desk / "stripes.onnx", preprocessing="unit", labels=desk / "stripes.txt")
    assert {"edges", "parts", "classes"} <= {*network.layers}
    for number, label in enumerate(labels):
        picture = images.read(desk / "stripes" / f"{label}.png")
        assert np.argmax(network.model(network.preprocess(picture))) == number, label


def test_a_model_of_torchvision_makes_a_gallery(desk, capsys):
    assert cli.main(["models", "resnet18.onnx"]) == 0
    assert "  layer1.0.conv1 " in capsys.readouterr().out
    Image.new("RGB", (32, 32)).save(desk / "inputs" / "chelsea.jpg")
    assert cli.main(["build", "-c", "torch.yml", "-o", "torch-site"]) == 0


def test_a_model_of_timm_is_supported(desk, capsys):
    assert cli.main(["models", "mobilenetv3.onnx"]) == 0
    assert "every operation has a rule" in capsys.readouterr().out
