"""Pictures as users have them, written by Pillow, and the exact words of every refusal."""

from __future__ import annotations

import os
import struct
import subprocess
import sys
import zlib
from pathlib import Path

import numpy as np
import pytest
from PIL import Image, ImageCms, PngImagePlugin

from generator import images
from generator.cli.console import Plain
from generator.errors import ImageError
from generator.images.reading import ORIENTATION_TAG

NOT_A_PICTURE = (
    "not a picture, or without pixels; expected AVIF, BMP, GIF, JPEG, JPEG 2000, PNG, PPM, TIFF or WebP"
)
ROOT = Path(__file__).parents[2]
WHITE, RED = (255, 255, 255), (255, 0, 0)


def save(path, picture, **options):
    picture.save(path, **options)
    return path


def message(path):
    with pytest.raises(ImageError) as caught:
        images.read(path)
    return str(caught.value)


# Reading


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"no picture",
        b"version https://git-lfs.github.com/spec/v1\n",
        b"\x89PNG\r\n\x1a\n",
        b"GIF89a\x04\x00\x04\x00\x80\x00\x00",
        b"\0\0\0\x18ftypheic" + bytes(50),
    ],
)
def test_bytes_are_refused_like_a_file(tmp_path, content):
    path = tmp_path / "a.png"
    path.write_bytes(content)
    with pytest.raises(ImageError) as caught:
        images.decode(content)
    assert message(path) == f"{path}: {caught.value}"


@pytest.mark.parametrize("kind", ["png", "bmp", "tiff", "ppm", "webp", "jpg", "avif", "jp2", "gif"])
def test_reads_every_kind(tmp_path, corner, kind):
    lossless = {
        "webp": {"lossless": True},
        "jpg": {"quality": 95, "subsampling": 0},
        "avif": {"quality": 100},
    }
    path = save(tmp_path / f"corner.{kind}", Image.fromarray(corner), **lossless.get(kind, {}))
    rgb = images.read(path)
    assert (rgb.shape, rgb.dtype) == ((16, 24, 3), np.uint8)
    assert rgb[2, 2].tolist() == pytest.approx(RED, abs=8)
    assert np.array_equal(images.decode(path.read_bytes()), rgb)


def test_the_kind_is_what_the_file_holds_not_its_name(tmp_path, corner):
    path = save(tmp_path / "corner.jpg", Image.fromarray(corner), format="PNG")
    assert np.array_equal(images.read(path), corner)


@pytest.mark.parametrize("kind", ["png", "tiff", "webp"])
@pytest.mark.parametrize("orientation", range(1, 9))
def test_orientation_is_undone(tmp_path, corner, orientation, kind):
    stored = {
        1: corner,
        2: corner[:, ::-1],
        3: corner[::-1, ::-1],
        4: corner[::-1],
        5: corner.transpose(1, 0, 2),
        6: np.rot90(corner, 1),
        7: np.rot90(corner.transpose(1, 0, 2), 2),
        8: np.rot90(corner, -1),
    }[orientation]
    exif = Image.Exif()
    exif[ORIENTATION_TAG] = orientation
    options = {"lossless": True} if kind == "webp" else {}
    path = save(
        tmp_path / f"turned.{kind}", Image.fromarray(np.ascontiguousarray(stored)), exif=exif, **options
    )
    assert np.array_equal(images.read(path), corner)


@pytest.mark.parametrize("exif", [b"Exif\0\0nonsense", b"Exif\0\0II*\0\xff\xff\xff\xff"])
def test_damaged_exif_says_nothing(tmp_path, corner, exif):
    path = save(tmp_path / "corner.jpg", Image.fromarray(corner), quality=95, exif=exif)
    assert images.read(path).shape == (16, 24, 3)


def test_transparency_lies_on_white(tmp_path):
    path = save(tmp_path / "glass.png", Image.new("RGBA", (3, 2), (0, 0, 0, 51)))
    assert images.read(path)[0, 0].tolist() == [204, 204, 204]


def test_transparent_grey(tmp_path):
    path = save(tmp_path / "glass.png", Image.new("LA", (3, 2), (100, 0)))
    assert images.read(path)[0, 0].tolist() == list(WHITE)


