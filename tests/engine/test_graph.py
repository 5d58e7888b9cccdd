"""Models become steps: flattened, split, and refused by name where no rule exists."""

import keras
import numpy as np
import pytest
from keras import layers

from generator.engine import graph, rules
from generator.errors import EngineError


def steps(model):
    return graph.read(model)


def names(model):
    return [step.name for step in steps(model)]


def test_fused_activations_are_split_and_keep_the_layers_name(tiny_network):
    found = {step.name: step.inputs for step in steps(tiny_network)}
    assert found["conv1:preactivation"] == (graph.IMAGE,)
    assert found["conv1"] == ("conv1:preactivation",)
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


def test_a_softmax_inside_is_a_step():
    image = layers.Input((8, 8, 2))
    gates = layers.Dense(2, activation="softmax", name="gates")(image)
    gated = layers.Multiply(name="gated")([image, layers.Dropout(0.5, name="drop")(gates)])
    chances = layers.Softmax(name="chances")(gated)
    found = {step.name: (step.inputs, type(step.rule)) for step in steps(keras.Model(image, chances))}
    assert found == {
        "gates:preactivation": ((graph.IMAGE,), rules.Dense),
        "gates": (("gates:preactivation",), rules.Softmax),
        "drop": (("gates",), rules.Identity),
        "gated": ((graph.IMAGE, "drop"), rules.Product),
        "chances": (("gated",), rules.Identity),
    }


def test_a_spectral_normalization_is_the_layer_inside():
    image = layers.Input((8, 8, 3))
    inner = layers.Conv2D(2, 3, activation="relu")
    read = graph.read_graph(keras.Model(image, layers.SpectralNormalization(inner, name="conv")(image)))
    assert [step.name for step in read.steps] == ["conv:preactivation", "conv"]
    assert read.layers == {"conv": inner}


def test_each_part_of_a_split_is_a_step():
    image = layers.Input((8, 8, 3))
    first, _, last = keras.ops.split(image, 3, axis=-1)
    *parts, total = steps(keras.Model(image, layers.Add(name="sum")([last, first])))
    name = parts[0].name
    assert [part.name for part in parts] == [name, f"{name}@2", f"{name}@3"]
    assert total.inputs == (f"{name}@3", name)
    assert {step.shape for step in (*parts, total)} == {(8, 8, 1)}


def test_an_operation_of_two_outputs_is_refused_once():
    image = layers.Input((8, 8, 3))
    model = keras.Model(image, layers.Add(name="sum")(keras.ops.split(image, [1], axis=0)))
    assert len(graph.unsupported(model)) == 1


def test_nested_and_shared_models_are_flattened():
    inner = keras.Sequential(
        [layers.Input((8, 8, 2)), layers.Conv2D(2, 3, padding="same", name="conv"), layers.ReLU(name="relu")],
        name="inner",
    )
    image = layers.Input((8, 8, 2))
    model = keras.Model(image, inner(inner(image)))
    found = {step.name: step.inputs for step in steps(model)}
    assert found == {
        "conv": (graph.IMAGE,),
        "relu": ("conv",),
        "conv@2": ("relu",),
        "relu@2": ("conv@2",),
    }


def test_bare_operations_are_steps():
    keras.backend.clear_session(free_memory=False)  # Keras numbers names it has given before
    image = layers.Input((8, 8, 2))
    x = keras.ops.relu(layers.Conv2D(2, 3, name="conv")(image))
    conv, relu, pool = names(keras.Model(image, layers.MaxPooling2D(2, name="pool")(x)))
    assert (conv, relu.partition("_")[0], pool) == ("conv", "relu", "pool")  # Keras numbers bare operations


def test_a_layer_called_image_keeps_its_name():
    found = steps(over(layers.Conv2D(2, 3, activation="relu", name="image")))
    assert [step.name for step in found] == ["image:preactivation", "image"]
    assert found[0].inputs == (graph.IMAGE,)


def test_namesakes_are_told_apart_with_their_layers():
    inner = keras.Sequential([layers.Input((8, 8, 5)), layers.MaxPooling2D(2, name="same")])
    outer = [layers.Input((8, 8, 4)), layers.Conv2D(5, 3, padding="same", name="same"), inner]
    read = graph.read_graph(keras.Sequential(outer))
    kinds = {name: type(layer).__name__ for name, layer in read.layers.items()}
    assert kinds == {"same": "Conv2D", "same@2": "MaxPooling2D"}


def over(layer, shape=(8, 8, 4)):
    return keras.Sequential([layers.Input(shape), layer])


def bare(call, shape=(8, 8, 4), dtype=None):
    image = layers.Input(shape, dtype=dtype)
    keras.backend.clear_session(free_memory=False)
    return keras.Model(image, call(image))


def test_a_bare_pooling_strides_by_its_window():
    (pool,) = steps(bare(lambda x: keras.ops.average_pool(x, (2, 3), padding="same")))
    assert (pool.rule.rows.stride, pool.rule.columns.stride) == (2, 3)
    assert pool.shape == (4, 3, 4)


def relu(x):
    return x


class Hidden(keras.Model):
    """A model whose graph nobody sees."""

    def call(self, x):
        return x


