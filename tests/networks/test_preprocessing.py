"""Preprocessing gives, bit for bit, what Keras gives."""

import numpy as np
import pytest
from PIL import Image

from generator.networks import own, preprocessing, registry

PICTURE = np.random.default_rng(5).integers(0, 256, (7, 9, 3), np.uint8)
MODES = {
    "vgg19": "vgg19",
    "resnet50": "resnet50",
    "inceptionv3": "inception_v3",
    "mobilenetv2": "mobilenet_v2",
    "densenet121": "densenet",
}


@pytest.mark.parametrize("name", MODES)
def test_a_network_sees_what_keras_would_give_it(name):
    import keras

    wanted = getattr(keras.applications, MODES[name]).preprocess_input(PICTURE.astype(np.float32)[np.newaxis])
    found = registry.entry(name).weights["imagenet"].preprocessing.apply(PICTURE)
    assert found.dtype == np.float32
    np.testing.assert_array_equal(found, wanted)


def test_efficientnet_lite_sees_eight_bits_exactly():
    found = preprocessing.LITE.apply(PICTURE)
    np.testing.assert_array_equal(found, (PICTURE[np.newaxis].astype(np.float64) - 127) / 128)


def test_grey_is_that_of_pillow():
    ours = preprocessing.grey(PICTURE)
    np.testing.assert_array_equal(ours[..., 0], np.asarray(Image.fromarray(PICTURE).convert("L")))
    np.testing.assert_array_equal(preprocessing.grey(ours.repeat(3, axis=-1)), ours)


SCALES = [("none", 0, 255), ("unit", 0, 1), ("tf", -1, 1)]


@pytest.mark.parametrize(("mode", "black", "white"), SCALES)
def test_a_single_channel_is_scaled_as_three_are(mode, black, white):
    found = own.mode_of(mode, 1).apply(PICTURE)
    assert (found.shape, found.dtype) == ((1, 7, 9, 1), np.float32)
    wanted = black + (white - black) / 255 * preprocessing.grey(PICTURE).astype(np.float64)
    np.testing.assert_allclose(found[0], wanted, atol=1e-6)


@pytest.mark.parametrize(("mode", "black", "white"), SCALES)
def test_any_number_of_channels_is_scaled_in_its_order(mode, black, white):
    bands = np.dstack([PICTURE, 255 - PICTURE])
    scaled = own.mode_of(mode, 6)
    np.testing.assert_allclose(scaled.apply(bands)[0], black + (white - black) / 255 * bands, atol=1e-6)
    np.testing.assert_array_equal(scaled.colours(bands), bands)
    assert scaled.is_scaled == (mode != "none")


@pytest.mark.parametrize("order", ["rgb", "bgr"])
def test_colours_come_back_in_the_order_of_the_picture(order):
    ours = preprocessing.Preprocessing(order)
    np.testing.assert_array_equal(ours.colours(ours.apply(PICTURE))[0], PICTURE)
