"""Models with their channels first compute the same with them last, or are refused by the layer's name."""

import keras
import numpy as np
import pytest
from keras import layers

from generator import load_network
from generator.errors import NetworkError
from generator.networks import channel_order

FIRST = {"data_format": "channels_first"}


def scrambled(model, seed=5):
    """Return the model with weights that are nowhere zero or one, statistics among them."""
    random = np.random.default_rng(seed)
    model.set_weights([random.uniform(0.1, 0.9, array.shape) for array in model.get_weights()])
    return model


def branching():
    """Return a model of every layer whose order matters, with a model inside it."""
    inside = layers.Input((4, 8, 6))
    inner = keras.Model(inside, layers.UpSampling2D(2, **FIRST)(layers.ReLU()(inside)), name="inner")
    image = layers.Input((3, 16, 12))
    x = layers.Conv2D(4, 3, padding="same", activation="relu", name="conv", **FIRST)(image)
    x = layers.BatchNormalization(axis=1)(x)
    y = inner(layers.MaxPooling2D(2, name="pool", **FIRST)(x))
    x = layers.Concatenate(axis=1)([x, layers.DepthwiseConv2D(3, padding="same", **FIRST)(y)])
    x = layers.AveragePooling2D(2, **FIRST)(layers.ZeroPadding2D(1, **FIRST)(x))
    ends = [layers.Flatten()(x), layers.Flatten(**FIRST)(x), layers.GlobalAveragePooling2D(**FIRST)(x)]
    return keras.Model(image, layers.Dense(5, name="classes")(layers.Concatenate()(ends)), name="branching")


def test_the_same_is_computed_with_the_channels_last():
    model = scrambled(branching())
    last = channel_order.channels_last(model)
    x = np.random.default_rng(1).normal(size=(2, 3, 16, 12)).astype("float32")
    assert last.input_shape == (None, 16, 12, 3)
    assert not channel_order.is_first(last)
    np.testing.assert_allclose(last(x.transpose(0, 2, 3, 1)), model(x), rtol=1e-5)


def test_a_file_with_its_channels_first_is_a_network(tmp_path):
    branching().save(tmp_path / "first.keras")
    network = load_network(tmp_path / "first.keras", preprocessing="unit")
    assert network.input_shape == (16, 12, 3)
    assert network.layers["conv"].shape == (16, 12, 4)
    assert network.layers["pool"].shape == (8, 6, 4)
    assert not any("order" in name for name in network.layers)


def test_a_model_in_memory_is_read_with_its_channels_last():
    model = scrambled(branching())
    network = load_network(model)
    assert network.input_shape == (16, 12, 3)
    x = np.random.default_rng(1).normal(size=(1, 16, 12, 3)).astype("float32")
    np.testing.assert_allclose(network.model(x), model(x.transpose(0, 3, 1, 2)), rtol=1e-5)


@pytest.mark.parametrize(
    ("layer", "what"),
    [
        (layers.Dense(2, name="odd"), "a Dense beside layers with their channels first"),
        (layers.Permute((2, 3, 1), name="odd"), "a Permute beside layers with their channels first"),
        (layers.Conv2D(2, 1, activation="softmax", name="odd", **FIRST), "a softmax over the width"),
    ],
)
def test_a_layer_of_which_the_axes_mean_more_is_refused(layer, what):
    model = keras.Sequential([layers.Input((3, 8, 6)), layers.Conv2D(2, 3, **FIRST), layer])
    with pytest.raises(NetworkError) as error:
        channel_order.channels_last(model)
    assert str(error.value) == (
        f"layer 'odd': the model has its channels first, and this is {what}; build it with "
        'data_format="channels_last"'
    )
