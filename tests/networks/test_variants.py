"""Variants and sizes: the same weights in another form say the same, at more places."""

import gc
from dataclasses import dataclass, replace

import numpy as np
import pytest

from generator import deconvolve, load_network
from generator.analysis import inspection
from generator.errors import NetworkError
from generator.networks import registry, tables
from generator.networks.choice import known
from tests.support import tapes

RANDOM = np.random.default_rng(41)
VARIANTS = [(name, variant) for name in registry.names() for variant in registry.variants(name) if variant]
FORMS = [(name, variant) for name in registry.names() for variant in registry.variants(name)]
CLASSIFIER = ["fc1", "fc2", "predictions"]


def noise(*size):
    return RANDOM.integers(0, 256, (*size, 3), np.uint8)


def activations(network, rgb, layers):
    """Return what Keras makes of a picture, by layer."""
    import keras

    outputs = {layer: network.model.get_layer(layer).output for layer in layers}
    values = keras.Model(network.model.input, outputs)(network.preprocess(rgb))
    return {layer: np.asarray(value)[0] for layer, value in values.items()}


def assert_close(found, expected):
    assert found.shape == expected.shape
    assert np.abs(found - expected).max() <= 1e-5 * np.abs(expected).max()


@pytest.mark.parametrize(("name", "variant"), VARIANTS)
def test_the_table_of_a_variant_says_what_keras_says(name, variant):
    assert tables.read(name, variant) == inspection.measure(registry.build(name, variant=variant))


@pytest.mark.parametrize("name", [name for name in registry.names() if registry.entry(name).variants])
def test_every_layer_of_the_atrous_variant_sees_as_far_as_the_plain_one(name):
    plain, atrous = (tables.read(name, variant) for variant in (None, "atrous"))
    one, other = (
        {layer.name: layer.receptive_field_px or (224, 224) for layer in layers} for layers in (plain, atrous)
    )
    # 220 by the equation, but no unit of the plain layer is far enough from the edges of the picture.
    edge = {"block5_conv3": ((214, 214), (220, 220))} if name == "vgg19" else {}
    assert {layer: (one[layer], other[layer]) for layer in one if one[layer] != other[layer]} == edge


def smallest(name, variant, classifies):
    sizes = registry.form(name, variant).smallest_px
    return sizes[1] if classifies else sizes[0]


@pytest.mark.parametrize("classifies", [False, True])
@pytest.mark.parametrize(("name", "variant"), FORMS)
def test_the_smallest_size_is_the_smallest(name, variant, classifies):
    least = smallest(name, variant, classifies)
    if least is None:
        assert any(layer.kind == "Dense" for layer in tables.read(name, variant))
        return
    model = registry.build(name, classifies, variant, (least, least + 1))
    assert min(side for layer in inspection.measure(model) for side in layer.shape) >= 1
    with pytest.raises(ValueError, match=r"negative|zero|<= 0|less than"):
        registry.build(name, classifies, variant, (least + 1, least - 1))


# The atrous identity


def pair(name, size):
    weights = "hed" if name == "vgg16" else None
    return [load_network(name, weights, variant, size) for variant in (None, "atrous")]


SECOND = {
    "vgg16": (0, ["block4_pool", "block5_conv1", "block5_conv2", "block5_conv3"]),
    "squeezenet": (1, ["maxpool5", "fire6", "fire7", "fire8", "fire9", "conv10"]),
}


@pytest.mark.parametrize(("size", "border"), [(224, 0), ((200, 283), 4)])
@pytest.mark.parametrize("name", SECOND)
def test_every_second_position_is_the_plain_network(name, size, border):
    """At its own size everywhere; at a size that a plain pooling cuts an edge off, away from the borders."""
    plain, atrous = pair(name, size)
    first, layers = SECOND[name]
    picture = noise(*plain.input_shape[:2])
    expected, found = activations(plain, picture, layers), activations(atrous, picture, layers)
    for layer in layers:
        height, width = expected[layer].shape[:2]
        inside = slice(border, height - border), slice(border, width - border)
        sampled = found[layer][first::2, first::2][:height, :width]
        assert expected[layer][inside].size
        assert np.abs(sampled - expected[layer])[inside].max() <= 1e-5 * expected[layer].max()