@pytest.mark.parametrize(("mode", "colour", "key"), [("RGB", RED, RED), ("L", 7, 7), ("1", 0, 0)])
def test_a_transparent_colour(tmp_path, mode, colour, key):
    path = save(tmp_path / "key.png", Image.new(mode, (3, 2), colour), transparency=key)
    assert images.read(path)[0, 0].tolist() == list(WHITE)


@pytest.mark.parametrize(("transparency", "expected"), [({}, RED), ({"transparency": 1}, WHITE)])
def test_palette(tmp_path, transparency, expected):
    picture = Image.new("P", (3, 2), 1)
    picture.putpalette([0, 0, 0, *RED])
    path = save(tmp_path / "palette.png", picture, **transparency)
    assert images.read(path)[1, 2].tolist() == list(expected)


@pytest.mark.parametrize(("mode", "value", "expected"), [("L", 90, 90), ("1", 1, 255)])
def test_grey(tmp_path, mode, value, expected):
    path = save(tmp_path / "grey.png", Image.new(mode, (3, 2), value))
    assert images.read(path)[0, 0].tolist() == [expected] * 3


@pytest.mark.parametrize("kind", ["png", "tiff", "pgm"])
def test_sixteen_bits_keep_their_range(tmp_path, kind):
    values = np.array([[0, 257 * 90, 257 * 90 + 128, 257 * 90 + 129, 65535]], np.uint16)
    path = save(tmp_path / f"deep.{kind}", Image.fromarray(values))
    assert images.read(path)[0, :, 0].tolist() == [0, 90, 90, 91, 255]


def test_sixteen_bit_colour(tmp_path):
    path = tmp_path / "deep.ppm"
    path.write_bytes(b"P6 1 1 65535\n" + struct.pack(">3H", 65535, 257 * 90, 0))
    assert images.read(path).tolist() == [[[255, 90, 0]]]


def test_values_without_a_known_white_are_refused(tmp_path):
    for name, values in {"f": np.ones((2, 2), np.float32), "i": np.full((2, 2), 70_000, np.int32)}.items():
        path = save(tmp_path / f"{name}.tiff", Image.fromarray(values))
        reason = "32-bit values have no defined white; save it with 8 or 16 bits per channel"
        assert message(path) == f"{path}: {reason}"


def test_cmyk(tmp_path):
    path = save(tmp_path / "print.tiff", Image.new("CMYK", (3, 2), (0, 255, 255, 0)))
    assert images.read(path)[0, 0].tolist() == list(RED)


@pytest.mark.parametrize("kind", ["gif", "png", "apng", "webp", "avif"])
def test_of_an_animation_the_first_frame(tmp_path, kind):
    frames = [Image.new("RGB", (8, 8), colour) for colour in (RED, (0, 0, 255))]
    path = save(tmp_path / f"moving.{kind}", frames[0], save_all=True, append_images=frames[1:])
    with Image.open(path) as moving:
        assert moving.n_frames == 2
    assert images.read(path)[4, 4].tolist() == pytest.approx(RED, abs=4)


def test_a_picture_of_pillow_is_read_alike(tmp_path, corner):
    exif = Image.Exif()
    exif[ORIENTATION_TAG] = 3
    path = save(tmp_path / "turned.png", Image.fromarray(corner).convert("RGBA"), exif=exif)
    with Image.open(path) as picture:
        assert np.array_equal(images.from_pil(picture), corner[::-1, ::-1])


def test_a_picture_of_pillow_is_left_alone(corner):
    picture = Image.fromarray(corner)
    images.from_pil(picture)[:] = 0
    assert np.array_equal(np.asarray(picture), corner)


def test_a_picture_of_pillow_that_is_refused():
    with pytest.raises(ImageError, match=r"^32-bit values have no defined white; save it with"):
        images.from_pil(Image.new("F", (2, 2)))


# Colour profiles


