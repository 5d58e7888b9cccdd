"""A user's own ``.keras`` file, from its layers to its gallery; tiny, seeded, trained on nothing."""

import json
import re
from pathlib import Path

import numpy as np
import pytest

from generator import cli, deconvolve, images, load_network
from generator.analysis import inspection
from generator.errors import NetworkError
from generator.networks import model_file
from generator.networks import own as own_files
from generator.networks.model_file import OF_KERAS
from generator.pages.architecture import draw_architecture
from generator.records import OwnNetwork


def nested(size=(20, 24), channels=3, end=None):
    """Return a Sequential in the manner of a tutorial: rescaling, a base that is a model, a softmax."""
    import keras
    from keras import layers

    keras.utils.set_random_seed(5)
    image = layers.Input((None, None, channels))
    x = layers.Conv2D(6, 3, padding="same", activation="relu", name="conv1")(image)
    x = layers.MaxPooling2D(2, name="pool1")(x)
    x = layers.Conv2D(8, 3, padding="same", name="conv2")(x)
    x = layers.BatchNormalization(name="norm2")(x)
    x = layers.ReLU(name="relu2")(x)
    base = keras.Model(image, x, name="base")
    head = [layers.GlobalAveragePooling2D(name="mean"), layers.Dense(3, activation="softmax", name="classes")]
    start = [layers.Input((*size, channels)), layers.Rescaling(1 / 255, name="rescaling")]
    return keras.Sequential([*start, base, *(head if end is None else end)])


@pytest.fixture
def saved(tmp_path):
    def save(model, name="mine.keras"):
        model.save(tmp_path / name)
        return tmp_path / name

    return save


def test_layers_of_nested_models_are_known_by_the_engines_names(saved):
    info = inspection.describe(OwnNetwork(saved(nested()), "none", ("cat", "dog", "cat")))
    assert (info.name, info.input_shape) == ("mine", (20, 24, 3))
    found = [(layer.name, layer.kind, layer.shape, layer.receptive_field_px) for layer in info.layers]
    assert found == [
        ("rescaling", "Rescaling", (20, 24, 3), (1, 1)),
        ("conv1", "Conv2D", (20, 24, 6), (3, 3)),
        ("pool1", "MaxPooling2D", (10, 12, 6), (4, 4)),
        ("conv2", "Conv2D", (10, 12, 8), (8, 8)),
        ("norm2", "BatchNormalization", (10, 12, 8), (8, 8)),
        ("relu2", "ReLU", (10, 12, 8), (8, 8)),
        ("mean", "GlobalAveragePooling2D", (8,), None),
        ("classes", "Dense", (3,), None),
        ("predictions", "Dense", (3,), None),
    ]
    assert info.groups["pools"] == ("pool1",)
    assert info.groups["convs"] == ("conv1", "conv2")
    assert "predictions" not in info.groups["all"]
    assert info.class_names == {"cat": (0, 2), "dog": (1,)}
    assert info.class_layers == ("classes", "predictions")


def shared():
    """Return a model that calls one inner model twice, beside another with namesakes."""
    import keras
    from keras import layers

    def inner(size, features, pool):
        body = [
            layers.Conv2D(features, size, padding="same", name="conv"),
            layers.MaxPooling2D(pool, name="pool"),
        ]
        return keras.Sequential([layers.Input((None, None, 3)), *body])

    keras.utils.set_random_seed(5)
    image = layers.Input((16, 12, 3))
    twice, other = inner(3, 3, (2, 1)), inner(5, 2, 2)
    x = other(twice(twice(image)))
    return keras.Model(image, layers.Dense(4, name="end")(layers.Flatten()(x)))


