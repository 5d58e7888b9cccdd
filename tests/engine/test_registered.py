"""A rule of a user's is tried on noise before it is used, and what is wrong is named with its layer."""

import keras
import pytest
from keras import layers

from generator.engine import graph
from generator.engine.rules import Pointwise
from generator.engine.translation import register_rule
from generator.errors import EngineError
from tests.support import own_models
from tests.support.own_models import MirrorRule


class Mirror(own_models.Mirror):
    """A class of these tests alone, because a rule belongs to a class."""


class Mean(keras.Layer):
    def call(self, x, y):
        return (x + y) / 2


class MeanRule(Pointwise):
    def __init__(self, layer):
        self.layer = layer

    def forward(self, x, y):
        return self.layer(x, y), None

    def backward(self, signal, memory):
        return signal / 2, signal / 2


def one_more(self, *given):
    raise ZeroDivisionError("division by zero")


WRONG = {
    "no tuple back": ("backward", lambda self, s, m: s, "backward must return a tuple of signals, found "),
    "no memory": ("forward", lambda self, x: x, "forward must return the output and a memory, found "),
    "other values": (
        "forward",
        lambda self, x: (3 * x, None),
        "forward gives other values than the layer for ",
    ),
    "other shape": ("forward", lambda self, x: (x[:, :3], None), "forward gives other values than the layer"),
    "cut signal": (
        "backward",
        lambda self, s, m: (s[:, :3],),
        "backward must return signals of shapes [(2, 6, 5, 3)], found [(2, 3, 5, 3)]",
    ),
    "no field": ("field", lambda self, x: None, "field must return a Field of shape (6, 5, 3), found None"),
    "forward raises": ("forward", one_more, "forward fails: ZeroDivisionError: division by zero"),
    "backward raises": ("backward", one_more, "backward fails: ZeroDivisionError: division by zero"),
    "field raises": ("field", one_more, "field fails: ZeroDivisionError: division by zero"),
}


def mirrored():
    image = keras.Input((6, 5, 3))
    return keras.Model(image, Mirror(name="mirror")(image))


@pytest.mark.parametrize("fault", WRONG)
def test_a_faulty_rule_is_named_with_its_layer(fault):
    method, function, message = WRONG[fault]
    register_rule(Mirror, type("Faulty", (MirrorRule,), {method: function}))
    with pytest.raises(EngineError) as error:
        graph.read(mirrored())
    assert str(error.value).startswith(f"layer 'mirror': the rule of Mirror: {message}")


def test_a_rule_that_cannot_be_made_is_named_with_its_layer():
    register_rule(Mirror, int)
    with pytest.raises(
        EngineError, match="layer 'mirror': the rule of Mirror cannot be made: TypeError: int"
    ):
        graph.read(mirrored())


def test_right_rules_of_one_and_of_two_inputs_are_used():
    register_rule(Mirror, MirrorRule)
    register_rule(Mean, MeanRule)
    image = keras.Input((6, 5, 3))
    model = keras.Model(
        image, Mean(name="mean")(Mirror(name="mirror")(image), layers.ReLU(name="relu")(image))
    )
    rules = {step.name: type(step.rule) for step in graph.read(model)}
    assert (rules["mirror"], rules["mean"]) == (MirrorRule, MeanRule)
