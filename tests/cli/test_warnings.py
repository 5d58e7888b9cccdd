"""Warnings about a valid configuration: files that were passed over, and pictures that need an extra."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest
from PIL import Image

from generator import cli
from generator.cli.arguments import parser
from generator.cli.setup import configuration
from generator.cli.warnings import draft_remarks

CONFIG = "inputs: [{}]\nmodels: [{{name: squeezenet, layers: [maxpool1]}}]\n"
READ = "what is read: AVIF, BMP, GIF, JPEG, JPEG 2000, PNG, PPM, TIFF, WebP, HEIC"
PASSED_OVER = ("b.NEF", "a.nef", "drawing.svg", "layers.psd", "IMG_0001")
NOTES = (".hidden.nef", ".DS_Store", "Thumbs.db", "cat.txt", "README", "cat.yml", "cat.md", "labels.csv")


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Enter a folder of a picture, files that people take for pictures, and files that nobody does."""
    (tmp_path / "in" / "deep.nef").mkdir(parents=True)
    Image.new("RGB", (4, 4)).save(tmp_path / "in" / "cat.png")
    for name in (*PASSED_OVER, *NOTES):
        (tmp_path / "in" / name).touch()
    monkeypatch.chdir(tmp_path)
    return tmp_path


def passed_over(inputs: str, capsys: pytest.CaptureFixture[str]) -> list[str]:
    """Return the warnings of ``check`` on files passed over."""
    Path("gallery_config.yml").write_text(CONFIG.format(inputs), encoding="utf-8")
    cli.main(["check"])
    return [line for line in capsys.readouterr().err.splitlines() if "passed over" in line]


ALL = "2 .nef ('a.nef', ...), 1 .psd ('layers.psd'), 1 .svg ('drawing.svg'), 1 without a suffix ('IMG_0001')"
FOUND = {
    "in": f"warning: inputs: 5 files passed over: {ALL}; {READ}",
    "in/*, in": f"warning: inputs: 5 files passed over: {ALL}; {READ}",
    "in/*.p*": f"warning: inputs: 1 file passed over: 1 .psd ('layers.psd'); {READ}",
    "in/*.png": "",
    "in/c*": "",
    "in/I*": "gallery_config.yml:1:10: inputs[0]: no pictures match 'in/I*'; 1 file passed over, such as "
    "'IMG_0001'",
}


@pytest.mark.parametrize(("inputs", "said"), FOUND.items())
def test_files_passed_over_are_counted_and_named(
    folder: Path, capsys: pytest.CaptureFixture[str], inputs: str, said: str
) -> None:
    assert "\n".join(passed_over(inputs, capsys)) == said


def test_a_file_named_by_itself_is_not_passed_over(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert passed_over("in/*.svg, in/drawing.svg, in/cat.png", capsys)[0].startswith(
        "gallery_config.yml:1:10:"
    )
    assert passed_over("in/[cd]*, in/drawing.svg", capsys) == []


@pytest.mark.parametrize(
    ("inputs", "hint"),
    {
        "arrays": "the folder 'arrays' contains no pictures",
        "arrays/*": "no pictures match 'arrays/*'",
    }.items(),
)
def test_arrays_are_told_by_which_glob_they_are_pictures(
    folder: Path, capsys: pytest.CaptureFixture[str], inputs: str, hint: str
) -> None:
    (folder / "arrays").mkdir()
    for name in ("b.npy", "a.npy", ".hidden.npy"):
        (folder / "arrays" / name).touch()
    Path("gallery_config.yml").write_text(CONFIG.format(inputs), encoding="utf-8")
    assert cli.main(["check"]) == 2
    said = capsys.readouterr().err
    assert said.startswith(f"gallery_config.yml:1:10: inputs[0]: {hint}")
    assert said.endswith("; arrays such as 'a.npy' are pictures of the glob 'arrays/*.npy'\n")


def test_many_kinds_are_counted_not_listed(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for number in range(60):
        (folder / "in" / f"odd.x{number:02}").touch()
    (line,) = passed_over("in", capsys)
    assert line.startswith("warning: inputs: 65 files passed over: 2 .nef")
    assert f", 58 more kinds; {READ}" in line


def test_a_build_says_it_too(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    Path("gallery_config.yml").write_text(CONFIG.format("in"), encoding="utf-8")
    (folder / "site").mkdir()
    (folder / "site" / "mine.txt").touch()  # so that the build ends before it computes anything
    assert cli.main(["build"]) == 1
    assert f"inputs: 5 files passed over: {ALL}; {READ}" in capsys.readouterr().err


def test_heic_beside_jpeg_is_named_with_its_extra(
    folder: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "pillow_heif", None)
    (folder / "in" / "phone.HEIC").write_bytes(b"\0\0\0\x18ftypheic\0\0\0\0mif1heic")
    Path("gallery_config.yml").write_text(CONFIG.format("in/*.png, in/*.HEIC"), encoding="utf-8")
    assert cli.main(["check"]) == 1
    told = capsys.readouterr().err.splitlines()
    extra = "HEIC, which needs an extra: pip install 'convnet-gallery[heic]' makes HEIC readable"
    assert f"phone: {folder / 'in' / 'phone.HEIC'}: {extra}" in told


def test_many_missing_alt_texts_are_one_line_and_each_with_v(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for number in range(199):
        (folder / "in" / f"{number:03}.png").write_bytes((folder / "in" / "cat.png").read_bytes())
    Path("gallery_config.yml").write_text(CONFIG.format("in/*.png"), encoding="utf-8")
    assert cli.main(["check"]) == 0
    line = "200 pictures have no alt text, their titles are used instead: "
    assert capsys.readouterr().err == f"warning: {line}000, 001, 002 and 197 more (-v names each)\n"
    assert cli.main(["check", "-v"]) == 0
    lines = capsys.readouterr().err.splitlines()
    assert len(lines) == 200
    assert lines[-1] == "warning: cat: no alt text; its title is used instead"
    assert cli.main(["build", "--strict"]) == 1
    assert f"{line}000, 001, 002 and 197 more (-v names each)\n" in capsys.readouterr().err


def test_drafts_are_counted_and_are_no_mistake(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    Image.new("RGB", (4, 4)).save(folder / "draft.png")
    entries = "{path: in/cat.png, alt: a}, {path: draft.png, draft: true}"
    Path("gallery_config.yml").write_text(CONFIG.format(entries), encoding="utf-8")
    assert cli.main(["check", "--strict"]) == 0
    assert capsys.readouterr().out == "1 picture, 1 draft, 1 network, 1 layer: no problems\n"


@pytest.mark.parametrize(
    ("count", "words"), [(0, []), (1, ["1 picture is a draft"]), (2, ["2 pictures are drafts"])]
)
def test_a_build_says_how_many_drafts_there_are(folder: Path, count: int, words: list[str]) -> None:
    drafts = [f"{{path: d{number}.png, draft: true}}" for number in range(count)]
    for number in range(count):
        Image.new("RGB", (4, 4)).save(folder / f"d{number}.png")
    path = Path("gallery_config.yml")
    path.write_text(CONFIG.format(", ".join(["in/cat.png", *drafts])), encoding="utf-8")
    config = configuration(parser().parse_args(["build"]))
    assert list(draft_remarks(config)) == [f"inputs: {word} and not built" for word in words]
