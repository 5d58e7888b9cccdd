"""Where the classes of a model start, and what the model does to them; checked by ``model.predict``."""

import keras
import numpy as np
import pytest
import tensorflow as tf
from keras import layers, ops

from generator.engine import graph
from generator.engine.deconvnet import Deconvnet
from tests.support import tapes

X = np.random.default_rng(3).normal(0, 1, (1, 4, 4, 3)).astype(np.float32)


def said(logits, activation):
    if activation == "softmax":
        return np.exp(logits) / np.exp(logits).sum()
    return 1 / (1 + np.exp(-logits)) if activation == "sigmoid" else logits


def ending(*end):
    keras.utils.set_random_seed(3)
    return keras.Sequential([layers.Input((4, 4, 3)), *end])


def dense(activation=None, *further):
    return ending(layers.Flatten(), layers.Dense(3, activation=activation, name="classes"), *further)


def mapped(activation=None, size=4):
    return ending(layers.Conv2D(3, size, activation=activation, name="map"), layers.Flatten(name="flat"))


def heads(*chosen):
    """Return a model around one with two heads, of which only some are its outputs."""
    keras.utils.set_random_seed(3)
    image = layers.Input((4, 4, 3))
    flat = layers.Flatten()(image)
    both = [layers.Dense(2, activation="sigmoid", name="first")(flat), layers.Dense(3, name="second")(flat)]
    inner, outer = keras.Model(image, both), layers.Input((4, 4, 3))
    return keras.Model(outer, [inner(outer)[head] for head in chosen])


ENDS = {
    "softmax": (lambda: dense("softmax"), ("classes",), "softmax"),
    "softmax layer": (lambda: dense(None, layers.Softmax(name="end")), ("end", "classes"), "softmax"),
    "softmax function": (lambda: dense(tf.nn.softmax), ("classes",), "softmax"),
    "softmax as activation": (lambda: dense(layers.Softmax()), ("classes",), "softmax"),
    "softmax, then nothing": (
        lambda: dense("softmax", layers.Dropout(0.5, name="drop"), layers.Activation("linear", name="end")),
        ("end", "drop", "classes"),
        "softmax",
    ),
    "softmax of a sigmoid": (
        lambda: dense("sigmoid", layers.Softmax(name="end")),
        ("end", "classes"),
        "softmax",
    ),
    "softmax twice": (
        lambda: dense("softmax", layers.Softmax(name="end")),
        ("end", "classes"),
        "softmax",
    ),
    "softmax inside": (lambda: dense("softmax", layers.Dense(2, name="end")), ("end",), "linear"),
    "softmax of rows": (
        lambda: ending(layers.Conv2D(3, 2), layers.Softmax(axis=1, name="end")),
        ("end",),
        "other",
    ),
    "sigmoid": (lambda: dense("sigmoid"), ("classes",), "sigmoid"),
    "sigmoid layer": (
        lambda: dense(None, layers.Activation("sigmoid", name="end")),
        ("end", "classes"),
        "sigmoid",
    ),
    "sigmoid function": (lambda: dense(tf.sigmoid), ("classes",), "sigmoid"),
    "linear": (lambda: dense(), ("classes",), "linear"),
    "tanh": (lambda: dense("tanh"), ("classes",), "other"),
    "scaled sigmoid": (lambda: dense("sigmoid", layers.Rescaling(2, name="end")), ("end",), "other"),
    "flat logits": (lambda: mapped(), ("flat", "map"), "linear"),
    "flat softmax": (lambda: mapped("softmax"), ("flat", "map"), "softmax"),
    "flat sigmoid": (lambda: mapped("sigmoid"), ("flat", "map"), "sigmoid"),
    "flat map": (lambda: mapped(size=2), ("flat",), "linear"),
    "first head": (lambda: heads(0), ("first",), "sigmoid"),
    "second head": (lambda: heads(1), ("second",), "linear"),
}


@pytest.mark.parametrize(("build", "names", "activation"), ENDS.values(), ids=ENDS)
def test_a_model_says_the_activation_of_its_logits(build, names, activation):
    model = build()
    engine = Deconvnet(model)
    assert (engine.end.steps, engine.end.activation) == (names, activation)
    logits = engine.to_numpy(engine.forward(X, [engine.end.logits]).activations[engine.end.logits])
    expected = np.ravel(model.predict(X, verbose=0))
    np.testing.assert_allclose(said(np.ravel(logits), activation), expected, rtol=1e-5)


def test_a_model_of_two_outputs_has_no_classes():
    assert Deconvnet(heads(0, 1)).end is None


