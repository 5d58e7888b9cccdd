"""Places cut out of their pictures, compared with a float64 tape of that one unit."""

from __future__ import annotations

import keras
import numpy as np
import pytest
from PIL import Image

from generator import images, load_network
from generator.analysis.cutting import Cutter, cut_all
from generator.analysis.feeding import fed
from generator.analysis.forward_pass import engine_of
from generator.analysis.scanner import Scanner
from generator.analysis.squares import smallest
from generator.datasets.opening import opened
from generator.datasets.places import by_picture, pictures, places
from generator.engine.receptive_fields import receptive_fields
from generator.errors import DatasetError, EngineError
from tests.support import tapes, tiny

LAYERS = ["conv1", "pool1", "both", "predictions"]


def convolutional(shape, name):
    keras.utils.set_random_seed(3)
    image = keras.Input(shape)
    maps = keras.layers.Conv2D(5, 3, activation="relu", name="edges")(image)
    maps = keras.layers.Conv2D(4, 3, strides=2, activation="relu", name="parts")(maps)
    return keras.Model(image, maps, name=name)


NETWORKS = {
    "colours": (tiny.network, LAYERS, "RGB"),
    "grey": (lambda: convolutional((20, 20, 1), "grey"), ["edges", "parts"], "RGB"),
    "channels": (lambda: convolutional((18, 22, 4), "channels"), ["edges", "parts"], "CMYK"),
}


@pytest.fixture(scope="module", params=NETWORKS)
def case(request, tmp_path_factory):
    """Return a network, its layers, and a folder of pictures that it takes."""
    make, layers, mode = NETWORKS[request.param]
    folder, random = tmp_path_factory.mktemp("pictures"), np.random.default_rng(5)
    for number in range(9):
        shape = (*random.integers(20, 50, 2), len(mode))
        picture = Image.fromarray(random.integers(0, 256, shape, np.uint8), mode)
        picture.save(folder / f"{number}.tif")
    return load_network(make()), layers, folder


def every_place(network, layers, folder):
    (shard,) = opened(folder)
    table = Scanner(network, layers).table(shard)
    return [
        place
        for layer in layers
        for feature in range(len(table.layers[layer].values))
        for place in places(table, layer, feature)
    ]


def test_each_patch_is_that_of_its_unit_alone(case):
    network, layers, folder = case
    wanted = every_place(network, layers, folder)
    patches = {patch.place: patch for patch in cut_all(network, opened(folder), wanted)}
    assert set(patches) == set(wanted)
    engine = engine_of(network)
    fields = receptive_fields(engine.steps, network.input_shape)
    model = network.model
    outputs = {layer: keras.Model(model.input, model.get_layer(layer).output) for layer in layers}
    checked = 0
    for place in wanted[::3]:
        picture, batch, _ = fed(
            network, images.decode_for((folder / place.picture).read_bytes(), network.takes)
        )
        maps = outputs[place.layer](batch).numpy()[0]
        own = maps[..., place.feature]
        unit = (*np.unravel_index(own.argmax(), own.shape), place.feature)  # the first of equal maxima
        assert abs(own.max() - place.value) <= 1e-5 * np.abs(maps).max()
        whole = tapes.from_unit(network.model, batch, place.layer, unit)
        patch = patches[place]
        square = smallest(np.square(whole).sum(axis=-1), max(fields[place.layer]))
        assert patch.square == square
        y, x, side = int(square.y), int(square.x), int(square.width)
        part = slice(y, y + side), slice(x, x + side)
        exact = 1e-5 * np.abs(maps).max() / own.max()  # a small value is a difference of large ones
        np.testing.assert_allclose(patch.reconstruction, whole[part], atol=exact * np.abs(whole).max())
        shown = images.displayed(picture, network.shown_channels)
        assert np.array_equal(patch.photograph, shown[part])
        assert patch.input_px == network.input_shape[:2]
        checked += bool(np.any(whole))
    assert checked > 10


def test_rows_of_all_layers_compile_nothing_again(case, monkeypatch):
    network, layers, folder = case
    wanted = every_place(network, layers, folder)
    alone = {patch.place: patch for patch in cut_all(network, opened(folder), wanted)}
    engine = engine_of(network)
    monkeypatch.setattr(engine, "bundled", True)  # as on a GPU, where a graph has a number of rows
    monkeypatch.setattr(engine, "_backwards", {})
    monkeypatch.setattr(engine, "_fitting", {})
    cutter, grouped, compiled = Cutter(network, wanted), by_picture(wanted), []
    together = {}
    for item in pictures(opened(folder), grouped):
        together |= {patch.place: patch for patch in cutter.cut(item, grouped[item.name])}
        compiled.append(len(engine._backwards))
    assert set(together) == set(alone)
    assert compiled == [1] * len(grouped)
    for place, patch in together.items():
        assert patch.square == alone[place].square
        np.testing.assert_allclose(patch.reconstruction, alone[place].reconstruction, rtol=1e-4, atol=1e-6)


@pytest.fixture
def scanned(tmp_path):
    """Return a network, a folder with two pictures, and the places of a layer."""
    random = np.random.default_rng(2)
    for name in "ab":
        Image.fromarray(random.integers(0, 256, (30, 30, 3), np.uint8)).save(tmp_path / f"{name}.png")
    network = load_network(tiny.network())
    return network, tmp_path, every_place(network, ["pool1"], tmp_path)


def refusal(network, folder, wanted):
    with pytest.raises(DatasetError) as caught:
        [*cut_all(network, opened(folder), wanted)]
    return str(caught.value)


def test_a_changed_picture_is_named(scanned):
    network, folder, wanted = scanned
    Image.new("RGB", (30, 30), "red").save(folder / "b.png")
    assert refusal(network, folder, wanted) == "b.png: has changed since the scan; scan the data set again"


def test_a_missing_picture_is_named(scanned):
    network, folder, wanted = scanned
    (folder / "b.png").unlink()
    expected = "b.png: is no longer in the data set; scan the data set again"
    assert refusal(network, folder, wanted) == expected


def test_another_network_is_refused(scanned):
    network, folder, wanted = scanned
    layer = network.model.get_layer("conv1")
    layer.set_weights([1.01 * weight for weight in layer.get_weights()])
    text = refusal(network, folder, wanted)
    assert text.startswith("a.png: the maximum of feature 1 of layer 'pool1' is ")
    assert text.endswith("in the table; the network or its weights have changed since the scan")


def test_a_picture_whose_activations_overflow_is_named(scanned):
    network, folder, wanted = scanned
    layer = network.model.get_layer("conv1")
    layer.set_weights([weight * 0 + 3e38 for weight in layer.get_weights()])
    with pytest.raises(
        EngineError, match=r"^a.png: layer 'pool1': its activations for this picture hold NaN"
    ):
        [*cut_all(network, opened(folder), wanted)]
