"""Networks by name: their tables are true; Keras's ImageNet files work from server to predictions."""

import hashlib
import re
import threading
from dataclasses import replace
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from types import MappingProxyType

import h5py
import keras
import numpy as np
import pytest

from generator import cli, deconvolve, images, load_network
from generator.analysis import inspection
from generator.engine import graph
from generator.errors import NetworkError, WeightsError
from generator.networks import choice, registry, tables
from tests.support import tapes

RANDOM = np.random.default_rng(16)
CLASSIFIER = {"fc1": (25088, 4096), "fc2": (4096, 4096), "predictions": (4096, 1000)}
FAVOURITE = 285
INPUTS = Path(__file__).parents[2] / "inputs"


@pytest.mark.parametrize("name", registry.names())
def test_the_table_of_a_network_says_what_keras_says(name):
    assert tables.read(name) == inspection.measure(registry.build(name))


@pytest.mark.parametrize("name", registry.names())
def test_groups_name_layers_of_the_network(name):
    info = registry.describe(name)
    names = {layer.name for layer in info.layers}
    assert set(info.groups) == {"pools", "convs", "blocks", "all"}
    for group in info.groups.values():
        assert group
        assert set(group) <= names
    assert set(registry.entry(name).classifier) <= names


@pytest.mark.parametrize("name", ["vgg16", "vgg19"])
def test_a_vgg_is_the_one_that_keras_ships(name):
    ours = registry.build(name, classifies=False, input_size=(32, 32))
    theirs = getattr(keras.applications, name.upper())(False, None, input_shape=(32, 32, 3))
    theirs.set_weights(ours.get_weights())
    batch = RANDOM.normal(size=(1, 32, 32, 3)).astype(np.float32)
    np.testing.assert_array_equal(ours(batch), theirs(batch))
    whole = getattr(keras.applications, name.upper())(weights=None)
    assert [layer.name for layer in registry.build(name).layers[1:]] == [
        layer.name for layer in whole.layers[1:]
    ]


def fields(name):
    return {layer.name: layer.receptive_field_px for layer in registry.describe(name).layers}


def test_receptive_fields_are_those_of_the_literature():
    vgg16 = fields("vgg16")
    assert [vgg16[f"block{number}_pool"] for number in range(1, 6)] == [
        (side, side) for side in (6, 16, 44, 100, 212)
    ]
    assert vgg16["fc1"] is None
    assert fields("resnet50")["pool1_pool"] == (11, 11)
    assert fields("resnet50")["conv2_block3_out"] == (
        35,
        35,
    )  # the way through the convolutions, not the short cut
    assert fields("mobilenetv2")["block_2_add"] == (19, 19)


def test_layers_shown_by_default_have_maps_of_falling_size():
    sizes = {
        name: [layer.shape[0] for layer in info.layers if layer.name in info.groups["pools"]]
        for name, info in registry.catalogue().items()
    }
    halved = [112, 56, 28, 14, 7]
    assert sizes == {
        "squeezenet": [55, 27, 13],
        "efficientnet_lite0": halved,
        "vgg16": halved,
        "vgg19": halved,
        "resnet50": halved,
        "inceptionv3": [73, 35, 17, 8],
        "mobilenetv2": halved,
        "densenet121": [56, 28, 14, 7],
    }


@pytest.mark.parametrize("name", ["resnet50", "mobilenetv2", "efficientnet_lite0"])
def test_normalization_can_be_asked_for_but_is_not_shown_with_all(name):
    info = registry.describe(name)
    rest = {layer.kind for layer in info.layers if layer.name not in info.groups["all"]}
    assert rest == {"BatchNormalization"}


@pytest.mark.parametrize("name", [name for name in registry.names() if name != "vgg16"])
def test_without_its_classifier_a_network_ends_before_it(name):
    model = registry.build(name, classifies=False)
    names = {layer.name for layer in model.layers}
    assert names.isdisjoint(registry.entry(name).classifier)
    assert {layer.name for layer in registry.describe_features(name).layers} <= names


