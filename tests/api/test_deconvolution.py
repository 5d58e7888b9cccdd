"""Several pictures: one at a time, compiled once, and a picture that fails is named."""

from __future__ import annotations

import gc
import weakref
from collections.abc import Iterator

import keras
import numpy as np
import pytest
from PIL import Image

from generator import deconvolve, load_network
from generator.analysis.forward_pass import look
from generator.errors import EngineError, ImageError, NetworkError
from tests.support import tiny

LAYERS = ["pool1", "predictions"]
RANDOM = np.random.default_rng(4)


@pytest.fixture(scope="module")
def network():
    return load_network(tiny.network())


@pytest.fixture(scope="module")
def pictures():
    return [RANDOM.integers(0, 256, (17, 15, 3), np.uint8) for _ in range(3)]


@pytest.mark.parametrize("kind", [list, tuple, iter])
def test_several_pictures_give_the_result_of_each(network, pictures, kind):
    results = deconvolve(network, kind(pictures), LAYERS, 2, method="guided")
    assert isinstance(results, Iterator)
    for picture, result in zip(pictures, results, strict=True):
        alone = deconvolve(network, picture, LAYERS, 2, method="guided")
        for name in LAYERS:
            np.testing.assert_array_equal(result.layers[name].features, alone.layers[name].features)
            np.testing.assert_array_equal(
                result.layers[name].reconstructions, alone.layers[name].reconstructions
            )


def test_paths_and_images_may_be_mixed(network, pictures, tmp_path):
    path = tmp_path / "one.png"
    Image.fromarray(pictures[0]).save(path)
    by_path, by_image = deconvolve(network, [path, Image.fromarray(pictures[1])], LAYERS, 1)
    np.testing.assert_array_equal(by_path.input, pictures[0])
    np.testing.assert_array_equal(by_image.input, pictures[1])
    assert (by_path.path, by_image.path) == (path, None)


def test_they_are_compiled_once(pictures):
    network = load_network(keras.models.clone_model(tiny.network()))
    results = deconvolve(network, pictures, LAYERS, 2)
    next(results)
    engine = look(network, pictures[0], LAYERS).engine
    made = [*engine._forwards.values(), *engine._backwards.values()]
    assert len(engine._forwards) == 1
    assert len(list(results)) == 2
    assert [*engine._forwards.values(), *engine._backwards.values()] == made
    assert look(network, pictures[2], LAYERS).engine is engine


def test_nothing_is_computed_or_kept_unasked(network):
    opened = []

    def pictures():
        for number in range(3):
            opened.append(number)
            yield np.full((17, 15, 3), number, np.uint8)

    results = deconvolve(network, pictures(), LAYERS, 1)
    assert opened == []
    first = weakref.ref(next(results).layers["pool1"].reconstructions)
    gc.collect()
    assert (opened, first()) == ([0], None)


def test_a_picture_that_fails_is_named_and_the_others_follow(network, pictures, tmp_path):
    missing = tmp_path / "none.png"
    damaged = np.full((17, 15, 3), np.nan, np.float32)
    results = deconvolve(network, [pictures[0], missing, damaged, None, pictures[1]], LAYERS, 1)
    np.testing.assert_array_equal(next(results).input, pictures[0])
    for message in (
        f"{missing}: no such file",
        "`image[2]`: expected finite numbers in the float array. Received: NaN or infinity",
        "`image[3]`: expected a path, a PIL image, an (H, W, 3), (H, W, 1) or (H, W) uint8 array or a float "
        "array of shape (17, 15, 3). Received: None",
    ):
        with pytest.raises(ImageError) as error:
            next(results)
        assert str(error.value) == message
    np.testing.assert_array_equal(next(results).input, pictures[1])
    assert next(results, None) is None


def test_an_overflow_names_the_picture(tmp_path):
    model = keras.Sequential([keras.Input((4, 4, 3)), keras.layers.Conv2D(2, 1, name="conv")])
    model.layers[0].set_weights([np.full((1, 1, 3, 2), 1e38, np.float32), np.zeros(2, np.float32)])
    path = tmp_path / "white.png"
    Image.new("RGB", (4, 4), "white").save(path)
    array = np.full((4, 4, 3), 255, np.uint8)
    results = deconvolve(load_network(model), [str(path), array], ["conv"], 1)
    for place in (path, "`image[1]`"):
        with pytest.raises(EngineError) as error:
            next(results)
        message = "layer 'conv': its activations for this picture hold NaN or infinity"
        assert str(error.value) == f"{place}: {message}"


def test_wrong_layers_are_refused_before_a_picture_is_opened(network):
    with pytest.raises(NetworkError, match=r"^no layer 'pol1' in tiny; nearest: pool1; layers: "):
        deconvolve(network, ["none.jpg"], ["pol1"])


def test_no_pictures_give_no_results(network):
    assert list(deconvolve(network, [], LAYERS)) == []
