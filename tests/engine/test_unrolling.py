"""Custom layers, blocks and subclassed models are read as the Keras operations that their call uses."""

from dataclasses import dataclass

import keras
import numpy as np
import pytest
import tensorflow as tf
from keras import layers, ops

from generator.engine import graph
from generator.engine.deconvnet import Deconvnet
from generator.engine.rules import Rule
from generator.engine.translation import register_rule
from generator.errors import EngineError
from generator.networks import backend

RANDOM = np.random.default_rng(12)


class Scale(keras.Layer):
    """Scales each channel by a weight."""

    def build(self, shape):
        self.gamma = self.add_weight(shape=(shape[-1],), initializer="random_normal")

    def call(self, x):
        return self.gamma * x


class Swish(keras.Layer):
    """Multiplies by a sigmoid, and counts its calls."""

    def __init__(self, **options):
        super().__init__(**options)
        self.calls = self.add_weight(shape=(), initializer="zeros", trainable=False)

    def call(self, x):
        self.calls.assign_add(1.0)
        return x * ops.sigmoid(x)


class Block(keras.Layer):
    """Two convolutions beside a shortcut, with layers as attributes and in a list."""

    def __init__(self, filters, **options):
        super().__init__(**options)
        self.convs = [layers.Conv2D(filters, 3, padding="same", activation="relu") for _ in range(2)]
        self.norm = layers.BatchNormalization()
        self.scale = Scale()
        self.shortcut = keras.Sequential([layers.Conv2D(filters, 1, name="narrow"), layers.Dropout(0.5)])

    def build(self, shape):
        self.convs[0].build(shape)
        inner = (*shape[:-1], self.convs[0].filters)
        for layer in (self.convs[1], self.norm, self.scale):
            layer.build(inner)
        self.shortcut.build(shape)

    def call(self, x, training=None):
        y = x
        for conv in self.convs:
            y = conv(y)
        y = self.scale(self.norm(y, training=training))
        return ops.relu(y + self.shortcut(x, training=training))


class Whole(keras.Model):
    """A classifier of which only the call says what it computes."""

    def __init__(self, **options):
        super().__init__(**options)
        self.block, self.pool = Block(4), layers.MaxPooling2D(2)
        self.swish, self.classes = Swish(), layers.Dense(3)

    def call(self, x, training=None):
        y = self.swish(self.pool(self.block(x, training=training)))
        return self.classes(ops.mean(y, axis=(1, 2)))


def filled(model):
    """Return the model with random weights; statistics that are variances stay positive."""
    arrays = model.get_weights()
    model.set_weights([RANDOM.uniform(0.1, 0.6, one.shape) - 0.3 * (one.ndim > 1) for one in arrays])
    return model


def whole():
    image = keras.Input((8, 8, 3))
    return filled(keras.Model(image, Whole(name="whole")(image)))


def blocks():
    image = keras.Input((8, 8, 3))
    x = Scale(name="scaled")(Block(4, name="first")(image))
    return filled(keras.Model(image, Block(2, name="second")(Swish(name="swish")(x))))


def test_names_come_from_attributes_and_kinds():
    names = [step.name for step in graph.read(whole())]
    assert names == [
        *("block.convs.0:preactivation", "block.convs.0", "block.convs.1:preactivation", "block.convs.1"),
        *("block.norm", "block.scale", "block.shortcut.narrow", "block.shortcut", "block.add", "block"),
        *("pool", "swish.sigmoid", "swish", "mean", "classes"),
    ]
    assert names == [step.name for step in graph.read(whole())]


@pytest.mark.parametrize("build", [whole, blocks])
def test_the_engine_computes_what_the_model_computes(build):
    model = build()
    x = RANDOM.normal(size=(1, 8, 8, 3)).astype("float32")
    deconvnet = Deconvnet(model)
    last = deconvnet.steps[-1].name
    found = deconvnet.to_numpy(deconvnet.forward(x, [last]).activations[last])
    np.testing.assert_allclose(found, model(x, training=False), atol=1e-6)


@pytest.mark.parametrize("build", [whole, blocks])
def test_the_gradient_is_that_of_a_tape_in_float64(build):
    with backend.plain("float64"):
        model = build()
    x = RANDOM.normal(size=(1, 8, 8, 3))
    deconvnet = Deconvnet(model)
    last, features = deconvnet.steps[-1].name, model.output_shape[-1]
    trace = deconvnet.forward(x, [last], keeps_slopes=True)
    found = deconvnet.backward(trace, {last: list(range(features))}, "gradient")[last]
    for feature in range(features):
        image = tf.constant(x)
        with tf.GradientTape() as tape:
            tape.watch(image)
            values = model(image, training=False)[..., feature]
        expected = tape.gradient(values, image, output_gradients=values)[0]
        np.testing.assert_allclose(found[feature], expected, atol=1e-6 * np.abs(expected).max())


