"""Keras is loaded quietly, and nothing else that is said meanwhile is lost."""

import os
import subprocess
import sys
from pathlib import Path

import keras
import numpy as np
import pytest

from generator import deconvolve, load_network
from generator.networks import registry

ROOT = Path(__file__).parents[2]
SCRIPT = """
import os, threading, time
from generator.networks import backend
threading.Timer(0.5, os.write, (2, b"said meanwhile\\n")).start()
backend.load()
"""


def test_loading_says_nothing_and_loses_nothing():
    environment = {**os.environ, "TF_CPP_MIN_LOG_LEVEL": "3"}
    command = [sys.executable, "-c", SCRIPT]
    done = subprocess.run(
        command, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=120, check=True
    )
    assert done.stderr == "said meanwhile\n"


def said():
    config = keras.config
    return config.dtype_policy().name, config.floatx(), config.image_data_format()


@pytest.fixture
def settings():
    """Return a function that changes the settings of Keras; those of before are set again afterwards."""

    def change(policy, floatx, image_data_format):
        keras.config.set_dtype_policy(policy)
        keras.config.set_floatx(floatx)
        keras.config.set_image_data_format(image_data_format)

    before = said()
    yield change
    change(*before)


@pytest.mark.parametrize("policy", ["float16", "float64", "mixed_bfloat16"])
def test_a_network_is_built_alike_whatever_keras_is_set_to(settings, policy):
    settings(policy, "float16", "channels_first")
    model = registry.build("squeezenet")
    assert said() == (policy, "float16", "channels_first")
    assert {layer.dtype_policy.name for layer in model.layers} == {model.inputs[0].dtype} == {"float32"}
    assert model.output_shape == (None, 1000)


def test_the_engine_computes_alike_whatever_keras_is_set_to(settings):
    layers = keras.layers
    image = layers.Input((13, 12, 3))
    x = layers.Conv2D(4, 3, strides=2, activation="relu", name="conv")(image)
    x = layers.DepthwiseConv2D(3, padding="same", depth_multiplier=2, name="deep")(x)
    x = layers.AveragePooling2D(2, strides=1, padding="same", name="mean")(x)
    x = layers.Conv2D(4, 3, padding="same", name="last")(layers.MaxPooling2D(2, name="pool")(x))
    model = keras.Model(image, x)
    picture = np.random.default_rng(5).normal(size=(13, 12, 3)).astype(np.float32)
    shown = ["conv", "pool", "last"]
    one = deconvolve(load_network(model), picture, shown, top_features=4)
    settings("float32", "float32", "channels_first")
    copy = keras.models.clone_model(model)
    copy.set_weights(model.get_weights())
    other = deconvolve(load_network(copy), picture, shown, top_features=4)
    for name in shown:
        np.testing.assert_array_equal(one.layers[name].reconstructions, other.layers[name].reconstructions)
