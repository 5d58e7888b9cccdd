"""Files of NumPy: what is read of them, and the exact words of every refusal."""

import struct
import zipfile

import numpy as np
import pytest

from generator import images
from generator.errors import ImageError
from generator.records.channels import ModelInput

FIVE = ModelInput("net", 5, is_scaled=False)
BYTES = np.random.default_rng(4).integers(0, 256, (6, 7, 5), np.uint8)


def saved(path, array):
    np.save(path, array, allow_pickle=True)
    return path


def message(path, wanted=FIVE):
    with pytest.raises(ImageError) as error:
        images.read_for(path, wanted)
    return str(error.value).removeprefix(f"{path}: ")


@pytest.mark.parametrize("array", [BYTES, np.asfortranarray(BYTES), BYTES[::-1]])
def test_bytes_stay_bytes(tmp_path, array):
    found = images.read_for(saved(tmp_path / "a.npy", array), FIVE)
    assert found.dtype == np.uint8
    np.testing.assert_array_equal(found, array)


@pytest.mark.parametrize("kind", ["<u2", ">u2", "<f4", ">f4", "<f8", ">f8"])
def test_other_numbers_stay_as_they_are(tmp_path, kind):
    array = (BYTES.astype(np.float64) * 257).astype(kind)
    found = images.read_for(saved(tmp_path / "a.npy", array), FIVE)
    assert found.dtype == np.float32
    np.testing.assert_array_equal(found, BYTES.astype(np.float32) * 257)


@pytest.mark.parametrize("save", [np.savez, np.savez_compressed])
def test_one_array_of_an_archive_is_read(tmp_path, save):
    save(tmp_path / "a.npz", bands=BYTES)
    np.testing.assert_array_equal(images.read_for(tmp_path / "a.npz", FIVE), BYTES)


@pytest.mark.parametrize("shape", [(6, 7), (6, 7, 1), (6, 7, 3)])
def test_grey_and_rgb_arrays_are_pictures_like_any(tmp_path, shape):
    array = BYTES.ravel()[: np.prod(shape)].reshape(shape)
    rgb = np.broadcast_to(array.reshape(6, 7, -1), (6, 7, 3))
    np.testing.assert_array_equal(images.read(saved(tmp_path / "a.npy", array)), rgb)


def test_several_arrays_are_refused_by_their_names(tmp_path):
    np.savez(tmp_path / "a.npz", red=BYTES, blue=BYTES)
    assert message(tmp_path / "a.npz") == (
        "expected one array in the .npz, found 2: red, blue; save one of them as .npy"
    )
    np.savez(tmp_path / "none.npz")
    assert message(tmp_path / "none.npz") == "expected one array in the .npz, found 0"


REFUSED = {
    "bool": (BYTES > 9, "an array of bool; expected uint8, uint16, float32 or float64"),
    "int64": (BYTES.astype(np.int64), "an array of int64; expected uint8, uint16, float32 or float64"),
    "pickle": (np.array([[None]]), "an array of object; expected uint8, uint16, float32 or float64"),
    "batch": (
        BYTES[None],
        "an array of shape (1, 6, 7, 5); expected (height, width, channels)",
    ),
    "empty": (BYTES[:0], "an array of shape (0, 7, 5); expected (height, width, channels)"),
    "four": (BYTES[..., :4], "net takes 5 channels, found 4 in an array of shape (6, 7, 4)"),
    "first": (
        BYTES.transpose(2, 0, 1),
        "net takes 5 channels, found 7 in an array of shape (5, 6, 7); its channels seem to be first, move "
        "them last: numpy.moveaxis(array, -3, -1)",
    ),
    "NaN": (np.where(BYTES > 9, np.nan, 0.0), "expected finite numbers, found NaN or infinity"),
    "float32 overflows": (BYTES * 1e300, "expected finite numbers, found NaN or infinity"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_is_no_picture_is_refused(tmp_path, name):
    array, words = REFUSED[name]
    assert message(saved(tmp_path / "a.npy", array)) == words


@pytest.mark.parametrize(
    ("array", "words"),
    [
        (BYTES[..., :2], "net takes 1 or 3 channels, found 2 in an array of shape (6, 7, 2)"),
        (
            BYTES[..., :3].transpose(2, 0, 1),
            "net takes 1 or 3 channels, found 7 in an array of shape (3, 6, 7); its channels seem to be "
            "first, move them last: numpy.moveaxis(array, -3, -1)",
        ),
        (
            BYTES[..., :3] / 255,
            "net takes an array of 3 channels as uint8 alone; its other numbers have no defined white",
        ),
    ],
)
def test_a_colour_network_takes_bytes_of_colours_alone(tmp_path, array, words):
    assert message(saved(tmp_path / "a.npy", array), ModelInput("net", 3, is_scaled=True)) == words


def test_values_do_not_pass_a_preprocessing_of_bytes(tmp_path):
    scaled = ModelInput("net", 5, is_scaled=True)
    np.testing.assert_array_equal(images.read_for(saved(tmp_path / "a.npy", BYTES), scaled), BYTES)
    assert message(saved(tmp_path / "b.npy", BYTES / 255), scaled) == (
        "net has a `preprocessing` for values 0 to 255, and these are no uint8; save them as uint8, or set "
        "preprocessing: none and let the model scale its input"
    )


def header(shape, dtype="|u1", version=(1, 0)):
    """Return the first bytes of a file, which say more than follows."""
    text = f"{{'descr': '{dtype}', 'fortran_order': False, 'shape': {shape}, }}\n".encode()
    return b"\x93NUMPY" + bytes(version) + struct.pack("<H" if version == (1, 0) else "<I", len(text)) + text


HOSTILE = {
    "long": (header((10**9, 10**9, 5)), "more than 100 megapixels; save a smaller copy"),
    "deep": (header((1000, 1000, 10**6)), "more than 400 MB of values; save a smaller copy"),
    "cut": (header((9000, 9000, 4)) + bytes(99), "damaged or cut short"),
    "negative": (
        header((-1, 7, 5)),
        "an array of shape (-1, 7, 5); expected (height, width, channels)",
    ),
    "newer": (header((6, 7, 5), version=(3, 0)), "a file of NumPy's format 3.0; expected 1.0 or 2.0"),
}


@pytest.mark.parametrize("name", HOSTILE)
@pytest.mark.parametrize("suffix", [".npy", ".npz"])
def test_a_header_is_checked_before_memory_is_taken(tmp_path, name, suffix):
    content, words = HOSTILE[name]
    path = tmp_path / f"a{suffix}"
    if suffix == ".npy":
        path.write_bytes(content)
    else:
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
            archive.writestr("a.npy", content)
    assert message(path) == words


def test_another_archive_is_no_picture(tmp_path):
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as archive:
        archive.writestr("a.txt", "text")
    assert message(tmp_path / "a.zip").startswith("not a picture, or without pixels; expected ")
    (tmp_path / "a.zip").rename(tmp_path / "a.npz")
    assert message(tmp_path / "a.npz").startswith("a file of NumPy that cannot be read: ")