def test_lab_is_converted_to_srgb(tmp_path):
    """In Lab there is no doubt of the answer: L 53.2, a 80.1, b 67.2 is sRGB's red."""
    picture = Image.new("LAB", (4, 4), (round(53.2 * 2.55), 128 + 80, 128 + 67))
    path = save(tmp_path / "lab.tiff", picture)
    assert images.read(path)[0, 0].tolist() == pytest.approx(RED, abs=12)


def test_an_srgb_profile_changes_nothing_to_speak_of(tmp_path, corner):
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    path = save(tmp_path / "corner.png", Image.fromarray(corner), icc_profile=profile)
    assert np.abs(images.read(path).astype(int) - corner).max() <= 1


@pytest.mark.parametrize("alpha", [False, True])
def test_a_profile_with_swapped_primaries_swaps_colours(tmp_path, alpha):
    profile = swapped_profile()
    picture = Image.new("RGBA" if alpha else "RGB", (4, 4), RED)
    path = save(tmp_path / "swapped.png", picture, icc_profile=profile)
    assert images.read(path)[0, 0].tolist() == pytest.approx((0, 255, 0), abs=3)


@pytest.mark.parametrize("profile", [b"no profile at all", b"\0" * 200])
def test_a_broken_profile_is_ignored(tmp_path, corner, profile):
    path = save(tmp_path / "corner.png", Image.fromarray(corner), icc_profile=profile)
    assert np.array_equal(images.read(path), corner)


@pytest.mark.parametrize(("mode", "colour"), [("L", 90), ("LA", (90, 255)), ("CMYK", (0, 0, 0, 165))])
def test_a_profile_of_another_space_does_no_harm(tmp_path, mode, colour):
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    path = save(tmp_path / "other.tiff", Image.new(mode, (4, 4), colour), icc_profile=profile)
    assert images.read(path)[0, 0].tolist() == pytest.approx([90] * 3, abs=1)


def swapped_profile():
    """Return sRGB with the tags of its red and green primaries exchanged."""
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    return profile.replace(b"rXYZ", b"tmp0").replace(b"gXYZ", b"rXYZ").replace(b"tmp0", b"gXYZ")


def pages(path, corner, *kinds):
    """Write a TIFF: of each kind, as NewSubfileType has it, a black thumbnail, or the picture if it is 0."""
    written = []
    for kind in kinds:
        page = Image.new("RGB", (6, 4)) if kind else Image.fromarray(corner)
        page.encoderinfo = {"tiffinfo": {254: kind, ORIENTATION_TAG: 1 if kind else 3}}
        written.append(page)
    first, *others = written
    return save(path, first, save_all=True, append_images=others, **first.encoderinfo)


@pytest.mark.parametrize("kinds", [(0,), (0, 1), (1, 0), (1, 1, 0), (4, 0), (5, 0, 1)])
def test_a_thumbnail_before_a_picture_is_not_the_picture(tmp_path, corner, kinds):
    assert np.array_equal(images.read(pages(tmp_path / "pages.tif", corner, *kinds)), corner[::-1, ::-1])


def test_a_file_of_thumbnails_shows_the_first(tmp_path, corner):
    assert images.read(pages(tmp_path / "pages.tif", corner, 1, 1)).shape == (4, 6, 3)


