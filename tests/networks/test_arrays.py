"""Arrays of weights files in every layout that Keras has written, and all the ways they can be wrong."""

import json
import pickle
import zipfile

import h5py
import numpy as np
import pytest

from generator import environment
from generator.errors import WeightsError
from generator.networks import sources, weights
from generator.networks.arrays import has_layers, read_arrays

EXPECTED = {
    "block1_conv1": ((3, 3, 3, 4), (4,)),
    "block1_conv2": ((3, 3, 4, 4), (4,)),
    "predictions": ((16, 5), (5,)),
}


@pytest.fixture(scope="session")
def keras_files(tmp_path_factory):
    """Return a folder of files that Keras wrote, and the arrays that are in them."""
    import keras

    keras.utils.set_random_seed(7)
    model = small_model(keras)
    picture = keras.Input((6, 6, 3))
    nested = keras.Model(picture, keras.layers.Dense(2, name="head")(model(picture)))
    nested.compile("adam", "mse")
    folder = tmp_path_factory.mktemp("keras")
    for name, kind in (("plain", model), ("nested", nested)):
        kind.save_weights(folder / f"{name}.weights.h5")
        kind.save(folder / f"{name}.keras")
        kind.save(folder / f"{name}.h5")
    return folder, {name: model.get_layer(name).get_weights() for name in EXPECTED}


def small_model(keras):
    layers = keras.layers
    picture = keras.Input((6, 6, 3))
    values = layers.Conv2D(4, 3, name="block1_conv1", bias_initializer="random_normal")(picture)
    values = layers.Conv2D(4, 3, name="block1_conv2", activation="relu")(values)
    values = layers.Dense(5, name="predictions")(layers.Flatten()(values))
    return keras.Model(picture, values)


def arrays_for(expected, dtype=np.float32):
    random = np.random.default_rng(3)
    return {
        layer: [random.standard_normal(shape).astype(dtype) for shape in shapes]
        for layer, shapes in expected.items()
    }


def write_old(path, layers, prefix="", folders=True):
    """Write the layout of Keras's published VGG16: ``layer/layer_W_1:0``, in a folder of its own or not."""
    with h5py.File(path, "w") as file:
        file.require_group(prefix or "/").attrs["layer_names"] = [name.encode() for name in layers]
        for layer, arrays in layers.items():
            group = file.require_group(f"{prefix}/{layer}")
            inner = f"{layer}/" if folders else ""
            names = [f"{inner}{layer}_{part}_1:0" for part in "Wb"][: len(arrays)]
            group.attrs["weight_names"] = [name.encode() for name in names]
            for name, array in zip(names, arrays, strict=True):
                group[name] = array


def write_numbered(path, groups):
    """Write the new layout as Keras did before it also wrote the names."""
    with h5py.File(path, "w") as file:
        for group, arrays in groups.items():
            for index, array in enumerate(arrays):
                file[f"{group}/vars/{index}"] = array


def assert_same(found, wanted):
    assert list(found) == list(wanted)
    for layer, arrays in wanted.items():
        for one, other in zip(found[layer], arrays, strict=True):
            assert one.dtype == np.float32
            np.testing.assert_array_equal(one, other)


def refusal(path, expected=EXPECTED):
    with pytest.raises(WeightsError) as caught:
        read_arrays(path, expected)
    assert str(caught.value).startswith(f"{path}: ")
    return str(caught.value).removeprefix(f"{path}: ")


@pytest.mark.parametrize("model", ["plain", "nested"])
@pytest.mark.parametrize("suffix", [".weights.h5", ".keras", ".h5"])
def test_what_keras_writes_is_read(keras_files, model, suffix):
    folder, arrays = keras_files
    assert_same(read_arrays(folder / (model + suffix), EXPECTED), arrays)


def test_the_name_of_a_file_is_not_believed(keras_files, tmp_path):
    folder, arrays = keras_files
    misnamed = tmp_path / "weights.pkl"
    misnamed.write_bytes((folder / "plain.keras").read_bytes())
    assert_same(read_arrays(misnamed, EXPECTED), arrays)


