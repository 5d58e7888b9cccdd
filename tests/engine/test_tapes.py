"""One sweep over all layers against TensorFlow's tape."""

import numpy as np
import pytest
import tensorflow as tf
from hypothesis import given
from keras import layers

from generator.engine.deconvnet import Deconvnet
from tests.engine import test_properties as drawn
from tests.engine.test_passes import CHOSEN, swept
from tests.support import tapes


@pytest.mark.parametrize("method", ["deconvnet", "guided", "gradient"])
def test_one_sweep_equals_the_tape(tiny_network, tiny_image, method):
    found = swept(tiny_network, tiny_image, method)
    oracle = tapes.reconstruct(tiny_network, tiny_image, CHOSEN, method)
    assert list(found) == list(CHOSEN)
    for layer in CHOSEN:
        np.testing.assert_allclose(found[layer], oracle[layer], atol=1e-5 * np.abs(oracle[layer]).max())


@pytest.mark.parametrize("seed", ["peak", "unit"])
def test_seeds_start_from_one_place(tiny_network, tiny_image, seed):
    engine = Deconvnet(tiny_network)
    chosen = {"pool2": [1, 7]}
    trace = engine.forward(tiny_image, ["pool2"], keeps_slopes=True)
    found = engine.backward(trace, chosen, "gradient", seed)["pool2"]
    maps = np.asarray(trace.activations["pool2"])[0]
    for feature, row in zip(chosen["pool2"], found, strict=True):
        place = np.unravel_index(np.argmax(maps[..., feature]), maps.shape[:2])
        image = tf.constant(tiny_image, tf.float64)
        with tf.GradientTape() as tape:
            tape.watch(image)
            values = tapes.activations(tiny_network, image, "gradient")["pool2"]
            value = values[0, place[0], place[1], feature]
        expected = tape.gradient(value, image)[0].numpy() * (value.numpy() if seed == "peak" else 1.0)
        np.testing.assert_allclose(row, expected, rtol=1e-4, atol=1e-6)


@drawn.FEW
@given(drawn.plans(drawn.LINEAR + drawn.BENT, [*drawn.SUMS, layers.Multiply]))
def test_the_sweep_through_a_graph_drawn_at_random(plan):
    model, random = drawn.built(plan)
    image, chosen = random.normal(size=(1, drawn.SIZE, drawn.SIZE, 2)), drawn.blocks(model)
    found = drawn.swept(model, image, chosen)
    oracle = tapes.reconstruct(model, image, chosen, choosing="float64")
    assert found.keys() == oracle.keys() == chosen.keys() != set()
    for layer in chosen:
        drawn.assert_close(found[layer], oracle[layer])