GUESSES = {
    "cameraman": "tripod",
    "chelsea": "Egyptian cat",
    "espresso": "espresso",
    "german-shepherd": "German shepherd",
    "giant-panda": "giant panda",
    "hedgehog": "porcupine",  # ImageNet's class of porcupines and hedgehogs
    "hen": "hen",
    "jaguar": "jaguar",
    "koala": "koala",
    "komodo-dragon": "Komodo dragon",
    "rocket": "missile",
    "scarlet-macaw": "macaw",
}


def test_efficientnet_lite0_knows_what_the_photographs_show():
    network = load_network("efficientnet_lite0")
    rgb = [images.fit(images.read(INPUTS / f"{name}.jpg"), network.input_shape[:2]) for name in GUESSES]
    logits = network.model.predict(
        np.concatenate([network.preprocess(picture) for picture in rgb]), verbose=0
    )
    odds = np.exp(logits - logits.max(axis=1, keepdims=True))
    odds /= odds.sum(axis=1, keepdims=True)
    guesses = [network.classes[best][1] for best in odds.argmax(axis=1)]
    assert dict(zip(GUESSES, guesses, strict=True)) == GUESSES
    assert np.median(odds.max(axis=1)) > 0.85


KNOWN = "squeezenet, efficientnet_lite0, vgg16, vgg19, resnet50, inceptionv3, mobilenetv2, densenet121"
REFUSED = [
    (
        ("squeezenet2",),
        NetworkError,
        f"no network 'squeezenet2'; nearest: squeezenet; known: {KNOWN}",
    ),
    (
        ("vgg16", "imagnet"),
        WeightsError,
        "no weights 'imagnet' for vgg16: not a file, and not one of hed, imagenet",
    ),
    (
        ("mobilenetv2", "hed"),
        WeightsError,
        "no weights 'hed' for mobilenetv2: not a file, and not one of imagenet",
    ),
    (
        (42,),
        NetworkError,
        f"expected the name of a network ({KNOWN}) or a built functional or sequential keras.Model. "
        "Received: 42",
    ),
]


@pytest.mark.parametrize(("arguments", "kind", "message"), REFUSED)
def test_what_is_no_network_is_refused(arguments, kind, message):
    with pytest.raises(kind) as error:
        load_network(*arguments)
    assert str(error.value) == message


def test_weights_do_not_go_with_a_model(tiny_network):
    with pytest.raises(NetworkError, match=r"^`weights` applies only to the name of a network"):
        load_network(tiny_network, weights="hed")


def write_keras_1_file(path, with_classifier):
    """Write a VGG16 file in the exact layout of those Keras publishes, with seeded weights."""
    model = registry.build("vgg16", classifies=False)
    shapes = {layer.name: [tuple(w.shape) for w in layer.weights] for layer in model.layers[1:]}
    if with_classifier:
        shapes |= {"flatten": []} | {name: [shape, shape[1:]] for name, shape in CLASSIFIER.items()}
    with h5py.File(path, "w") as file:
        file.attrs["layer_names"] = [name.encode() for name in ["input_1", *shapes]]
        file.create_group("input_1").attrs["weight_names"] = np.array([], "S1")
        for name, arrays in shapes.items():
            _write_layer(file.create_group(name), name, arrays)
    return {"md5": hashlib.md5(path.read_bytes()).hexdigest()}


def _write_layer(group, name, shapes):
    names = [f"{name}_{part}_1:0" for part in "Wb"][: len(shapes)]
    group.attrs["weight_names"] = [weight.encode() for weight in names]
    for weight, shape in zip(names, shapes, strict=True):
        packed = (
            {"compression": "gzip", "compression_opts": 1} if name in CLASSIFIER and len(shape) > 1 else {}
        )
        group.create_dataset(weight, data=_values(name, shape), **packed)


