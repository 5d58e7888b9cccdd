"""Maxima of maps: for every operation those of Keras's own maps, whatever else is in the batch."""

from __future__ import annotations

from math import prod

import keras
import numpy as np
import pytest

from generator.engine import graph
from generator.engine.compiled import compiled
from generator.engine.maxima import BATCH, Maxima
from tests.support import tiny
from tests.support.operations import SAMPLES

RANDOM = np.random.default_rng(17)


def model_of(kind):
    image = keras.Input((8, 8, 3))
    return keras.Model(
        image, SAMPLES[kind](keras.layers.Conv2D(4, 3, padding="same", activation="relu")(image))
    )


def brute_force(maps):
    """Return the maxima (N, features) of maps (N, ..., features)."""
    return maps.reshape(len(maps), prod(maps.shape[1:-1]), maps.shape[-1]).max(axis=1)


@pytest.fixture(scope="module")
def steps():
    return graph.read(tiny.network())


@pytest.fixture(scope="module")
def layers(steps):
    return [step.name for step in steps]


@pytest.fixture(scope="module")
def images():
    return RANDOM.normal(0, 40, (20, 17, 15, 3)).astype(np.float32)


@pytest.fixture(scope="module")
def maxima(steps, layers):
    return Maxima(steps, layers, "float32")


def test_they_are_those_of_the_maps_that_keras_gives(steps, layers, images, maxima):
    model = tiny.network()
    named = [step.name for step in steps if step.name in {layer.name for layer in model.layers}]
    assert len(named) > 5
    own = Maxima(steps, named, "float32").of(images[:BATCH])
    outputs = keras.Model(model.input, [model.get_layer(name).output for name in named])(images[:BATCH])
    every = [brute_force(keras.ops.convert_to_numpy(output)) for output in outputs]
    ends = [step for step in steps if step.name == named[-1]]
    kept = sum(step.shape[-1] for step in steps if step.name in named)
    assert (own.shape, own.dtype, len(ends)) == ((BATCH, kept), np.float32, 1)
    np.testing.assert_allclose(own, np.concatenate(every, axis=1), rtol=2e-5, atol=2e-4)


def test_a_layer_has_its_maxima_in_the_order_asked_for(steps, images):
    first, second = "pool1", "conv1"
    both = Maxima(steps, [first, second], "float32").of(images[:3])
    other = Maxima(steps, [second, first], "float32").of(images[:3])
    features = {step.name: step.shape[-1] for step in steps}
    np.testing.assert_array_equal(both[:, : features[first]], other[:, features[second] :])
    np.testing.assert_array_equal(both[:, features[first] :], other[:, : features[second]])


@pytest.mark.parametrize("count", [1, 5, 7])
def test_bits_do_not_depend_on_the_others_in_the_batch(maxima, images, count):
    whole = maxima.of(images[:BATCH])
    np.testing.assert_array_equal(maxima.of(images[:count]), whole[:count])
    np.testing.assert_array_equal(maxima.of(images[:BATCH][::-1]), whole[::-1])


def test_nothing_below_the_layers_asked_for_is_computed(steps, images):
    first = next(step for step in steps if step.name == "conv1")
    above = [step for step in steps if step.name != "conv1"]
    own = Maxima([*steps[: steps.index(first) + 1], *above[steps.index(first) + 1 :]], ["conv1"], "float32")
    assert own.of(images[:1]).shape == (1, first.shape[-1])


@pytest.mark.parametrize("layer", ["conv1", "pool1"])
def test_infinity_passes_rectifiers_and_poolings(steps, images, layer):
    spoilt = images[:2].copy()
    spoilt[1, 8, 8, 0] = np.inf
    found = Maxima(steps, [layer], "float32").of(spoilt)
    assert np.isfinite(found[0]).all()
    assert np.isinf(found[1]).any()


@pytest.mark.parametrize("kind", sorted(SAMPLES))
def test_every_rule_takes_several_pictures(kind):
    keras.utils.set_random_seed(3)
    model = model_of(kind)
    steps = graph.read(model)
    images = RANDOM.normal(0, 3, (3, 8, 8, 3)).astype(np.float32)

    def outputs(batch):
        maps = {graph.IMAGE: keras.ops.convert_to_tensor(batch)}
        for step in steps:
            maps[step.name] = step.rule.output(*(maps[name] for name in step.inputs))
        return maps[steps[-1].name]

    together = keras.ops.convert_to_numpy(compiled(outputs)(images))
    alone = [keras.ops.convert_to_numpy(passes_of(steps, image[None])) for image in images]
    np.testing.assert_allclose(together, np.concatenate(alone), rtol=1e-5, atol=1e-5)


def passes_of(steps, image):
    """Return the last map of the ordinary forward pass of one picture."""
    from generator.engine import passes

    return passes.forward(steps, keras.ops.convert_to_tensor(image)).activations[steps[-1].name]
