"""Every picture that a folder may hold, in one gallery: good ones are shown, others named and told why.

One build with SqueezeNet and one layer for all of them; the tests look at what it said and made.
"""

import argparse
import io
import json
import os
import re
import shutil
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
from PIL import Image, ImageCms, PngImagePlugin

from generator import build as story
from generator import cli, images
from generator.cli.console import Plain
from generator.cli.setup import configuration, store_of
from generator.errors import ImageError
from generator.images.reading import ORIENTATION_TAG
from tests.images.test_reading import png_header

SECRET = "SN4711SECRET"
NOT_A_PICTURE = (
    "not a picture, or without pixels; expected AVIF, BMP, GIF, JPEG, JPEG 2000, PNG, PPM, TIFF or WebP"
)
CONFIG = """\
title: Bad inputs
base_url: https://example.org/
inputs:
  - path: inputs/good.png
    title: A good picture
    credit: {author: Ann, licence: CC BY 4.0, licence_url: "https://cc.org/by", source_url: "https://a.org/p"}
  - inputs/
models:
  - {name: squeezenet, layers: [maxpool1]}
top_features: 1
feature_pictures: 0
"""
PIXELS = np.zeros((40, 60, 3), np.uint8)
PIXELS[:20, :30], PIXELS[:20, 30:], PIXELS[20:, :30] = (250, 40, 30), (30, 240, 60), (20, 60, 230)
PICTURE = Image.fromarray(PIXELS)
STORED = {
    1: PIXELS,
    2: PIXELS[:, ::-1],
    3: PIXELS[::-1, ::-1],
    4: PIXELS[::-1],
    5: PIXELS.transpose(1, 0, 2),
    6: np.rot90(PIXELS, 1),
    7: np.rot90(PIXELS.transpose(1, 0, 2), 2),
    8: np.rot90(PIXELS, -1),
}
"""How a camera stores the picture, by the orientation that it notes."""
THIN = {"screenshot": (790, 36_861), "thin": (1, 2000), "flat": (2000, 1)}
"""Pictures that an encoder refused, or that nobody could have seen or clicked."""


def profile():
    """Return an sRGB profile with a text of its own."""
    content = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    return content.replace("sRGB built-in".encode("utf-16-be"), f"{SECRET} ".encode("utf-16-be"))


def metadata():
    """Return EXIF with a place, a serial number and a maker's note."""
    exif = Image.Exif()
    exif[0x010F], exif[0x8298], exif[0x013B] = f"Maker {SECRET}", f"Copyright {SECRET}", f"Artist {SECRET}"
    exif.get_ifd(0x8769).update({0xA431: SECRET, 0x9286: SECRET.encode(), 0x927C: SECRET.encode()})
    exif.get_ifd(0x8825).update(
        {1: "N", 2: (46.0, 57.0, 1.5), 3: "E", 4: (7.0, 26.0, 3.5), 27: SECRET.encode()}
    )
    return exif


def write_good(folder):
    """Write what is to be shown; return the slugs."""
    xmp = f'<x:xmpmeta xmlns:x="adobe:ns:meta/">{SECRET}</x:xmpmeta>'.encode()
    notes = PngImagePlugin.PngInfo()
    notes.add_text("Comment", SECRET)
    notes.add_text("XML:com.adobe.xmp", SECRET, zip=True)
    notes.add_itxt("Location", SECRET)
    PICTURE.save(folder / "good.png")
    PICTURE.save(folder / "marked.jpg", exif=metadata(), xmp=xmp, comment=SECRET, icc_profile=profile())
    PICTURE.save(folder / "marked-too.png", pnginfo=notes, exif=metadata(), icc_profile=profile())
    PICTURE.save(folder / "marked-again.webp", exif=metadata(), xmp=xmp, icc_profile=profile())
    PICTURE.convert("CMYK").save(folder / "cmyk.jpg")
    Image.fromarray(PIXELS[..., 0].astype(np.uint16) * 257).save(folder / "deep.png")
    PICTURE.convert("P").save(folder / "palette.png", transparency=0)
    PICTURE.convert("RGBA").save(folder / "alpha.png")
    PICTURE.convert("L").save(folder / "grey.png")
    PICTURE.save(folder / "moving.gif", save_all=True, append_images=[PICTURE.rotate(180)])
    Image.new("RGB", (1, 1), (9, 99, 199)).save(folder / "pixel.png")
    for name, size in THIN.items():
        Image.new("RGB", size, (240, 60, 20)).save(folder / f"{name}.png")
    for orientation, stored in STORED.items():
        exif = Image.Exif()
        exif[ORIENTATION_TAG] = orientation
        turned = Image.fromarray(np.ascontiguousarray(stored))
        turned.save(folder / f"turned-{orientation}.png", exif=exif)
    for name in NAMES:
        shutil.copy(os.fsencode(folder / "good.png"), os.fsencode(folder) + b"/" + name)
    (folder / "link.png").symlink_to("good.png")


