"""Networks for Python users: model files with the checks of a gallery, kept names, layers by name."""

from __future__ import annotations

import re
import warnings
from dataclasses import replace

import keras
import numpy as np
import pytest

from generator import deconvolve, load_network
from generator.analysis import inspection
from generator.api import loading
from generator.errors import GalleryError, NetworkError
from generator.networks import choice, own, registry
from generator.records import LayerInfo, OwnNetwork
from tests.support import tiny
from tests.support.onnx_graphs import Graph


@pytest.fixture(scope="module")
def files(tmp_path_factory):
    """Return a folder with a model, one of open size, one with a scale of its own, and files of labels."""
    folder = tmp_path_factory.mktemp("models")
    tiny.network().save(folder / "mine.keras")
    layers = keras.layers
    keras.Sequential(
        [keras.Input((None, None, 3)), layers.Conv2D(2, 3, activation="relu", name="conv")]
    ).save(folder / "open.keras")
    keras.Sequential([keras.Input((9, 9, 3)), layers.Rescaling(1 / 255), layers.Conv2D(2, 3)]).save(
        folder / "scaled.keras"
    )
    keras.Sequential([keras.Input((9, 9, 3)), layers.Lambda(lambda x: x)]).save(folder / "code.keras")
    (folder / "four.txt").write_text("ant\nbee\ncat\ndog\n", encoding="utf-8")
    (folder / "hole.txt").write_text("ant\n\ncat\ndog\n", encoding="utf-8")
    (folder / "two.txt").write_text("ant\nbee\n", encoding="utf-8")
    (folder / "saved").mkdir()
    (folder / "saved" / "saved_model.pb").touch()
    (folder / "text.keras").write_text("nothing", encoding="utf-8")
    return folder


@pytest.fixture
def folder(files, monkeypatch):
    monkeypatch.chdir(files)
    return files


@pytest.mark.parametrize("as_text", [str, lambda path: path])
def test_a_model_file_is_the_network_of_a_gallery(folder, as_text):
    path, labels = folder / "mine.keras", folder / "four.txt"
    network = load_network(as_text(path), preprocessing="unit", labels=as_text(labels))
    same = OwnNetwork(path, "unit", ("ant", "bee", "cat", "dog"))
    gallery = own.load(same)
    assert network.made_by == gallery.made_by
    assert network.classes == gallery.classes == (("", "ant"), ("", "bee"), ("", "cat"), ("", "dog"))
    assert tuple(network.layers.values()) == inspection.described(gallery, same).layers
    picture = np.random.default_rng(3).integers(0, 256, (17, 15, 3), np.uint8)
    result = deconvolve(network, picture, ["pool1"], 2)
    by_hand = deconvolve(load_network(gallery.model), picture.astype(np.float32) / 255, ["pool1"], 2)
    np.testing.assert_array_equal(
        result.layers["pool1"].reconstructions, by_hand.layers["pool1"].reconstructions
    )
    assert {guess.label for guess in result.predictions} == {"ant", "bee", "cat", "dog"}
    assert result._repr_html_().count("<svg ") == 1


def test_a_file_of_open_size_gets_one(folder):
    network = load_network("open.keras", input_size=(9, 11), preprocessing="none")
    assert network.input_shape == (9, 11, 3)
    assert network.layers["conv"] == LayerInfo("conv", "Conv2D", (7, 9, 2), 56, (3, 3))


@pytest.mark.parametrize("channels", [1, 3])
def test_a_model_of_open_size_gets_one(channels):
    first, second = (
        keras.layers.Conv2D(2, 3, activation="relu", name="conv"),
        keras.layers.MaxPooling2D(name="pool"),
    )
    model = keras.Sequential([keras.Input((None, 11, channels)), first, second])
    network = load_network(model, input_size=(9, 11))
    assert network.input_shape == (9, 11, channels)
    batch = np.random.default_rng(0).normal(0, 1, (9, 11, channels)).astype(np.float32)
    maps = deconvolve(network, batch, ["pool"], features={"pool": [0, 1]}).layers["pool"].activations
    np.testing.assert_allclose(np.moveaxis(maps, 0, -1), model(batch[None])[0], rtol=1e-5, atol=1e-6)


@pytest.mark.parametrize(
    ("size", "message"),
    [
        ((9, 12), "`input_size` must be any x 11, the size of the input"),
        ((2, 11), "`input_size` 2 x 11 is too small for this model; expected at least 3 x 11"),
    ],
)
def test_a_size_that_a_model_cannot_have_is_refused(size, message):
    model = keras.Sequential([keras.Input((None, 11, 3)), keras.layers.Conv2D(2, 3)], name="open")
    with pytest.raises(NetworkError) as error:
        load_network(model, input_size=size)
    assert str(error.value) == f"open: {message}"


