"""A network that goes to another process has the same numbers there."""

from __future__ import annotations

import pickle

import keras
import numpy as np
import pytest

from generator.errors import NetworkError
from generator.networks.dilated_pooling import DilatedMaxPooling2D
from generator.networks.network import Network, from_outside
from generator.networks.preprocessing import TORCH
from generator.networks.shipping import arrived, shipped
from tests.support import tiny


def dilated():
    image = keras.Input((12, 12, 3))
    maps = DilatedMaxPooling2D(3, 2, name="pool")(keras.layers.Conv2D(4, 3, name="conv")(image))
    return keras.Model(image, keras.ops.add(maps, 1.0), name="dilated")


@pytest.mark.parametrize("make", [tiny.network, dilated])
def test_it_comes_back_to_the_last_bit(tmp_path, make):
    network = from_outside(make(), preprocessing=TORCH, classes=(("n1", "cat"),))
    parcel = pickle.loads(pickle.dumps(shipped(network, tmp_path)))
    assert parcel.network.model is None
    found = arrived(parcel)
    batch = np.random.default_rng(2).normal(0, 9, (1, *network.input_shape)).astype(np.float32)
    np.testing.assert_array_equal(found.model(batch), network.model(batch))
    assert [layer.name for layer in found.model.layers] == [layer.name for layer in network.model.layers]
    facts = set(Network.__dataclass_fields__) - {"model"}
    assert {name: getattr(found, name) for name in facts} == {name: getattr(network, name) for name in facts}


def test_a_model_with_code_is_refused(tmp_path):
    image = keras.Input((8, 8, 3))
    network = from_outside(keras.Model(image, keras.layers.Lambda(lambda x: x * 2)(image), name="odd"))
    with pytest.raises(NetworkError) as caught:
        arrived(shipped(network, tmp_path))
    assert str(caught.value) == (
        "odd: cannot be given to other processes: contains a Lambda layer, which would run code from the "
        "file; replace it by layers and save again"
    )
