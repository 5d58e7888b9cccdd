"""The Python API on real photographs and real weights, against the tape and against itself."""

import gc
import weakref
from pathlib import Path

import keras
import numpy as np
import pytest
from PIL import Image

from generator import deconvolve, load_network
from generator.analysis.forward_pass import look
from generator.engine.methods import METHODS
from generator.errors import EngineError, ImageError, NetworkError, SelectionError
from tests.support import tapes
from tests.support.rows import assert_same_rows

INPUTS = Path(__file__).parents[2] / "inputs"
PHOTOGRAPHS = ["chelsea.jpg", "jaguar.jpg"]
LAYERS = {
    "squeezenet": ["maxpool1", "maxpool3", "maxpool5", "fire7", "fire9", "predictions"],
    "vgg16": [f"block{number}_pool" for number in range(1, 6)],
}


@pytest.fixture(scope="module")
def squeezenet():
    return load_network("squeezenet")


@pytest.fixture(scope="module")
def networks(squeezenet):
    return {"squeezenet": squeezenet, "vgg16": load_network("vgg16", weights="hed")}


@pytest.fixture(scope="module")
def seen(squeezenet):
    return deconvolve(squeezenet, INPUTS / "chelsea.jpg")


@pytest.mark.parametrize(
    ("name", "photograph"),
    [
        *(("squeezenet", photograph) for photograph in PHOTOGRAPHS),
        ("vgg16", "jaguar.jpg"),
        pytest.param("vgg16", "chelsea.jpg", marks=pytest.mark.large),
    ],
)
def test_single_pass_equals_loop_equals_tape(networks, name, photograph):
    """Every selected feature of both networks: within 1e-5 of its largest value."""
    network, layers = networks[name], LAYERS[name]
    whole = deconvolve(network, INPUTS / photograph, layers)
    loop = deconvolve(network, INPUTS / photograph, layers, full=False)
    chosen = {layer: whole.layers[layer].features for layer in layers}
    oracle = tapes.reconstruct(network.model, network.preprocess(whole.input), chosen)
    for layer in layers:
        found = whole.layers[layer].reconstructions
        assert found.shape == (3, 224, 224, 3)
        assert tapes.worst_error(found, loop.layers[layer].reconstructions) <= 1e-5
        assert tapes.worst_error(found, network.colours(oracle[layer])) <= 1e-5


@pytest.mark.parametrize("method", ["gradient", "guided"])
def test_the_other_methods_equal_their_tapes(squeezenet, method):
    layers = LAYERS["squeezenet"]
    found = deconvolve(squeezenet, INPUTS / "jaguar.jpg", layers, method=method)
    chosen = {layer: found.layers[layer].features for layer in layers}
    oracle = tapes.reconstruct(squeezenet.model, squeezenet.preprocess(found.input), chosen, method)
    for layer in layers:
        rows = squeezenet.colours(oracle[layer])
        assert tapes.worst_error(found.layers[layer].reconstructions, rows) <= 1e-5


def test_what_a_result_holds(seen, squeezenet):
    assert list(seen.layers) == ["maxpool1", "maxpool3", "maxpool5"]
    layer = seen.layers["maxpool3"]
    assert layer.features.dtype == np.int32
    assert layer.features.shape == layer.strengths.shape == (3,)
    assert layer.activations.shape == (3, 27, 27)
    assert layer.activations.dtype == layer.reconstructions.dtype == layer.strengths.dtype == np.float32
    assert np.all(np.diff(layer.strengths) <= 0)
    norms = np.linalg.norm(layer.activations.reshape(3, -1), axis=1)
    np.testing.assert_allclose(layer.strengths, norms, rtol=1e-6)
    assert layer.profile.dtype == np.float32
    np.testing.assert_array_equal(np.argsort(-layer.profile, kind="stable")[:3], layer.features)
    np.testing.assert_array_equal(layer.profile[layer.features], layer.strengths)
    assert seen.input.shape == (224, 224, 3)
    assert seen.input.dtype == np.uint8
    assert seen.provenance["weights_sha256"] == squeezenet.weights.sha256
    assert seen.provenance["preprocessing"] == "BGR, value - (103.939, 116.779, 123.68)"


