"""The max pooling with holes is the slow, plain one, and a model that has it can be saved and loaded."""

import keras
import numpy as np
import pytest
from keras import layers

from generator.engine import graph
from generator.networks import model_file
from generator.networks.dilated_pooling import DilatedMaxPooling2D
from tests.support import reference

RANDOM = np.random.default_rng(12)


@pytest.mark.parametrize(("size", "dilation"), [(2, 1), (2, 2), (2, 3), (3, 2)])
def test_it_takes_the_largest_of_its_taps(size, dilation):
    image = -RANDOM.uniform(1, 2, (2, 9, 8, 3)).astype(np.float32)  # padding by zeros would be seen
    pooled = np.asarray(DilatedMaxPooling2D(size, dilation)(image))
    for one, found in zip(image, pooled, strict=True):
        best, _ = reference.switches(one, (size, size), (1, 1), "same", (dilation, dilation))
        np.testing.assert_array_equal(found, best.astype(np.float32))


def test_a_saved_model_loads_and_is_supported(tmp_path):
    image = layers.Input((9, 8, 3))
    x = layers.Conv2D(4, 3, activation="relu", name="conv")(image)
    model = keras.Model(image, DilatedMaxPooling2D(2, 2, name="pool")(x))
    model.save(tmp_path / "saved.keras")
    loaded = model_file.load(tmp_path / "saved.keras")
    batch = RANDOM.normal(size=(1, 9, 8, 3)).astype(np.float32)
    np.testing.assert_array_equal(loaded(batch), model(batch))
    assert loaded.get_layer("pool").get_config() == model.get_layer("pool").get_config()
    assert graph.unsupported(loaded) == []
