"""The strongest pictures of every feature: those of maps that are all kept, in one process and in several."""

from __future__ import annotations

import io
import tarfile
import warnings

import keras
import numpy as np
import pytest
from PIL import Image

from generator import load_network, scan
from generator.analysis.feeding import fed
from generator.datasets import folder as folders
from generator.datasets.table_file import packed
from generator.errors import DatasetError, EngineError, NetworkError
from tests.support import tiny

LAYERS = ["conv1", "pool1", "both", "predictions"]
COUNT = 37


def grey_model():
    keras.utils.set_random_seed(5)
    image = keras.Input((12, 12, 1))
    maps = keras.layers.Conv2D(5, 3, activation="relu", name="edges")(image)
    return keras.Model(image, keras.layers.Dense(3, name="digits")(keras.layers.Flatten()(maps)), name="grey")


@pytest.fixture(scope="module")
def dataset(tmp_path_factory):
    """Return a folder of pictures in two classes; three are copies, two cannot be decoded."""
    folder, random = tmp_path_factory.mktemp("pictures"), np.random.default_rng(8)
    for number in range(COUNT):
        path = folder / ("cats" if number % 2 else "dogs") / f"{number:02}.png"
        path.parent.mkdir(exist_ok=True)
        shape = random.integers(10, 40, 2)
        Image.fromarray(random.integers(0, 256, (*shape, 3), np.uint8)).save(path)
    for number in range(3):
        (folder / f"copy{number}.png").write_bytes((folder / "dogs" / f"{number * 2:02}.png").read_bytes())
    (folder / "cats" / "bad.png").write_bytes(b"no picture")
    (folder / "empty.jpg").write_bytes(b"")
    return folder


@pytest.fixture(scope="module")
def split(dataset):
    """Divide folders into parts of a few files."""
    patch = pytest.MonkeyPatch()
    patch.setattr(folders, "MOST_FILES", 12)
    assert len(folders.buckets(dataset)) > 3
    yield
    patch.undo()


def scanned(*arguments, **options):
    """Scan, and expect the warning of two pictures."""
    with pytest.warns(UserWarning, match="2 of 42 pictures are left out"):
        return scan(*arguments, **options)


def brute_force(model, network, dataset, layers):
    """Return layer -> maxima (pictures, features) of all maps, and the names, one picture at a time."""
    names = sorted(path.relative_to(dataset).as_posix() for path in dataset.rglob("*.png"))
    names.remove("cats/bad.png")
    inputs = np.concatenate([fed(network, dataset / name)[1] for name in names])
    outputs = keras.Model(model.input, [model.get_layer(layer).output for layer in layers])
    maps = outputs.predict(inputs, verbose=0)
    return names, {
        layer: map_.reshape(len(names), -1, map_.shape[-1]).max(axis=1)
        for layer, map_ in zip(layers, maps, strict=True)
    }


@pytest.mark.parametrize(("make", "layers"), [(tiny.network, LAYERS), (grey_model, ["edges", "digits"])])
def test_the_table_is_that_of_all_maps(dataset, split, make, layers):
    model = make()
    network = load_network(model)
    table = scanned(network, dataset, layers, examples=25)
    names, maxima = brute_force(model, network, dataset, layers)
    assert table.seen == len(names) == COUNT + 3
    for layer in layers:
        for feature, column in enumerate(maxima[layer].T):
            strongest = sorted((-value, name) for value, name in zip(column, names, strict=True) if value > 0)
            by_name = dict(zip(names, column, strict=True))
            found = table.examples(layer, feature)
            # Of three copies only the first by name is there, which is "copy", never "dogs".
            copied = {f"dogs/{number * 2:02}.png" for number in range(3)}
            expected = [-value for value, name in strongest if name not in copied][:25]
            np.testing.assert_allclose([example.value for example in found], expected, rtol=1e-5)
            np.testing.assert_allclose([by_name[example.picture] for example in found], expected, rtol=1e-5)
        active = (maxima[layer] > 0).sum(axis=0)
        assert table.active(layer).tolist() == active.tolist()
        assert table.histogram(layer).sum(axis=1).tolist() == active.tolist()


def test_pictures_that_cannot_be_decoded_are_named(dataset):
    with pytest.warns(UserWarning, match="left out") as caught:
        table = scan(tiny.network(), dataset, ["pool1"])
    assert str(caught[-1].message).splitlines()[0] == f"{dataset}: 2 of 42 pictures are left out"
    assert [picture.name for picture in table.left_out] == ["cats/bad.png", "empty.jpg"]
    assert table.left_out[1].reason == "the file is empty"
    assert {example.class_name for example in table.examples("pool1", 0)} <= {"cats", "dogs", ""}
    assert max(len(table.examples("pool1", feature)) for feature in range(6)) == 9


