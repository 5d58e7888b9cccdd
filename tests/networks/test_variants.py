"""Variants and sizes: the same weights in another form say the same, at more places."""

import gc
from dataclasses import replace

import numpy as np
import pytest

from generator import deconvolve, load_network
from generator.errors import NetworkError
from generator.networks import registry, tables
from generator.networks.choice import known
from generator.networks.network import measured
from tests import tapes

RANDOM = np.random.default_rng(41)
VARIANTS = [(name, variant) for name in registry.names() for variant in registry.variants(name) if variant]
FORMS = [(name, variant) for name in registry.names() for variant in registry.variants(name)]
CLASSIFIER = ["fc1", "fc2", "predictions"]


def noise(*size):
    return RANDOM.integers(0, 256, (*size, 3), np.uint8)


def activations(network, rgb, layers):
    """Return what Keras makes of a picture, by layer."""
    import keras

    outputs = [network.model.get_layer(layer).output for layer in layers]
    values = keras.Model(network.model.inputs, outputs)(network.preprocess(rgb))
    return {layer: np.asarray(value)[0] for layer, value in zip(layers, values, strict=True)}


def assert_close(found, expected):
    assert found.shape == expected.shape
    assert np.abs(found - expected).max() <= 1e-5 * np.abs(expected).max()


@pytest.mark.parametrize(("name", "variant"), VARIANTS)
def test_the_table_of_a_variant_says_what_keras_says(name, variant):
    assert tables.read(name, variant) == tables.measure(registry.build(name, variant=variant))


@pytest.mark.parametrize("name", registry.names())
def test_every_layer_of_the_atrous_variant_sees_as_far_as_the_plain_one(name):
    plain, atrous = (tables.read(name, variant) for variant in (None, "atrous"))
    sides = {layer.name: layer.receptive_field_px or 224 for layer in plain}
    assert {layer.name: layer.receptive_field_px or 224 for layer in atrous} == sides


def smallest(name, variant, classifies):
    sizes = registry.form(name, variant).smallest_px
    return sizes[1] if classifies else sizes[0]


@pytest.mark.parametrize("classifies", [False, True])
@pytest.mark.parametrize(("name", "variant"), FORMS)
def test_the_smallest_size_is_the_smallest(name, variant, classifies):
    least = smallest(name, variant, classifies)
    if least is None:
        assert any(layer.kind == "Dense" for layer in tables.read(name, variant))
        return
    model = registry.build(name, classifies, variant, (least, least + 1))
    assert min(side for layer in tables.measure(model) for side in layer.shape) >= 1
    with pytest.raises(ValueError, match="negative|zero|<= 0|less than"):
        registry.build(name, classifies, variant, (least + 1, least - 1))
