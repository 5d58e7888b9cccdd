"""Models as users have them, each beside a twin of plain layers in which the oracle finds the same numbers.

Each function takes a folder for files and returns the model that the engine reads and its twin, whose layers
have the same names. The weights are seeded random numbers.
"""

import keras
import numpy as np
from keras import layers, ops

from generator import Rule, load_network, register_rule
from generator.networks.network import load_known
from tests.support import applications, onnx_squeezenet
from tests.support.precision import building_in

POLICIES = ("mixed_float16", "mixed_bfloat16", "float16", "float64")
FIRST = {"data_format": "channels_first"}


class Block(keras.Layer):
    """A convolution beside a shortcut, with a weight for it."""

    def __init__(self, **options):
        super().__init__(**options)
        self.conv = layers.Conv2D(8, 3, padding="same", activation="relu")
        self.narrow = layers.Conv2D(8, 1)

    def build(self, shape):
        self.conv.build(shape)
        self.narrow.build(shape)
        self.share = self.add_weight(shape=(), initializer=keras.initializers.Constant(0.7))

    def call(self, x):
        return ops.relu(self.share * self.conv(x) + self.narrow(x))


class Whole(keras.Model):
    """A subclassed model."""

    def __init__(self):
        super().__init__()
        self.conv = layers.Conv2D(8, 3, activation="relu")
        self.pool = layers.MaxPooling2D()
        self.deep = layers.Conv2D(8, 3, activation="relu")
        self.classes = layers.Dense(4)

    def call(self, x):
        return self.classes(ops.mean(2.0 * self.deep(self.pool(self.conv(x))), axis=(1, 2)))


class Mirror(keras.Layer):
    """Turn the maps around, by an operation that has no rule."""

    def call(self, x):
        return ops.flip(x, axis=2)


class MirrorRule(Rule):
    """Turn the signal around on its way back."""

    def __init__(self, layer):
        self.layer = layer

    def forward(self, x):
        return self.layer(x), None

    def backward(self, signal, memory):
        return (self.layer(signal),)

    def field(self, x):
        return x.across(1, x.shape[1])


def network(shape=(28, 28, 3), dtype=None, before=(), classify=layers.Flatten):
    """Return a small classifier; ``before`` are layers before its first convolution."""
    image = x = layers.Input(shape, dtype=dtype)
    for layer in before:
        x = layer(x)
    x = layers.Conv2D(8, 3, activation="relu", name="conv1")(x)
    x = layers.BatchNormalization()(layers.MaxPooling2D(2)(x))
    x = layers.ReLU()(layers.Conv2D(12, 3, padding="same", name="conv2")(x))
    x = layers.Add(name="sum")([x, layers.DepthwiseConv2D(3, padding="same", name="each")(x)])
    x = classify()(layers.MaxPooling2D(2, name="pool2")(x))
    x = layers.Dense(16, activation="relu", name="dense")(x)
    return applications.seeded(keras.Model(image, layers.Dense(10, activation="softmax", name="classes")(x)))


def read(model, path):
    """Return a model once it was saved and read as a gallery reads it."""
    model.save(path)
    return load_network(path, preprocessing="none").model


def grey(folder):
    model = network((28, 28, 1))
    return read(model, folder / "grey.keras"), model


def whole_h5(folder):
    model = network()
    return read(model, folder / "whole.h5"), model


def whole_numbers(folder):
    model = network(dtype="uint8", before=[layers.Rescaling(1 / 127.5, -1)])
    return read(model, folder / "uint8.keras"), model


def in_policy(policy):
    """Return what makes the model in a policy; its twin has the same weights in float32, or in float64."""

    def make(folder):
        with building_in(policy):
            model = network()
        with building_in("float64" if policy == "float64" else "float32"):
            twin = network()
        twin.set_weights([np.asarray(weight).astype(twin.dtype) for weight in model.get_weights()])
        return read(model, folder / f"{policy}.keras"), twin

    return make


def channels_first(folder):
    """Return a model with its channels first; its twin flattens in that order."""
    image = layers.Input((3, 28, 28))
    x = layers.Conv2D(8, 3, activation="relu", name="conv1", **FIRST)(image)
    x = layers.MaxPooling2D(2, name="pool1", **FIRST)(layers.BatchNormalization(axis=1)(x))
    x = layers.Conv2D(12, 3, activation="relu", name="conv2", **FIRST)(x)
    model = applications.seeded(keras.Model(image, layers.Dense(10, name="classes")(layers.Flatten()(x))))
    image = layers.Input((28, 28, 3))
    x = layers.Conv2D(8, 3, activation="relu", name="conv1")(image)
    x = layers.MaxPooling2D(2, name="pool1")(layers.BatchNormalization()(x))
    x = layers.Permute((3, 1, 2))(layers.Conv2D(12, 3, activation="relu", name="conv2")(x))
    twin = keras.Model(image, layers.Dense(10, name="classes")(layers.Flatten()(x)))
    twin.set_weights(model.get_weights())
    return read(model, folder / "first.keras"), twin


def custom_layer(folder):
    image = layers.Input((28, 28, 3))
    block = Block(name="block")
    x = layers.MaxPooling2D(2, name="pool")(block(image))
    model = applications.seeded(keras.Model(image, layers.Dense(4, name="classes")(layers.Flatten()(x))))
    block.share.assign(0.7)
    image = layers.Input((28, 28, 3))
    left = layers.Conv2D(8, 3, padding="same", activation="relu", name="block.conv")(image)
    parts = [layers.Rescaling(0.7)(left), layers.Conv2D(8, 1, name="block.narrow")(image)]
    x = layers.MaxPooling2D(2, name="pool")(layers.ReLU(name="block")(layers.Add()(parts)))
    twin = keras.Model(image, layers.Dense(4, name="classes")(layers.Flatten()(x)))
    for name, layer in (("block.conv", block.conv), ("block.narrow", block.narrow)):
        twin.get_layer(name).set_weights(layer.get_weights())
    twin.get_layer("classes").set_weights(model.get_layer("classes").get_weights())
    return load_network(model).model, twin


def subclassed(folder):
    model = Whole()
    model(np.zeros((1, 28, 28, 3), np.float32))
    applications.seeded(model)
    image = layers.Input((28, 28, 3))
    x = layers.MaxPooling2D(name="pool")(layers.Conv2D(8, 3, activation="relu", name="conv")(image))
    x = layers.Rescaling(2.0)(layers.Conv2D(8, 3, activation="relu", name="deep")(x))
    twin = keras.Model(image, layers.Dense(4, name="classes")(layers.GlobalAveragePooling2D()(x)))
    for name in ("conv", "deep", "classes"):
        twin.get_layer(name).set_weights(getattr(model, name).get_weights())
    return load_network(model).model, twin


def own_rule(folder):
    register_rule(Mirror, MirrorRule)
    model = network(before=[layers.Conv2D(6, 3, activation="relu"), Mirror()])
    return load_network(model).model, model


def squeezenet(folder):
    """Return the packaged SqueezeNet from a file with its channels first, and itself."""
    known = load_known("squeezenet").model
    path = onnx_squeezenet.write(known, folder / "squeezenet.onnx")
    return load_network(path, preprocessing="caffe").model, known