@pytest.mark.parametrize("suffix", [".weights.h5", ".keras", ".h5"])
def test_a_file_can_be_asked_for_its_layers(keras_files, suffix):
    path = keras_files[0] / f"plain{suffix}"
    assert has_layers(path, ("fc1", "predictions"))
    assert not has_layers(path, ("fc1", "flatten"))


def test_asking_no_weights_file_for_its_layers_is_refused(tmp_path):
    (tmp_path / "x.h5").write_bytes(b"hello")
    with pytest.raises(WeightsError, match="not a weights file"):
        has_layers(tmp_path / "x.h5", ("predictions",))


@pytest.mark.parametrize("model", ["plain", "nested"])
def test_an_archive_without_names_is_read_by_its_description(keras_files, tmp_path, model):
    folder, arrays = keras_files
    with zipfile.ZipFile(folder / f"{model}.keras") as archive:
        archive.extractall(tmp_path)
    with h5py.File(tmp_path / "model.weights.h5", "r+") as file:
        file.visititems(lambda _path, item: item.attrs.pop("name", None) and None)
    with zipfile.ZipFile(tmp_path / "old.keras", "w") as archive:
        for member in ("config.json", "model.weights.h5"):
            archive.write(tmp_path / member, member)
    assert_same(
        read_arrays(tmp_path / "old.keras", dict(reversed(EXPECTED.items()))), dict(reversed(arrays.items()))
    )


@pytest.mark.parametrize("prefix", ["", "model_weights"])
@pytest.mark.parametrize("folders", [True, False])
def test_the_layout_of_the_published_vgg16_is_read(tmp_path, prefix, folders):
    arrays = arrays_for(EXPECTED)
    write_old(tmp_path / "vgg16.h5", arrays, prefix, folders)
    assert_same(read_arrays(tmp_path / "vgg16.h5", EXPECTED), arrays)


@pytest.mark.parametrize(
    "folder", ["layers/{}", "_layer_checkpoint_dependencies/{}", "_layer_checkpoint_dependencies\\{}"]
)
def test_numbered_layers_are_taken_in_the_networks_order(tmp_path, folder):
    expected = {f"conv_{i}": ((1, 1, 2, 2), (2,)) for i in range(12)} | {"predictions": ((2, 3), (3,))}
    arrays = arrays_for(expected)
    numbered = ["conv2d", *(f"conv2d_{i}" for i in range(1, 12)), "dense"]
    groups = {folder.format(key): pair for key, pair in zip(numbered, arrays.values(), strict=True)}
    write_numbered(tmp_path / "x.weights.h5", dict(sorted(groups.items())))
    assert_same(read_arrays(tmp_path / "x.weights.h5", expected), arrays)


def test_layers_numbered_within_blocks_are_taken_in_the_networks_order(tmp_path):
    expected = {f"block{b}_conv{c}": ((3, 3, 2, 2), (2,)) for b in (1, 2) for c in (1, 2)}
    arrays = arrays_for(expected)
    paths = [f"block{b}/layers/conv2d{c}" for b in (1, 2) for c in ("", "_1")]
    groups = dict(zip(paths, arrays.values(), strict=True)) | {"dsn1": [np.ones((1, 1, 2, 1)), np.ones(1)]}
    write_numbered(tmp_path / "x.weights.h5", groups)
    assert_same(read_arrays(tmp_path / "x.weights.h5", expected), arrays)


NORMALIZED = {
    "conv_1": ((3, 3, 3, 4),),
    "depthwise": ((3, 3, 4, 1),),
    "conv_1_bn": ((4,), (4,), (4,), (4,)),
    "depthwise_bn": ((4,), (4,), (4,)),
    "predictions": ((4, 2), (2,)),
}
OTHERWISE = ("z", "y", "x", "w", "v")  # HDF5 sorts by name; the model's order is the reverse


def named_otherwise(layers):
    return dict(zip(OTHERWISE, layers.values(), strict=True))


def write_listed(path, layers, prefix=""):
    """Write the old layout with any number of arrays, and layers that have none."""
    with h5py.File(path, "w") as file:
        top = file.require_group(prefix or "/")
        top.attrs["layer_names"] = [b"input_1", *(name.encode() for name in layers), b"dropout"]
        for layer, arrays in {"input_1": [], **layers, "dropout": []}.items():
            group = top.create_group(layer)
            names = [f"{layer}/array_{index}:0" for index in range(len(arrays))]
            group.attrs["weight_names"] = np.array([name.encode() for name in names] or [], "S40")
            for name, array in zip(names, arrays, strict=True):
                group[name] = array


