"""Files made to run code, to read elsewhere or to take all memory: refused, and nothing of it happens."""

import json
import zipfile
from pathlib import Path

import h5py
import numpy as np
import pytest

from generator.errors import NetworkError, WeightsError
from generator.networks import h5_probe, model_file, own
from generator.networks.arrays import read_arrays
from generator.records import OwnNetwork
from tests.networks.test_arrays import EXPECTED, arrays_for, write_old

RUN = "open('ran', 'w').close()"


@pytest.fixture(scope="module")
def archive(tmp_path_factory):
    """Return the members of a small model's file."""
    import keras

    path = tmp_path_factory.mktemp("archive") / "model.keras"
    layers = keras.layers
    keras.Sequential([layers.Input((8, 8, 3)), layers.Conv2D(2, 3, name="conv")]).save(path)
    with zipfile.ZipFile(path) as opened:
        return {name: opened.read(name) for name in opened.namelist()}


def write(path, members):
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as opened:
        for name, content in members.items():
            opened.writestr(name, content)
    return path


def with_layer(archive, **changes):
    """Return the members with another last layer."""
    description = json.loads(archive["config.json"])
    description["config"]["layers"][-1] |= changes
    return archive | {"config.json": json.dumps(description)}


def refusal(path):
    """Return why a model is refused; whatever it would run has not run."""
    with pytest.raises(NetworkError) as caught:
        model_file.load(path)
    assert [file.name for file in path.parent.iterdir()] == [path.name]
    assert str(caught.value).startswith(f"{path}: ")
    return str(caught.value).removeprefix(f"{path}: ")


def lambda_of(function):
    return {"module": "keras.layers", "class_name": "Lambda", "config": {"name": "l", "function": function}}


CODE = "4wEAAAAAAAAAAAAAAAEAAAADAAAA8wQAAACXAHwAUwApAU6pACkB2gF4cwEAAAA="
BYTECODE = {"class_name": "__lambda__", "config": {"code": CODE, "defaults": None, "closure": None}}
FUNCTION = {"module": "builtins", "class_name": "function", "config": "eval", "registered_name": "function"}
SYSTEM = {"module": "os", "class_name": "system", "config": "touch ran", "registered_name": None}
LAYERS = {
    "bytecode": lambda_of(BYTECODE),
    "function": lambda_of(FUNCTION),
    "system": SYSTEM,
    "eval": {"module": "builtins", "class_name": "eval", "config": {"source": RUN}, "registered_name": None},
    "subprocess": {"module": "subprocess", "class_name": "Popen", "config": {"args": ["touch", "ran"]}},
    "custom": {"module": None, "class_name": "Mine", "config": {}, "registered_name": "mine>Mine"},
    "download": {
        "module": "keras.utils",
        "class_name": "get_file",
        "config": {"origin": "http://127.0.0.1:9/x"},
        "registered_name": None,
    },
    "initializer": {
        "module": "keras.layers",
        "class_name": "Dense",
        "config": {"units": 1, "kernel_initializer": SYSTEM},
    },
}


REASONS = {
    **dict.fromkeys(("bytecode", "function"), model_file.LAMBDA),
    **{
        name: f"contains the custom layer {LAYERS[name]['class_name']!r}; {model_file.OF_KERAS}"
        for name in ("system", "eval", "subprocess", "custom")
    },
    "download": "Keras cannot load it in safe mode: ",
    "initializer": "layer 'Dense': its kernel_initializer is the custom 'system'; use one of Keras's own",
}


@pytest.mark.parametrize("name", LAYERS)
def test_a_layer_that_names_code_is_refused(archive, tmp_path, monkeypatch, name):
    monkeypatch.chdir(tmp_path)
    path = write(tmp_path / "x.keras", with_layer(archive, **LAYERS[name]))
    assert refusal(path).startswith(REASONS[name])


@pytest.mark.parametrize("name", ["../ran", "/tmp/ran", "assets/ran", "C:\\ran", "a\nb"])
def test_a_member_that_is_no_part_of_a_model_is_refused(archive, tmp_path, name):
    path = write(tmp_path / "x.keras", archive | {name: "x"})
    assert refusal(path) == f"contains {name!r}, which does not belong to a model for pictures"


@pytest.mark.parametrize("units", [10**6, 2**40])
def test_a_model_that_describes_more_than_it_holds_is_refused(archive, tmp_path, units):
    description = json.loads(archive["config.json"])
    description["config"]["layers"][-1]["config"]["filters"] = units
    path = write(tmp_path / "x.keras", archive | {"config.json": json.dumps(description)})
    assert refusal(path) == f"describes {28 * units} numbers, but contains only 56"


