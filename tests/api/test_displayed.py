"""A result is the record of the analysis, and prints as one line."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from generator import deconvolve, load_network
from generator.api.displayed import Displayed
from generator.records import Prediction, Visualization
from tests.support import tiny


@pytest.fixture(scope="module")
def result() -> Displayed:
    return deconvolve(load_network(tiny.network()), tiny.picture()[0], ["pool1", "predictions"], 2)


def test_a_result_is_the_record_with_its_network(result):
    assert isinstance(result, Visualization)
    assert list(result.layers) == ["pool1", "predictions"]
    assert result.provenance["method"] == "deconvnet"
    assert result.of.name == result.network == "tiny"
    assert result.path is None


def test_its_repr_is_one_line(result):
    assert repr(result) == "<Result of tiny by deconvnet: pool1 (2), predictions (2)>"
    layer = result.layers["pool1"]
    features = ", ".join(map(str, layer.features))
    assert repr(layer) == (
        f"<LayerResult of features [{features}]: activations (2, 5, 4), reconstructions (2, 17, 15, 3)>"
    )


def test_its_repr_names_picture_and_best_class(result, tmp_path):
    many = {f"layer{number}": result.layers["pool1"] for number in range(7)}
    guesses = (Prediction("n1", "tabby", 0.7142), Prediction("n2", "tiger", 0.2))
    shown = replace(
        result, layers=many, predictions=guesses, measure="probability", path=tmp_path / "cat.jpg"
    )
    assert repr(shown) == (
        f"<Result of tiny by deconvnet for {tmp_path / 'cat.jpg'}: layer0 (2), layer1 (2), layer2 (2), "
        "layer3 (2), layer4 (2), and 2 more; tabby, 71.4 %>"
    )
    assert np.shares_memory(shown.layers["layer0"].features, result.layers["pool1"].features)