@pytest.mark.parametrize("prefix", ["", "model_weights"])
def test_normalization_is_read_by_the_names_of_its_layers(tmp_path, prefix):
    arrays = arrays_for(NORMALIZED)
    write_listed(tmp_path / "x.h5", dict(reversed(arrays.items())), prefix)
    assert_same(read_arrays(tmp_path / "x.h5", NORMALIZED), arrays)


@pytest.mark.parametrize("prefix", ["", "model_weights"])
def test_layers_named_otherwise_are_taken_in_order_if_all_fit(tmp_path, prefix):
    arrays = arrays_for(NORMALIZED)
    write_listed(tmp_path / "x.h5", named_otherwise(arrays), prefix)
    assert_same(read_arrays(tmp_path / "x.h5", NORMALIZED), arrays)


def test_a_name_at_another_place_is_not_believed_when_others_are_missing(tmp_path):
    expected = dict.fromkeys(("conv2d", "conv2d_1", "conv2d_2"), ((1, 1, 2, 2), (2,)))
    arrays = arrays_for(expected)
    shifted = dict(zip(("conv2d_1", "conv2d_2", "conv2d_3"), arrays.values(), strict=True))
    write_listed(tmp_path / "x.h5", shifted)
    assert_same(read_arrays(tmp_path / "x.h5", expected), arrays)


@pytest.mark.parametrize("change", ["shape", "one more", "one less", "order"])
def test_layers_named_otherwise_that_do_not_all_fit_are_refused(tmp_path, change):
    layers = named_otherwise(arrays_for(NORMALIZED))
    if change == "shape":
        layers["v"][1] = np.ones(3)
    elif change == "one more":
        layers["u"] = [np.ones(3)]
    elif change == "one less":
        del layers["v"]
    else:
        layers = dict(reversed(layers.items()))
    write_listed(tmp_path / "x.h5", layers)
    assert refusal(tmp_path / "x.h5", NORMALIZED).startswith("no layer conv_1; the file has ")


def test_layers_of_a_file_without_an_order_are_not_taken_in_one(tmp_path):
    path = tmp_path / "x.weights.h5"
    expected = dict.fromkeys(("one", "two"), ((1, 1, 2, 2), (2,)))
    write_numbered(path, {"layers/conv2d": [np.ones((1, 1, 2, 2)), np.ones(2)]})
    with h5py.File(path, "r+") as file:
        file["layers/conv2d_1/vars/0"], file["layers/conv2d_1/vars/1"] = np.ones((1, 1, 2, 2)), np.ones(2)
        for group in ("conv2d", "conv2d_1"):
            file[f"layers/{group}/vars"].attrs["name"] = f"my_{group}"
    assert refusal(path, expected) == "no layer one; the file has my_conv2d, my_conv2d_1"


def test_numbered_layers_are_taken_in_the_networks_order_kind_by_kind(tmp_path):
    arrays = arrays_for(NORMALIZED)
    kinds = ("conv2d", "depthwise_conv2d", "batch_normalization", "batch_normalization_1", "dense")
    groups = {f"layers/{kind}": list(found) for kind, found in zip(kinds, arrays.values(), strict=True)}
    write_numbered(tmp_path / "x.weights.h5", groups)
    assert_same(read_arrays(tmp_path / "x.weights.h5", NORMALIZED), arrays)


