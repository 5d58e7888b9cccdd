"""Wrong arguments are refused in words before anything is computed, whatever their type."""

from __future__ import annotations

import inspect
from dataclasses import dataclass
from typing import get_args, get_type_hints

import keras
import numpy as np
import pytest

import generator
from generator import api, deconvolve, load_network
from generator.api import arguments
from generator.errors import EngineError, GalleryError, ImageError, NetworkError, SelectionError, WeightsError
from generator.networks import registry
from generator.records import choices
from tests.support import tiny

SHAPE = "(17, 15, 3)"
PICTURE = (
    "expected a path, a PIL image, an (H, W, 3), (H, W, 1) or (H, W) uint8 array or a float array of "
    f"shape {SHAPE}. "
)


@pytest.fixture(scope="module")
def network():
    return load_network(tiny.network())


@dataclass(frozen=True)
class BytesPath:
    """A path as ``os.scandir`` gives it for a folder named in bytes."""

    def __fspath__(self) -> bytes:
        return b"cat.jpg"


WRONG = [
    ("layers", b"pool1", NetworkError, "`layers` must be a list of layer names. Received: b'pool1'"),
    ("layers", 3, NetworkError, "`layers` must be a list of layer names. Received: 3"),
    ("layers", ["pool1", 3], NetworkError, "`layers` must be a list of layer names. Received: ['pool1', 3]"),
    ("layers", {"pool1"}, NetworkError, "`layers` must be a list of layer names. Received: {'pool1'}"),
    (
        "features",
        ["pool1"],
        SelectionError,
        "`features` must map names of layers to lists of numbers. Received: ['pool1']",
    ),
    (
        "features",
        {3: [1]},
        SelectionError,
        "`features` must map names of layers to lists of numbers. Received: {3: [1]}",
    ),
    *(
        (
            "features",
            {"pool1": value},
            SelectionError,
            f"`features` of 'pool1' must be a list of whole numbers. Received: {value!r}",
        )
        for value in (None, 1, "12", b"12", [1.5], ["1"], [True], {1}, [[1]])
    ),
    *(
        (
            "top_features",
            value,
            SelectionError,
            f"`top_features` must be a whole number of at least 1. Received: {value!r}",
        )
        for value in (None, "3", 2.5, [3], True, b"3")
    ),
    *(
        (option, value, EngineError, f"`{option}` must be one of {', '.join(names)}. Received: {value!r}")
        for option, names in [("method", choices.METHODS), ("seed", choices.SEEDS), ("bias", choices.BIASES)]
        for value in (None, ["map"], 3, b"map")
    ),
    ("full", 1, EngineError, "`full` must be True or False. Received: 1"),
    ("full", None, EngineError, "`full` must be True or False. Received: None"),
    (
        "memory_budget",
        "2GB",
        EngineError,
        "`memory_budget` must be a whole number of bytes, or None. Received: '2GB'",
    ),
    (
        "memory_budget",
        2e9,
        EngineError,
        "`memory_budget` must be a whole number of bytes, or None. Received: 2000000000.0",
    ),
    (
        "sweep_rows",
        [1],
        EngineError,
        "`sweep_rows` must be a whole number of at least 1, or None. Received: [1]",
    ),
    ("sweep_rows", 0, EngineError, "`sweep_rows` must be at least 1. Received: 0"),
    ("fit", ["pad"], EngineError, "`fit` must be one of crop, pad, stretch. Received: ['pad']"),
    ("image", None, ImageError, f"{PICTURE}Received: None"),
    ("image", 3, ImageError, f"{PICTURE}Received: 3"),
    ("image", b"cat.jpg", ImageError, f"{PICTURE}Received: b'cat.jpg'"),
    ("image", BytesPath(), ImageError, f"{PICTURE}Received: BytesPath()"),
    ("image", {"a": 1}, ImageError, f"{PICTURE}Received: {{'a': 1}}"),
    ("image", "a\0b", ImageError, "a\0b: cannot be read: embedded null byte"),
    (
        "image",
        np.zeros((2, 17, 15, 3), np.float32),
        ImageError,
        f"expected a float array of shape {SHAPE}. Received: (2, 17, 15, 3); pass several pictures as a "
        "list: list(array)",
    ),
    (
        "image",
        np.zeros((1, 3, 17, 15), np.float32),
        ImageError,
        f"expected a float array of shape {SHAPE}. Received: (1, 3, 17, 15); its channels seem to be first, "
        "move them last: numpy.moveaxis(array, -3, -1)",
    ),
    (
        "image",
        np.zeros((3, 17, 15), np.uint8),
        ImageError,
        f"expected an (H, W, 3), (H, W, 1) or (H, W) uint8 picture or a float array of shape {SHAPE}. "
        "Received: uint8 of shape (3, 17, 15); its channels seem to be first, move them last: "
        "numpy.moveaxis(array, -3, -1)",
    ),
    (
        "image",
        np.array("cat.jpg"),
        ImageError,
        f"expected an (H, W, 3), (H, W, 1) or (H, W) uint8 picture or a float array of shape {SHAPE}. "
        "Received: <U7 of shape ()",
    ),
]


@pytest.mark.parametrize(("option", "value", "kind", "message"), WRONG)
def test_a_wrong_argument_says_what_is_expected(network, option, value, kind, message):
    options = {"image": tiny.picture()[0], option: value}
    with pytest.raises(GalleryError) as error:
        deconvolve(network, **options)
    assert (type(error.value), str(error.value)) == (kind, message)


