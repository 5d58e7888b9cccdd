"""The names of a model's outputs: of mappings, of layers, and inside inner models."""

import keras
import pytest
from keras import layers

from generator.errors import NetworkError
from generator.networks import model_file
from generator.networks.channel_order import channels_last
from generator.networks.open_input import resized
from generator.networks.outputs import first_names, names, place_of
from tests.support.onnx_graphs import Graph


def pair(shape=(4, 4, 3), mapping=False, **order):
    """Return a model that gives two numbers and a map."""
    image = layers.Input(shape)
    mean = layers.GlobalAveragePooling2D(name="mean", **order)(layers.Conv2D(2, 1, **order)(image))
    ends = [mean, layers.Conv2D(5, 1, name="map", **order)(image)]
    return keras.Model(image, {"z": ends[0], "a": ends[1]} if mapping else ends, name="pair")


class Two(keras.Model):
    def __init__(self):
        super().__init__(name="two")
        self.end = layers.Flatten()

    def call(self, x):
        return self.end(x), self.end(x + 1.0)


def test_an_output_has_the_name_of_its_layer():
    assert names(pair()) == (("mean",), ("map",))


def test_keys_of_a_mapping_come_first():
    assert names(pair(mapping=True)) == (("a", "map"), ("z", "mean"))


def test_outputs_of_an_inner_model_have_the_names_inside():
    image = layers.Input((4, 4, 3))
    assert names(keras.Model(image, pair()(image))) == (("mean",), ("map",))


def test_outputs_that_only_order_tells_apart_are_numbered():
    image = layers.Input((4, 4, 3))
    assert names(keras.Model(image, list(Two()(image)))) == (("two",), ("two@2",))


def test_copies_of_a_model_keep_the_names():
    assert names(resized(pair((None, None, 3), mapping=True), (6, 6))) == (("a", "map"), ("z", "mean"))
    first = pair((3, 4, 4), mapping=True, data_format="channels_first")
    assert names(channels_last(first)) == (("a", "map"), ("z", "mean"))


def test_onnx_outputs_have_the_names_of_the_graph_and_of_the_layers(tmp_path):
    graph = Graph()
    first = graph.conv("image", 4, 3, name="/features/features.0/Conv")
    path = graph.save(tmp_path / "net.onnx", graph.conv(first, 2, 4, name="/head/Conv"), first)
    model = model_file.load(path)
    assert sorted(names(model)) == [
        ("/features/features.0/Conv_out0", "features.0"),
        ("/head/Conv_out0", "head"),
    ]


def test_a_wrong_name_is_refused_with_the_outputs():
    model = pair(mapping=True)
    assert first_names(model) == ("a", "z")
    assert [place_of(model, name, "net") for name in ("a", "map", "z", "mean")] == [0, 0, 1, 1]
    with pytest.raises(NetworkError) as caught:
        place_of(model, "maen", "net")
    assert str(caught.value) == "net: no output 'maen'; nearest: mean; outputs: a, z"
    assert caught.value.key == "predictions"
