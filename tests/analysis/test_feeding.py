"""Pictures of every accepted type give the same input, in colour, in grey and in any number of channels."""

import numpy as np
import pytest
from PIL import Image, ImageOps

from convnet_gallery import deconvolve, load_network
from generator.errors import ImageError
from generator.records import Framing, Region
from tests.support import tapes

SEEN = np.random.default_rng(3).integers(0, 256, (12, 10), np.uint8)


def network(channels):
    import keras
    from keras import layers

    keras.utils.set_random_seed(2)
    first = layers.Conv2D(4, 3, activation="relu", bias_initializer="glorot_uniform", name="conv")
    return keras.Sequential([layers.Input((12, 10, channels)), first, layers.MaxPooling2D(name="pool")])


@pytest.fixture(scope="module")
def grey():
    return load_network(network(1))


@pytest.mark.parametrize("form", ["(H, W)", "(H, W, 1)", "(H, W, 3)", "Pillow", "path", "colour"])
def test_a_grey_network_takes_pictures_of_every_type(grey, tmp_path, form):
    path = tmp_path / "picture.png"
    Image.fromarray(SEEN).save(path)
    forms = {
        "(H, W)": SEEN,
        "(H, W, 1)": SEEN[..., None],
        "(H, W, 3)": np.repeat(SEEN[..., None], 3, axis=-1),
        "Pillow": Image.fromarray(SEEN),
        "path": path,
        "colour": np.stack([SEEN, SEEN, 255 - SEEN], axis=-1),
    }
    result = deconvolve(grey, forms[form], ["pool"], 2, method="gradient")
    wanted = SEEN if form != "colour" else np.asarray(Image.fromarray(forms[form]).convert("L"))
    np.testing.assert_array_equal(result.input, np.repeat(wanted[..., None], 3, axis=-1))
    layer = result.layers["pool"]
    np.testing.assert_allclose(
        layer.reconstructions, by_tape(grey.model, wanted, layer), rtol=1e-5, atol=1e-3
    )


def by_tape(model, picture, layer):
    """Return the gradients of half the squared maps, which are the maps carried back."""
    import tensorflow as tf

    batch = tf.Variable(picture[None, ..., None].astype(np.float32))
    with tf.GradientTape(persistent=True) as tape:
        maps = model(batch)
        halves = [tf.reduce_sum(maps[..., feature] ** 2) / 2 for feature in layer.features]
    return np.concatenate([tape.gradient(half, batch).numpy() for half in halves])


def test_a_colour_network_takes_grey_pictures():
    model = network(3)
    found = deconvolve(model, SEEN, ["pool"], 1)
    wanted = deconvolve(model, np.repeat(SEEN[..., None], 3, axis=-1), ["pool"], 1)
    np.testing.assert_array_equal(found.layers["pool"].reconstructions, wanted.layers["pool"].reconstructions)


def test_a_layer_with_few_features_gives_all(grey):
    assert sorted(deconvolve(grey, SEEN, ["pool"], 9).layers["pool"].features) == [0, 1, 2, 3]


def test_a_result_in_one_channel_is_drawn_in_grey(grey, tmp_path):
    result = deconvolve(grey, SEEN, ["pool"], 1)
    result.save(tmp_path / "figure.svg")
    assert "data:image/png" in (tmp_path / "figure.svg").read_text()


# Any number of channels

BANDS = np.random.default_rng(8).integers(0, 256, (12, 10, 4), np.uint8)


@pytest.fixture(scope="module")
def four():
    return load_network(network(4))


@pytest.mark.parametrize("form", ["(H, W, 4)", "Pillow", "png", "npy", "npz"])
def test_a_network_of_four_channels_takes_what_has_four(four, tmp_path, form):
    Image.fromarray(BANDS).save(tmp_path / "a.png")
    np.save(tmp_path / "a.npy", BANDS)
    np.savez(tmp_path / "a.npz", BANDS)
    forms = {"(H, W, 4)": BANDS, "Pillow": Image.fromarray(BANDS)}
    result = deconvolve(four, forms.get(form, tmp_path / f"a.{form}"), ["pool"], 2)
    assert result.input.dtype == np.uint8
    np.testing.assert_array_equal(result.input, BANDS)
    assert result.layers["pool"].reconstructions.shape == (2, 12, 10, 4)


