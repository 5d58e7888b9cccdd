"""PyTorch state dicts, read without PyTorch; written here without it, opcode by opcode."""

import io
import pickle
from collections import OrderedDict
from pathlib import Path
from typing import ClassVar

import numpy as np
import pytest

from generator import environment
from generator.errors import WeightsError
from generator.networks import sources, weights
from generator.networks.arrays import read_arrays
from generator.networks.layer_names import from_efficientnet_pytorch
from generator.networks.torch_archive import MAGIC, read_torch

MAGIC_NUMBER = 0x1950A86A20F9469CFC6C
MACHINE = {"protocol_version": 1001, "little_endian": True, "type_sizes": {"short": 2, "int": 4, "long": 4}}
NUMBERS = np.arange(24, dtype="<f4")


class Named:
    """A name that the pickle asks for."""

    def __init__(self, module, name):
        self.line = f"c{module}\n{name}\n".encode()


class Called:
    """A name called with arguments."""

    def __init__(self, named, *arguments):
        self.named, self.arguments = named, arguments


class Referred:
    """What is stored outside of the pickle."""

    def __init__(self, *reference):
        self.reference = reference


class Writer(pickle._Pickler):
    """Writes what names and calls things that are not there."""

    def save_named(self, value):
        self.write(value.line)

    def save_called(self, value):
        self.save(value.named)
        self.save(value.arguments)
        self.write(pickle.REDUCE)

    def save_referred(self, value):
        self.save(value.reference)
        self.write(pickle.BINPERSID)

    dispatch: ClassVar = pickle._Pickler.dispatch | {
        Named: save_named,
        Called: save_called,
        Referred: save_referred,
    }


def pickled(value):
    out = io.BytesIO()
    Writer(out, 2).dump(value)
    return out.getvalue()


FLOATS, LONGS = Named("torch", "FloatStorage"), Named("torch", "LongStorage")
REBUILD = Named("torch._utils", "_rebuild_tensor_v2")


def tensor(size, stride, offset=0, storage=("storage", FLOATS, "7", "cpu", 24, None)):
    reference = Referred(*storage) if storage else None
    return Called(REBUILD, reference, offset, size, stride, False, OrderedDict())


def state_dict(tensors, storages=(("7", NUMBERS),), version=1001, machine=MACHINE):
    parts = [pickled(value) for value in (MAGIC_NUMBER, version, machine, tensors)]
    parts.append(pickled([key for key, _ in storages]))
    parts += [len(values).to_bytes(8, "little") + values.tobytes() for _, values in storages]
    return b"".join(parts)


def read(tmp_path, content):
    (tmp_path / "x.pth").write_bytes(content)
    return read_torch(tmp_path / "x.pth")


def test_tensors_are_read_as_they_lie_in_their_storage(tmp_path):
    counter = tensor((), (), storage=("storage", LONGS, "8", "cpu", 1, None))
    found = read(tmp_path, state_dict(
        OrderedDict({
            "conv.weight": tensor((3, 2, 1, 4), (8, 4, 4, 1)),
            "depthwise.weight": tensor((4, 1, 2, 3), (1, 1, 12, 4)),
            "bn.weight": tensor((3,), (8,), offset=1),
            "bn.bias": tensor((3,), (0,), offset=23),
            "bn.num_batches_tracked": counter,
            "fc.weight": tensor((2, 3), (1, 2)),
        }),
        (("8", np.array([9], "<i8")), ("7", NUMBERS)),
    ))  # fmt: skip
    assert list(found) == ["conv", "depthwise", "bn", "fc"]
    conv = NUMBERS.reshape(3, 2, 1, 4)
    np.testing.assert_array_equal(found["conv"][0], conv.transpose(2, 3, 1, 0))
    np.testing.assert_array_equal(found["depthwise"][0][..., 0], NUMBERS.reshape(2, 3, 4))
    np.testing.assert_array_equal(found["bn"][0], [1, 9, 17])
    np.testing.assert_array_equal(found["bn"][1], [23, 23, 23])
    np.testing.assert_array_equal(found["fc"][0], NUMBERS[:6].reshape(3, 2))


def holding(value):
    return state_dict(OrderedDict({"a.weight": value}))


def stored(*storage):
    return holding(tensor((24,), (1,), storage=storage))