def _values(name, shape):
    if name not in CLASSIFIER:
        return RANDOM.normal(0, np.sqrt(2 / max(np.prod(shape[:-1]), 1)), shape).astype(np.float32)
    values = np.zeros(shape, np.float32)
    values.flat[:: 4096 + 1] = 1.0
    if name == "predictions" and len(shape) == 1:
        values[FAVOURITE] = 1e6
    return values


@pytest.fixture
def publish(tmp_path, monkeypatch):
    """Return what serves a network's files on the loopback, as if they had been published there."""
    folder = tmp_path / "published"
    folder.mkdir()
    monkeypatch.setenv("GALLERY_WEIGHTS", str(tmp_path / "cache" / "weights"))
    monkeypatch.setenv("NO_PROXY", "*")
    monkeypatch.delenv("GALLERY_OFFLINE", raising=False)
    handler = partial(SimpleHTTPRequestHandler, directory=str(folder))
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()

    def put_up(network, write):
        entry = registry.entry(network)
        files = []
        for source in entry.weights["imagenet"].files:
            path = folder / source.file_name
            checksums = write(path, source.classifies)
            url = f"http://127.0.0.1:{server.server_port}/{source.file_name}"
            files.append(replace(source, url=url, size_bytes=path.stat().st_size, **checksums))
        weights = entry.weights | {"imagenet": replace(entry.weights["imagenet"], files=tuple(files))}
        networks = registry.NETWORKS | {network: replace(entry, weights=weights)}
        monkeypatch.setattr(registry, "NETWORKS", MappingProxyType(networks))

    yield put_up
    server.shutdown()
    server.server_close()


def assert_refuses_other_sizes():
    with pytest.raises(NetworkError) as error:
        load_network("vgg16", weights="imagenet", input_size=(224, 256))
    assert str(error.value) == (
        "`input_size` must be 224 x 224, the only size of VGG16 with these weights; "
        "its variants convolutional and atrous accept other sizes. Received: 224 x 256"
    )


def test_keras_imagenet_vgg16_from_the_server_to_the_predictions(publish, capsys, monkeypatch):
    publish("vgg16", write_keras_1_file)
    monkeypatch.setenv("GALLERY_OFFLINE", "1")
    with pytest.raises(
        WeightsError, match=r"is missing or damaged, and this run is offline; otherwise it is fetched"
    ):
        load_network("vgg16", weights="imagenet")
    monkeypatch.delenv("GALLERY_OFFLINE")

    assert cli.main(["weights", "vgg16", "--no-classifier", "-q"]) == 0
    without = load_network("vgg16", weights="imagenet")
    assert without.classes == ()
    assert choice.known("vgg16", "imagenet").layers[-1].name == "block5_pool"

    assert cli.main(["weights", "vgg16", "-q"]) == 0
    assert "vgg16_weights_tf_dim_ordering_tf_kernels.h5" in capsys.readouterr().out
    full = load_network("vgg16", weights="imagenet")
    assert choice.known("vgg16", "imagenet").layers[-1].name == "predictions"

    picture = RANDOM.integers(0, 256, (224, 224, 3), np.uint8)
    result = deconvolve(full, picture, ["block5_pool", "fc1", "predictions"], top_features=1)
    best = result.predictions[0]
    assert (best.wnid, best.label) == ("n02124075", "Egyptian cat")
    assert best.probability == pytest.approx(1.0)
    assert_refuses_other_sizes()
    mapped = load_network("vgg16", weights="imagenet", variant="convolutional")
    again = deconvolve(mapped, result.input, ["fc1"], features={"fc1": result.layers["fc1"].features})
    np.testing.assert_allclose(
        again.layers["fc1"].activations[:, 0, 0], result.layers["fc1"].activations, 1e-5
    )
    assert again.predictions[0].label == "Egyptian cat"

    named = {"fc1": [7, 0], "fc2": [1], "predictions": [281, FAVOURITE]}
    dense = deconvolve(full, result.input, features=named).layers
    assert {name: layer.features.tolist() for name, layer in dense.items()} == named
    assert [layer.labels for layer in dense.values()] == [(), (), ("tabby", "Egyptian cat")]
    chosen = {layer: result.layers[layer].features for layer in ("block5_pool", "fc1")}
    oracle = tapes.reconstruct(full.model, full.preprocess(result.input), chosen)
    for layer in chosen:
        found = result.layers[layer].reconstructions
        assert tapes.worst_error(found, full.colours(oracle[layer])) <= 1e-5