def test_a_description_nested_without_end_is_refused(archive, tmp_path):
    nested = '{"config": ' * 100_000 + "1" + "}" * 100_000
    path = write(tmp_path / "x.keras", archive | {"config.json": nested})
    assert "recursion" in refusal(path)
    with pytest.raises(WeightsError, match="damaged, or not a weights file"):
        read_arrays(path, EXPECTED)


@pytest.mark.parametrize("member", ["model.weights.h5", "config.json"])
def test_a_member_that_unpacks_to_far_more_is_refused(archive, tmp_path, member):
    path = write(tmp_path / "x.keras", archive | {member: bytes(65 * 2**20)})
    assert refusal(path) == f"{member} would unpack to {65 * 2**20} bytes, too many for this archive"


def changed(path, change):
    """Return a weights file in which something is changed by hand."""
    write_old(path, arrays_for(EXPECTED))
    with h5py.File(path, "r+") as file:
        change(file)
    return path


PLACE = "block1_conv1/block1_conv1/block1_conv1_b_1:0"


def loop(file):
    del file[PLACE]
    file[PLACE] = h5py.SoftLink(f"/{PLACE}")


def circle(file):
    file["block1_conv1/again"] = file["block1_conv1"]
    del file[PLACE]


def enormous(file):
    del file[PLACE]
    file.create_dataset(PLACE, (2**40,), np.float32, chunks=(2**20,))


def objects(file):
    kind = h5py.special_dtype(ref=h5py.Reference)
    file["block1_conv1"].attrs.create("weight_names", [file.ref] * 2, dtype=kind)


def numbers(file):
    file["block1_conv1"].attrs["weight_names"] = np.arange(3)


def elsewhere(file):
    file["block1_conv1"].attrs["weight_names"] = ["../../../etc/passwd", "/etc/passwd"]


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (loop, f"{PLACE} is not stored in the file itself"),
        (circle, f"{PLACE} is not stored in the file itself"),
        (enormous, "block1_conv1: bias is (1099511627776,), expected (4,)"),
        (objects, "damaged, or not a weights file ("),
        (numbers, "damaged, or not a weights file ("),
        (elsewhere, "block1_conv1/../../../etc/passwd is not stored in the file itself"),
    ],
)
def test_what_hdf5_can_hold_beside_weights_is_refused(tmp_path, change, message):
    path = changed(tmp_path / "x.h5", change)
    with pytest.raises(WeightsError) as caught:
        read_arrays(path, EXPECTED)
    assert str(caught.value).startswith(f"{path}: {message}")


def test_a_file_that_hdf5_dies_of_is_refused(tmp_path, monkeypatch):
    script = tmp_path / "dies.py"
    script.write_text("import os; os.abort()")
    monkeypatch.setattr(h5_probe, "__file__", str(script))
    path = changed(tmp_path / "x.h5", lambda file: None)
    with pytest.raises(WeightsError) as caught:
        read_arrays(path, EXPECTED)
    assert str(caught.value) == f"{path}: damaged: the HDF5 library crashes or hangs when it reads this file"


def test_a_probe_that_never_ends_is_ended(tmp_path, monkeypatch):
    script = tmp_path / "spins.py"
    script.write_text(
        Path(h5_probe.__file__).read_text().replace("_read_all(sys.argv[1])", "while True: pass")
    )
    monkeypatch.setattr(h5_probe, "__file__", str(script))
    monkeypatch.setattr(h5_probe, "_CPU_S", 1)
    path = changed(tmp_path / "x.h5", lambda file: None)
    assert not h5_probe.survives(path)


def test_a_model_for_enormous_pictures_is_refused(tmp_path):
    import keras

    path, layers = tmp_path / "x.keras", keras.layers
    keras.Sequential([layers.Input((100_000, 100_000, 3)), layers.Conv2D(2, 3)]).save(path)
    with pytest.raises(NetworkError) as caught:
        own.load(OwnNetwork(path, "none"))
    assert str(caught.value) == f"{path}: the input has more than 16 megapixels"


def test_a_model_that_is_whole_is_loaded_after_one_that_is_refused(archive, tmp_path):
    path = write(tmp_path / "x.keras", archive)
    assert [layer.name for layer in model_file.load(path).layers] == ["conv"]