REFUSED = {
    "a name": (
        holding(Called(Named("os", "system"), "echo pwned")),
        "the state dict asks for os.system, which is not allowed",
    ),
    "a builtin": (
        holding(Called(Named("builtins", "eval"), "1")),
        "the state dict asks for builtins.eval, which is not allowed",
    ),
    "another storage": (
        holding(Named("torch", "HalfStorage")),
        "the state dict asks for torch.HalfStorage, which is not allowed",
    ),
    "a call of a type": (holding(Called(FLOATS, 3)), "a damaged state dict ('str' object is not callable)"),
    "no dict": (state_dict([1]), "not a state dict: a dict of names and tensors"),
    "no tensor": (holding(3), "not a state dict: a dict of names and tensors"),
    "a version": (
        state_dict({}, version=1002),
        "a state dict of version 1002, expected 1001, little-endian",
    ),
    "the other end": (
        state_dict({}, machine=MACHINE | {"little_endian": False}),
        "a state dict of version 1001, expected 1001, little-endian",
    ),
    "no storage": (
        holding(tensor((1,), (1,), storage=None)),
        "the state dict holds a tensor without a storage",
    ),
    "a negative offset": (
        holding(tensor((1,), (1,), offset=-1)),
        "the state dict holds a tensor without a storage",
    ),
    "a negative stride": (
        holding(tensor((2,), (-1,))),
        "the state dict holds a tensor of size (2,) and stride (-1,)",
    ),
    "a short stride": (holding(tensor((2, 2), (1,))), "the state dict holds a tensor without a shape"),
    "another reference": (
        stored("module", FLOATS, "7", "cpu", 24, None),
        "the state dict asks for ('module', 'FloatStorage', '7', 'cpu', 24, None), which is not a storage",
    ),
    "a view": (
        stored("storage", FLOATS, "7", "cpu", 24, ("8", 0, 1)),
        "storage 7 is a view of another; views are not supported",
    ),
    "a short reference": (
        stored("storage", FLOATS, "7"),
        "a damaged state dict (not enough values to unpack (expected 6, got 3))",
    ),
    "another length": (
        stored("storage", FLOATS, "7", "cpu", 25, None),
        "storage 7 holds 24 numbers, expected 25",
    ),
    "a storage that is not there": (
        state_dict(OrderedDict({"a.weight": tensor((24,), (1,))}), ()),
        "a.weight: no storage 7",
    ),
    "a storage of no tensor": (
        state_dict({}, (("7", NUMBERS),)),
        "storage '7' belongs to no tensor",
    ),
    "beyond its storage": (
        holding(tensor((24,), (1,), offset=1)),
        "a.weight reaches beyond its storage of 24 numbers",
    ),
    "far beyond": (
        holding(tensor((2, 2), (2**62, 2**62))),
        "a.weight reaches beyond its storage of 24 numbers",
    ),
    "nothing": (holding(tensor((0,), (1,))), "a.weight reaches beyond its storage of 24 numbers"),
}


@pytest.mark.parametrize(("content", "message"), REFUSED.values(), ids=REFUSED)
def test_anything_else_is_refused(tmp_path, content, message):
    with pytest.raises(WeightsError) as caught:
        read(tmp_path, content)
    assert str(caught.value) == message


def test_a_file_cut_anywhere_is_refused(tmp_path):
    whole = holding(tensor((24,), (1,)))
    assert whole.startswith(MAGIC)
    for end in range(len(whole)):
        with pytest.raises(WeightsError, match=r"damaged state dict|cut short|numbers, expected"):
            read(tmp_path, whole[:end])


SOURCE = sources.EFFICIENTNET_LITE0_IMAGENET
EXPECTED = {
    "stem_conv": ((3, 3, 3, 32),),
    "stem_bn": ((32,),) * 4,
    "block1a_depthwise_conv": ((3, 3, 32, 1),),
    "block7a_project": ((320,),) * 4,
    "predictions": ((1280, 1000), (1000,)),
}


def test_efficientnet_lite0_is_read_under_its_checksum(tmp_path):
    path = weights.locate(SOURCE, environment.weights_folder())
    found = read_arrays(path, EXPECTED, rename=from_efficientnet_pytorch, sha256=SOURCE.sha256)
    assert list(found) == list(EXPECTED)
    for layer in ("stem_bn", "block7a_project"):
        assert (found[layer][2] < 0).any()
        assert (found[layer][3] >= 0).all()  # the variance comes last, as in Keras


def test_a_state_dict_without_a_known_checksum_is_not_read(tmp_path):
    path = weights.locate(SOURCE, environment.weights_folder())
    with pytest.raises(WeightsError) as caught:
        read_arrays(path, EXPECTED, rename=from_efficientnet_pytorch)
    assert str(caught.value) == (
        f"{path}: pickles are read only with a known checksum; save the weights as .h5"
    )


def test_what_a_batch_normalization_lacks_is_named(tmp_path):
    path = weights.locate(SOURCE, environment.weights_folder())
    expected = {"stem_conv": ((32,),) * 4, "stem_bn": ((32,),) * 3}
    with pytest.raises(WeightsError) as caught:
        read_arrays(Path(path), expected, rename=from_efficientnet_pytorch, sha256=SOURCE.sha256)
    assert str(caught.value) == (
        f"{path}: stem_conv: 1 arrays, expected 4: gamma, beta, moving_mean and moving_variance"
    )