def test_namesakes_have_facts_of_their_own_and_shared_layers_count_once(saved):
    model = shared()
    info = inspection.describe(OwnNetwork(saved(model), "none"))
    found = [
        (layer.name, layer.parameters, layer.shared_with, layer.receptive_field_px) for layer in info.layers
    ]
    assert found == [
        ("conv", 84, None, (3, 3)),
        ("pool", 0, None, (4, 3)),
        ("conv@2", 84, "conv", (8, 5)),
        ("pool@2", 0, "pool", (10, 5)),
        ("conv@3", 152, None, (16, 9)),
        ("pool@3", 0, None, (16, 10)),
        ("end", 100, None, None),
        ("predictions", 100, "end", None),
    ]
    assert info.parameters == model.count_params() == 336
    blocks = draw_architecture(info, {"end", "predictions"}).blocks
    assert sum(block.parameters for block in blocks) == 336


def test_each_head_has_a_row_with_its_own_parameters(saved):
    import keras
    from keras import layers

    image = layers.Input((8, 8, 3))
    flat = layers.Flatten()(layers.Conv2D(2, 3, name="conv")(image))
    ends = [
        layers.Dense(3, name="kind")(layers.Dense(6, name="hidden")(flat)),
        layers.Dense(2, name="colour")(flat),
    ]
    path = saved(keras.Model(image, ends))
    for chosen in ("", "kind", "colour"):
        info = inspection.describe(OwnNetwork(path, "none", predictions=chosen))
        blocks = draw_architecture(info, {"kind", "colour"}).blocks
        assert {block.output.name: block.parameters for block in blocks} == {
            "conv": 3 * 3 * 3 * 2 + 2,
            "hidden": 72 * 6 + 6,
            "kind": 6 * 3 + 3,
            "colour": 72 * 2 + 2,
        }


def test_the_pools_of_a_model_are_those_of_the_models_in_it():
    picture = np.zeros((16, 12, 3), np.uint8)
    assert list(deconvolve(load_network(shared()), picture, top_features=1).layers) == [
        "pool",
        "pool@2",
        "pool@3",
    ]


def augmented(scaling):
    """Return a model in the manner of a tutorial that makes more of its pictures while it is trained."""
    import keras
    from keras import layers

    keras.utils.set_random_seed(5)
    more = [
        *(layers.RandomFlip(), layers.RandomRotation(0.5), layers.RandomZoom(0.5)),
        *(layers.RandomContrast(0.5), layers.RandomTranslation(0.5, 0.5), layers.RandomBrightness(0.5)),
    ]
    seeing = [layers.Conv2D(4, 3, activation="relu"), layers.Flatten(), layers.Dense(3, "softmax")]
    return keras.Sequential([layers.Input((16, 16, 3)), keras.Sequential(more), *scaling, *seeing])


def test_augmentation_does_nothing_to_a_picture(saved):
    from keras import layers

    model = augmented([layers.Rescaling(1 / 255, name="scaled")])
    own = OwnNetwork(saved(model), "none", ("cat", "dog", "owl"))
    info = inspection.describe(own)
    assert info.layers[0].name == "scaled"
    assert info.scales
    picture = np.random.default_rng(5).integers(0, 256, (16, 16, 3), np.uint8)
    result = deconvolve(own_files.load(own), picture, ["predictions"])
    found = {label: share for _, label, share in result.predictions}
    expected = model.predict(picture[np.newaxis].astype(np.float32), verbose=0)[0]
    np.testing.assert_allclose([found[label] for label in own.labels], expected, rtol=1e-5)


