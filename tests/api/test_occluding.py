"""The public function ``occlude``: chosen features, and what it refuses."""

from __future__ import annotations

import numpy as np
import pytest

from convnet_gallery import GalleryError, load_network, occlude
from generator.analysis.occlusion import Occluder
from tests.support import tiny

PICTURE = np.random.default_rng(4).integers(0, 256, (17, 15, 3), np.uint8)


@pytest.fixture(scope="module")
def network():
    return load_network(tiny.network())


def test_the_features_asked_for_are_followed(network):
    found = occlude(network, PICTURE, {"pool2": [7, 2]}, patch=4, grid=3)
    whole = Occluder(network, ["pool2"], 4, 3).occlude(PICTURE)
    np.testing.assert_array_equal(found.strengths["pool2"], whole.strengths["pool2"][..., [7, 2]])
    np.testing.assert_array_equal(found.logits, whole.logits)
    assert found.logits.shape == (3, 3, 4)
    assert found.patch == 4


@pytest.mark.parametrize(
    ("named", "said"),
    [
        ({"features": {"pool2": []}}, "at least one feature of each layer"),
        ({"features": {"pool3": [1]}}, "no layer 'pool3' in tiny; nearest: pool2"),
        ({"features": {"pool2": [9]}}, "layer 'pool2': no feature 9; the layer has features 0 to 8"),
        ({"patch": 18}, "`patch` must be from 1 to 17. Received: 18"),
        ({"grid": 0}, "`grid` must be from 1 to 15. Received: 0"),
        ({"grid": 2.5}, "`grid` must be a whole number"),
        ({"fit": "squeeze"}, "`fit` must be one of crop, pad, stretch"),
    ],
)
def test_wrong_arguments_are_refused(network, named, said):
    with pytest.raises(GalleryError) as caught:
        occlude(network, PICTURE, **named)
    assert said in str(caught.value)
