"""The generator as a user has it whose Keras computes with something else."""

import importlib.util
import sys
from pathlib import Path

import keras

from generator import cli, deconvolve, load_network

CHELSEA = Path(__file__).parents[2] / "inputs" / "chelsea.jpg"


def test_tensorflow_is_not_here():
    assert importlib.util.find_spec("tensorflow") is None
    assert keras.backend.backend() != "tensorflow"


def test_a_picture_is_deconvolved():
    seen = deconvolve(load_network("squeezenet"), CHELSEA, ["maxpool5"], memory_budget=2**27)
    assert [prediction.label for prediction in seen.predictions][:3] == ["Egyptian cat", "tabby", "tiger cat"]
    assert seen.layers["maxpool5"].reconstructions.shape == (3, 224, 224, 3)


def test_a_gallery_is_built(tiny_gallery):
    assert cli.main(["build", "--quiet"]) == 0
    assert cli.main(["check", "--site"]) == 0
    assert (tiny_gallery / "site" / "images" / "striped" / "squeezenet" / "maxpool1.svg").is_file()
    assert "tensorflow" not in sys.modules