NAMES = {
    b"with two  spaces.png": "with-two-spaces",
    b"quo'te\"d.png": "quo-te-d",
    b"<script>alert(1)<.png": "script-alert-1",
    "crème brûlée.png".encode(): "creme-brulee",
    "\N{CAT FACE}\N{ZERO WIDTH JOINER}\N{RIGHT-TO-LEFT OVERRIDE}.png".encode(): "cat",
    b"n" * 251 + b".png": "n" * 80,
    b"caf\xe9.png": "caf",
    b"new\nline.png": "new-line",
    b"two_words.png": "two-words-ac9015d2",
    b"two-words.png": "two-words-108cdd03",
    b"{{7*7}}${7*7}%2e%2e.png": "7-7-7-7-2e-2e",
    b"con.png": "inputs--con",
}
"""Names of files, and the slugs they get."""


def write_bad(folder):
    """Write what cannot be shown."""
    content = io.BytesIO()
    Image.fromarray(np.random.default_rng(0).integers(0, 256, (64, 64, 3), np.uint8)).save(content, "JPEG")
    (folder / "half.jpg").write_bytes(content.getvalue()[:2000])
    (folder / "empty.png").touch()
    (folder / "text.jpg").write_text("no picture")
    (folder / "bomb.png").write_bytes(png_header(20_000, 20_000))
    (folder / "circle.png").symlink_to("circle.png")
    (folder / "here.png").symlink_to("there.png")
    (folder / "there.png").symlink_to("here.png")
    (folder / "nowhere.png").symlink_to("gone.png")
    (folder / "folder.jpg").mkdir()
    os.mkfifo(folder / "pipe.png")
    for name in ("vanishes.png", "changes.png", "restless.png"):
        shutil.copy(folder / "good.png", folder / name)


BAD = {
    "half.jpg": r"damaged or cut short: image file is truncated \(\d+ bytes not processed\)",
    "empty.png": "the file is empty",
    "text.jpg": re.escape(NOT_A_PICTURE),
    "bomb.png": "more than 100 megapixels; save a smaller copy",
    "circle.png": "cannot be read: Too many levels of symbolic links",
    "here.png": "cannot be read: Too many levels of symbolic links",
    "there.png": "cannot be read: Too many levels of symbolic links",
    "nowhere.png": "no such file",
    "pipe.png": "not a file",
}
"""Names of files, and what is said of them in every build."""
MEANWHILE = {"vanishes.png": "no such file", "restless.png": "changed while it was read; build again"}


class Meddler(Plain):
    """Notes what is said, and meddles with files once the network is loaded."""

    def __init__(self, folder):
        super().__init__(quiet=True)
        self.folder, self.told = folder, {}

    def say(self, text):
        if text.startswith("loading"):
            (self.folder / "vanishes.png").unlink()
            PICTURE.transpose(Image.Transpose.ROTATE_180).save(self.folder / "changes.png")

    def failed(self, picture, error):
        self.told[picture] = str(error)


class Restless:
    """Checksums of files, one of which is written to as soon as its checksum is taken."""

    def __init__(self, digests, path):
        self._digests, self._path = digests, path

    def of(self, path):
        found = self._digests.of(path)
        if path == self._path:
            with path.open("ab") as file:
                file.write(b"more")
        return found

    def save(self):
        self._digests.save()


@pytest.fixture(scope="module")
def built(tmp_path_factory):
    """Return a gallery of all of them: its folder, what its build said, and what the next one said."""
    folder = tmp_path_factory.mktemp("bad")
    (folder / "inputs").mkdir()
    write_good(folder / "inputs")
    write_bad(folder / "inputs")
    (folder / "gallery_config.yml").write_text(CONFIG, encoding="utf-8")
    before = Path.cwd()
    os.chdir(folder)
    try:
        progress = Meddler(folder / "inputs")
        options = argparse.Namespace(config=Path("gallery_config.yml"), output=None, base_url=None)
        store = store_of(options, progress.warn)
        store._digests = Restless(store._digests, folder / "inputs" / "restless.png")
        report = story.build(configuration(options, store), store, progress, jobs=1)
        yield SimpleNamespace(folder=folder, site=folder / "site", report=report, told=progress.told)
    finally:
        os.chdir(before)


def files(site):
    return {
        path.relative_to(site).as_posix(): path.read_bytes() for path in site.rglob("*") if path.is_file()
    }


def test_each_bad_picture_is_named_and_told_why(built):
    expected = {name.partition(".")[0]: (name, why) for name, why in (BAD | MEANWHILE).items()}
    assert built.told.keys() == expected.keys()
    for slug, (name, why) in expected.items():
        assert re.fullmatch(f"{re.escape(str(built.folder / 'inputs' / name))}: {why}", built.told[slug])