def cascade():
    """Return a model whose outputs are a softmax and a sigmoid that further layers read, a map and logits."""
    keras.utils.set_random_seed(4)
    image = layers.Input((4, 4, 3))
    maps = layers.Conv2D(4, 3, padding="same", activation="relu", name="conv")(image)
    flat = layers.Flatten(name="flat")(layers.MaxPooling2D(name="pool")(maps))
    rough = layers.Softmax(name="rough")(layers.Dense(3, name="grades")(flat))
    both = layers.Concatenate(name="both")([flat, rough])
    fine = layers.Activation("sigmoid", name="fine")(layers.Dense(5, name="scores")(both))
    mask = layers.Conv2D(2, 3, padding="same", activation="relu", name="mask")(maps)
    late = layers.Dense(2, name="late")(fine)
    return keras.Model(image, [rough, fine, mask, late])


HEADS = {"rough": ("grades", "softmax"), "fine": ("scores", "sigmoid"), "mask": ("mask", "other")}
HEADS |= {"late": ("late", "linear")}


@pytest.mark.parametrize("head", HEADS)
def test_a_chosen_head_is_that_of_the_model_cut_to_it(head):
    model = cascade()
    cut = keras.Model(model.inputs, model.get_layer(head).output)
    engine, alone = Deconvnet(model, output=[*HEADS].index(head)), Deconvnet(cut)
    assert engine.end == alone.end
    assert (engine.end.logits, engine.end.activation) == HEADS[head]
    asked = {engine.end.logits: np.array([1, 0], np.int32), "conv": np.array([2], np.int32)}
    oracle = tapes.reconstruct(cut, X, asked, "deconvnet", choosing="float64")
    for each in (engine, alone):
        found = each.backward(each.forward(X, [*asked]), asked)
        for layer, rows in oracle.items():
            np.testing.assert_allclose(found[layer], rows, atol=1e-5 * np.abs(rows).max())


@pytest.mark.parametrize("head", HEADS)
def test_other_heads_compute_what_they_did(head):
    model = cascade()
    engine = Deconvnet(model, output=[*HEADS].index(head))
    expected = dict(zip(HEADS, model.predict(X, verbose=0), strict=True))
    found = engine.forward(X, [name for name in ("fine", "mask", "late") if name != head]).activations
    for name, values in found.items():
        np.testing.assert_allclose(values, expected[name], rtol=1e-5, atol=1e-6)


@pytest.mark.parametrize("activation", ["softmax", "sigmoid"])
def test_a_fused_activation_that_others_read_is_left_out_for_its_classes_alone(activation):
    first = dense(activation)
    probabilities = first.outputs[0]
    last = layers.Dense(2, name="late")(layers.Dropout(0.5, name="drop")(probabilities))
    model = keras.Model(first.inputs, [probabilities, last])
    found = Deconvnet(model, output=0).forward(X, ["classes", "late"]).activations
    expected = model.predict(X, verbose=0)
    np.testing.assert_allclose(said(np.asarray(found["classes"]), activation), expected[0], rtol=1e-5)
    np.testing.assert_allclose(found["late"], expected[1], rtol=1e-5)
    assert Deconvnet(model, output=0).end == Deconvnet(first).end


def test_a_class_of_a_sigmoid_is_seen_at_its_logit():
    model = dense("sigmoid")
    engine = Deconvnet(model)
    trace = engine.forward(X, ["classes"])
    rows = engine.backward(trace, {"classes": np.array([2], np.int32)}, "deconvnet", "unit")["classes"]
    kernel = model.layers[-1].get_weights()[0]
    np.testing.assert_allclose(rows[0].ravel(), kernel[:, 2], rtol=1e-6)


SAME = {
    "tf.nn.softmax": (tf.nn.softmax, "softmax"),
    "tf.nn.relu": (tf.nn.relu, "relu"),
    "tf.nn.silu": (tf.nn.silu, "silu"),
    "tf.nn.gelu": (tf.nn.gelu, "gelu"),
    "tf.nn.leaky_relu": (tf.nn.leaky_relu, "leaky_relu"),
    "tf.tanh": (tf.tanh, "tanh"),
    "ops.gelu": (ops.gelu, ops.gelu),
    "ops.silu": (ops.silu, "silu"),
    "a layer": (layers.Activation("relu"), "relu"),
}


@pytest.mark.parametrize(("given", "name"), SAME.values(), ids=SAME)
def test_a_function_is_the_activation_that_it_computes(given, name):
    model = ending(layers.Conv2D(4, 1, activation=given, name="conv"), layers.Flatten(), layers.Dense(2))
    engine = Deconvnet(model)
    found = engine.to_numpy(engine.forward(X, ["conv"]).activations["conv"])
    conv = model.layers[0]
    expected = keras.activations.get(name)(ops.conv(X, conv.kernel) + conv.bias)
    np.testing.assert_allclose(found, expected, rtol=1e-5, atol=1e-6)


def test_a_function_of_tensorflow_that_does_more_is_refused():
    (problem,) = graph.unsupported(ending(layers.Flatten(), layers.Dense(3, activation=tf.nn.log_softmax)))
    assert "no rule for the activation log_softmax_v2" in problem