def test_a_model_that_scales_nothing_is_remarked_on_until_its_preprocessing_is_said(
    tiny_gallery, saved, capsys
):
    saved(augmented([]))
    config = tiny_gallery / "gallery_config.yml"
    config.write_text("inputs: [inputs/red.png]\nmodels: [{name: mine.keras, layers: [predictions]}]\n")
    doubt = (
        "models[0]: mine.keras does not scale its input and gets values from 0 to 255; "
        "set preprocessing: unit if it was trained on 0 to 1, or preprocessing: none if not\n"
    )
    assert cli.main(["check"]) == 0
    assert capsys.readouterr().err.endswith(f"warning: {doubt}")
    assert cli.main(["build", "-q"]) == 0
    assert capsys.readouterr().err == f"warning: {doubt}"
    page = (tiny_gallery / "site" / "models" / "mine" / "index.html").read_text()
    assert "2,467 in 2 layers" in page
    assert re.findall(r'aria-label="(\w+: [^"]+)"', page) == ["predictions: Fully connected, 3"]
    assert len(re.findall(r'<rect class="convolution', page)) == 2
    assert cli.main(["build", "--strict"]) == 1
    assert capsys.readouterr().err.endswith(doubt)
    for said in ("none", "unit"):
        config.write_text(config.read_text().replace("keras,", f"keras, preprocessing: {said},"))
        assert cli.main(["check"]) == 0
        assert "scales" not in capsys.readouterr().err
        config.write_text(config.read_text().replace(f" preprocessing: {said},", ""))


def test_what_is_not_keras_own_is_named(saved):
    import keras

    class Mine(keras.layers.Layer):
        def call(self, inputs):
            return inputs

    path = saved(keras.Sequential([keras.layers.Input((8, 8, 3)), keras.Sequential([Mine()])]))
    with pytest.raises(NetworkError) as error:
        model_file.load(path)
    assert str(error.value) == f"{path}: contains the custom layer 'Mine'; {OF_KERAS}"


def test_a_model_that_was_trained_loads_as_it_was_saved(saved):
    import keras
    from keras import layers

    keras.utils.set_random_seed(5)
    norm, random = layers.Normalization(name="adapted"), np.random.default_rng(5)
    pictures = random.random((8, 16, 16, 3), np.float32)
    norm.adapt(pictures)
    between = [layers.Dropout(0.2), layers.SpectralNormalization(layers.Conv2D(3, 3)), layers.Flatten()]
    model = keras.Sequential([layers.Input((16, 16, 3)), norm, *between, layers.Dense(3)])
    loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    model.compile(optimizer="adam", loss=loss, metrics=["accuracy"])
    model.fit(pictures, np.zeros(8), verbose=0)
    loaded = model_file.load(saved(model))
    np.testing.assert_array_equal(loaded(pictures), model(pictures))


def test_a_model_of_a_diverged_training_is_refused_before_computing(tiny_gallery, saved, capsys):
    model = nested()
    kernel, bias = model.layers[-1].get_weights()
    kernel[0, 0] = np.nan
    model.layers[-1].set_weights([kernel, bias])
    path = saved(model)
    (tiny_gallery / "gallery_config.yml").write_text("inputs: [inputs/]\nmodels: [{name: mine.keras}]\n")
    message = f"{path}: layer 'classes': its kernel holds NaN or infinity\n"
    assert cli.main(["build"]) == 2
    assert capsys.readouterr().err.endswith(message)
    assert cli.main(["models", "mine.keras"]) != 0


def test_its_gradient_is_the_tapes(saved):
    import tensorflow as tf

    network = own_files.load(OwnNetwork(saved(nested()), "none"))
    picture = np.random.default_rng(3).integers(0, 256, (20, 24, 3), np.uint8)
    chosen = {"classes": [2, 0]}
    found = deconvolve(network, picture, features=chosen, method="gradient", seed="unit").layers["classes"]
    batch = tf.constant(network.preprocess(picture))
    with tf.GradientTape(persistent=True) as tape:
        tape.watch(batch)
        signal = batch
        for layer in network.model.layers[:-1]:
            signal = layer(signal)
        kernel, bias = network.model.layers[-1].weights
        logits = tf.matmul(signal, kernel.value) + bias.value
        wanted = [logits[0, number] for number in chosen["classes"]]
    for row, logit in zip(found.reconstructions, wanted, strict=True):
        expected = tape.gradient(logit, batch).numpy()[0]
        np.testing.assert_allclose(row, expected, rtol=1e-4, atol=1e-5 * np.abs(expected).max())