def test_preprocessing_of_torch_is_advised_for_onnx(tmp_path):
    graph = Graph((1, 3, 8, 8))
    path = graph.save(tmp_path / "net.onnx", graph.conv("image", 2, 3))
    text = (
        "net.onnx does not scale its input and gets values from 0 to 255; pass preprocessing='torch' if it "
        "was trained as the models of torchvision and timm are, preprocessing='unit' if it was trained on 0 "
        "to 1, or preprocessing='none' if not"
    )
    with pytest.warns(UserWarning, match=f"^{re.escape(text)}$"):
        load_network(path)


def test_values_that_may_be_of_another_range_are_warned_of(folder):
    text = (
        "mine.keras does not scale its input and gets values from 0 to 255; pass preprocessing='unit' if it "
        "was trained on 0 to 1, or preprocessing='none' if not"
    )
    with pytest.warns(UserWarning, match=f"^{re.escape(text)}$") as found:
        load_network("mine.keras")
    assert [warning.filename for warning in found] == [__file__]
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        load_network("mine.keras", preprocessing="none")
        load_network("scaled.keras")


def test_a_preprocessing_of_a_model_that_scales_is_warned_of(folder):
    text = (
        "scaled.keras scales its input itself and gets it scaled by preprocessing='unit'; pass "
        "preprocessing='none' if it expects 0 to 255"
    )
    with pytest.warns(UserWarning, match=f"^{re.escape(text)}$") as found:
        load_network("scaled.keras", preprocessing="unit")
    assert [warning.filename for warning in found] == [__file__]


def of_two_outputs():
    keras.utils.set_random_seed(2)
    image = keras.Input((9, 9, 3))
    maps = keras.layers.Conv2D(4, 3, activation="relu", name="conv")(image)
    end = keras.layers.Dense(5, activation="softmax", name="end")(keras.layers.Flatten()(maps))
    return keras.Model(image, {"a": end, "b": maps}, name="two")


def test_several_outputs_without_a_choice_are_warned_of(folder):
    of_two_outputs().save("two.keras")
    text = (
        "two.keras has 2 outputs and is used without predictions; if one has the classes, pass "
        "predictions='a' or predictions='b'"
    )
    with pytest.warns(UserWarning, match=f"^{re.escape(text)}$") as found:
        load_network("two.keras", preprocessing="none")
    assert [warning.filename for warning in found] == [__file__]


def test_a_model_in_memory_is_asked_for_its_classes_by_name():
    model, picture = of_two_outputs(), np.random.default_rng(1).normal(size=(9, 9, 3)).astype(np.float32)
    result = deconvolve(load_network(model, predictions="a"), picture, ["predictions"], 5)
    (shares,) = model.predict(picture[None], verbose=0)["a"]
    assert result.layers["predictions"].features.tolist() == np.argsort(-shares).tolist()
    with pytest.raises(NetworkError) as missing:
        deconvolve(model, picture, ["predictions"])
    assert str(missing.value) == (
        "no layer 'predictions' in two; load it with predictions= one of its outputs: a, b"
    )
    for wrong, text in (
        ("c", "two: no output 'c'; outputs: a, b"),
        (1, "`predictions` must be text. Received: 1"),
    ):
        with pytest.raises(NetworkError) as error:
            load_network(model, predictions=wrong)
        assert str(error.value) == text


REFUSED = [
    (
        "net.pth",
        {},
        "`network`: 'net.pth' is a file of PyTorch, which has weights but no graph;",
    ),
    ("saved", {}, "`network`: 'saved' is a SavedModel of TensorFlow; convert it to .onnx with tf2onnx"),
    ("min.keras", {}, "`network`: no file 'min.keras'; nearest: mine.keras"),
    ("four.txt", {}, "no network 'four.txt'; known: "),
    ("text.keras", {}, "`network`: {}text.keras: not a .keras file, which is a zip; perhaps it is cut short"),
    (
        "code.keras",
        {},
        "`network`: {}code.keras: contains a Lambda layer, which would run code from the file; replace it by "
        "layers and save again",
    ),
    ("open.keras", {}, "`network`: {}open.keras: the input has no fixed size; set one with `input_size`"),
    (
        "mine.keras",
        {"input_size": 20},
        "`input_size`: {}mine.keras: `input_size` must be 17 x 15, the size of the input",
    ),
    (
        "open.keras",
        {"input_size": (2, 9)},
        "`input_size`: {}open.keras: `input_size` 2 x 9 is too small for this model; expected at least 3 x 9",
    ),
    (
        "mine.keras",
        {"input_size": (0, 9)},
        "`input_size`: expected a whole number of at least 1, found 0 (a number)",
    ),
    ("mine.keras", {"labels": "hole.txt"}, "`labels`: 'hole.txt':2: expected a label on every line"),
    ("mine.keras", {"labels": "two.txt"}, "`labels`: {}mine.keras: 2 labels for 4 classes"),
    (
        "mine.keras",
        {"labels": "fore.txt"},
        "`labels`: expected a text file in UTF-8, found 'fore.txt'; nearest: four.txt",
    ),
    (
        "mine.keras",
        {"weights": "hed", "variant": "atrous"},
        "`weights`: applies only to networks of 'gallery models'; 'mine.keras' has its own\n"
        "`variant`: applies only to networks of 'gallery models'; 'mine.keras' has its own",
    ),
]


