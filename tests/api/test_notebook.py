"""What a notebook shows of a result: everything, safely, and beside others."""

from __future__ import annotations

import re
from dataclasses import replace

import numpy as np
import pytest
from IPython.core.formatters import DisplayFormatter

from generator import deconvolve, load_network
from generator.api.displayed import Displayed
from generator.records import Prediction
from tests.support import tiny

HOSTILE = "</table><script>alert(1)</script>"


@pytest.fixture(scope="module")
def network():
    return load_network(tiny.network())


@pytest.fixture(scope="module")
def picture():
    return np.random.default_rng(3).integers(0, 256, (17, 15, 3), dtype=np.uint8)


@pytest.fixture(scope="module")
def shown(network, picture) -> Displayed:
    return deconvolve(
        network, picture, layers=["pool1", "conv1:preactivation", "predictions"], top_features=2
    )


def displayed(value: object) -> str:
    """Return the HTML that IPython takes from a value at the end of a cell."""
    content, _ = DisplayFormatter().format(value)
    assert "text/plain" in content
    return content["text/html"]


def ids(html: str) -> list[str]:
    return re.findall(r'\bid="([^"]+)"', html)


def test_it_shows_picture_and_layers_with_indexes(shown):
    html = displayed(shown)
    assert html.count("<img ") == html.count("<svg ") == 1
    assert html.count('class="pair"') == 6
    for name, result in shown.layers.items():
        for feature in result.features:
            assert f"{name}, feature {feature} (strength" in html
    assert "<p><small>tiny, deconvnet, weights: the model&#x27;s own</small></p>" in html
    assert "receptive " in html
    assert "<table" not in html


def test_predictions_are_shown_and_words_are_text(shown):
    guesses = (Prediction("n1", "tabby & co", 0.7142), Prediction("n2", HOSTILE, 0.25))
    html = displayed(replace(shown, predictions=guesses, network=HOSTILE, measure="probability"))
    assert "tabby &amp; co</td><td>71.4 %</td>" in html
    logits = displayed(replace(shown, predictions=guesses, measure="logit"))
    assert "tabby &amp; co</td><td>logit 0.714</td>" in logits
    assert "<script" not in html
    assert html.count("</table>") == 1


def test_two_results_share_no_id_and_one_shown_twice_is_the_same(shown, network, picture):
    other = deconvolve(network, picture, layers=["pool1"], top_features=2)
    assert len(ids(displayed(shown))) == len(set(ids(displayed(shown)))) > 20
    assert not set(ids(displayed(shown))) & set(ids(displayed(other)))
    assert displayed(shown) == displayed(shown)


def test_numbers_in_place_of_a_picture_are_drawn_on_grey(network):
    html = displayed(deconvolve(network, tiny.picture()[0], layers=["pool1"]))
    assert "<img" not in html
    assert html.count('class="pair"') == 3


@pytest.mark.parametrize("channels", [1, 2, 5])
def test_any_number_of_channels_has_a_figure(channels):
    import keras

    image = keras.Input((8, 8, channels))
    output = keras.layers.MaxPooling2D(name="pool")(keras.layers.Conv2D(3, 3, activation="relu")(image))
    html = displayed(
        deconvolve(load_network(keras.Model(image, output)), np.ones((8, 8, channels), np.float32))
    )
    assert html.count("<svg") == 1
    assert html.count("<img") == (0 if channels == 1 else 1)


def test_a_known_network_says_what_a_unit_sees(picture):
    network = load_network("squeezenet", variant="atrous", input_size=(64, 64))
    html = displayed(deconvolve(network, picture, layers=["maxpool1"], top_features=1))
    assert "field 7 px" in html
    assert html.count("<tr>") == 5
    whole = displayed(network)
    assert len(whole) < 10_000  # 28,958 characters of repr before
    assert whole.count("<tr><td>") == len(network.layers)
    assert "<tr><td>maxpool1</td><td>MaxPooling2D</td><td>15 x 15 x 64</td><td>7 x 7 px</td></tr>" in whole


def test_the_names_in_a_network_are_text(network):
    layers = {HOSTILE: replace(network.layers["pool1"], name=HOSTILE)}
    html = displayed(replace(network, name=HOSTILE, layers=layers))
    assert "<script" not in html
    assert html.count("alert(1)") == 2
    assert html.count("</table>") == 1