def test_a_layer_that_counts_its_calls_does_not_count_ours():
    model = blocks()
    before = [array.copy() for array in model.get_weights()]
    graph.read(model)
    for old, new in zip(before, model.get_weights(), strict=True):
        np.testing.assert_array_equal(old, new)


class Branches(keras.Layer):
    """Decides by the values of its input."""

    def call(self, x):
        return x if ops.mean(x) > 0 else -x


class Foreign(keras.Layer):
    """Leaves Keras's operations."""

    def call(self, x):
        return tf.nn.relu(x)


class Ranked(keras.Layer):
    """Uses an operation without a rule."""

    def call(self, x):
        return ops.sort(x)


@pytest.mark.parametrize(
    ("kind", "message"),
    [
        (Branches, "layer 'odd': the call of {}.Branches cannot be followed ("),
        (Foreign, "layer 'odd': the call of {}.Foreign cannot be followed ("),
        (Ranked, "layer 'odd': no rule for the operation Sort"),
    ],
)
def test_a_call_that_cannot_be_followed_is_refused(kind, message):
    image = keras.Input((4, 4, 2))
    layer = kind(name="odd")
    layer.compute_output_spec = lambda x: keras.KerasTensor(x.shape, x.dtype)
    (problem,) = graph.unsupported(keras.Model(image, layer(image)))
    assert problem.startswith(message.format(__name__))


class Flip(keras.Layer):
    """Turns the picture around by an operation that has no rule."""

    def call(self, x):
        return ops.flip(x, axis=2)


@dataclass(frozen=True)
class FlipRule(Rule):
    """The adjoint of a flip is a flip."""

    layer: Flip

    def forward(self, *inputs):
        return ops.flip(inputs[0], axis=2), None

    def backward(self, signal, memory):
        return (ops.flip(signal, axis=2),)

    def field(self, *inputs):
        return inputs[0].across(1, 6)


def test_a_rule_of_a_user_is_used():
    image = keras.Input((8, 8, 3))
    model = filled(keras.Model(image, Flip(name="flip")(layers.Conv2D(2, 3, name="conv")(image))))
    assert graph.unsupported(model) == ["layer 'flip': no rule for the operation Flip"]
    register_rule(Flip, FlipRule)
    x = RANDOM.normal(size=(1, 8, 8, 3)).astype("float32")
    deconvnet = Deconvnet(model)
    trace = deconvnet.forward(x, ["flip"])
    np.testing.assert_allclose(deconvnet.to_numpy(trace.activations["flip"]), model(x), atol=1e-6)
    image = tf.constant(x)
    with tf.GradientTape() as tape:
        tape.watch(image)
        values = model(image)[..., 1]
    expected = tape.gradient(values, image, output_gradients=values)[0]
    found = deconvnet.backward(trace, {"flip": [1]}, "deconvnet")["flip"][0]
    np.testing.assert_allclose(found, expected, rtol=1e-5, atol=1e-6)


@pytest.mark.parametrize(
    ("layer", "rule", "message"),
    [
        (layers.Conv2D, FlipRule, "Conv2D is Keras's own; derive a class from it and register that"),
        (3, FlipRule, "expected a subclass of keras.Layer. Received: 3"),
        (Flip, 3, "expected a rule or a function. Received: 3"),
    ],
)
def test_what_register_rule_refuses(layer, rule, message):
    with pytest.raises(EngineError) as error:
        register_rule(layer, rule)
    assert str(error.value) == f"register_rule: {message}"


class Twice(layers.Conv2D):
    """A layer with the name of none of Keras's, that does more than the one it is derived from."""

    def call(self, x):
        return 2.0 * super().call(x)


def test_a_layer_derived_from_one_of_keras_is_read_by_its_call():
    image = keras.Input((8, 8, 3))
    model = filled(keras.Model(image, Twice(2, 3, activation="relu", name="twice")(image)))
    x = RANDOM.normal(size=(1, 8, 8, 3)).astype("float32")
    deconvnet = Deconvnet(model)
    trace = deconvnet.forward(x, ["twice"])
    np.testing.assert_allclose(deconvnet.to_numpy(trace.activations["twice"]), model(x), atol=1e-6)