def test_predictions_are_the_five_best(seen):
    assert [prediction.label for prediction in seen.predictions][:3] == ["Egyptian cat", "tabby", "tiger cat"]
    assert len(seen.predictions) == 5
    assert seen.predictions[0].wnid == "n02124075"
    chances = [prediction.probability for prediction in seen.predictions]
    assert chances == sorted(chances, reverse=True)
    assert 0.5 < chances[0] < sum(chances) <= 1


def test_a_wide_picture_through_a_network_of_its_size():
    network = load_network("vgg16", weights="hed", input_size=(96, 160))
    layers = ["block2_pool", "block5_pool"]
    result = deconvolve(network, INPUTS / "rocket.jpg", layers, top_features=1)
    assert result.input.shape == (96, 160, 3)
    assert result.layers["block5_pool"].activations.shape == (1, 3, 5)
    assert result.provenance["input_size"] == "96 x 160"
    chosen = {layer: result.layers[layer].features for layer in layers}
    oracle = tapes.reconstruct(network.model, network.preprocess(result.input), chosen)
    for layer in layers:
        found = result.layers[layer].reconstructions
        assert tapes.worst_error(found, network.colours(oracle[layer])) <= 1e-5


def test_a_network_without_a_classifier_predicts_nothing(networks):
    assert deconvolve(networks["vgg16"], INPUTS / "chelsea.jpg", ["block1_pool"]).predictions == ()


def test_a_path_a_picture_and_an_array_are_the_same(seen, squeezenet):
    picture = Image.open(INPUTS / "chelsea.jpg")
    for image in (str(INPUTS / "chelsea.jpg"), picture, np.asarray(picture), seen.input):
        again = deconvolve(squeezenet, image, ["maxpool5"])
        np.testing.assert_array_equal(again.input, seen.input)
        np.testing.assert_array_equal(again.layers["maxpool5"].features, seen.layers["maxpool5"].features)


def test_a_float_array_is_used_as_it_is(seen, squeezenet):
    batch = squeezenet.preprocess(seen.input)
    for array in (batch, batch[0], batch.astype(np.float64)):
        again = deconvolve(squeezenet, array, ["maxpool5"])
        assert again.input is None
        np.testing.assert_allclose(
            again.layers["maxpool5"].reconstructions,
            deconvolve(squeezenet, seen.input, ["maxpool5"]).layers["maxpool5"].reconstructions,
            atol=1e-4,
        )


def test_named_features_come_in_their_order(squeezenet, seen):
    named = deconvolve(squeezenet, seen.input, features={"fire9": [7, 44]})
    assert list(named.layers) == ["fire9"]
    assert named.layers["fire9"].features.tolist() == [7, 44]
    mixed = deconvolve(squeezenet, seen.input, ["maxpool1", "fire9"], features={"fire9": [44]})
    assert len(mixed.layers["maxpool1"].features) == 3
    np.testing.assert_allclose(
        mixed.layers["fire9"].reconstructions[0], named.layers["fire9"].reconstructions[1], atol=1e-3
    )


def test_classes_are_seeded_at_their_logits(squeezenet, seen):
    classes = deconvolve(squeezenet, seen.input, ["predictions"]).layers["predictions"]
    assert classes.features[0] == 285
    assert classes.activations.shape == (3,)
    np.testing.assert_array_equal(classes.activations, classes.strengths)


def test_reconstructions_are_in_rgb_order(squeezenet, seen):
    """A red picture pulls a colour-seeing feature's reconstruction the same way in both orders."""
    batch = squeezenet.preprocess(seen.input)
    chosen = {"conv1": [0]}
    tape = tapes.reconstruct(squeezenet.model, batch, chosen)["conv1"]
    found = deconvolve(squeezenet, seen.input, features=chosen).layers["conv1"].reconstructions
    np.testing.assert_allclose(found, tape[..., ::-1], atol=1e-5 * np.abs(tape).max())