def with_text(path, corner, megabytes):
    """Write a PNG with so much text, which is packed into a few kB."""
    text = PngImagePlugin.PngInfo()
    text.add_text("history", "edited " * (megabytes * 2**20 // 7), zip=True)
    return save(path, Image.fromarray(corner), pnginfo=text)


def test_a_png_may_have_much_text(tmp_path, corner):
    assert np.array_equal(images.read(with_text(tmp_path / "edited.png", corner, 15)), corner)


def test_a_png_may_have_a_large_profile(tmp_path, corner):
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes() + bytes(4 * 2**20)
    path = save(tmp_path / "profiled.png", Image.fromarray(corner), icc_profile=profile)
    assert np.abs(images.read(path).astype(int) - corner).max() <= 2


@pytest.mark.filterwarnings("error")
def test_damaged_metadata_is_not_warned_of(tmp_path, corner):
    orientations = struct.pack("<4sIHHHIHHI", b"II*\0", 8, 1, ORIENTATION_TAG, 3, 2, 3, 3, 0)
    path = save(tmp_path / "two.png", Image.fromarray(corner), exif=b"Exif\0\0" + orientations)
    assert np.array_equal(images.read(path), corner[::-1, ::-1])


# Refusals


def test_more_text_than_a_png_may_have(tmp_path, corner):
    path = with_text(tmp_path / "edited.png", corner, 17)
    said = "its text or colour profile has more than 16 MB; save it without metadata"
    assert message(path) == f"{path}: {said}"


def test_a_pointer_of_git_lfs_is_named(tmp_path):
    path = tmp_path / "cat.jpg"
    path.write_text("version https://git-lfs.github.com/spec/v1\noid sha256:" + "a" * 64 + "\nsize 82828\n")
    said = "a pointer of Git LFS and not the file itself; 'git lfs pull' fetches it"
    assert message(path) == f"{path}: {said}"


def test_heic_names_the_extra_that_reads_it(tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "pillow_heif", None)
    path = tmp_path / "cat.heic"
    path.write_bytes(b"\0\0\0\x18ftypheic\0\0\0\0mif1heic")
    extra = "pip install 'convnet-gallery[heic]' makes HEIC readable"
    assert message(path) == f"{path}: HEIC, which needs an extra: {extra}"


def test_an_unusual_error_is_named_with_its_type(capsys):
    class Odd(Image.Image):
        def load(self):
            raise IndexError("index out of range")

    odd = Odd()
    odd._size, odd._mode = (2, 2), "RGB"
    with pytest.raises(ImageError) as caught:
        images.from_pil(odd)
    assert str(caught.value) == "damaged or cut short: unexpected IndexError: index out of range"
    Plain(verbose=True).failed("cat", caught.value)
    assert "IndexError: index out of range" in capsys.readouterr().err.splitlines()[-1]


def test_missing(tmp_path):
    path = tmp_path / "cat.jpg"
    assert message(path) == f"{path}: no such file"


def test_a_folder(tmp_path):
    assert message(tmp_path) == f"{tmp_path}: not a file"


def test_a_pipe_does_not_block(tmp_path):
    path = tmp_path / "pipe.jpg"
    os.mkfifo(path)
    assert message(path) == f"{path}: not a file"


def test_unreadable(tmp_path):
    path = tmp_path / "circle.jpg"
    path.symlink_to(path)
    assert message(path) == f"{path}: cannot be read: Too many levels of symbolic links"


def test_what_the_system_refuses_is_told_in_its_words(tmp_path):
    path = tmp_path / ("a" * 300 + ".png")
    assert message(path) == f"{path}: cannot be read: File name too long"


def test_empty(tmp_path):
    path = tmp_path / "cat.jpg"
    path.touch()
    assert message(path) == f"{path}: the file is empty"


@pytest.mark.parametrize("content", [b"%!PS-Adobe-3.0 EPSF-3.0\n", b"<svg/>", b"\0" * 64])
def test_not_a_picture(tmp_path, content):
    path = tmp_path / "cat.jpg"
    path.write_bytes(content)
    assert message(path) == f"{path}: {NOT_A_PICTURE}"


@pytest.mark.parametrize("kind", ["png", "jpg", "bmp", "tiff", "webp", "gif", "avif", "jp2", "ppm"])
def test_cut_short(tmp_path, kind):
    noise = np.random.default_rng(0).integers(0, 256, (64, 64, 3), np.uint8)
    path = save(tmp_path / f"half.{kind}", Image.fromarray(noise))
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])
    assert message(path).startswith(f"{path}: ")


def test_cut_short_says_so(tmp_path):
    noise = np.random.default_rng(0).integers(0, 256, (64, 64, 3), np.uint8)
    path = save(tmp_path / "half.jpg", Image.fromarray(noise))
    path.write_bytes(path.read_bytes()[:2000])
    assert message(path).startswith(f"{path}: damaged or cut short: image file is truncated")


def png_chunk(kind, content):
    return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))


def png_header(width, height):
    """A PNG that claims a size and holds one byte."""
    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + png_chunk(b"IHDR", header) + png_chunk(b"IDAT", zlib.compress(b"\0"))


