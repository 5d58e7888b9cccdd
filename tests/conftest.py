"""Fixtures that several rooms share; real objects, nothing fetched."""

import os

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

import numpy as np
import pytest


@pytest.fixture(scope="session")
def tiny_network():
    """Return a seeded model with a branch, overlap, dilation, and ReLUs fused and apart."""
    import keras
    from keras import layers

    keras.utils.set_random_seed(7)
    image = layers.Input((17, 15, 3), name="input")
    x = layers.Conv2D(6, 3, strides=2, padding="same", activation="relu", name="conv1")(image)
    x = layers.MaxPooling2D(3, strides=2, padding="same", name="pool1")(x)
    left = layers.Conv2D(4, 1, activation="relu", name="left")(x)
    right = layers.ReLU(name="right")(
        layers.Conv2D(5, 3, padding="same", dilation_rate=2, name="right_linear")(x)
    )
    x = layers.Concatenate(name="both")([left, right])
    x = layers.MaxPooling2D(2, strides=1, name="pool2")(x)
    x = layers.Dropout(0.5, name="dropout")(x)
    x = layers.Flatten(name="flatten")(x)
    x = layers.Dense(8, activation="relu", name="dense")(x)
    x = layers.Dense(4, name="predictions")(x)
    model = keras.Model(image, x, name="tiny")
    random = np.random.default_rng(7)
    for layer in model.layers:
        layer.set_weights([random.normal(0, 0.4, weight.shape) for weight in layer.get_weights()])
    return model


@pytest.fixture(scope="session")
def tiny_image():
    """Return the input batch of ``tiny_network``: seeded noise (1, 17, 15, 3)."""
    return np.random.default_rng(11).normal(0, 1, (1, 17, 15, 3)).astype(np.float32)


CONFIG = """\
title: Tiny
inputs: [inputs/]
models:
  - name: squeezenet
    layers: [maxpool1, predictions]
top_features: 2
"""


@pytest.fixture
def tiny_gallery(tmp_path, monkeypatch):
    """Enter a folder with a configuration and two pictures, and return it."""
    from PIL import Image

    (tmp_path / "inputs").mkdir()
    for name, colour in (("red", (200, 30, 40)), ("striped", (20, 60, 220))):
        picture = Image.new("RGB", (60, 40), colour)
        picture.paste((250, 240, 90), (10, 5, 30, 35))
        picture.save(tmp_path / "inputs" / f"{name}.png")
    (tmp_path / "gallery_config.yml").write_text(CONFIG, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    return tmp_path