def test_a_model_from_outside(tiny_network, tiny_image):
    network = load_network(tiny_network)
    result = deconvolve(network, tiny_image, ["both", "predictions"], top_features=2)
    assert result.predictions == ()
    assert result.layers["both"].reconstructions.shape == (2, 17, 15, 3)
    oracle = tapes.reconstruct(tiny_network, tiny_image, {"both": result.layers["both"].features})
    np.testing.assert_allclose(result.layers["both"].reconstructions, oracle["both"], atol=1e-4)
    picture = np.zeros((40, 40, 3), np.uint8)
    assert deconvolve(network, picture, ["both"]).input.shape == (17, 15, 3)


REFUSED = [
    ({"layers": ["fire99"]}, NetworkError, "no layer 'fire99' in squeezenet; nearest: fire9; layers: "),
    ({"layers": "fire9"}, NetworkError, "`layers` must be a list of layer names. Received: 'fire9'"),
    ({"layers": []}, NetworkError, "`layers` is empty; expected layers of squeezenet"),
    (
        {"layers": ["fire9"], "features": {"fire2": [1]}},
        NetworkError,
        "`features` names the layer 'fire2', which is not among `layers`: ('fire9',)",
    ),
    (
        {"features": {"fire9": [512]}},
        SelectionError,
        "layer 'fire9': no feature 512; the layer has features 0 to 511",
    ),
    (
        {"top_features": 0},
        SelectionError,
        "layer 'maxpool1': expected 1 to 64 features of this layer. Received: 0",
    ),
    ({"method": "x"}, EngineError, "`method` must be one of deconvnet, guided, gradient. Received: 'x'"),
]


@pytest.mark.parametrize(("options", "kind", "message"), REFUSED)
def test_wrong_options_name_the_choices(squeezenet, seen, options, kind, message):
    with pytest.raises(kind) as error:
        deconvolve(squeezenet, seen.input, **options)
    assert str(error.value).startswith(message)


@pytest.mark.parametrize(
    ("array", "received"),
    [
        (np.zeros((0, 8), np.uint8), "uint8 of shape (0, 8, 3)"),
        (np.zeros((8, 8, 4), np.uint8), "uint8 of shape (8, 8, 4)"),
        (np.zeros((8, 8, 3), np.int64), "int64 of shape (8, 8, 3)"),
    ],
)
def test_a_wrong_array_says_what_is_expected(squeezenet, array, received):
    with pytest.raises(ImageError) as error:
        deconvolve(squeezenet, array)
    expected = (
        "expected an (H, W, 3), (H, W, 1) or (H, W) uint8 picture or a float array of shape (224, 224, 3). "
        "Received: "
    )
    assert str(error.value) == expected + received


def test_a_float_array_of_another_shape_is_refused(squeezenet):
    with pytest.raises(ImageError) as error:
        deconvolve(squeezenet, np.zeros((10, 10, 3), np.float32))
    assert str(error.value) == "expected a float array of shape (224, 224, 3). Received: (10, 10, 3)"


@pytest.mark.parametrize("value", [np.nan, np.inf])
def test_a_float_array_that_is_not_finite_is_refused(squeezenet, value):
    with pytest.raises(ImageError) as error:
        deconvolve(squeezenet, np.full((224, 224, 3), value, np.float32))
    assert str(error.value) == "expected finite numbers in the float array. Received: NaN or infinity"


def large(first, second):
    """Return a network of two layers with these constant weights."""
    made = [
        keras.layers.Conv2D(2, 1, name="first", use_bias=False),
        keras.layers.Conv2D(2, 1, name="second", use_bias=False),
    ]
    model = keras.Sequential([keras.Input((4, 4, 3)), *made])
    for layer, weight in zip(made, (first, second), strict=True):
        layer.set_weights([np.full_like(each, weight) for each in layer.get_weights()])
    return load_network(model)