@pytest.mark.parametrize(("width", "height"), [(10_001, 10_000), (14_000, 14_000), (60_000, 60_000)])
@pytest.mark.filterwarnings("error")
def test_too_large_is_refused_before_decoding(tmp_path, width, height):
    path = tmp_path / "bomb.png"
    path.write_bytes(png_header(width, height))
    assert message(path) == f"{path}: more than 100 megapixels; save a smaller copy"


@pytest.mark.filterwarnings("error")
def test_ninety_nine_megapixels_are_not_too_large(tmp_path):
    path = tmp_path / "large.png"
    path.write_bytes(png_header(9900, 10_000))
    assert "damaged or cut short" in message(path)


@pytest.mark.parametrize(
    ("kind", "content"),
    [
        ("png", png_header(0, 5)),
        ("gif", b"GIF89a" + struct.pack("<HHBBB", 0, 5, 0, 0, 0) + b"\x2c" + b"\0" * 9 + b"\x02\0;"),
        ("bmp", b"BM" + struct.pack("<IIIIiiHHIIiiII", 54, 0, 54, 40, 0, 5, 1, 24, 0, 0, 0, 0, 0, 0)),
    ],
)
def test_no_pixels(tmp_path, kind, content):
    path = tmp_path / f"nothing.{kind}"
    path.write_bytes(content)
    reason = "it has no pixels, or its header is damaged"
    assert message(path) == f"{path}: {kind.upper()} that cannot be read: {reason}"


def test_a_file_of_nothing_but_its_first_bytes_has_a_format(tmp_path):
    path = tmp_path / "cat.jpg"
    path.write_bytes(b"\xff\xd8\xff")
    assert message(path).startswith(f"{path}: JPEG that cannot be read: ")


def test_a_palette_shorter_than_its_transparency_is_damage(tmp_path):
    picture = Image.new("P", (3, 2), 1)
    picture.putpalette([0, 0, 0, *RED])
    path = save(tmp_path / "palette.png", picture)
    content = path.read_bytes()
    place = content.index(b"IDAT") - 4
    path.write_bytes(content[:place] + png_chunk(b"tRNS", bytes(300)) + content[place:])
    assert message(path) == f"{path}: damaged: palette index out of range"


@pytest.mark.parametrize(("header", "kind"), [(b"P6 7800 7700 65535\n", "ppm"), (b"P3 7800 7700 9\n", "ppm")])
def test_what_decodes_slowly_has_a_lower_bound(tmp_path, header, kind):
    path = tmp_path / f"slow.{kind}"
    path.write_bytes(header + b"1 2 3 ")
    reason = "more than 10 megapixels in a format that is slow to read; save it as JPEG or PNG"
    assert message(path) == f"{path}: {reason}"


LARGEST = """
import sys
from pathlib import Path
from generator import images
from generator.cli.console import Plain
from tests.support.peak import peak_bytes
rgb = images.read(Path(sys.argv[1]))
images.web_copy(rgb, 1600)
print(*rgb.shape, peak_bytes())
"""


def test_the_largest_picture_takes_less_than_two_gigabytes(tmp_path):
    """A quarter of it takes less than a quarter: 25 megapixels with transparency, a profile and a turn."""
    path, exif = tmp_path / "largest.png", Image.Exif()
    exif[ORIENTATION_TAG] = 6
    picture = Image.new("RGBA", (4950, 5000), (10, 20, 30, 40))
    save(path, picture, exif=exif, icc_profile=swapped_profile(), compress_level=1)
    command = [sys.executable, "-W", "ignore", "-c", LARGEST, path]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    *shape, peak_bytes = map(int, done.stdout.split())
    assert shape == [4950, 5000, 3]
    assert peak_bytes < 500_000_000


def test_bands_meet_without_a_seam(tmp_path, monkeypatch):
    rgb = np.random.default_rng(2).integers(0, 256, (50, 30, 4), np.uint8)
    path = save(tmp_path / "glass.png", Image.fromarray(rgb), icc_profile=swapped_profile())
    whole = images.read(path)
    monkeypatch.setattr("generator.images.colour.BAND_PIXELS", 30 * 7)
    assert np.array_equal(images.read(path), whole)
