"""The public function ``optimize``: shapes, and what it refuses."""

from __future__ import annotations

import numpy as np
import pytest

from convnet_gallery import GalleryError, load_network, optimize
from tests.support import tiny


@pytest.fixture(scope="module")
def network():
    return load_network(tiny.network())


def test_every_layer_has_its_pictures(network):
    found = optimize(network, {"pool2": [3, 1, 8], "predictions": np.array([2])}, size=12, steps=2)
    assert {layer: (one.shape, one.dtype.name) for layer, one in found.items()} == {
        "pool2": ((3, 12, 11, 3), "uint8"),
        "predictions": ((1, 12, 11, 3), "uint8"),
    }
    again = optimize(network, {"pool2": [1]}, size=12, steps=2)
    np.testing.assert_array_equal(again["pool2"][0], found["pool2"][1])


@pytest.mark.parametrize(
    ("named", "said"),
    [
        ({"features": {}}, "at least one feature of each layer"),
        ({"features": {"pool2": []}}, "at least one feature of each layer"),
        ({"features": {"pool3": [1]}}, "no layer 'pool3' in tiny; nearest: pool2"),
        ({"features": {"pool2": [9]}}, "no feature 9"),
        ({"size": 2}, "`size` must be a whole number from 4 to 1024. Received: 2"),
        ({"steps": 0}, "`steps` must be a whole number from 1 to"),
        ({"steps": 1.5}, "`steps` must be a whole number"),
        (
            {"parametrization": "pixels"},
            "`parametrization` must be one of fourier, phase. Received: 'pixels'",
        ),
        ({"random_seed": "a"}, "`random_seed` must be a whole number"),
        ({"sign": 0}, "`sign` must be 1 or -1. Received: 0"),
    ],
)
def test_wrong_arguments_are_refused(network, named, said):
    with pytest.raises(GalleryError) as caught:
        optimize(network, **{"features": {"pool2": [1]}} | named)
    assert said in str(caught.value)
