"""Relatives of features: names and kernels against those of Keras's own layers."""

from __future__ import annotations

import keras
import numpy as np
import pytest

from generator.engine import graph
from generator.engine.circuits import Circuits, Feature
from tests.support import tiny


@pytest.fixture(scope="module")
def model():
    return tiny.network()


@pytest.fixture(scope="module")
def circuits(model):
    return Circuits(graph.read(model))


def kernel(model, name):
    return model.get_layer(name).get_weights()[0]


def test_a_feature_is_made_of_the_largest_kernels(model, circuits):
    found = circuits.below("right", 2)
    slices = kernel(model, "right_linear")[..., 2]
    norms = np.sqrt((slices.astype(np.float64) ** 2).sum((0, 1)))
    order = np.argsort(-norms)
    assert [one.names[0] for one in found] == [Feature("pool1", number) for number in order]
    assert [one.names[-1] for one in found] == [Feature("conv1:preactivation", number) for number in order]
    for one, number in zip(found, order, strict=True):
        np.testing.assert_array_equal(one.kernel, slices[..., number])
        assert abs(one.weight) == pytest.approx(norms[number])
        assert np.sign(one.weight) == np.sign(slices[..., number].sum())


def test_a_joined_feature_is_that_of_its_branch(circuits):
    for name, number in [("left", 3), ("both", 3), ("pool2", 3)]:
        assert [one.names for one in circuits.below(name, number)] == [
            one.names for one in circuits.below("left", 3)
        ]
    assert circuits.below("both", 4)[0].names == circuits.below("right", 0)[0].names


def test_what_uses_a_feature_has_its_kernel(model, circuits):
    found = circuits.above("conv1", 1)
    assert len(found) == 4 + 5
    for one in found:
        name, number = one.names[-1]
        layer = name.removesuffix(":preactivation")
        np.testing.assert_array_equal(one.kernel, kernel(model, layer)[:, :, 1, number])
    weights = [abs(one.weight) for one in found]
    assert weights == sorted(weights, reverse=True)


def test_below_and_above_agree(circuits):
    for one in circuits.below("both", 6):
        back = [other for other in circuits.above(*one.names[0]) if Feature("both", 6) in other.names]
        assert len(back) == 1
        np.testing.assert_array_equal(back[0].kernel, one.kernel)


def test_behind_a_flattening_the_kernel_has_the_size_of_the_map(model, circuits):
    found = circuits.below("dense", 5)
    maps = model.get_layer("dropout").output.shape[1:]
    assert len(found) == maps[-1] == 9
    whole = kernel(model, "dense").reshape(*maps, 8)
    for one in found:
        np.testing.assert_array_equal(one.kernel, whole[:, :, one.names[0].number, 5])


def test_what_reads_the_picture_is_made_of_nothing(circuits):
    assert circuits.below("conv1", 0) == ()


def test_the_end_is_used_by_nothing(circuits):
    assert circuits.above("predictions", 0) == ()


def test_groups_and_depthwise_layers_read_their_own_part():
    keras.utils.set_random_seed(2)
    image = keras.Input((8, 8, 4))
    x = keras.layers.Conv2D(4, 1, name="first")(image)
    x = keras.layers.DepthwiseConv2D(3, depth_multiplier=2, name="depth")(x)
    x = keras.layers.Conv2D(6, 1, groups=2, name="grouped")(x)
    model = keras.Model(image, x)
    circuits = Circuits(graph.read(model))
    (only,) = circuits.below("depth", 5)
    assert only.names == (Feature("first", 2),)
    np.testing.assert_array_equal(only.kernel, kernel(model, "depth")[:, :, 2, 1])
    assert {one.names[0].number for one in circuits.below("grouped", 4)} == {4, 5, 6, 7}
    assert {one.names[0].number for one in circuits.above("depth", 3)} == {0, 1, 2}
    first = circuits.above("depth", 6)
    for one in first:
        np.testing.assert_array_equal(one.kernel, kernel(model, "grouped")[:, :, 2, one.names[0].number])


def test_a_sum_of_branches_ends_the_way():
    image = keras.Input((8, 8, 3))
    x = keras.layers.Conv2D(4, 1, name="first")(image)
    y = keras.layers.Conv2D(4, 1, name="branch")(x)
    x = keras.layers.ReLU(name="rectified")(keras.layers.Add(name="sum")([x, y]))
    model = keras.Model(image, keras.layers.Conv2D(2, 1, name="last")(x))
    circuits = Circuits(graph.read(model))
    assert circuits.below("sum", 1) == ()
    assert {one.names for one in circuits.below("last", 0)} == {
        (Feature("rectified", number), Feature("sum", number)) for number in range(4)
    }