@pytest.mark.parametrize(
    ("mode", "expected"),
    [
        ("none", [255.0, 0.0, 51.0]),
        ("unit", [1.0, 0.0, 0.2]),
        ("tf", [1.0, -1.0, -0.6]),
        ("torch", [2.2489083, -2.0357143, -0.9155556]),
        ("caffe", [51 - 103.939, -116.779, 255 - 123.68]),
    ],
)
def test_modes_of_preprocessing(saved, mode, expected):
    network = own_files.load(OwnNetwork(saved(nested()), mode))
    picture = np.full((20, 24, 3), (255, 0, 51), np.uint8)
    np.testing.assert_allclose(network.preprocess(picture)[0, 0, 0], expected, rtol=1e-5, atol=1e-5)


def test_an_open_input_takes_the_size_that_is_given(saved):
    path = saved(nested((None, None)))
    network = own_files.load(OwnNetwork(path, "none", input_size=(12, 16)))
    assert network.input_shape == (12, 16, 3)
    fixed = own_files.load(OwnNetwork(saved(nested((12, 16)), "fixed.keras"), "none"))
    picture = np.random.default_rng(4).integers(0, 256, (12, 16, 3), np.uint8)
    one, other = (deconvolve(net, picture, ["pool1"]).layers["pool1"] for net in (network, fixed))
    np.testing.assert_allclose(one.reconstructions, other.reconstructions, rtol=1e-5, atol=1e-7)


def of_two_outputs():
    import keras

    model = nested()
    return keras.Model(model.inputs, [model.outputs[0], model.layers[-2].output], name="two")


def headed(*end):
    """Return a model of hostile names that ends in these layers."""
    import keras
    from keras import layers

    keras.utils.set_random_seed(5)
    start = [layers.Input((8, 8, 3)), layers.Rescaling(1 / 255)]
    body = [layers.Conv2D(4, 3, activation="relu", name="image"), layers.Flatten()]
    body.append(layers.Dense(6, activation="relu", name="predictions"))
    return keras.Sequential([*start, *body, *end])


def heads():
    """Return, by name, the end of a model, its labels, what it says, and the class of its last output."""
    from keras import layers

    three, two = ("cat", "dog", "cat"), ("cat", "dog")
    flat = [layers.Reshape((1, 1, 6)), layers.Conv2D(3, 1, name="end"), layers.Flatten()]
    return {
        "labels": ([layers.Dense(3, "sigmoid", name="end")], three, "probability", "cat (2)"),
        "pair": ([layers.Dense(1, "sigmoid", name="end")], two, "probability", "dog"),
        "logits": ([layers.Dense(3, name="end")], three, "logit", "cat (2)"),
        "other": ([layers.Dense(3, "tanh", name="end")], three, "output", "cat (2)"),
        "flat": (flat, three, "logit", "cat (2)"),
        "softmax": ([layers.Dense(3, name="end"), layers.Softmax()], three, "probability", "cat (2)"),
    }


@pytest.mark.parametrize("name", ["labels", "pair", "logits", "other", "flat", "softmax"])
def test_predictions_are_what_the_model_says(saved, name):
    end, labels, measure, last = heads()[name]
    model = headed(*end)
    own = OwnNetwork(saved(model), "none", labels)
    info = inspection.describe(own)
    assert "end" in info.class_layers
    assert "predictions" not in info.class_layers
    picture = np.random.default_rng(5).integers(0, 256, (8, 8, 3), np.uint8)
    result = deconvolve(own_files.load(own), picture, ["end", "predictions", "image"], 1)
    assert result.measure == measure
    found = {label: value for _, label, value in result.predictions}
    values = [value for _, _, value in result.predictions]
    assert values == sorted(values, reverse=True)
    expected = model.predict(picture[np.newaxis].astype(np.float32), verbose=0)[0]
    if name == "pair":
        expected = [1 - expected[0], expected[0]]
    wanted = ("cat", "dog") if name == "pair" else ("cat (0)", "dog", "cat (2)")
    np.testing.assert_allclose([found[label] for label in wanted], expected, rtol=1e-4, atol=1e-6)
    assert result.layers["predictions"].labels == ()
    named = deconvolve(own_files.load(own), picture, features={"end": [0 if name == "pair" else 2]})
    assert named.layers["end"].labels == (last,)


