"""HiResCAM, against its formula in NumPy and against the tape in float64."""

from __future__ import annotations

import keras
import numpy as np
import pytest
import tensorflow as tf

from convnet_gallery import load_network
from generator.engine import graph
from generator.engine.deconvnet import Deconvnet
from generator.engine.evidence import Evidence, last_map
from tests.support import tiny

RANDOM = np.random.default_rng(29)


def averaged():
    """Return a model that ends as ResNet does: maps, their averages, a dense layer."""
    keras.utils.set_random_seed(3)
    image = keras.Input((12, 10, 3))
    x = keras.layers.Conv2D(6, 3, activation="relu", name="conv")(image)
    x = keras.layers.GlobalAveragePooling2D(name="average")(x)
    return keras.Model(image, keras.layers.Dense(4, name="classes", activation="softmax")(x))


def found(model, picture, classes):
    engine = Deconvnet(model)
    layer = last_map(engine.steps, engine.end.logits)
    trace = engine.forward(picture, [layer])
    maps = engine.to_numpy(trace.activations[layer])[0]
    return layer, maps, Evidence(engine.steps, layer, engine.end.logits, engine.dtype).of(maps, classes)


def test_before_an_average_it_is_the_weighted_map():
    model = averaged()
    layer, maps, evidence = found(model, RANDOM.normal(size=(1, 12, 10, 3)), [2, 0])
    kernel = model.get_layer("classes").get_weights()[0]
    assert layer == "conv"
    for row, number in zip(evidence, [2, 0], strict=True):
        np.testing.assert_allclose(row, maps @ kernel[:, number] / (8 * 10), rtol=1e-5, atol=1e-7)


def test_its_sum_is_the_logit_without_biases():
    model = averaged()
    _, maps, evidence = found(model, RANDOM.normal(size=(1, 12, 10, 3)), [1])
    kernel = model.get_layer("classes").get_weights()[0]
    assert evidence.sum() == pytest.approx(maps.mean((0, 1)) @ kernel[:, 1], rel=1e-5)


def test_through_dense_layers_it_is_the_tape_s():
    model = tiny.network()
    picture = tiny.picture()
    layer, maps, evidence = found(model, picture, [3, 1, 0])
    assert layer == "pool2"
    head = keras.Sequential(model.layers[-4:])
    for row, number in zip(evidence, [3, 1, 0], strict=True):
        with tf.GradientTape() as tape:
            place = tf.constant(maps[np.newaxis])
            tape.watch(place)
            logit = head(place)[0, number]
        slope = tape.gradient(logit, place)[0].numpy()
        np.testing.assert_allclose(row, (slope * maps).sum(-1), rtol=1e-4, atol=1e-5 * abs(row).max())


def test_maps_of_the_classes_do_not_count():
    network = load_network("squeezenet")
    engine = Deconvnet(network.model)
    assert last_map(engine.steps, engine.end.logits) == "fire9"


def test_a_network_of_one_unit_maps_has_none():
    image = keras.Input((4, 4, 3))
    model = keras.Model(image, keras.layers.Dense(3)(keras.layers.Flatten()(image)))
    steps = graph.read(model)
    assert last_map(steps, steps[-1].name) is None