def test_every_other_is_shown_under_its_slug(built):
    names = {path.name: path.stem for path in (built.folder / "inputs").iterdir() if path.is_file()}
    plain = {stem for name, stem in names.items() if os.fsencode(name) not in NAMES} - {
        name.partition(".")[0] for name in (*BAD, *MEANWHILE)
    }
    assert set(built.report.shown) == plain | set(NAMES.values())
    assert not [slug for slug in built.told if (built.site / "images" / slug).exists()]


def test_the_site_is_whole_and_the_exit_status_says_that_something_failed(built, capsys):
    assert cli.main(["check", "--site"]) == 0
    capsys.readouterr()
    before = files(built.site)
    (built.folder / "inputs" / "restless.png").unlink()
    assert cli.main(["build", "-q"]) == 1
    told = capsys.readouterr().err.splitlines()
    assert len(told) == len(BAD)
    for line, name in zip(told, sorted(BAD), strict=True):
        path = built.folder / "inputs" / name
        assert re.fullmatch(f"{path.stem}: {re.escape(str(path))}: {BAD[name]}", line)
    assert cli.main(["check", "--site"]) == 0
    assert files(built.site).keys() == before.keys()


def test_a_very_long_picture_is_shown_beside_the_others(built):
    made = files(built.site)
    for name in (*THIN, "good"):
        parts = {path.rpartition("/")[2] for path in made if path.startswith(f"images/{name}/")}
        assert {"index.html", "picture.jpg", "thumbnail.jpg", "card.jpg", "result.json"} <= parts
    sizes = {name: Image.open(built.site / "images" / name / "picture.jpg").size for name in THIN}
    assert sizes == {"screenshot": (27, 1280), "thin": (1, 1280), "flat": (1280, 1)}


@pytest.mark.parametrize("width", [1280, 320])
def test_a_thin_picture_can_be_seen_and_clicked(built, browser, width):
    page = browser.new_page(viewport={"width": width, "height": 900})
    page.goto((built.site / "index.html").as_uri())
    for name in THIN:
        box = page.locator(f'li[data-slug="{name}"] img').first.bounding_box()
        assert box["width"] >= 80
        assert 24 <= box["height"] < 400
    for name in THIN:
        page.goto((built.site / "images" / name / "index.html").as_uri())
        box = page.locator(".photograph img").bounding_box()
        assert box["width"] >= 24
        assert 24 <= box["height"] <= 1280
    page.close()


def test_all_eight_orientations_look_alike(built):
    made = files(built.site)
    for part in ("picture.jpg", "thumbnail.jpg", "card.jpg"):
        assert len({made[f"images/turned-{number}/{part}"] for number in STORED}) == 1


def test_a_picture_that_changed_before_its_turn_is_shown_as_it_is_now(built):
    shown = Image.open(built.site / "images" / "changes" / "picture.jpg").convert("RGB")
    small = shown.resize(PICTURE.size)
    assert small.getpixel((50, 35)) == pytest.approx((250, 40, 30), abs=40)


def test_what_a_camera_notes_never_reaches_the_site(built):
    for name, content in files(built.site).items():
        for word in (SECRET, "Exif\0", "ns.adobe.com/xap", "GPSLatitude", "ICC_PROFILE"):
            for encoding in ("utf-8", "utf-16-le", "utf-16-be"):
                assert word.encode(encoding) not in content, (name, word)
        if name.endswith((".jpg", ".webp", ".avif")):
            with Image.open(io.BytesIO(content)) as picture:
                assert not picture.getexif(), name
                assert not {"exif", "icc_profile", "xmp", "comment"} & picture.info.keys(), name


def test_credit_and_licence_do(built):
    page = (built.site / "images" / "good" / "index.html").read_text(encoding="utf-8")
    for words in ("Ann", "CC BY 4.0", 'href="https://cc.org/by"', 'href="https://a.org/p"'):
        assert words in page


def test_a_name_is_text_wherever_it_is_shown(built):
    pages = {path: content for path, content in files(built.site).items() if b"alert(1)" in content}
    assert len(pages) > 3
    for path, content in pages.items():
        assert path.endswith(".json") or b"<script>alert" not in content, path
    result = json.loads(pages["images/script-alert-1/result.json"])
    assert "<script>alert(1)<" in json.dumps(result)


@pytest.fixture
def unreadable():
    """Yield a file that this process may not read, in a folder that it may enter; root becomes nobody."""
    folder = Path(os.path.realpath(Path("/tmp"))) / f"unreadable-{os.getpid()}"
    folder.mkdir(mode=0o755)
    path = folder / "secret.png"
    PICTURE.save(path)
    path.chmod(0)
    user = os.geteuid()
    if user == 0:
        os.seteuid(65534)
    yield path
    os.seteuid(user)
    shutil.rmtree(folder)


def test_a_file_that_may_not_be_read_is_named(unreadable):
    with pytest.raises(ImageError) as caught:
        images.read(unreadable)
    assert str(caught.value) == f"{unreadable}: cannot be read: Permission denied"