@pytest.mark.parametrize(("size", "border"), [((64, 96), 0), ((200, 283), 2)])
def test_every_fourth_position_of_the_last_pooling_is_the_plain_network(size, border):
    plain, atrous = pair("vgg16", size)
    picture = noise(*size)
    expected, found = (activations(one, picture, ["block5_pool"])["block5_pool"] for one in (plain, atrous))
    assert found.shape == (size[0] // 8, size[1] // 8, 512)
    height, width = expected.shape[:2]
    inside = slice(border, height - border), slice(border, width - border)
    assert expected[inside].size
    sampled = found[1::4, 1::4][:height, :width]
    assert np.abs(sampled - expected)[inside].max() <= 1e-5 * expected.max()


@pytest.mark.parametrize(
    ("name", "variant", "layers", "size"),
    [
        ("vgg16", "atrous", ["block4_pool", "block5_conv3", "block5_pool"], (64, 96)),
        ("squeezenet", "atrous", ["maxpool5", "fire7", "fire9", "conv10", "predictions"], (97, 130)),
        ("squeezenet", "convolutional", ["fire9", "conv10", "predictions"], (97, 130)),
    ],
)
def test_reconstructions_of_a_variant_equal_the_tape(name, variant, layers, size):
    network = load_network(name, variant=variant, input_size=size)
    result = deconvolve(network, noise(*size), layers, top_features=2)
    assert_equal_to_the_tape(network, result)


def assert_equal_to_the_tape(network, result):
    chosen = {layer: found.features for layer, found in result.layers.items()}
    oracle = tapes.reconstruct(network.model, network.preprocess(result.input), chosen)
    for layer, found in result.layers.items():
        assert found.reconstructions.shape[1:3] == network.input_shape[:2]
        assert tapes.worst_error(found.reconstructions, network.colours(oracle[layer])) <= 1e-5


# Dense layers as convolutions


@dataclass(frozen=True)
class Whole:
    """The name of a VGG and seeded weights of all of it: a kernel and a bias for each layer, as in files."""

    name: str
    arrays: dict

    def load(self, variant, size=None):
        """Return it classifying, in a variant and a size."""
        model = registry.build(self.name, variant=variant, input_size=size)
        for layer in model.layers:
            stored = zip(self.arrays[layer.name], layer.weights, strict=True) if layer.weights else ()
            layer.set_weights([array.reshape(weight.shape) for array, weight in stored])
        classes = tuple((f"n{number}", str(number)) for number in range(1000))
        network = load_network("vgg16", "hed")  # for the way it is fed
        known = replace(network, name=self.name, classes=classes, lacks_softmax=True)
        return replace(known, model=model, variant=variant)


@pytest.fixture(scope="module", params=["vgg16", pytest.param("vgg19", marks=pytest.mark.large)])
def whole(request):
    model = registry.build(request.param)
    arrays = {layer.name: [drawn(tuple(array.shape)) for array in layer.weights] for layer in model.layers}
    yield Whole(request.param, arrays)
    gc.collect()


def drawn(shape):
    values = np.random.default_rng(sum(shape)).standard_normal(shape, np.float32)
    return values * np.float32(np.sqrt(2 / np.prod(shape[:-1])) if len(shape) > 1 else 0.1)


def test_the_convolutional_variant_equals_the_dense_network(whole):
    picture = noise(224, 224)
    dense = deconvolve(whole.load(None), picture, ["block5_pool", *CLASSIFIER], top_features=2)
    gc.collect()
    network = whole.load("convolutional")
    convolutional = deconvolve(network, picture, ["block5_pool", *CLASSIFIER], top_features=2)
    for layer, expected in dense.layers.items():
        found = convolutional.layers[layer]
        assert found.features.tolist() == expected.features.tolist()
        assert_close(found.activations.reshape(expected.activations.shape), expected.activations)
        assert tapes.worst_error(found.reconstructions, expected.reconstructions) <= 1e-5
    assert convolutional.layers["fc1"].activations.shape == (2, 1, 1)
    chances = [[guess.probability for guess in result.predictions] for result in (convolutional, dense)]
    np.testing.assert_allclose(*chances, rtol=0, atol=1e-5)
    assert [guess.wnid for guess in convolutional.predictions] == [guess.wnid for guess in dense.predictions]


def test_every_position_of_the_convolutional_variant_is_one_of_the_atrous_one(whole):
    picture = noise(224, 256)
    layers = ["block4_pool", "block5_conv1", "block5_conv3", "block5_pool", *CLASSIFIER]
    expected = activations(whole.load("convolutional", (224, 256)), picture, layers)
    found = activations(whole.load("atrous", (224, 256)), picture, layers)
    for layer in layers:
        first, apart = (1, 4) if layer in ("block5_pool", *CLASSIFIER) else (0, 2)
        assert_close(found[layer][first::apart, first::apart], expected[layer])
    assert [expected[layer].shape[:2] for layer in ("block5_pool", "fc1")] == [(7, 8), (1, 2)]
    assert [found[layer].shape[:2] for layer in ("block5_pool", "fc1")] == [(28, 32), (4, 8)]


@pytest.mark.parametrize("whole", ["vgg16"], indirect=True)
def test_a_class_back_through_dense_layers_as_dilated_convolutions_equals_the_tape(whole):
    """The way of a class leads through all that the variant changes."""
    network = whole.load("atrous", (200, 208))
    result = deconvolve(network, noise(200, 208), ["predictions"], top_features=1)
    assert_equal_to_the_tape(network, result)


@pytest.mark.parametrize("whole", ["vgg16"], indirect=True)
def test_classes_of_a_larger_picture_come_from_the_mean_of_their_logits(whole):
    network = whole.load("convolutional", (224, 256))
    result = deconvolve(network, noise(224, 256), ["predictions"], top_features=2)
    assert result.layers["predictions"].activations.shape == (2, 1, 2)
    logits = activations(network, result.input, ["predictions"])["predictions"]
    assert logits.shape == (1, 2, 1000)
    mean = logits.mean(axis=(0, 1), dtype=np.float64)
    order = np.argsort(-mean)
    assert result.layers["predictions"].features.tolist() == order[:2].tolist()
    assert [int(guess.label) for guess in result.predictions] == order[:5].tolist()
    chance = np.exp(mean[order[0]] - mean.max()) / np.exp(mean - mean.max()).sum()
    assert result.predictions[0].probability == pytest.approx(chance, rel=1e-4)
    named = deconvolve(network, result.input, features={"predictions": [285]}, seed="unit")
    assert named.layers["predictions"].reconstructions.shape == (1, 224, 256, 3)


# Sizes


def test_a_network_of_another_size_is_measured():
    network = load_network("vgg16", "hed", input_size=(320, 480))
    info = inspection.measured(known("vgg16", "hed"), network)
    assert (info.input_shape, network.variant) == ((320, 480, 3), None)
    shapes = {layer.name: layer.shape for layer in info.layers}
    assert (shapes["block1_conv1"], shapes["block5_pool"]) == ((320, 480, 64), (10, 15, 512))
    own = known("vgg16", "hed", "atrous")
    assert inspection.measured(own, load_network("vgg16", "hed", "atrous")) is own
    assert own.title == "VGG16 (atrous)"


REFUSED = [
    (
        {"variant": "atruos"},
        "no variant 'atruos' of vgg16; nearest: atrous; known: plain, convolutional, atrous",
    ),
    ({"input_size": 31}, "`input_size` must be at least 32 x 32 for VGG16. Received: 31 x 31"),
    (
        {"input_size": (99, 7), "variant": "atrous"},
        "`input_size` must be at least 8 x 8 for VGG16 (atrous). Received: 99 x 7",
    ),
    *(
        (
            {"input_size": size},
            f"`input_size` must be a number of pixels or (height, width). Received: {size!r}",
        )
        for size in ("224", (224,), (1.5, 2), True)
    ),
]


@pytest.mark.parametrize(("options", "message"), REFUSED)
def test_what_no_network_has_is_refused(options, message):
    with pytest.raises(NetworkError) as error:
        load_network("vgg16", "hed", **options)
    assert str(error.value) == message


def test_options_do_not_go_with_a_model(tiny_network):
    with pytest.raises(NetworkError, match=r"^`variant` applies only to the name of a network"):
        load_network(tiny_network, variant="atrous")
