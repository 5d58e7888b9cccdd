"""HEIC is read by its optional extra like any other format."""

import numpy as np
import pillow_heif
import pytest
from PIL import Image

from generator import images
from generator.errors import ImageError

ORIENTATION_TAG = 274


@pytest.fixture(scope="module")
def blocks():
    """Return four blocks of colour, (48, 64, 3) uint8, which a lossy codec keeps."""
    colours = np.array([[[230, 40, 30], [30, 200, 60]], [[40, 60, 220], [240, 240, 240]]], np.uint8)
    return np.kron(colours, np.ones((24, 32, 1), np.uint8))


def write(path, *pictures, **options):
    """Write pictures into one HEIC file, and return its path; ``primary_index`` chooses the main one."""
    made = pillow_heif.HeifFile()
    for picture in pictures:
        made.add_from_pillow(picture)
    made.save(path, quality=90, chroma=444, **options)
    return path


def difference(found, expected):
    return int(np.abs(found.astype(int) - expected).max()) if found.shape == expected.shape else 255


def test_colours_are_those_that_were_written(tmp_path, blocks):
    path = write(tmp_path / "photo.heic", Image.fromarray(blocks))
    assert difference(images.read(path), blocks) <= 6
    assert images.decoder(path).startswith("pillow-heif ")


def test_a_turned_photograph_is_upright(tmp_path, blocks):
    exif = Image.Exif()
    exif[ORIENTATION_TAG] = 6  # the camera was turned to the right
    path = tmp_path / "turned.heic"
    pillow_heif.from_pillow(Image.fromarray(blocks)).save(path, quality=90, chroma=444, exif=exif.tobytes())
    assert difference(images.read(path), np.rot90(blocks, -1)) <= 6


def test_transparency_is_composited_on_white(tmp_path, blocks):
    alpha = np.full((*blocks.shape[:2], 1), 255, np.uint8)
    alpha[:24] = 0
    path = write(tmp_path / "cut.heic", Image.fromarray(np.concatenate([blocks, alpha], -1)))
    expected = blocks.copy()
    expected[:24] = 255
    found = images.read(path)
    assert difference(found[:22], expected[:22]) <= 6
    assert difference(found[26:], expected[26:]) <= 6


def test_of_several_pictures_the_main_one_is_read(tmp_path, blocks):
    others = [Image.new("RGB", (64, 48), "black"), Image.fromarray(blocks), Image.new("RGB", (64, 48))]
    path = write(tmp_path / "several.heic", *others, primary_index=1)
    assert difference(images.read(path), blocks) <= 6


def test_a_file_cut_short_is_refused(tmp_path, blocks):
    path = write(tmp_path / "cut.heic", Image.fromarray(blocks))
    path.write_bytes(path.read_bytes()[:-200])
    with pytest.raises(ImageError, match=r"HEIC that cannot be read|damaged or cut short"):
        images.read(path)