def with_a_map():
    """Return a model with classes and a mask of the picture."""
    import keras
    from keras import layers

    image = layers.Input((20, 24, 3))
    mask = layers.Conv2D(2, 1, name="mask")(image)
    classes = layers.Dense(3, name="classes")(layers.GlobalAveragePooling2D()(mask))
    return keras.Model(image, [classes, mask])


def refusals():
    import keras
    from keras import layers

    return {
        "open": (nested((None, None)), {}, "the input has no fixed size; set one with `input_size`"),
        "other": (nested(), {"input_size": (8, 8)}, "`input_size` must be 20 x 24, the size of the input"),
        "four": (
            nested(channels=4),
            {"preprocessing": "caffe"},
            "`preprocessing` caffe has numbers for red, green and blue, but the model takes pictures with 4 "
            "channels; choose none, unit or tf",
        ),
        "means": (
            nested(channels=1),
            {"preprocessing": "torch"},
            "`preprocessing` torch has numbers for red, green and blue, but the model takes grey pictures; "
            "choose none, unit or tf",
        ),
        "vector": (
            keras.Sequential([layers.Input((784,)), layers.Dense(10)]),
            {},
            "expected one input (height, width, channels), a picture, found (784,)",
        ),
        "few": (nested(), {"labels": ("cat", "dog")}, "2 labels for 3 classes"),
        "map": (nested(end=[]), {"labels": ("cat",)}, "1 label for no classes"),
        "two for one": (
            nested(end=[layers.GlobalAveragePooling2D(), layers.Dense(1)]),
            {"labels": ("cat", "dog")},
            "2 labels for 1 class; a single output has two only if the model ends in a sigmoid",
        ),
        "two outputs": (
            of_two_outputs(),
            {"labels": ("cat", "dog", "owl")},
            "3 labels for no classes; name the output that has them with `predictions`: classes, mean",
        ),
        "a map": (
            with_a_map(),
            {"predictions": "mask"},
            "the output 'mask' is a map, not a value for each class; outputs that can have classes: classes",
        ),
        "whole numbers": (
            keras.Sequential([layers.Input((20, 24, 3), dtype="uint8"), layers.Rescaling(1 / 255)]),
            {"preprocessing": "unit"},
            "`preprocessing` unit gives fractions, but the model takes whole numbers (uint8); choose none",
        ),
        "rule": (
            nested(end=[layers.Reshape((120, 8)), layers.LSTM(2, name="lstm")]),
            {},
            "layer 'lstm': ",
        ),
    }


@pytest.mark.parametrize(
    "name",
    [
        *("open", "other", "four", "means", "vector", "few", "map", "two for one", "two outputs", "rule"),
        *("a map", "whole numbers"),
    ],
)
def test_what_cannot_be_shown_is_refused(saved, name):
    model, options, message = refusals()[name]
    path = saved(model)
    with pytest.raises(NetworkError) as error:
        inspection.describe(OwnNetwork(path, **{"preprocessing": "none", **options}))
    assert str(error.value).startswith(f"{path}: {message}")


