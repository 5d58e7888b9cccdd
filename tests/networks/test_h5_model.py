"""Whole models in ``.h5`` files: loaded as Keras does, refused where they hold more or other than a model."""

import json

import h5py
import keras
import numpy as np
import pytest
from keras import layers

from generator import load_network
from generator.errors import NetworkError, WeightsError
from generator.networks import h5_model, h5_probe, model_file


@pytest.fixture(scope="module")
def saved(tmp_path_factory):
    """Return a model with another one inside it, and its file."""
    inner = keras.Sequential([layers.Input((8, 8, 3)), layers.Conv2D(2, 3, name="conv")], name="inner")
    image = layers.Input((8, 8, 3))
    x = layers.Add()([layers.ReLU()(inner(image)), layers.BatchNormalization()(inner(image))])
    model = keras.Model(image, layers.Dense(2, name="classes")(layers.GlobalAveragePooling2D()(x)))
    path = tmp_path_factory.mktemp("whole") / "whole.h5"
    model.save(path)
    return model, path


@pytest.fixture
def changed(tmp_path, saved):
    """Return a function that writes the file after a change by hand."""

    def write(change):
        path = tmp_path / "x.h5"
        path.write_bytes(saved[1].read_bytes())
        with h5py.File(path, "r+") as file:
            change(file)
        return path

    return write


def refusal(path):
    with pytest.raises(NetworkError) as error:
        model_file.load(path)
    return str(error.value).removeprefix(f"{path}: ")


def described(change):
    """Return a change of the description of the last layer."""

    def apply(file):
        description = json.loads(file.attrs["model_config"])
        change(description["config"]["layers"][-1])
        file.attrs["model_config"] = json.dumps(description)

    return apply


def test_a_whole_model_computes_what_was_saved(saved):
    model, path = saved
    x = np.random.default_rng(2).normal(size=(3, 8, 8, 3)).astype("float32")
    np.testing.assert_array_equal(model_file.load(path)(x), model(x))


def test_a_whole_model_is_a_network(saved):
    network = load_network(saved[1], preprocessing="unit")
    assert network.layers["conv"].shape == (6, 6, 2)
    assert network.weights.title == "whole.h5"


def test_a_description_of_keras_2_is_read(tmp_path, saved):
    path = tmp_path / "old.h5"
    model = keras.Sequential([layers.Input((8, 8, 3)), layers.Conv2D(2, 3, name="conv")])
    model.save(path)
    with h5py.File(path, "r+") as file:
        description = json.loads(file.attrs["model_config"])
        image, conv = (layer["config"] for layer in description["config"]["layers"])
        image["batch_input_shape"] = image.pop("batch_shape")
        conv |= {"dtype": "float32", "kernel_initializer": {"class_name": "Zeros", "config": {}}}
        file.attrs["model_config"] = json.dumps(description)
    x = np.ones((1, 8, 8, 3), "float32")
    np.testing.assert_array_equal(model_file.load(path)(x), model(x))


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (
            lambda layer: layer.update(class_name="Lambda", config={"name": "l", "function": ["4wE=", None]}),
            model_file.LAMBDA,
        ),
        (
            lambda layer: layer.update(class_name="TFOpLambda"),
            "contains TFOpLambda, an operation of TensorFlow that Keras 3 has no layer for; use a layer or "
            "keras.ops in its place",
        ),
        (
            lambda layer: layer.update(class_name="Mine", module="os"),
            f"contains the custom layer 'Mine'; {model_file.OF_KERAS}",
        ),
        (
            lambda layer: layer["config"].update(units=10**9),
            "describes 3000000064 numbers, but contains only 70",
        ),
    ],
)
def test_what_a_description_may_not_have_is_named(changed, change, message):
    assert refusal(changed(described(change))) == message


def enormous(file):
    place = "model_weights/classes/classes/bias"
    del file[place]
    file.create_dataset(place, (2**40,), np.float32, chunks=(2**20,))


def linked(file):
    place = "model_weights/classes/classes/bias"
    del file[place]
    file[place] = h5py.ExternalLink("/etc/passwd", "/")


def without_model(file):
    del file.attrs["model_config"]


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (enormous, f"contains {2**40 + 68} numbers, but describes only 70"),
        (linked, "model_weights/classes/classes/bias is not stored in the file itself"),
        (without_model, h5_model.ONLY_WEIGHTS),
    ],
)
def test_what_a_file_may_not_hold_is_refused(changed, change, message):
    assert refusal(changed(change)) == message


def test_a_file_that_hdf5_dies_of_is_no_model(tmp_path, monkeypatch, changed):
    script = tmp_path / "dies.py"
    script.write_text("import os; os.abort()")
    monkeypatch.setattr(h5_probe, "__file__", str(script))
    with pytest.raises(WeightsError) as error:
        h5_model.read(changed(lambda file: file.attrs.update(other=1)))
    assert str(error.value) == h5_probe.CRASHES


@pytest.mark.parametrize(
    ("content", "message"), [(b"damaged", model_file.NO_HDF5), (b"PK\5\6" + bytes(18), model_file.ARCHIVE)]
)
def test_a_file_of_another_format_is_called_what_it_is(tmp_path, content, message):
    (tmp_path / "x.h5").write_bytes(content)
    assert refusal(tmp_path / "x.h5") == message


def test_a_list_of_names_that_keras_splits_is_read_whole(tmp_path):
    wide = [layers.Conv2D(1, 1, name=f"{number:04}{'x' * 240}") for number in range(300)]
    model = keras.Sequential([layers.Input((2, 2, 1)), *wide])
    model.save(tmp_path / "x.h5")
    with h5py.File(tmp_path / "x.h5") as file:
        assert "layer_names0" in file["model_weights"].attrs
    nested = keras.Sequential([layers.Input((2, 2, 1)), model])
    nested.save(tmp_path / "y.h5")
    with h5py.File(tmp_path / "y.h5") as file:
        assert "weight_names0" in file[f"model_weights/{model.name}"].attrs
    assert h5_model.read(tmp_path / "y.h5")[1] == 600