def test_processes_give_the_same_bytes(dataset, split):
    network = load_network(tiny.network())
    alone = scanned(network, dataset, LAYERS)
    assert packed(scanned(network, dataset, LAYERS, workers=2)) == packed(alone)


def test_a_tar_has_the_table_of_its_folder(dataset, split, tmp_path):
    names = sorted(path.relative_to(dataset).as_posix() for path in dataset.rglob("*.png"))
    with tarfile.open(tmp_path / "a.tar", "w") as archive:
        for name in names:
            info = tarfile.TarInfo(name)
            content = (dataset / name).read_bytes()
            info.size = len(content)
            archive.addfile(info, io.BytesIO(content))
    network = load_network(tiny.network())
    whole = scanned(network, dataset, LAYERS)
    with pytest.warns(UserWarning, match="1 of 41 pictures"):
        shard = scan(network, tmp_path, LAYERS)
    for layer in LAYERS:
        assert shard.histogram(layer).tolist() == whole.histogram(layer).tolist()
        for feature in range(len(whole.histogram(layer))):
            named = [(f"a.tar/{one.picture}", one.value) for one in whole.examples(layer, feature)]
            assert [(one.picture, one.value) for one in shard.examples(layer, feature)] == named


def test_layers_are_by_default_the_pools(dataset):
    assert [*scanned(tiny.network(), dataset).layers] == ["conv1", "pool2"]


def test_a_model_with_nan_in_its_weights_is_refused(dataset):
    model = tiny.network()
    kernel, bias = model.get_layer("left").get_weights()
    model.get_layer("left").set_weights([kernel, bias * np.nan])
    with pytest.raises(NetworkError, match=r"^tiny: layer 'left': its bias holds NaN or infinity$"):
        scan(model, dataset, ["pool1"])


def test_a_picture_whose_activations_overflow_is_named(dataset):
    model = tiny.network()
    model.get_layer("conv1").set_weights([w * 0 + 3e38 for w in model.get_layer("conv1").get_weights()])
    with pytest.raises(EngineError) as caught:
        scan(model, dataset, ["pool1", "predictions"])
    first = folders.buckets(dataset)[0].paths[0]
    assert str(caught.value) in [
        f"{name}: layer 'pool1': its activations hold NaN or infinity" for name in (first, "cats/01.png")
    ]


@keras.saving.register_keras_serializable("tests")
class Doubled(keras.layers.Layer):
    """A layer that other processes do not know."""

    def call(self, image):
        return image * 2


def test_a_model_that_cannot_leave_is_refused_with_workers(dataset):
    image = keras.Input((12, 12, 3))
    model = keras.Model(image, keras.layers.Conv2D(2, 3, name="conv")(Doubled()(image)), name="own")
    assert scanned(model, dataset, ["conv"]).seen == COUNT + 3
    with pytest.raises(NetworkError) as caught:
        scan(model, dataset, ["conv"], workers=1)
    assert str(caught.value).startswith("own: cannot be given to other processes: ")


def test_a_data_set_without_a_sound_picture_is_refused(tmp_path):
    for number in range(60):
        (tmp_path / f"{number:02}.png").write_bytes(b"")
    with pytest.raises(DatasetError) as caught:
        scan(tiny.network(), tmp_path, ["pool1"])
    lines = str(caught.value).splitlines()
    assert lines[:2] == [f"{tmp_path}: no picture can be read", "00.png: the file is empty"]
    assert (len(lines), lines[-1]) == (21, "and 41 more")


@pytest.mark.parametrize(
    ("options", "error", "text"),
    [
        ({"examples": 26}, EngineError, "`examples` must be a whole number from 1 to 25. Received: 26"),
        ({"examples": 0}, EngineError, "`examples` must be a whole number from 1 to 25. Received: 0"),
        ({"examples": 1.5}, EngineError, "`examples` must be a whole number from 1 to 25. Received: 1.5"),
        ({"workers": 0}, EngineError, "`workers` must be at least 1, or None. Received: 0"),
        ({"workers": "2"}, EngineError, "`workers` must be a whole number, or None. Received: '2'"),
        ({"layers": "pool1"}, NetworkError, "`layers` must be a list of layer names. Received: 'pool1'"),
        ({"layers": []}, NetworkError, "`layers` is empty; expected layers of tiny"),
        ({"dataset": 7}, DatasetError, "`dataset` must be a path or text. Received: 7"),
    ],
)
def test_wrong_arguments_are_refused(dataset, options, error, text):
    with warnings.catch_warnings(), pytest.raises(error) as caught:
        scan(**{"network": tiny.network(), "dataset": dataset, **options})
    assert str(caught.value) == text


def test_an_unknown_layer_is_refused(dataset):
    with pytest.raises(NetworkError, match=r"^no layer 'pool3' in tiny; nearest: pool2"):
        scan(tiny.network(), dataset, ["pool3"])