def test_a_gallery_of_ones_own_network(tiny_gallery, saved, capsys):
    saved(nested())
    (tiny_gallery / "labels.txt").write_text("cat\ndog\nowl\n", encoding="utf-8")
    config = tiny_gallery / "gallery_config.yml"
    config.write_text("""\
inputs: [inputs/]
models:
  - name: mine.keras
    labels: labels.txt
    layers: [conv1, relu2, predictions]
    features: {predictions: [owl, 0]}
top_features: 2
""")
    assert cli.main(["check"]) == 0
    assert cli.main(["build", "-q"]) == 0
    assert cli.main(["check", "--site"]) == 0
    folder = Path("site/images/red")
    (model,) = json.loads((folder / "result.json").read_text())["models"]
    assert (model["name"], model["weights"]["title"]) == ("mine", "mine.keras")
    assert model["provenance"]["preprocessing"] == "RGB, value"
    assert sorted(guess["label"] for guess in model["predictions"]) == ["cat", "dog", "owl"]
    assert [layer["name"] for layer in model["layers"]] == ["conv1", "relu2", "predictions"]
    assert model["layers"][2]["labels"] == ["owl", "cat"]
    assert ">2 owl<" in (folder / "mine" / "predictions.svg").read_text()
    capsys.readouterr()
    assert cli.main(["why", "red"]) == 0
    assert "redone  figures  images/red/mine/conv1.svg (new)" in capsys.readouterr().out.splitlines()
    config.write_text(re.sub(r"conv1", "conv9", config.read_text()))
    assert cli.main(["check"]) == 2
    assert capsys.readouterr().err == (
        "gallery_config.yml:5:14: models[0].layers: no layer 'conv9' in mine; nearest: conv2\n"
    )


def test_the_named_output_of_several_has_the_classes(tiny_gallery, saved, capsys):
    saved(of_two_outputs())
    (tiny_gallery / "labels.txt").write_text("cat\ndog\nowl\n", encoding="utf-8")
    config = tiny_gallery / "gallery_config.yml"
    entry = "{name: mine.keras, layers: [relu2%s}"
    text = "inputs: [inputs/red.png]\nmodels: [%s]\n"
    config.write_text(text % (entry % "]"), encoding="utf-8")
    remark = (
        "mine.keras has 2 outputs and is used without predictions; if one has the classes, set "
        "predictions: classes or predictions: mean"
    )
    assert cli.main(["check"]) == 0
    assert f"warning: models[0]: {remark}\n" in capsys.readouterr().err
    assert cli.main(["models", "mine.keras"]) == 0
    assert capsys.readouterr().out.splitlines()[-1] == remark
    assert cli.main(["models", "mine.keras", "--predictions", "classes"]) == 0
    named = capsys.readouterr().out
    assert remark not in named
    assert "  predictions = classes, before any softmax\n" in named
    assert cli.main(["models", "mine.keras", "--predictions", "clases"]) == 2
    assert "no output 'clases'; nearest: classes; outputs: classes, mean" in capsys.readouterr().err
    config.write_text(text % (entry % "], predictions: clases"), encoding="utf-8")
    assert cli.main(["check"]) == 2
    assert capsys.readouterr().err == (
        f"gallery_config.yml:2:59: models[0].predictions: {tiny_gallery / 'mine.keras'}: no output 'clases'; "
        "nearest: classes; outputs: classes, mean\n"
    )
    chosen = ", predictions], predictions: classes, labels: labels.txt"
    config.write_text(text % (entry % chosen), encoding="utf-8")
    assert cli.main(["build", "-q"]) == 0
    assert capsys.readouterr().err == ""
    (model,) = json.loads(Path("site/images/red/result.json").read_text())["models"]
    found = {guess["label"]: guess["probability"] for guess in model["predictions"]}
    picture = deconvolve(load_network("mine.keras", predictions="mean"), "inputs/red.png", ["conv1"]).input
    expected = of_two_outputs().predict(picture[None].astype(np.float32), verbose=0)[0][0]
    np.testing.assert_allclose([found[label] for label in ("cat", "dog", "owl")], expected, rtol=1e-4)
    figure = ["figure", "inputs/red.png", "--model", "mine.keras", "-l", "predictions", "-o", "red.svg"]
    assert cli.main([*figure, "--predictions", "classes", "--labels", "labels.txt", "-c", "none.yml"]) == 0
    names = re.findall(r">\d (cat|dog|owl)<", Path("red.svg").read_text(encoding="utf-8"))
    assert names == sorted(found, key=found.get, reverse=True)