@pytest.mark.parametrize(
    ("weights", "layers", "message"),
    [
        ((1e30, 1e30), ["first"], "layer 'second': its activations for this picture hold NaN or infinity"),
        (
            (1e30, 1.0),
            ["second"],
            "layer 'second': its reconstructions for this picture hold NaN or infinity",
        ),
    ],
)
def test_numbers_that_overflow_are_refused_by_layer(weights, layers, message):
    with pytest.raises(EngineError) as error:
        deconvolve(large(*weights), np.ones((4, 4, 3), np.float32), layers, top_features=1)
    assert str(error.value) == message


@pytest.mark.parametrize("bias", ["none", "subtract"])
def test_an_engine_goes_when_its_model_goes(tiny_network, tiny_image, bias):
    network = load_network(keras.models.clone_model(tiny_network))
    held = weakref.ref(network.model)
    for method in METHODS:
        deconvolve(network, tiny_image[0], layers=["pool1"], method=method, bias=bias)
    engine = weakref.ref(look(network, tiny_image[0], ["both"], bias=bias).engine)
    assert look(network, 2 * tiny_image[0], ["pool1"], bias=bias).engine is engine()
    del network
    gc.collect()  # the model, and with it the engine's place
    gc.collect()  # the engine
    assert (held(), engine()) == (None, None)


def test_one_look_reconstructs_by_every_method(squeezenet, seen):
    layers = ["maxpool1", "fire9", "predictions"]
    once = look(squeezenet, INPUTS / "chelsea.jpg", layers, keeps_slopes=True)
    assert once.predictions == seen.predictions
    np.testing.assert_array_equal(once.input, seen.input)
    chosen = {layer: once.choose(layer, None, 2) for layer in layers}
    for method in METHODS:
        alone = deconvolve(squeezenet, seen.input, layers, 2, method=method).layers
        rows = dict(once.reconstruct(chosen, method, sweep_rows=4))
        assert list(rows) == layers
        for layer in layers:
            result = once.result(layer, chosen[layer], rows[layer])
            assert result.labels == once.labels(layer, chosen[layer]) == alone[layer].labels
            for name in ("features", "strengths", "activations", "profile"):
                np.testing.assert_array_equal(getattr(result, name), getattr(alone[layer], name))
            assert_same_rows(result.reconstructions, alone[layer].reconstructions)


def test_two_names_of_one_layer_keep_their_own_features(tiny_network, tiny_image):
    """The last layer is called ``predictions`` too, whatever its own name is."""
    image = keras.Input((17, 15, 3))
    model = keras.Model(image, keras.layers.Dense(5, name="classes")(tiny_network(image)))
    network = load_network(model)
    asked = {"classes": [4, 1], "pool1": [2], "predictions": [0, 1, 3]}
    both = deconvolve(network, tiny_image[0], features=asked)
    assert {layer: result.features.tolist() for layer, result in both.layers.items()} == asked
    for layer, features in asked.items():
        alone = deconvolve(network, tiny_image[0], features={layer: features})
        assert_same_rows(both.layers[layer].reconstructions, alone.layers[layer].reconstructions)


def test_what_ties_in_a_profile_ties_in_the_choice():
    """The norms differ in float64, where the second feature is stronger, and not in float32."""
    image = keras.Input((2, 2, 2))
    model = keras.Model(image, keras.layers.Activation("linear", name="same")(image))
    array = np.array([[[3.0, 3.0], [0.0, 1e-4]], [[0.0, 0.0], [0.0, 0.0]]], np.float32)
    norms = np.sqrt(np.square(array.astype(np.float64)).sum((0, 1)))
    assert norms[1] > norms[0]
    found = deconvolve(load_network(model), array, ["same"], 2).layers["same"]
    assert found.profile[0] == found.profile[1]
    assert found.features.tolist() == [0, 1] == np.argsort(-found.profile, kind="stable").tolist()
