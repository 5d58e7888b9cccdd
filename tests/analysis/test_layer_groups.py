"""The groups that a graph gives are those that were chosen by hand for the known networks."""

import keras
import pytest
from keras import layers

from generator.analysis import inspection, layer_groups
from generator.engine import graph
from generator.networks import layer_groups as by_hand
from generator.networks import registry


def groups(model):
    read = graph.read_graph(model)
    return layer_groups.groups(read, [step.name for step in read.steps if step.name in read.layers])


@pytest.mark.parametrize("name", ["squeezenet", "vgg16", "resnet50", "mobilenetv2", "efficientnet_lite0"])
def test_pools_are_those_chosen_by_hand(name):
    assert inspection.pools(registry.build(name)) == registry.describe(name).groups["pools"]


def test_blocks_are_where_branches_join():
    assert groups(registry.build("resnet50"))["blocks"] == by_hand.RESNET50_BLOCKS
    assert groups(registry.build("squeezenet"))["blocks"] == by_hand.SQUEEZENET_BLOCKS


def convolution(name, strides=1):
    return layers.Conv2D(2, 3, strides, padding="same", activation="relu", name=name)


def dense():
    return [layers.Flatten(name="flatten"), layers.Dense(2, name="dense")]


OWN = {
    "strides": ([convolution("a"), convolution("b", 2), convolution("c"), *dense()], ("a", "c")),
    "one pooling": (
        [convolution("a", 2), layers.MaxPooling2D(name="p"), convolution("b"), *dense()],
        ("a", "b"),
    ),
    "poolings": (
        [convolution("a"), layers.AveragePooling2D(2, name="p"), convolution("b"), *dense()],
        ("p",),
    ),
    "up": (
        [convolution("a", 2), layers.UpSampling2D(name="up"), convolution("b"), convolution("c")],
        ("a", "c"),
    ),
    "no reduction": ([layers.Rescaling(0.1), layers.Conv2D(2, 5, name="a"), *dense()], ("a",)),
    "dense": (dense(), ("flatten", "dense")),
}


@pytest.mark.parametrize("name", OWN)
def test_every_network_has_a_default(name):
    inner, expected = OWN[name]
    image = keras.Input((8, 8, 3))
    assert groups(keras.Sequential([image, *inner]))["pools"] == expected
