"""What a ``.keras`` file of a user's may hold that cannot be loaded, and the words for it."""

import json
import sys
import zipfile

import keras
import pytest
from keras import layers

from generator.errors import NetworkError
from generator.networks import model_file

IN_KERAS = "Keras cannot load it in safe mode: "
FUNCTION = {"module": "builtins", "class_name": "function", "registered_name": "function"}
MINE = {"module": None, "class_name": "Mine", "config": {}, "registered_name": "mine>Mine"}
ARGUMENTS = {
    "a function": (
        {"kernel_initializer": FUNCTION | {"config": "my_init"}},
        "layer 'conv': its kernel_initializer is the function 'my_init'; use one of Keras's own",
    ),
    "a function of TensorFlow": (
        {"activation": FUNCTION | {"config": "softmax_v2"}},
        "layer 'conv': its activation is the function 'softmax_v2'; use one of Keras's own",
    ),
    "a lambda": (
        {"activation": {"value": ["4wEAAAA=", None, None]}},
        "layer 'conv': its activation is a lambda; use one of Keras's own",
    ),
    "a registered object": (
        {"kernel_regularizer": MINE},
        "layer 'conv': its kernel_regularizer is the custom 'Mine'; use one of Keras's own",
    ),
    "an option of another version": (
        {"invented": 1},
        f"{IN_KERAS}Unrecognized keyword arguments passed to Conv2D: {{'invented': 1}}",
    ),
}


@pytest.fixture(scope="module")
def saved(tmp_path_factory):
    """Return the file of a model with a convolution inside another model."""
    inner = keras.Sequential([layers.Input((8, 8, 3)), layers.Conv2D(2, 3, name="conv")], name="inner")
    path = tmp_path_factory.mktemp("saved") / "mine.keras"
    keras.Sequential([layers.Input((8, 8, 3)), inner]).save(path)
    return path


def refusal(path):
    with pytest.raises(NetworkError) as error:
        model_file.load(path)
    return str(error.value).removeprefix(f"{path}: ")


def test_onnx_without_its_package_is_told(tmp_path, monkeypatch):
    for name in [*sys.modules]:
        if name.startswith("generator.networks.onnx"):
            monkeypatch.delitem(sys.modules, name)
    monkeypatch.delattr("generator.networks.onnx", raising=False)
    monkeypatch.setitem(sys.modules, "onnx", None)
    (tmp_path / "net.onnx").touch()
    assert refusal(tmp_path / "net.onnx") == (
        "ONNX needs the extra 'onnx': pip install 'convnet-gallery[onnx]'"
    )
    assert refusal(tmp_path / "gone.onnx") == "no such file"


@pytest.mark.parametrize(("changes", "message"), ARGUMENTS.values(), ids=ARGUMENTS)
def test_an_argument_that_is_not_keras_own_is_named(tmp_path, saved, changes, message):
    path = tmp_path / "mine.keras"
    with zipfile.ZipFile(saved) as old, zipfile.ZipFile(path, "w") as new:
        for name in old.namelist():
            content = old.read(name)
            if name == "config.json":
                description = json.loads(content)
                description["config"]["layers"][-1]["config"]["layers"][-1]["config"] |= changes
                content = json.dumps(description).encode()
            new.writestr(name, content)
    assert refusal(path) == message


def test_a_layer_that_two_models_share_is_named(tmp_path):
    shared = layers.Conv2D(3, 3, padding="same", name="shared")
    inside, image = layers.Input((8, 8, 3)), layers.Input((8, 8, 3))
    model = keras.Model(image, shared(keras.Model(inside, shared(inside))(image)))
    model.save(tmp_path / "mine.keras")
    assert refusal(tmp_path / "mine.keras") == (
        f"{IN_KERAS}Layer 'shared' expected 2 variables, but received 0 variables during loading. "
        "Expected: ['kernel', 'bias']"
    )


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (
            b"version https://git-lfs.github.com/spec/v1\noid sha256:00\nsize 9\n",
            "a pointer of Git LFS and not the file itself; 'git lfs pull' fetches it",
        ),
        (
            b"\x89HDF\r\n\x1a\n" + bytes(99),
            "an HDF5 file under this suffix; rename it to .h5",
        ),
        (b"<!doctype html>", "not a .keras file, which is a zip; perhaps it is cut short"),
        (b"PK\3\4 and no end", "not a .keras file, which is a zip; perhaps it is cut short"),
    ],
)
def test_another_file_is_called_what_it_is(tmp_path, content, message):
    path = tmp_path / "mine.keras"
    path.write_bytes(content)
    assert refusal(path) == message


def rewritten(saved, path, version, module="keras"):
    """Write the file as another version of Keras would, whose classes have other modules."""
    with zipfile.ZipFile(saved) as old, zipfile.ZipFile(path, "w") as new:
        for name in old.namelist():
            content = old.read(name).replace(b'"module": "keras', f'"module": "{module}'.encode())
            if name == "metadata.json":
                content = json.dumps(json.loads(content) | {"keras_version": version}).encode()
            new.writestr(name, content)
    return path


@pytest.mark.parametrize("module", ["tf_keras", "keras.src.engine"])
def test_a_file_of_keras_2_is_called_that(tmp_path, saved, module):
    path = rewritten(saved, tmp_path / "mine.keras", "2.15.0", module)
    assert refusal(path) == (
        "saved by Keras 2.15.0, whose .keras files Keras 3 cannot read; load it there (or with the package "
        'tf_keras), save it with model.save("mine.h5") and name that file'
    )


def test_no_reason_is_longer_than_a_few_lines(tmp_path, saved):
    path = rewritten(saved, tmp_path / "mine.keras", "3.0.0", "keras.nowhere")
    assert len(refusal(path)) < 400