def write_constant_file(network, renamed, hash_name, path, classifies):
    """Write a network in the layout of Keras 2, every array a constant of its own."""
    model = registry.build(network, classifies)
    with h5py.File(path, "w") as file:
        file.attrs["layer_names"] = [renamed(layer.name).encode() for layer in model.layers]
        for number, layer in enumerate(model.layers):
            name = renamed(layer.name)
            group = file.create_group(name)
            names = [f"{name}/{array.name}:0" for array in layer.weights]
            group.attrs["weight_names"] = [weight.encode() for weight in names] or np.array([], "S1")
            for part, (weight, array) in enumerate(zip(names, layer.weights, strict=True)):
                values = np.full(array.shape, number + part / 8, np.float32)
                group.create_dataset(weight, data=values, compression="lzf")
    found = hashlib.new(hash_name, path.read_bytes()).hexdigest()
    return {hash_name: found}


def assert_constant(network):
    for number, layer in enumerate(network.model.layers):
        for part, array in enumerate(layer.get_weights()):
            assert (array == number + part / 8).all(), layer.name


def test_keras_imagenet_resnet50_whose_last_layer_has_another_name(publish, capsys):
    publish(
        "resnet50",
        partial(write_constant_file, "resnet50", lambda name: name.replace("predictions", "probs"), "md5"),
    )
    assert cli.main(["weights", "resnet50", "--no-classifier", "-q"]) == 0
    without = load_network("resnet50")
    assert without.classes == ()
    assert_constant(without)
    assert cli.main(["weights", "resnet50", "-q"]) == 0
    assert "resnet50_weights_tf_dim_ordering_tf_kernels.h5" in capsys.readouterr().out
    full = load_network("resnet50")
    assert len(full.classes) == 1000
    assert full.pools == registry.entry("resnet50").pools
    assert_constant(full)


def test_keras_imagenet_mobilenetv2_is_known_by_its_sha256(publish):
    publish("mobilenetv2", partial(write_constant_file, "mobilenetv2", str, "sha256"))
    assert cli.main(["weights", "mobilenetv2", "-q"]) == 0
    assert_constant(load_network("mobilenetv2"))


def test_inceptionv3_whose_layers_are_numbered_otherwise(tmp_path):
    def renamed(name):
        found = re.fullmatch(r"(conv2d|batch_normalization)(?:_(\d+))?", name)
        return f"{found[1]}_{int(found[2] or 0) + 1}" if found else name

    path = tmp_path / "inception.h5"
    write_constant_file("inceptionv3", renamed, "md5", path, classifies=False)
    assert_constant(load_network("inceptionv3", weights=path))


def test_names_of_numbered_layers_do_not_depend_on_what_was_built_before():
    names = [[layer.name for layer in registry.build("mobilenetv2").layers] for _ in range(2)]
    assert names[0] == names[1]
    assert names[0][0] == "input_layer"


def test_a_network_is_built_in_the_type_that_is_asked_for():
    model = registry.build("squeezenet", dtype="float64")
    assert {weight.dtype for weight in model.weights} == {"float64"}
    assert graph.dtype_of(model) == "float64"
    assert graph.dtype_of(registry.build("squeezenet")) == "float32"
