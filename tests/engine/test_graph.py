"""Models become steps: flattened, split, and refused by name where no rule exists."""

import keras
import pytest
from keras import layers

from generator.engine import graph
from generator.engine.translation import Options
from generator.errors import EngineError


def steps(model):
    return graph.read(model, Options())


def names(model):
    return [step.name for step in steps(model)]


def test_fused_activations_are_split_and_keep_the_layers_name(tiny_network):
    found = {step.name: step.inputs for step in steps(tiny_network)}
    assert found["conv1:linear"] == ("image",)
    assert found["conv1"] == ("conv1:linear",)
    assert found["both"] == ("left", "right")
    assert found["predictions"] == ("dense",)


def test_a_softmax_at_the_end_is_left_out():
    image = layers.Input((4,))
    fused = keras.Model(image, layers.Dense(3, activation="softmax", name="classes")(image))
    assert names(fused) == ["classes"]
    bare = keras.Sequential(
        [layers.Input((4,)), layers.Dense(3, name="logits"), layers.Softmax(name="chances")]
    )
    assert names(bare) == ["logits", "chances"]


def test_nested_and_shared_models_are_flattened():
    inner = keras.Sequential(
        [layers.Input((8, 8, 2)), layers.Conv2D(2, 3, padding="same", name="conv"), layers.ReLU(name="relu")],
        name="inner",
    )
    image = layers.Input((8, 8, 2))
    model = keras.Model(image, inner(inner(image)))
    found = {step.name: step.inputs for step in steps(model)}
    assert found == {
        "conv": ("image",),
        "relu": ("conv",),
        "conv@2": ("relu",),
        "relu@2": ("conv@2",),
    }


def test_bare_operations_are_steps():
    image = layers.Input((8, 8, 2))
    x = keras.ops.relu(layers.Conv2D(2, 3, name="conv")(image))
    assert names(keras.Model(image, layers.MaxPooling2D(2, name="pool")(x))) == ["conv", "relu", "pool"]


def over(layer, shape=(8, 8, 4)):
    return keras.Sequential([layers.Input(shape), layer])


REFUSED = [
    (
        lambda: over(layers.UnitNormalization(name="unit")),
        "layer 'unit': no rule for the operation UnitNormalization; ",
    ),
    (
        lambda: over(layers.Conv2D(4, 3, groups=2, name="conv")),
        "layer 'conv': no rule for groups=2; rules exist for groups=1",
    ),
    (
        lambda: over(layers.Conv2D(4, 3, activation="tanh", name="conv")),
        "layer 'conv': no rule for the activation tanh; rules exist for relu",
    ),
    (
        lambda: over(layers.ReLU(max_value=6.0, name="relu6")),
        "layer 'relu6': no rule for max_value=6.0; rules exist for max_value=None",
    ),
    (
        lambda: over(layers.Conv2D(4, 3, name="conv"), (None, None, 3)),
        "the input of model 'open': the shape (None, None, 3) is open; "
        "the engine needs a fixed height and width",
    ),
    (
        lambda: keras.Sequential(
            [layers.Input((4,)), layers.Dense(3, activation="softmax"), layers.Dense(2, name="after")]
        ),
        "layer 'after': reads a softmax; a softmax is supported at the end of a model only",
    ),
]


@pytest.mark.parametrize(("build", "message"), REFUSED)
def test_what_has_no_rule_is_refused_by_name(build, message):
    model = build()
    model.name = "open"
    with pytest.raises(EngineError) as error:
        steps(model)
    assert str(error.value).startswith(message)


def test_two_inputs_are_refused():
    one, other = layers.Input((4,)), layers.Input((4,))
    model = keras.Model([one, other], layers.Concatenate()([one, other]), name="twins")
    with pytest.raises(EngineError, match=r"^model 'twins' has 2 inputs; expected one picture$"):
        steps(model)