@pytest.mark.parametrize(("name", "options", "message"), REFUSED)
def test_what_is_wrong_with_a_file_is_said_as_in_a_gallery(folder, name, options, message):
    with pytest.raises(NetworkError) as error:
        load_network(name, **{"preprocessing": "unit"} | options if name.endswith(".keras") else options)
    assert str(error.value).startswith(message.format(f"{folder}/"))


def test_a_path_that_is_no_model_file_is_refused(folder):
    with pytest.raises(NetworkError) as error:
        load_network(folder / "four.txt")
    assert str(error.value).startswith("`network`: expected a .keras, .onnx or .h5 file, found '")


def test_a_model_in_memory_takes_no_preprocessing(tiny_network):
    with pytest.raises(NetworkError) as error:
        load_network(tiny_network, preprocessing="unit")
    expected = (
        "`preprocessing` applies only to .keras, .onnx or .h5 files; a keras.Model gets the values 0 to 255"
    )
    assert str(error.value) == expected


@pytest.mark.parametrize(
    ("name", "options"),
    [("squeezenet", {}), ("squeezenet", {"variant": "atrous"}), ("vgg16", {"weights": "hed"})],
)
def test_layers_are_those_of_the_table_that_the_model_has(name, options):
    network = load_network(name, **options)
    info = choice.known(name, options.get("weights", "imagenet"), options.get("variant"))
    assert tuple(network.layers.values()) == info.layers
    assert set(network.layers) <= {layer.name for layer in network.model.layers}
    for layer in network.layers.values():
        assert layer.shape == tuple(network.model.get_layer(layer.name).output.shape[1:])


def test_layers_at_another_size_are_measured():
    network = load_network("squeezenet", variant="atrous", input_size=(64, 96))
    assert network.layers["maxpool1"].shape == (15, 23, 64)
    assert list(network.layers) == [layer.name for layer in registry.describe("squeezenet").layers]


def test_layers_of_a_model_end_with_its_classes(tiny_network):
    layers = load_network(tiny_network).layers
    names = "conv1 pool1 right_linear left right both pool2 dense predictions"
    assert list(layers) == names.split()
    without = load_network(keras.Model(tiny_network.input, tiny_network.get_layer("dense").output)).layers
    assert list(without) == names.split()
    assert without["predictions"] == replace(without["dense"], name="predictions", shared_with="dense")


def test_a_network_prints_as_one_line():
    assert repr(load_network("squeezenet", variant="atrous")) == (
        "<Network squeezenet, atrous: input 224 x 224 x 3, 1000 classes, "
        "weights: SqueezeNet 1.1 trained on ImageNet>"
    )


def test_a_name_is_loaded_once_and_again_if_its_weights_change(tiny_image):
    picture = np.full((224, 224, 3), 90, np.uint8)
    first = deconvolve("squeezenet", picture, ["maxpool1"], 1)
    again = deconvolve("squeezenet", picture, ["maxpool1"], 1)
    assert again.of is first.of
    assert len(loading._named) == 1
    layer = first.of.model.get_layer("conv1")
    layer.set_weights([2 * array for array in layer.get_weights()])
    other = deconvolve("squeezenet", picture, ["maxpool1"], 1)
    assert other.of is not first.of
    assert len(loading._named) == 1
    np.testing.assert_array_equal(
        other.layers["maxpool1"].reconstructions, again.layers["maxpool1"].reconstructions
    )


def test_deconvolve_says_what_to_write_for_a_file():
    for name in ("mine.keras", loading.Path("mine.keras")):
        with pytest.raises(NetworkError) as error:
            deconvolve(name, "cat.jpg")
        assert str(error.value) == (
            "expected a loaded network. Received: 'mine.keras'; write network = load_network('mine.keras'), "
            "with its `preprocessing`, and deconvolve(network, ...)"
        )
    with pytest.raises(GalleryError, match=r"^no network 'squeeznet'; nearest: squeezenet; known: "):
        deconvolve("squeeznet", "cat.jpg")


def test_a_model_needs_no_load_network(tiny_network, tiny_image):
    direct = deconvolve(tiny_network, tiny_image, ["pool1"], 1).layers["pool1"]
    loaded = deconvolve(load_network(tiny_network), tiny_image, ["pool1"], 1).layers["pool1"]
    np.testing.assert_array_equal(direct.reconstructions, loaded.reconstructions)


def test_a_network_of_another_room_gets_its_layers(folder):
    network = own.load(OwnNetwork(folder / "mine.keras", "unit"))
    assert next(iter(deconvolve(network, tiny.picture(), ["pool1"], 1).of.layers)) == "conv1"