@pytest.mark.parametrize("suffix", [".weights.h5", ".keras", ".h5"])
@pytest.mark.parametrize("nested", [False, True])
def test_normalization_that_keras_writes_is_read(tmp_path, suffix, nested):
    import keras

    layers = keras.layers
    picture = keras.Input((6, 6, 3))
    x = layers.Conv2D(4, 3, use_bias=False, name="conv_1")(picture)
    x = layers.BatchNormalization(name="conv_1_bn")(x)
    x = layers.DepthwiseConv2D(3, use_bias=False, name="depthwise")(x)
    x = layers.BatchNormalization(scale=False, name="depthwise_bn")(x)
    x = layers.Dense(2, name="predictions")(layers.GlobalAveragePooling2D()(x))
    model = keras.Model(picture, x)
    arrays = arrays_for(NORMALIZED)
    for name, values in arrays.items():
        model.get_layer(name).set_weights(values)
    if nested:
        model = keras.Model(picture, layers.Dense(2, name="head")(model(picture)))
    (model.save_weights if suffix == ".weights.h5" else model.save)(tmp_path / f"x{suffix}")
    assert_same(read_arrays(tmp_path / f"x{suffix}", NORMALIZED), arrays)


def test_the_edge_network_gives_its_convolutions(tmp_path):
    path = weights.locate(sources.VGG16_HED, environment.weights_folder())
    expected = {"block1_conv1": ((3, 3, 3, 64), (64,)), "block5_conv3": ((3, 3, 512, 512), (512,))}
    found = read_arrays(path, expected, sha256=sources.VGG16_HED.sha256)
    with h5py.File(path) as file:
        assert_same(found, {
            "block1_conv1": [file[f"block1/layers/conv2d/vars/{i}"][()] for i in (0, 1)],
            "block5_conv3": [file[f"block5/layers/conv2d_2/vars/{i}"][()] for i in (0, 1)],
        })  # fmt: skip


@pytest.mark.parametrize("dtype", [np.float16, np.float64, ">f4"])
def test_other_floats_are_cast(tmp_path, dtype):
    arrays = arrays_for(EXPECTED, dtype)
    write_old(tmp_path / "x.h5", arrays)
    assert_same(
        read_arrays(tmp_path / "x.h5", EXPECTED),
        {layer: [array.astype(np.float32) for array in pair] for layer, pair in arrays.items()},
    )


def test_other_layers_are_ignored(tmp_path):
    write_old(tmp_path / "x.h5", arrays_for(EXPECTED) | {"fc1": [np.array([np.nan]), np.array([1])]})
    assert list(read_arrays(tmp_path / "x.h5", EXPECTED)) == list(EXPECTED)


def changed(layer, index, array):
    arrays = arrays_for(EXPECTED)
    arrays[layer][index] = array
    return arrays


@pytest.mark.parametrize(
    ("arrays", "message"),
    [
        (
            changed("block1_conv2", 0, np.ones((3, 3, 4, 2))),
            "block1_conv2: kernel is (3, 3, 4, 2), expected (3, 3, 4, 4)",
        ),
        (changed("predictions", 1, np.ones((5, 1))), "predictions: bias is (5, 1), expected (5,)"),
        (changed("predictions", 1, np.ones(5, int)), "predictions: bias holds int64, expected floats"),
        (changed("predictions", 1, np.array([b"x"] * 5)), "predictions: bias holds |S1, expected floats"),
        (changed("block1_conv1", 1, np.array([1, 2, np.nan, 4])), "block1_conv1: bias holds NaN or infinity"),
        (changed("block1_conv1", 1, np.array([1, 2, np.inf, 4])), "block1_conv1: bias holds NaN or infinity"),
        (changed("block1_conv1", 1, np.array([1, 2, 1e300, 4])), "block1_conv1: bias holds NaN or infinity"),
        (
            {"block1_conv1": [np.ones((3, 3, 3, 4))]},
            "block1_conv1: 1 arrays, expected 2: kernel and bias",
        ),
        (
            {"block1_conv1": arrays_for(EXPECTED)["block1_conv1"]},
            "no layer block1_conv2; the file has block1_conv1",
        ),
        (
            {f"conv{i}": [np.ones(1), np.ones(1)] for i in range(1, 7)},
            "no layer block1_conv1; the file has conv1, conv2, conv3, conv4 and 2 more",
        ),
        ({}, "no layer block1_conv1; the file has none"),
    ],
)  # fmt: skip
def test_arrays_that_do_not_fit_are_named(tmp_path, arrays, message):
    write_old(tmp_path / "x.h5", arrays)
    assert refusal(tmp_path / "x.h5") == message


