"""The unpickler that builds float arrays and nothing else."""

import hashlib
import os
import pickle
import warnings
from collections import OrderedDict
from pathlib import Path

import numpy as np
import pytest

from generator import environment
from generator.errors import WeightsError
from generator.networks import sources, weights
from generator.networks.arrays import read_arrays
from generator.networks.pickles import unpickle

LAYERS = {"fire2/squeeze": [np.arange(6, dtype=np.float32).reshape(1, 1, 2, 3), np.ones(3, np.float32)]}
EXPECTED = {"fire2_squeeze": ((1, 1, 2, 3), (3,))}


@pytest.mark.parametrize("protocol", [3, 4])
def test_float_arrays_come_back_as_they_were(protocol):
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        layers = unpickle(pickle.dumps(LAYERS, protocol))
    assert list(layers) == list(LAYERS)
    for array, original in zip(layers["fire2/squeeze"], LAYERS["fire2/squeeze"], strict=True):
        np.testing.assert_array_equal(array, original)


def test_squeezenet_is_read_whole(tmp_path):
    source = sources.SQUEEZENET_IMAGENET
    expected = {"conv1": ((3, 3, 3, 64), (64,)), "fire9_expand3x3": ((3, 3, 64, 256), (256,))}
    path = weights.locate(source, environment.weights_folder())
    arrays = read_arrays(path, expected, rename=lambda name: name.replace("/", "_"), sha256=source.sha256)
    assert list(arrays) == list(expected)
    assert all(array.dtype == np.float32 for pair in arrays.values() for array in pair)


class Shout:
    def __reduce__(self):
        return os.system, ("echo pwned",)


@pytest.mark.parametrize(
    ("value", "message"),
    [
        ({"a": Shout()}, f"the pickle asks for {os.name}.system, which is not allowed"),
        ({"a": Path("x")}, "the pickle asks for pathlib.PosixPath, which is not allowed"),
        (OrderedDict(), "the pickle asks for collections.OrderedDict, which is not allowed"),
        ({"a": [np.array([None])]}, "the pickle contains an array of object, expected floats"),
        ({"a": [np.arange(3)]}, "the pickle contains an array of int64, expected floats"),
        ({"a": [np.zeros(2, "f4,O")]}, "the pickle contains an array of |V12, expected floats"),
        ([1, 2], "the pickle is not a dict of layers, each a list of float arrays"),
        ({"a": 1}, "the pickle is not a dict of layers, each a list of float arrays"),
        ({1: [np.ones(2)]}, "the pickle is not a dict of layers, each a list of float arrays"),
        ({"a": [np.dtype("f4")]}, "the pickle is not a dict of layers, each a list of float arrays"),
    ],
)
def test_anything_else_is_refused_by_name(value, message):
    with pytest.raises(WeightsError) as caught:
        unpickle(pickle.dumps(value))
    assert str(caught.value) == message


@pytest.mark.parametrize(
    "content", [b"\x80", b"\x80\x03}", b"\x80\x03cnumpy\nndarray\nK\x05\x85R.", b"\x80\x03."]
)
def test_a_damaged_pickle_is_said_to_be_damaged(content):
    with pytest.raises(WeightsError, match=r"^a damaged pickle \("):
        unpickle(content)


def test_a_pickle_is_read_only_under_a_known_checksum(tmp_path):
    path = tmp_path / "weights.h5"  # the name is not believed
    path.write_bytes(pickle.dumps(LAYERS))
    right = hashlib.sha256(path.read_bytes()).hexdigest()
    arrays = read_arrays(path, EXPECTED, rename=lambda name: name.replace("/", "_"), sha256=right)
    np.testing.assert_array_equal(arrays["fire2_squeeze"][1], np.ones(3))
    with pytest.raises(WeightsError) as caught:
        read_arrays(path, EXPECTED)
    assert str(caught.value) == (
        f"{path}: pickles are read only with a known checksum; save the weights as .h5"
    )
    with pytest.raises(WeightsError) as caught:
        read_arrays(path, EXPECTED, sha256="0" * 64)
    assert (
        str(caught.value)
        == f"{path}: its SHA-256 is {right}, expected {'0' * 64}; 'gallery weights NAME' fetches it again"
    )
