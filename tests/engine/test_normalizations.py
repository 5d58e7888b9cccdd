"""Normalizations and softmaxes inside a network: they come back by their derivative, in every method."""

import keras
import numpy as np
import pytest
from keras import layers

from generator.engine import rules
from generator.engine.deconvnet import Deconvnet
from generator.engine.methods import METHODS
from tests.engine.test_rules import RANDOM, backward, forward
from tests.support import applications, tapes
from tests.support.precision import assert_same, building_in

RULES = {
    "layer": rules.Standardize((3,), 1e-3),
    "picture": rules.Standardize((1, 2, 3), 1e-3),
    "root mean square": rules.Standardize((1, 3), 1e-3, centred=False),
    "length": rules.UnitLength((3,), 1e-12),
    "softmax": rules.Softmax((2, 3)),
}
STEP = 1e-3
"""A signal is compared with the change of the output when the input moves by this on both sides."""


@pytest.mark.parametrize("name", RULES)
def test_the_way_back_is_the_slope_of_the_way_there(name):
    image, direction = RANDOM.normal(size=(2, 1, 4, 3, 5))
    output, memory = forward(RULES[name], image)
    signal = RANDOM.normal(size=output.shape)
    (back,) = backward(RULES[name], signal, memory)
    after, before = (forward(RULES[name], image + step * direction)[0] for step in (STEP, -STEP))
    slope = np.sum((after - before) * signal) / (2 * STEP)
    np.testing.assert_allclose(np.sum(back * direction), slope, rtol=1e-3, atol=1e-3)


def test_a_signal_that_only_moves_the_mean_sends_nothing():
    for name, axes in (("layer", 3), ("picture", (1, 2, 3)), ("softmax", (2, 3))):
        output, memory = forward(RULES[name], RANDOM.normal(size=(1, 4, 3, 5)))
        (back,) = backward(RULES[name], np.ones_like(output), memory)
        assert_same(back, np.zeros_like(output))
        (back,) = backward(RULES[name], RANDOM.normal(size=output.shape), memory)
        assert_same(back.sum(axes), np.zeros_like(back.sum(axes)))


def test_a_vector_that_is_too_short_is_divided_by_a_constant():
    rule = rules.UnitLength((3,), 0.5)
    image, signal = np.full((1, 1, 2, 3), 0.1), RANDOM.normal(size=(1, 1, 2, 3))
    image[0, 0, 1] = 10.0
    output, memory = forward(rule, image)
    assert_same(output[0, 0], [[0.2] * 3, [3**-0.5] * 3])
    (back,) = backward(rule, signal, memory)
    assert_same(back[0, 0, 0], signal[0, 0, 0] / 0.5)
    assert_same(back[0, 0, 1], (signal - signal.mean(3, keepdims=True))[0, 0, 1] / (10 * 3**0.5))


def test_a_vector_of_zeros_receives_nothing():
    output, memory = forward(RULES["length"], np.array([[[[0.0, 0.0], [3.0, 4.0]]]]))
    assert_same(output[0, 0], [[0.0, 0.0], [0.6, 0.8]])
    (back,) = backward(RULES["length"], np.ones((1, 1, 2, 2)), memory)
    assert_same(back[0, 0], [[0.0, 0.0], [0.2 * 0.16, -0.2 * 0.12]])


def test_a_chain_remembers_for_each_of_its_rules():
    chain = rules.Chain((RULES["layer"], rules.Identity(), RULES["length"]))
    output, memory = forward(chain, RANDOM.normal(size=(1, 4, 3, 5)))
    assert [*memory] == ["0", "2"]
    signal = RANDOM.normal(size=output.shape)
    (between,) = chain.links[2].backward(signal, memory["2"])
    assert_same(backward(chain, signal, memory)[0], chain.links[0].backward(between, memory["0"])[0])


@pytest.fixture(scope="module")
def network():
    """Return a network with every normalization and an attention of softmaxes, in float64."""
    with building_in("float64"):
        image = x = layers.Input((12, 10, 3))
        for number, normalize in enumerate(
            (
                layers.LayerNormalization(axis=[1, 2, 3]),
                layers.GroupNormalization(2),
                layers.RMSNormalization(),
                layers.UnitNormalization(),
            )
        ):
            x = layers.Conv2D(6, 3, activation="relu", padding="same", name=f"conv{number}")(normalize(x))
        gates = layers.Softmax(axis=[1, 2], name="where")(layers.Conv2D(6, 1)(x))
        x = layers.Multiply()([x, layers.Softmax(name="which")(gates)])
        model = keras.Model(image, layers.Conv2D(4, 1, name="last")(x))
    return applications.seeded(model)


@pytest.mark.parametrize("method", METHODS)
def test_every_method_equals_the_tape(network, method):
    batch = np.random.default_rng(2).normal(size=(1, 12, 10, 3))
    chosen = {"conv1": [0, 4], "conv3": [2, 5], "last": [1, 3]}
    engine = Deconvnet(network)
    trace = engine.forward(batch, [*chosen], keeps_slopes=True)
    found = engine.backward(trace, chosen, method)
    oracle = tapes.reconstruct(network, batch, chosen, method, choosing="float64")
    for layer in chosen:
        assert tapes.worst_error(found[layer], oracle[layer]) < 1e-10, layer
