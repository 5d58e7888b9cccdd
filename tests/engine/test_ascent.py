"""The means that optimized pictures raise, and their gradient, against Keras, the tape and differences."""

from __future__ import annotations

import keras
import numpy as np
import pytest

from generator.engine import graph
from generator.engine.ascent import Ascent
from generator.engine.subgraph import RAW, before_rectifiers, up_to
from tests.support import tiny

RANDOM = np.random.default_rng(23)


@pytest.fixture(scope="module")
def model():
    return tiny.network()


@pytest.fixture(scope="module")
def steps(model):
    return graph.read(model)


@pytest.fixture(scope="module")
def images():
    return RANDOM.normal(0, 1, (4, 17, 15, 3)).astype(np.float32)


def linear(model, name):
    """Return a Keras model of a layer without its activation."""
    twin = keras.models.clone_model(model)
    twin.set_weights(model.get_weights())
    layer = twin.get_layer(name)
    layer.activation = keras.activations.linear
    return keras.Model(twin.input, layer.output)


def test_the_mean_is_that_before_the_activation(model, steps, images):
    means, _ = Ascent(steps, "conv1", "float32")(images, [0, 1, 2, 5])
    maps = keras.ops.convert_to_numpy(linear(model, "conv1")(images))
    np.testing.assert_allclose(means, maps.mean((1, 2))[range(4), [0, 1, 2, 5]], rtol=1e-5, atol=1e-6)
    assert means.min() < 0


def test_a_dense_layer_has_no_mean_to_take(model, steps, images):
    means, _ = Ascent(steps, "predictions", "float32")(images, [3, 2, 1, 0])
    logits = keras.ops.convert_to_numpy(model(images))
    np.testing.assert_allclose(means, logits[range(4), [3, 2, 1, 0]], rtol=1e-5, atol=1e-5)


@pytest.mark.parametrize("layer", ["conv1", "pool1", "right", "both", "pool2", "dense", "predictions"])
def test_the_gradient_is_the_slope(steps, images, layer):
    doubled = graph.read(_in_float64())
    ascent = Ascent(doubled, layer, "float64")
    places = images.astype(np.float64)
    features = [0, 1, 2, 3]
    _, gradient = ascent(places, features)
    direction = RANDOM.normal(size=places.shape)
    step = 1e-7
    slope = (
        ascent(places + step * direction, features)[0] - ascent(places - step * direction, features)[0]
    ) / (2 * step)
    np.testing.assert_allclose((gradient * direction).sum((1, 2, 3)), slope, rtol=1e-5, atol=1e-7)
    single = Ascent(steps, layer, "float32")(images, features)[1]
    np.testing.assert_allclose(single, gradient, rtol=1e-4, atol=1e-5 * np.abs(gradient).max())


def _in_float64():
    policy = keras.mixed_precision.dtype_policy()
    keras.mixed_precision.set_dtype_policy("float64")
    try:
        twin = tiny.network()
    finally:
        keras.mixed_precision.set_dtype_policy(policy)
    twin.set_weights(tiny.network().get_weights())
    return twin


def test_a_joined_layer_is_followed_to_both_rectifiers(steps):
    kept, name = before_rectifiers(steps, "pool2")
    assert name == f"{RAW}pool2"
    assert not [step.name for step in kept if step.name in ("left", "right")]
    assert {"left:preactivation", "right_linear"} <= {step.name for step in kept}


def test_rectifiers_further_below_stay(steps):
    kept, _ = before_rectifiers(steps, "pool2")
    assert "conv1" in {step.name for step in kept}


def test_a_layer_without_a_rectifier_is_itself(steps):
    kept, name = before_rectifiers(steps, "predictions")
    assert name == "predictions"
    assert kept == up_to(steps, ["predictions"])


def test_joined_values_are_those_that_are_rectified(steps, images):
    plain = _values(steps, "pool2", images)
    kept, name = before_rectifiers(steps, "pool2")
    raw = _values(kept, name, images)
    np.testing.assert_array_equal(np.maximum(raw, 0), plain)
    assert raw.min() < 0


def _values(steps, name, images):
    maps = {graph.IMAGE: images}
    for step in up_to(steps, [name]):
        maps[step.name] = step.rule.output(*(maps[source] for source in step.inputs))
    return keras.ops.convert_to_numpy(maps[name])


def test_only_what_a_layer_depends_on_is_kept(steps):
    assert [step.name for step in up_to(steps, ["left"])] == ["conv1:preactivation", "conv1", "pool1", *_LEFT]


_LEFT = ("left:preactivation", "left")