REFUSED = [
    (
        lambda: over(layers.AutoContrast(name="auto")),
        "layer 'auto': no rule for the operation AutoContrast; ",
    ),
    (
        lambda: over(layers.LayerNormalization(rms_scaling=True, name="norm")),
        "layer 'norm': no rule for rms_scaling=True; rules exist for rms_scaling=False",
    ),
    (
        lambda: over(layers.Conv2D(4, 3, activation="sparsemax", name="conv")),
        "layer 'conv': no rule for the activation sparsemax; rules exist for celu, elu, exponential, ",
    ),
    (
        lambda: over(layers.Conv2D(4, 3, activation=relu, name="conv")),
        "layer 'conv': no rule for the activation relu; rules exist for ",
    ),
    (
        lambda: over(layers.BatchNormalization(axis=1, name="norm")),
        "layer 'norm': no rule for axis=1; rules exist for the last axis",
    ),
    (
        lambda: over(layers.MaxPooling2D(2, data_format="channels_first", name="pool")),
        "layer 'pool': no rule for data_format=channels_first; rules exist for data_format=channels_last",
    ),
    (
        lambda: over(layers.ReLU(name="conv:preactivation")),
        "layer 'conv:preactivation': a name that ends in ':preactivation' means the values before an "
        "activation; rename the layer",
    ),
    (
        lambda: over(layers.Dense(3, activation=lambda x: x, name="dense"), (4,)),
        "layer 'dense': no rule for the activation <lambda>; rules exist for celu, elu, ",
    ),
    (
        lambda: over(layers.Dense(3, activation=layers.Dense(3, activation="relu"), name="dense"), (4,)),
        "layer 'dense': no rule for the activation Dense with its own activation or axis; ",
    ),
    (
        lambda: bare(lambda x: keras.ops.mean(x, axis=1)),
        "layer 'mean': no rule for axis=[1]; rules exist for axis=(1, 2) of a picture",
    ),
    (
        lambda: bare(lambda x: layers.BatchNormalization(name="norm")(x, training=True)),
        "layer 'norm': no rule for training=True; rules exist for training=False",
    ),
    (
        lambda: bare(lambda x: over(layers.Dropout(0.5))(x, training=True)),
        "model 'sequential': is called with training=True",
    ),
    (
        lambda: bare(lambda x: x - 128, dtype="uint8"),
        "layer 'subtract': no rule for arithmetic in uint8; rules exist for bfloat16, float16, float32, ",
    ),
    (Hidden, "model 'open' is neither functional nor sequential: its graph is unknown"),
    (
        lambda: over(layers.Conv2D(4, 3, name="conv"), (None, None, 3)),
        "the input of model 'open': the shape (None, None, 3) is open; "
        "the engine needs a fixed height and width",
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


def test_all_that_is_unsupported_is_told_at_once():
    image = layers.Input((8, 8, 4))
    x = layers.AutoContrast(name="auto")(image)
    x = layers.Conv2D(4, 3, activation="sparsemax", name="conv")(x)
    x = layers.ReLU(name="relu")(x)
    assert graph.unsupported(keras.Model(image, layers.BatchNormalization(axis=1, name="norm")(x))) == [
        "layer 'auto': no rule for the operation AutoContrast",
        "layer 'conv': no rule for the activation sparsemax",
        "layer 'norm': no rule for axis=1",
    ]
    assert graph.unsupported(over(layers.ReLU())) == []


def test_a_nested_model_with_an_open_size_takes_the_callers():
    inner = keras.Sequential(
        [
            layers.Input((None, None, 2)),
            layers.Conv2D(3, 3, strides=2, padding="same", name="conv"),
            layers.GlobalAveragePooling2D(name="mean"),
        ]
    )
    image = layers.Input((9, 8, 2))
    model = keras.Model(image, inner(image))
    assert {step.name: step.shape for step in steps(model)} == {"conv": (5, 4, 3), "mean": (3,)}


@pytest.mark.parametrize(
    ("layer", "place", "number", "message"),
    [
        (layers.Conv2D(2, 3, name="conv"), 0, np.nan, "layer 'conv': its kernel holds NaN or infinity"),
        (layers.Conv2D(2, 3, name="conv"), 1, -np.inf, "layer 'conv': its bias holds NaN or infinity"),
        (layers.PReLU(name="slope"), 0, np.inf, "layer 'slope': its alpha holds NaN or infinity"),
        (layers.BatchNormalization(name="norm"), 3, -1.0, "layer 'norm': its scale holds NaN or infinity"),
        (
            layers.Normalization(mean=[np.nan] * 3, variance=[1.0] * 3, name="fixed"),
            None,
            0,
            "layer 'fixed': its shift holds NaN or infinity",
        ),
    ],
)
def test_weights_of_a_diverged_training_are_refused(layer, place, number, message):
    image = layers.Input((8, 8, 3))
    model = keras.Model(image, layer(image))
    assert graph.unsupported(model) == [] if place is not None else [message]
    if place is not None:
        weights = layer.get_weights()
        weights[place].flat[0] = number
        layer.set_weights(weights)
    assert graph.unsupported(model) == [message]


def test_a_constant_that_is_not_a_number_is_refused():
    image = layers.Input((8, 8, 3))
    product = image * np.float32(np.inf)
    assert graph.unsupported(keras.Model(image, product))[0].endswith("its constant holds NaN or infinity")
