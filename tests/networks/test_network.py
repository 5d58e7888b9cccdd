"""Networks by name: their tables are true; Keras's ImageNet files work from server to predictions."""

import hashlib
import threading
from dataclasses import replace
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from types import MappingProxyType

import h5py
import numpy as np
import pytest

from generator import cli, deconvolve, load_network
from generator.errors import NetworkError, WeightsError
from generator.networks import choice, registry, tables
from tests import tapes

RANDOM = np.random.default_rng(16)
CLASSIFIER = {"fc1": (25088, 4096), "fc2": (4096, 4096), "predictions": (4096, 1000)}
FAVOURITE = 285


@pytest.mark.parametrize("name", registry.names())
def test_the_table_of_a_network_says_what_keras_says(name):
    assert tables.read(name) == tables.measure(registry.build(name))


@pytest.mark.parametrize("name", registry.names())
def test_groups_name_layers_of_the_network(name):
    info = registry.describe(name)
    names = {layer.name for layer in info.layers}
    assert set(info.groups) == {"pools", "convs", "blocks", "all"}
    for group in info.groups.values():
        assert group
        assert set(group) <= names
    assert set(registry.entry(name).classifier) <= names


def test_receptive_fields_are_those_of_the_literature():
    fields = {layer.name: layer.receptive_field_px for layer in registry.describe("vgg16").layers}
    assert [fields[f"block{number}_pool"] for number in range(1, 6)] == [6, 16, 44, 100, 212]
    assert fields["fc1"] is None


REFUSED = [
    (
        ("squeezenet2",),
        NetworkError,
        "no network 'squeezenet2'; nearest: squeezenet; known: squeezenet, vgg16",
    ),
    (
        ("vgg16", "imagnet"),
        WeightsError,
        "no weights 'imagnet' for vgg16: not a file, and not one of hed, imagenet",
    ),
    (
        (42,),
        NetworkError,
        "expected the name of a network (squeezenet, vgg16) or a built functional or sequential keras.Model. "
        "Received: 42",
    ),
]


@pytest.mark.parametrize(("arguments", "kind", "message"), REFUSED)
def test_what_is_no_network_is_refused(arguments, kind, message):
    with pytest.raises(kind) as error:
        load_network(*arguments)
    assert str(error.value) == message


def test_weights_do_not_go_with_a_model(tiny_network):
    with pytest.raises(NetworkError, match=r"^`weights` goes with the name of a network"):
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
    return hashlib.md5(path.read_bytes()).hexdigest()


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
def published(tmp_path, monkeypatch):
    """Serve both of Keras's files on the loopback, as if they had been published there."""
    folder = tmp_path / "published"
    folder.mkdir()
    monkeypatch.setenv("GALLERY_CACHE", str(tmp_path / "cache"))
    monkeypatch.setenv("NO_PROXY", "*")
    monkeypatch.delenv("GALLERY_OFFLINE", raising=False)
    handler = partial(SimpleHTTPRequestHandler, directory=str(folder))
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    entry = registry.entry("vgg16")
    files = []
    for source in entry.weights["imagenet"].files:
        path = folder / source.file_name
        md5 = write_keras_1_file(path, source.classifies)
        url = f"http://127.0.0.1:{server.server_port}/{source.file_name}"
        files.append(replace(source, url=url, md5=md5, size_bytes=path.stat().st_size))
    weights = entry.weights | {"imagenet": replace(entry.weights["imagenet"], files=tuple(files))}
    networks = registry.NETWORKS | {"vgg16": replace(entry, weights=weights)}
    monkeypatch.setattr(registry, "NETWORKS", MappingProxyType(networks))
    yield folder
    server.shutdown()
    server.server_close()


def assert_refuses_other_sizes():
    with pytest.raises(NetworkError) as error:
        load_network("vgg16", weights="imagenet", input_size=(224, 256))
    assert str(error.value) == (
        "`input_size` must be 224 x 224, the only size of VGG16 with these weights; "
        "its variants convolutional and atrous take others. Received: 224 x 256"
    )


def test_keras_imagenet_vgg16_from_the_server_to_the_predictions(published, capsys):
    with pytest.raises(WeightsError, match=r"is not fetched; run: gallery weights vgg16$"):
        load_network("vgg16", weights="imagenet")

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

    chosen = {layer: result.layers[layer].features for layer in ("block5_pool", "fc1")}
    oracle = tapes.reconstruct(full.model, full.preprocess(result.input), chosen)
    for layer in chosen:
        found = result.layers[layer].reconstructions
        assert tapes.worst_error(found, full.colours(oracle[layer])) <= 1e-5
