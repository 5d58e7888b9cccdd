"""Pictures of any number of channels: read as they are stored, or refused, and shown by three or one."""

import struct

import numpy as np
import pytest
from PIL import Image

from generator import images
from generator.errors import ImageError
from generator.records.channels import ModelInput

BANDS = np.random.default_rng(6).integers(0, 256, (9, 12, 4), np.uint8)
TWO, FOUR, FIVE = (ModelInput("net", channels, is_scaled=False) for channels in (2, 4, 5))


def message(path, wanted=FOUR):
    with pytest.raises(ImageError) as error:
        images.read_for(path, wanted)
    return str(error.value).removeprefix(f"{path}: ")


def saved(path, mode, bands=BANDS, **options):
    Image.frombytes(mode, bands.shape[1::-1], bands.tobytes()).save(path, **options)
    return path


@pytest.mark.parametrize(
    ("name", "mode"),
    [("a.png", "RGBA"), ("a.tif", "RGBA"), ("a.tif", "CMYK"), ("a.webp", "RGBA")],
)
def test_four_stored_channels_are_four_channels(tmp_path, name, mode):
    options = {"lossless": True, "exact": True} if name == "a.webp" else {}
    found = images.read_for(saved(tmp_path / name, mode, **options), FOUR)
    assert found.dtype == np.uint8
    np.testing.assert_array_equal(found, BANDS)


def test_grey_with_alpha_is_two_channels(tmp_path):
    path = saved(tmp_path / "a.png", "LA", BANDS[..., :2])
    np.testing.assert_array_equal(images.read_for(path, TWO), BANDS[..., :2])


def test_a_palette_with_transparency_is_four_channels(tmp_path):
    palette = Image.fromarray(BANDS[..., :3]).quantize(5)
    palette.save(tmp_path / "a.png", transparency=2)
    found = images.read_for(tmp_path / "a.png", FOUR)
    numbers = np.asarray(palette)
    colours = np.array(palette.getpalette(), np.uint8).reshape(-1, 3)
    np.testing.assert_array_equal(found[..., :3], colours[numbers])
    np.testing.assert_array_equal(found[..., 3], np.where(numbers == 2, 0, 255))


def test_a_picture_is_turned_upright(tmp_path):
    picture = Image.fromarray(BANDS)
    exif = picture.getexif()
    exif[0x0112] = 6
    picture.save(tmp_path / "a.png", exif=exif)
    np.testing.assert_array_equal(images.read_for(tmp_path / "a.png", FOUR), np.rot90(BANDS, -1))


PAGES = {"L": BANDS, "I;16": BANDS.astype(np.uint16) * 257, "F": BANDS / np.float32(255)}


def stack(path, pages, **options):
    first, *rest = (Image.fromarray(np.ascontiguousarray(page)) for page in pages)
    first.save(path, save_all=True, append_images=rest, **options)
    return path


@pytest.mark.parametrize("mode", PAGES)
def test_grey_pages_of_a_tiff_are_channels(tmp_path, mode):
    path = stack(tmp_path / "a.tif", np.moveaxis(PAGES[mode], -1, 0))
    with Image.open(path) as picture:
        assert (picture.mode, picture.n_frames) == (mode, 4)
    found = images.read_for(path, FOUR)
    assert found.dtype == (np.uint8 if mode == "L" else np.float32)
    np.testing.assert_array_equal(found, PAGES[mode])
    shown = images.look(path, FOUR, (3,))
    np.testing.assert_array_equal(shown, images.displayed(PAGES[mode], (3,)))


def test_pages_that_are_no_channels_are_refused(tmp_path):
    path = stack(tmp_path / "a.tif", np.moveaxis(BANDS[..., :3], -1, 0))
    assert message(path) == "net takes 4 channels, found 3 grey pages"
    other = stack(tmp_path / "b.tif", [BANDS[..., 0], BANDS[..., 1], BANDS[..., 2], BANDS[1:, :, 3]])
    assert message(other) == "page 4 of the TIFF differs from the first in size or type"


@pytest.mark.parametrize(
    ("name", "mode", "words"),
    [
        ("a.jpg", "RGB", "net takes 4 channels, found 3 (RGB)"),
        ("a.png", "L", "net takes 4 channels, found 1 (L)"),
        ("a.png", "LA", "net takes 4 channels, found 2 (LA)"),
    ],
)
def test_another_number_of_channels_is_refused(tmp_path, name, mode, words):
    assert message(saved(tmp_path / name, mode, BANDS[..., : len(mode)])) == words


def test_channels_that_pillow_skips_are_not_lost_unnoticed(tmp_path):
    assert message(saved(tmp_path / "a.tif", "RGBX")) == (
        "TIFF of 4 channels, of which 3 can be read; save it as .npy"
    )


def test_a_tiff_of_five_samples_is_refused(tmp_path):
    entries = [
        *((256, 3, 1, 5), (257, 3, 1, 1), (258, 3, 5, 200), (259, 3, 1, 1), (262, 3, 1, 1), (273, 4, 1, 300)),
        *((277, 3, 1, 5), (278, 3, 1, 1), (279, 4, 1, 25), (338, 3, 4, 220)),
    ]
    directory = struct.pack("<H", len(entries)) + b"".join(struct.pack("<HHII", *entry) for entry in entries)
    content = (b"II*\0" + struct.pack("<I", 8) + directory + bytes(4)).ljust(200, b"\0")
    content = (content + struct.pack("<5H", *[8] * 5)).ljust(300, b"\0") + bytes(range(25))
    (tmp_path / "a.tif").write_bytes(content)
    assert message(tmp_path / "a.tif", FIVE) == (
        "TIFF that cannot be read: unknown pixel mode; save it as PNG, or as .npy if its channels are no "
        "colours"
    )


def test_a_colour_network_still_sees_alpha_on_white(tmp_path):
    path = saved(tmp_path / "a.png", "RGBA", np.array([[[200, 10, 20, 0]]], np.uint8))
    assert images.read_for(path, ModelInput("net", 3, is_scaled=True)).tolist() == [[[255, 255, 255]]]
    assert images.look(path, FOUR, (2, 1, 0)).tolist() == [[[255, 255, 255]]]


def test_channels_are_scaled_one_by_one():
    picture = np.zeros((40, 40, 4), np.uint8)
    picture[..., 0] = 200  # Pillow takes the colour from pixels whose fourth channel is zero
    picture[:, :20, 3] = 255
    found = images.fit(picture, (10, 10))
    assert found[..., 0].tolist() == [[200] * 10] * 10
    assert found[0, [0, 9], 3].tolist() == [255, 0]
    values = np.full((40, 30, 5), 1234.5, np.float32)
    assert (images.fit(values, (7, 9)) == 1234.5).all()


def test_chosen_channels_are_shown():
    np.testing.assert_array_equal(images.displayed(BANDS, (3, 1, 0)), BANDS[..., [3, 1, 0]])
    np.testing.assert_array_equal(images.displayed(BANDS, (2,)), BANDS[..., [2, 2, 2]])


def test_each_channel_of_values_is_stretched_by_itself():
    values = np.stack([np.linspace(-5, 5, 11), np.linspace(0, 1000, 11), np.full(11, 7.0)], axis=-1)
    shown = images.displayed(values[None].astype(np.float32), (0, 1, 2))[0]
    assert shown[:, 0].tolist() == shown[:, 1].tolist() == [round(25.5 * step) for step in range(11)]
    assert set(shown[:, 2].tolist()) == {128}