CLASSES = """\
inputs: [inputs/red.png]
models: [{name: mine.keras, preprocessing: none, labels: labels.txt, layers: [head], %s}]
top_features: 2
"""


def test_a_gallery_of_logits_and_namesakes(tiny_gallery, saved, capsys):
    from keras import layers

    model = headed(layers.Dense(3, name="head"))
    saved(model)
    (tiny_gallery / "labels.txt").write_text("7\ncat\ncat\n", encoding="utf-8")
    config = tiny_gallery / "gallery_config.yml"
    config.write_text(CLASSES % "features: {head: ['7', 2]}")
    assert cli.main(["build", "-q"]) == 0
    assert cli.main(["check", "--site"]) == 0
    site = tiny_gallery / "site"
    (result,) = json.loads((site / "images/red/result.json").read_text())["models"]
    found = {guess["label"]: guess["logit"] for guess in result["predictions"]}
    picture = images.fit(images.read(tiny_gallery / "inputs/red.png"), (8, 8))
    expected = model.predict(picture[np.newaxis].astype(np.float32), verbose=0)[0]
    np.testing.assert_allclose([found[name] for name in ("7", "cat (1)", "cat (2)")], expected, rtol=1e-3)
    assert result["measure"] == "logit"
    page = (site / "images/red/index.html").read_text()
    assert '<th scope="col">Logit</th>' in page
    assert " %</td>" not in page
    pages = {
        folder: sorted(path.name for path in (site / "models/mine" / folder).iterdir() if path.is_dir())
        for folder in ("classes", "head")
    }
    assert pages == {"classes": ["-37-", "cat-20--28-1-29-", "cat-20--28-2-29-"], "head": ["0", "2"]}
    assert "By logit" not in (site / "index.html").read_text()
    assert 'data-measure="logit"' in (site / "index.html").read_text()
    assert "highest class" in (site / "index.html").read_text()
    capsys.readouterr()
    config.write_text(CLASSES.replace("[head]", "[head, predictions]") % "features: {predictions: [cat]}")
    assert cli.main(["check"]) == 2
    assert "expected a number from 0 to 5, found 'cat'; features of this layer have no names" in (
        capsys.readouterr().err
    )


def test_of_a_layer_with_few_features_all_are_shown(tiny_gallery, saved, capsys):
    from keras import layers

    saved(headed(layers.Dense(1, activation="sigmoid", name="head")))
    config = tiny_gallery / "gallery_config.yml"
    config.write_text("inputs: [inputs/]\nmodels: [{name: mine.keras, layers: all}]\n")
    assert cli.main(["build", "-q"]) == 0
    (result,) = json.loads((tiny_gallery / "site/images/red/result.json").read_text())["models"]
    shown = {layer["name"]: len(layer["features"]) for layer in result["layers"]}
    assert shown["head"] == 1
    assert 3 in shown.values()
    config.write_text(config.read_text() + "top_features: 2\n")
    capsys.readouterr()
    assert cli.main(["build", "-q"]) == 0
    remark = "warning: models[0]: all features are shown of layers with fewer than 2: head (1)\n"
    assert capsys.readouterr().err == remark


def test_the_users_files_are_not_for_a_site_to_replace(tiny_gallery, saved):
    (tiny_gallery / "models").mkdir()
    path = saved(nested(), "models/mine.keras")
    config = tiny_gallery / "gallery_config.yml"
    config.write_text("inputs: [inputs/]\nmodels: [{name: models/mine.keras}]\noutput: models\n")
    assert cli.main(["build", "-q"]) == 1
    assert path.is_file()