def test_an_open_file_is_no_series_of_pictures(network, tmp_path):
    (tmp_path / "cat.jpg").write_bytes(b"line\nline\n")
    with (tmp_path / "cat.jpg").open("rb") as file, pytest.raises(ImageError) as error:
        deconvolve(network, file)
    assert str(error.value).startswith(f"{PICTURE}Received: <_io.BufferedReader")


def test_a_picture_without_pixels_is_refused(network):
    with pytest.raises(ImageError) as error:
        deconvolve(network, np.zeros((0, 5, 3), np.uint8))
    assert str(error.value).endswith("Received: uint8 of shape (0, 5, 3)")


NETWORK = f"expected the name of a network ({', '.join(registry.names())}) or a built functional or "
UNSUITABLE = [
    (3, {}, NetworkError, f"{NETWORK}sequential keras.Model. Received: 3"),
    (None, {}, NetworkError, f"{NETWORK}sequential keras.Model. Received: None"),
    (b"squeezenet", {}, NetworkError, f"{NETWORK}sequential keras.Model. Received: b'squeezenet'"),
    (["squeezenet"], {}, NetworkError, f"{NETWORK}sequential keras.Model. Received: ['squeezenet']"),
    ("squeezenet", {"weights": 3}, WeightsError, "`weights` must be a path or text. Received: 3"),
    ("squeezenet", {"weights": b"x"}, WeightsError, "`weights` must be a path or text. Received: b'x'"),
    ("squeezenet", {"variant": ["plain"]}, NetworkError, "`variant` must be text. Received: ['plain']"),
    ("squeezenet", {"variant": 0}, NetworkError, "`variant` must be text. Received: 0"),
    (
        "squeezenet",
        {"input_size": b"ab"},
        NetworkError,
        "`input_size` must be a number of pixels or (height, width). Received: b'ab'",
    ),
    (
        "squeezenet",
        {"input_size": 10**9},
        NetworkError,
        "`input_size` must be at most 16384 pixels a side. Received: 1000000000",
    ),
    (
        "mine.keras",
        {"preprocessing": ["unit"]},
        NetworkError,
        "`preprocessing` must be one of none, unit, tf, torch, caffe. Received: ['unit']",
    ),
    ("mine.keras", {"labels": ["a"]}, NetworkError, "`labels` must be a path or text. Received: ['a']"),
    (
        "squeezenet",
        {"preprocessing": "unit"},
        NetworkError,
        "`preprocessing` applies only to .keras, .onnx or .h5 files; squeezenet has its own",
    ),
]


@pytest.mark.parametrize(("network", "options", "kind", "message"), UNSUITABLE)
def test_what_cannot_be_loaded_says_what_is_expected(network, options, kind, message):
    with pytest.raises(GalleryError) as error:
        load_network(network, **options)
    assert (type(error.value), str(error.value)) == (kind, message)


def test_a_long_value_is_shortened_in_the_message():
    with pytest.raises(NetworkError) as error:
        load_network(np.zeros((500, 500)))
    assert len(str(error.value)) < 400
    assert "\n" not in str(error.value)


@pytest.mark.parametrize(
    ("model", "message"),
    [
        (
            lambda: keras.Sequential([keras.Input((8,)), keras.layers.Dense(2)], name="flat"),
            "flat: expected one input (height, width, channels), a picture, found (8,)",
        ),
        (
            lambda: keras.Sequential([keras.Input((None, None, 3)), keras.layers.Conv2D(2, 3)], name="open"),
            "open: the input has no fixed size; set one: load_network(model, input_size=...)",
        ),
    ],
)
def test_a_model_without_one_picture_is_refused(model, message):
    with pytest.raises(NetworkError) as error:
        load_network(model())
    assert str(error.value) == message


def test_an_unknown_keyword_is_a_type_error(network):
    with pytest.raises(TypeError, match="unexpected keyword argument 'methods'"):
        deconvolve(network, tiny.picture()[0], methods="guided")
    with pytest.raises(TypeError, match="unexpected keyword argument 'weight'"):
        load_network("squeezenet", weight="imagenet")


def test_numbers_and_names_of_numpy_are_accepted(network):
    asked = {"pool1": np.array([2, 0])}
    found = deconvolve(network, tiny.picture()[0], iter(["pool1"]), np.int64(1), asked)
    assert found.layers["pool1"].features.tolist() == [2, 0]
    assert arguments.listed(np.array(3)) is None


def test_options_have_literal_types():
    hints = get_type_hints(load_network, {**vars(inspect.getmodule(load_network)), "Sequence": list})
    assert get_args(get_args(hints["variant"])[0]) == choices.VARIANTS
    assert get_args(get_args(hints["preprocessing"])[0]) == choices.PREPROCESSINGS
    notes = inspect.signature(deconvolve).parameters
    assert [notes[name].annotation for name in ("method", "seed", "bias")] == ["Method", "Seed", "Bias"]


NAMES = [
    *("GalleryError", "Pointwise", "Rule", "__version__", "deconvolve"),
    *("load_network", "occlude", "optimize", "register_rule", "scan"),
]


def test_the_package_lists_its_names():
    assert dir(generator) == sorted(generator.__all__) == NAMES
    assert dir(api) == sorted(api.__all__)
    for name in generator.__all__:
        assert getattr(generator, name)
