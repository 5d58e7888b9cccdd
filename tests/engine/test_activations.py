"""Curves against TensorFlow's tape in float64, and what each method makes of them."""

import math

import keras
import numpy as np
import pytest
import tensorflow as tf
from keras import layers

from generator.engine import graph, passes, rules
from generator.engine.methods import METHODS
from generator.engine.rules.rule import RowValues
from tests.support.precision import building_in

X = np.concatenate([np.linspace(-7, 8, 62), [0.01, 1e-9, -1e-9, 30.0, -30.0]])[None]
SIGNAL = np.random.default_rng(1).normal(size=X.shape)

FUNCTIONS = (
    *("celu", "elu", "exponential", "gelu", "hard_shrink", "hard_sigmoid", "hard_silu", "hard_tanh"),
    *("leaky_relu", "linear", "log_sigmoid", "mish", "relu", "relu6", "selu", "sigmoid", "silu"),
    *("soft_shrink", "softplus", "softsign", "sparse_plus", "sparse_sigmoid", "squareplus", "swish"),
    *("tanh", "tanh_shrink"),
)
ACTIVATIONS = {
    **{name: (lambda name=name: layers.Activation(name)) for name in FUNCTIONS},
    "ReLU": lambda: layers.ReLU(),
    "ReLU clipped": lambda: layers.ReLU(max_value=2.5),
    "ReLU leaky": lambda: layers.ReLU(negative_slope=0.3),
    "ReLU threshold": lambda: layers.ReLU(threshold=1.5),
    "ReLU all": lambda: layers.ReLU(max_value=4.0, negative_slope=0.3, threshold=1.5),
    "LeakyReLU": lambda: layers.LeakyReLU(0.1),
    "PReLU": lambda: layers.PReLU(alpha_initializer=keras.initializers.RandomUniform(0.1, 0.9, seed=3)),
    "ELU": lambda: layers.ELU(0.7),
    "fused layer": lambda: layers.Dense(
        67, activation=layers.LeakyReLU(0.1), kernel_initializer="identity", use_bias=True
    ),
    "bare celu": lambda: lambda x: keras.ops.celu(x, 0.5),
    "bare clip": lambda: lambda x: keras.ops.clip(x, 0, 3),
    "bare gelu": lambda: lambda x: keras.ops.gelu(x, approximate=True),
    "bare leaky_relu": lambda: lambda x: keras.ops.leaky_relu(x, 0.3),
    "bare maximum": lambda: lambda x: keras.ops.maximum(x, 0),
    "bare relu": lambda: lambda x: keras.ops.relu(x),
    "bare relu6": lambda: lambda x: keras.ops.relu6(x),
    "bare hard_shrink": lambda: lambda x: keras.ops.hard_shrink(x, 1.5),
    "bare soft_shrink": lambda: lambda x: keras.ops.soft_shrink(x, 1.5),
    "bare squareplus": lambda: lambda x: keras.ops.squareplus(x, 0.5),
    "bare threshold": lambda: lambda x: keras.ops.threshold(x, 1.5, 0),
    "bare silu": lambda: lambda x: keras.ops.silu(x),
    "bare sigmoid": lambda: lambda x: keras.ops.sigmoid(x),
    "bare hard_silu": lambda: lambda x: keras.ops.hard_silu(x),
    "gate": lambda: lambda x: x * keras.ops.sigmoid(x),
    "square": lambda: lambda x: keras.layers.Multiply()([x, x]),
}
CLOSE = 2e-8
"""TensorFlow's GELU takes its constants in float32; everything else is far closer."""

SQUASHING = {
    *("exponential", "hard_shrink", "hard_sigmoid", "hard_tanh", "log_sigmoid", "sigmoid", "soft_shrink"),
    *("softsign", "sparse_sigmoid", "tanh", "tanh_shrink"),
    *("bare hard_shrink", "bare sigmoid", "bare soft_shrink", "gate", "linear", "square"),
}
LEAKY = {"leaky_relu": 0.2, "ReLU leaky": 0.3, "ReLU all": 0.3, "LeakyReLU": 0.1, "bare leaky_relu": 0.3}
LEAKY["fused layer"] = 0.1


@pytest.fixture(scope="module", params=ACTIVATIONS)
def case(request):
    """Return (name, model, slope of the tape at X) in float64."""
    with building_in("float64"):
        image = layers.Input((67,))
        model = keras.Model(image, ACTIVATIONS[request.param]()(image))
    x = tf.constant(X)
    with tf.GradientTape() as tape:
        tape.watch(x)
        y = model(x)
    return request.param, model, tape.gradient(y, x).numpy()


def back(model, method):
    steps = graph.by_method(graph.read(model), METHODS[method])
    trace = passes.forward(steps, tf.constant(X))
    np.testing.assert_allclose(trace.activations[steps[-1].name], model(X), atol=CLOSE)
    seeds = {steps[-1].name: passes.Signal((passes.Row("end", 0),), RowValues(tf.constant(SIGNAL)))}
    (arrived,) = passes.backward(steps, trace.memories, seeds)
    return np.asarray(arrived.carried.values)


def test_the_gradient_is_the_tapes(case):
    _, model, slope = case
    np.testing.assert_allclose(back(model, "gradient"), SIGNAL * slope, atol=CLOSE)


def test_guided_rectifies_the_signal_too(case):
    name, model, slope = case
    signal = SIGNAL if name in SQUASHING else np.maximum(SIGNAL, 0)
    np.testing.assert_allclose(back(model, "guided"), signal * slope, atol=CLOSE)


def test_the_deconvnet_sends_the_signal_through_the_rectifier(case):
    name, model, slope = case
    leak = np.asarray(model.layers[-1].alpha) if name == "PReLU" else LEAKY.get(name, 0.0)
    expected = np.where(SIGNAL > 0, SIGNAL, SIGNAL * leak)
    if name in SQUASHING:
        expected = SIGNAL * slope
    np.testing.assert_allclose(back(model, "deconvnet"), expected, atol=1e-12)


def test_masks_stay_masks():
    """A slope of 0 or 1 is remembered as one bit for each activation, not as a number."""
    rectifier = rules.Rectifier(rules.ReLU(max_value=6.0), METHODS["gradient"])
    for rule in (rectifier, *map(rules.Derivative, (rules.HardShrink(), rules.HardTanh()))):
        _, memory = rule.forward(tf.constant(X))
        assert memory.dtype == tf.bool


@pytest.mark.parametrize(
    ("curve", "corners"),
    [
        (rules.ReLU(), [0.0]),
        (rules.ReLU(6.0), [0.0, 6.0]),
        (rules.HardTanh(), [-1.0, 1.0]),
        (rules.SparseSigmoid(), [-1.0, 1.0]),
        (rules.SoftShrink(), [-0.5, 0.5]),
    ],
)
def test_a_corner_belongs_to_the_flat_side(curve, corners):
    assert not np.any(curve.slope(tf.constant(corners, tf.float64)))


@pytest.mark.parametrize("approximate", [False, True])
def test_gelu_has_its_constants_in_float64(approximate):
    bend = np.sqrt(2 / np.pi) * (X + 0.044715 * X**3)
    share = (1 + (np.tanh(bend) if approximate else np.vectorize(math.erf)(X / np.sqrt(2)))) / 2
    found = rules.Gelu(approximate).value(tf.constant(X))
    np.testing.assert_allclose(found, X * share, rtol=1e-12, atol=1e-14)