@pytest.mark.parametrize("channels", [2, 5])
@pytest.mark.parametrize("method", ["deconvnet", "guided", "gradient"])
def test_other_numbers_of_channels_equal_their_tapes(channels, method):
    loaded = load_network(network(channels))
    picture = np.random.default_rng(channels).integers(0, 256, (12, 10, channels), np.uint8)
    result = deconvolve(loaded, picture, ["conv", "pool"], 3, method=method)
    chosen = {name: layer.features for name, layer in result.layers.items()}
    oracle = tapes.reconstruct(functional(loaded.model), picture[None].astype(np.float64), chosen, method)
    for name, layer in result.layers.items():
        assert tapes.worst_error(layer.reconstructions, oracle[name]) <= 1e-5


def functional(model):
    import keras

    return keras.Model(model.inputs, model.outputs)


@pytest.mark.parametrize("kind", [np.uint16, np.float32, np.float64])
def test_numbers_in_a_file_are_the_input_itself(four, tmp_path, kind):
    values = (BANDS * 37.0).astype(kind)
    np.save(tmp_path / "a.npy", values)
    found = deconvolve(four, tmp_path / "a.npy", ["pool"], 2)
    given = deconvolve(four, values.astype(np.float32)[np.newaxis], ["pool"], 2)
    np.testing.assert_array_equal(found.input, values.astype(np.float32))
    np.testing.assert_array_equal(found.layers["pool"].reconstructions, given.layers["pool"].reconstructions)


def test_a_larger_picture_is_cut_and_scaled(four):
    picture = np.zeros((24, 40, 4), np.float32)
    picture[:, 10:30] = [1000.5, -3, 0, 7]
    result = deconvolve(four, picture, ["pool"], 1)
    np.testing.assert_allclose(result.input[:, 2:-2], np.broadcast_to([1000.5, -3, 0, 7], (12, 6, 4)))


ACCEPTED = "expected a path, a PIL image or an (H, W, 4) array of uint8 or floats. Received: "
REFUSED = {
    "colour": (BANDS[..., :3], f"{ACCEPTED}uint8 of shape (12, 10, 3)"),
    "grey": (BANDS[..., 0], f"{ACCEPTED}uint8 of shape (12, 10)"),
    "int": (BANDS.astype(int), f"{ACCEPTED}int64 of shape (12, 10, 4)"),
    "empty": (BANDS[:0], f"{ACCEPTED}uint8 of shape (0, 10, 4)"),
    "text": (None, f"{ACCEPTED}None"),
    "several": (
        np.stack([BANDS / 255, BANDS / 255]),
        f"{ACCEPTED}float64 of shape (2, 12, 10, 4); pass several pictures as a list: list(array)",
    ),
    "NaN": (BANDS + np.nan, "expected finite numbers in the float array. Received: NaN or infinity"),
    "Pillow": (Image.fromarray(BANDS[..., :3]), "bands takes 4 channels, found 3 (RGB)"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_has_other_channels_is_refused(four, name):
    from dataclasses import replace

    image, words = REFUSED[name]
    with pytest.raises(ImageError) as error:
        deconvolve(replace(four, name="bands"), image, ["pool"])
    assert str(error.value) == words


LONG = np.random.default_rng(4).integers(0, 256, (24, 80, 3), np.uint8)
WIDE = Image.fromarray(LONG)
BICUBIC = Image.Resampling.BICUBIC
FITTED = {
    "crop": (ImageOps.fit(WIDE, (10, 12), BICUBIC), Region(30, 0, 20, 24), Region(0, 0, 10, 12)),
    "pad": (None, Region(0, 0, 80, 24), Region(0, 4, 10, 3)),
    "stretch": (WIDE.resize((10, 12), BICUBIC), Region(0, 0, 80, 24), Region(0, 0, 10, 12)),
}


@pytest.mark.parametrize("fit", FITTED)
def test_a_long_picture_is_fitted_as_asked(fit):
    wanted, seen, filled = FITTED[fit]
    if wanted is None:
        wanted = Image.new("RGB", (10, 12), (128, 128, 128))
        wanted.paste(WIDE.resize((10, 3), BICUBIC), (0, 4))
    model = network(3)
    result = deconvolve(model, LONG, ["pool"], 1, fit=fit)
    np.testing.assert_array_equal(result.input, np.asarray(wanted))
    assert result.framing == Framing(seen, filled)
    assert result.provenance["fit"] == fit
    again = deconvolve(model, result.input.astype(np.float32), ["pool"], 1)
    np.testing.assert_array_equal(result.layers["pool"].reconstructions, again.layers["pool"].reconstructions)
    assert again.framing is None