def test_a_layer_met_twice_fits_no_network(tmp_path):
    path = tmp_path / "x.weights.h5"
    pair = arrays_for(EXPECTED)["block1_conv1"]
    write_numbered(path, {"one/conv2d": pair, "two/conv2d": pair})
    with h5py.File(path, "r+") as file:
        for group in ("one", "two"):
            file[f"{group}/conv2d/vars"].attrs["name"] = "block1_conv1"
    assert refusal(path) == "block1_conv1: 4 arrays, expected 2: kernel and bias"


@pytest.mark.parametrize("content", [b"", b"hello", b"<!DOCTYPE html>", pickle.dumps({})[1:]])
def test_what_is_no_weights_file_is_refused(tmp_path, content):
    path = tmp_path / "x.h5"
    path.write_bytes(content)
    assert refusal(path) == "not a weights file; expected .h5, .weights.h5 or .keras"


def test_a_pointer_of_git_lfs_is_named(tmp_path):
    path = tmp_path / "x.h5"
    path.write_text("version https://git-lfs.github.com/spec/v1\noid sha256:" + "0" * 64 + "\nsize 9\n")
    assert refusal(path) == "a pointer of Git LFS and not the file itself; 'git lfs pull' fetches it"


@pytest.mark.parametrize("suffix", [".weights.h5", ".keras", ".h5"])
@pytest.mark.parametrize("share", [0.01, 0.5, 0.99])
def test_a_truncated_file_is_refused(keras_files, tmp_path, suffix, share):
    content = (keras_files[0] / f"plain{suffix}").read_bytes()
    path = tmp_path / f"cut{suffix}"
    path.write_bytes(content[: int(len(content) * share)])
    assert refusal(path).startswith("damaged, or not a weights file (")


def test_a_missing_file_is_refused(tmp_path):
    assert refusal(tmp_path / "x.h5") == "no such file"


def test_links_out_of_the_file_are_not_followed(tmp_path):
    secret, path = tmp_path / "secret.h5", tmp_path / "x.h5"
    write_old(secret, arrays_for(EXPECTED))
    write_old(path, arrays_for(EXPECTED))
    inside = "block1_conv1/block1_conv1/block1_conv1_b_1:0"
    with h5py.File(path, "r+") as file:
        del file[inside]
        file[inside] = h5py.ExternalLink("secret.h5", inside)
    assert refusal(path) == f"{inside} is not stored in the file itself"
    with h5py.File(path, "r+") as file:
        del file["block1_conv1"]
        file["block1_conv1"] = h5py.ExternalLink("secret.h5", "block1_conv1")
    assert refusal(path) == "no layer block1_conv1; the file has block1_conv2, predictions"


def test_virtual_and_external_datasets_are_refused(tmp_path):
    path = tmp_path / "x.weights.h5"
    write_numbered(path, {"layers/conv2d": arrays_for(EXPECTED)["block1_conv1"][:1]})
    with h5py.File(path, "r+") as file:
        layout = h5py.VirtualLayout((4,), np.float32)
        layout[:] = h5py.VirtualSource("secret.h5", "bias", (4,))
        file.create_virtual_dataset("layers/conv2d/vars/1", layout)
    assert refusal(path) == "layers/conv2d/vars/1 is not stored in the file itself"
    with h5py.File(path, "r+") as file:
        del file["layers/conv2d/vars/1"]
        file.create_dataset("layers/conv2d/vars/1", (4,), np.float32, external=[("secret.bin", 0, 16)])
    assert refusal(path) == "layers/conv2d/vars/1 is not stored in the file itself"


def test_zips_that_are_no_keras_archives_are_refused(tmp_path):
    path = tmp_path / "x.keras"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("readme.txt", "hello")
    assert refusal(path) == "not a .keras archive: a zip without model.weights.h5"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("model.weights.h5", b"no HDF5")
        archive.writestr("config.json", json.dumps({"config": {"layers": []}}))
    assert refusal(path).startswith("damaged, or not a weights file (")


def test_an_archive_that_would_unpack_to_far_more_is_refused(tmp_path):
    path = tmp_path / "x.keras"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("model.weights.h5", bytes(65 * 2**20))
    assert refusal(path) == f"model.weights.h5 would unpack to {65 * 2**20} bytes, too many for this archive"
