"""Optimized pictures: stronger than any noise or photograph, the same whatever is optimized beside them."""

from __future__ import annotations

from pathlib import Path

import keras
import numpy as np
import pytest

from convnet_gallery import load_network
from generator import images
from generator.analysis.optimization.maximization import Maximizer, Settings, canvas_size
from generator.engine.ascent import Ascent
from generator.engine.deconvnet import Deconvnet
from generator.errors import EngineError, SelectionError
from generator.networks.resizing import at_size
from tests.support import tiny

INPUTS = Path(__file__).parents[3] / "inputs"
FEW = Settings(size=16, steps=80)


@pytest.fixture(scope="module")
def network():
    return load_network(tiny.network())


@pytest.fixture(scope="module")
def maximizer(network):
    return Maximizer(network, "pool2", FEW)


@pytest.fixture(scope="module")
def together(maximizer):
    jobs = [(feature, seed) for seed in range(2) for feature in range(9)]
    return dict(zip(jobs, maximizer.optimized(jobs), strict=True))


@pytest.mark.parametrize(
    "jobs",
    [[(4, 0)], [(8, 0), (4, 0)], [(4, 1), (3, 0), (4, 0)], [(feature, 0) for feature in range(8, -1, -1)]],
)
def test_a_picture_does_not_depend_on_the_others(maximizer, together, jobs):
    for job, one in zip(jobs, maximizer.optimized(jobs), strict=True):
        np.testing.assert_array_equal(one.picture, together[job].picture)
        assert one.mean == together[job].mean


def test_another_seed_gives_another_picture(together):
    assert (together[4, 0].picture != together[4, 1].picture).mean() > 0.5


def test_every_feature_rises(network, together):
    first = Maximizer(network, "pool2", Settings(size=16, steps=1))
    starts = first.optimized([(feature, 0) for feature in range(9)])
    assert all(together[feature, 0].mean > start.mean + 1 for feature, start in enumerate(starts))


def test_it_raises_features_more_than_any_photograph_does():
    network = load_network("squeezenet", input_size=96)
    engine = Deconvnet(network.model)
    photographs = [images.fit(images.read(path), (96, 96)) for path in sorted(INPUTS.glob("*.jpg"))]
    inputs = np.concatenate([network.preprocess(photograph) for photograph in photographs])
    features = [0, 2, 4, 5]
    found = Maximizer(network, "fire9", Settings(size=96, steps=32)).optimized([(one, 0) for one in features])
    for feature, one in zip(features, found, strict=True):
        means, _ = Ascent(engine.steps, "fire9", engine.dtype)(inputs, [feature] * len(inputs))
        assert one.mean > 2 * means.max()


def test_the_mean_is_that_of_the_picture_kept(network, together):
    network = load_network(tiny.network())
    engine = Deconvnet(network.model)
    found = Maximizer(network, "pool2", Settings(size=17, steps=4))
    (one,) = found.optimized([(3, 0)])
    assert one.picture.shape == (17, 15, 3)
    means, _ = Ascent(engine.steps, "pool2", engine.dtype)(one.picture[np.newaxis].astype(np.float32), [3])
    assert one.mean == pytest.approx(means[0], rel=1e-4)


def test_a_sign_lowers(network):
    low, start = (
        next(Maximizer(network, "pool2", Settings(16, steps, sign=-1)).optimized([(4, 0)]))
        for steps in (80, 1)
    )
    assert low.mean < start.mean - 1


def test_phases_raise_a_class(network):
    (one,) = Maximizer(network, "predictions", Settings(16, 30, "phase")).optimized([(2, 0)])
    (few,) = Maximizer(network, "predictions", Settings(16, 1, "phase")).optimized([(2, 0)])
    assert one.mean > few.mean


def test_an_unknown_feature_is_refused(maximizer):
    with pytest.raises(SelectionError, match="layer 'pool2': no feature 9; the layer has features 0 to 8"):
        list(maximizer.optimized([(3, 0), (9, 0)]))


def test_overflow_is_refused():
    model = tiny.network()
    model.get_layer("conv1").set_weights([np.full((3, 3, 3, 6), 1e38), np.zeros(6)])
    with pytest.raises(EngineError, match="'conv1': its activations overflow"):
        list(Maximizer(load_network(model), "conv1", FEW).optimized([(0, 0)]))


def test_a_canvas_has_the_proportions_of_the_input_and_is_no_larger(network):
    assert canvas_size(network, 16) == (16, 14)
    assert canvas_size(network, 128) == (17, 15)


def convolutional():
    keras.utils.set_random_seed(1)
    image = keras.Input((32, 32, 3))
    x = keras.layers.Conv2D(4, 3, strides=2, padding="same", activation="relu", name="conv")(image)
    x = keras.layers.GlobalAveragePooling2D()(x)
    return keras.Model(image, keras.layers.Dense(3, name="classes")(x))


def test_a_network_takes_the_size_of_the_canvas():
    network = load_network(convolutional())
    sized = at_size(network, "classes", (20, 20))
    assert sized.input_shape == (20, 20, 3)
    for own, other in zip(network.model.get_weights(), sized.model.get_weights(), strict=True):
        np.testing.assert_array_equal(own, other)


def test_below_dense_layers_it_does_so_too(network):
    assert at_size(network, "pool2", (12, 10)).input_shape == (12, 10, 3)


def test_behind_them_the_canvas_is_stretched(network):
    assert at_size(network, "dense", (12, 10)) is network
    (one,) = Maximizer(network, "dense", Settings(size=12, steps=3)).optimized([(1, 0)])
    assert one.picture.shape == (12, 11, 3)


def test_a_grey_network_gets_grey_pictures():
    image = keras.Input((12, 12, 1))
    model = keras.Model(image, keras.layers.Conv2D(2, 3, name="conv")(image))
    (one,) = Maximizer(load_network(model), "conv", FEW).optimized([(1, 0)])
    assert one.picture.shape == (12, 12, 1)
