"""The small network that many tests use, and its picture."""

import keras
import numpy as np
from keras import layers


def network():
    """Return a seeded model with a branch, overlap, dilation, and ReLUs fused and apart."""
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


def picture():
    """Return the input batch of the network: seeded noise (1, 17, 15, 3)."""
    return np.random.default_rng(11).normal(0, 1, (1, 17, 15, 3)).astype(np.float32)
