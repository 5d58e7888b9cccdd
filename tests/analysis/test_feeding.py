"""Pictures of every accepted type give the same input, in colour and in grey."""

import numpy as np
import pytest
from PIL import Image

from convnet_gallery import deconvolve, load_network

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
