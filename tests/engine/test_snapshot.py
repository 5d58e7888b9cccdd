"""A change of a model's weights is noticed, whoever makes it; without one nothing is compiled again."""

import keras
import numpy as np
import pytest
from keras import layers

from generator import deconvolve, load_network
from generator.analysis.forward_pass import look
from generator.engine.snapshot import Snapshot


@pytest.fixture(scope="module")
def model():
    return small()


def small():
    keras.utils.set_random_seed(4)
    stack = [
        layers.Conv2D(4, 3, name="conv"),
        layers.BatchNormalization(),
        layers.MaxPooling2D(2, name="pool"),
    ]
    return keras.Sequential(
        [layers.Input((8, 8, 3)), *stack, layers.Flatten(), layers.Dense(3, name="dense")]
    )


def fit(model):
    model.compile("adam", "mse", run_eagerly=False)
    model.fit(np.random.default_rng(1).random((8, 8, 8, 3)), np.ones((8, 3)), verbose=0)


CHANGES = {
    "assign": lambda model: model.get_layer("conv").kernel.assign_add(np.ones((3, 3, 3, 4), np.float32)),
    "fit": fit,
    "set_weights": lambda model: model.set_weights([weight + 1 for weight in model.get_weights()]),
    "statistics": lambda model: model(np.ones((2, 8, 8, 3), np.float32), training=True),
    "swap": lambda model: model.get_layer("conv").kernel.assign(model.get_layer("conv").kernel[..., ::-1]),
}


@pytest.mark.parametrize("change", CHANGES)
def test_new_weights_give_the_new_result(model, change):
    network = load_network(model)
    picture = np.random.default_rng(2).random((8, 8, 3)).astype(np.float32)
    chosen = {"pool": [0, 3]}
    old = deconvolve(network, picture, features=chosen).layers["pool"].reconstructions
    CHANGES[change](model)
    found = deconvolve(load_network(model), picture, features=chosen).layers["pool"].reconstructions
    copy = keras.models.clone_model(model)
    copy.set_weights(model.get_weights())
    expected = deconvolve(load_network(copy), picture, features=chosen).layers["pool"].reconstructions
    np.testing.assert_array_equal(found, expected)
    assert not np.array_equal(found, old)


def test_the_same_weights_compile_nothing(model):
    network, picture = load_network(model), np.zeros((8, 8, 3), np.float32)
    engine = look(network, picture, ["pool"]).engine
    model.set_weights(model.get_weights())
    model.trainable = not model.trainable
    assert look(load_network(model), picture, ["pool"]).engine is engine


def test_other_arguments_give_another_result():
    model = small()
    network, picture = load_network(model), np.random.default_rng(2).random((8, 8, 3)).astype(np.float32)
    assert deconvolve(network, picture, ["conv"], 1).layers["conv"].activations.min() < 0
    model.get_layer("conv").activation = keras.activations.relu
    assert deconvolve(load_network(model), picture, ["conv"], 1).layers["conv"].activations.min() == 0


def test_arguments_of_a_model_in_the_model_are_compared():
    outer = keras.Sequential([layers.Input((8, 8, 3)), small()])
    before = Snapshot(outer)
    assert before.shows(outer)
    outer.layers[0].get_layer("pool").pool_size = (3, 3)
    assert not before.shows(outer)


def test_other_variables_are_other_weights():
    model = small()
    before = Snapshot(model)
    assert before.shows(model)
    model.get_layer("dense").enable_lora(2)
    assert not before.shows(model)
