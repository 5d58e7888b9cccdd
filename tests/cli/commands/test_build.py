"""A build with nothing to do is over at once, and never when there is something to do."""

import json
import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

import pytest

from generator import cli
from generator.store.marks import RACY_NS
from generator.store.memory import recalled

ROOT = Path(__file__).parents[3]
QUICK = """
import json, sys, time
from generator import cli
status = cli.main(sys.argv[1:])
print(json.dumps([status, sorted({name.partition(".")[0] for name in sys.modules})]))
"""
TRACED = """
import json, os, sys
opened = set()
def note(event, arguments):
    if event in ("open", "os.listdir", "os.scandir") and isinstance(arguments[0], (str, bytes)):
        opened.add(os.path.abspath(os.fsdecode(arguments[0])))
sys.addaudithook(note)
from generator import cli
status = cli.main(sys.argv[1:])
print(json.dumps([status, sorted(opened)]))
"""


def built(gallery, *arguments, code=QUICK):
    """Return status and list from a process of its own, and the lines before."""
    command = [sys.executable, "-c", code, "build", *arguments]
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    done = subprocess.run(
        command, cwd=gallery, env=environment, capture_output=True, text=True, timeout=120, check=True
    )
    *lines, last = done.stdout.splitlines()
    return json.loads(last), lines


@pytest.fixture(scope="module")
def sealed(tmp_path_factory):
    """Return a gallery whose last build is sealed, with a cache of its own, and what its build opened."""
    from PIL import Image

    folder = tmp_path_factory.mktemp("sealed")
    for name in ("inputs", "more/deep", "theme/assets"):
        (folder / name).mkdir(parents=True)
    for path in ("inputs/red.png", "more/deep/blue.png"):
        Image.new("RGB", (60, 40), Path(path).stem).save(folder / path)
    (folder / "theme" / "assets" / "theme.css").write_text("p {}\n")
    (folder / "gallery_config.yml").write_text(
        "title: Sealed\ninputs: [inputs/, 'more/**/*.png']\ntemplates: theme/\ntop_features: 1\n"
        "models: [{name: squeezenet, layers: [maxpool1]}]\n"
    )
    time.sleep(RACY_NS / 1e9 + 0.05)
    patch = pytest.MonkeyPatch()
    patch.setenv("GALLERY_CACHE", str(folder / "cache"))
    (status, opened), _ = built(folder, code=TRACED)
    assert status == 0
    yield folder, opened
    patch.undo()


def seal_of(folder):
    (path,) = (folder / "cache" / "seals").iterdir()
    return recalled(path)


def test_nothing_to_do_takes_neither_arrays_nor_pages(sealed):
    folder, _ = sealed
    (status, loaded), lines = built(folder)
    assert status == 0
    assert lines == [f"2 pictures: {folder / 'site' / 'index.html'}"]
    assert not {"numpy", "PIL", "jinja2", "pydantic", "yaml", "tensorflow", "keras"} & set(loaded)


def test_all_that_a_build_opens_of_the_users_is_sealed(sealed):
    folder, opened = sealed
    seal = seal_of(folder)
    known = {*seal["inputs"], str(folder / "gallery_config.yml")}
    ours = ("site", ".site", "cache")
    read = {
        path
        for path in opened
        if path.startswith(f"{folder}{os.sep}") and not path[len(str(folder)) + 1 :].startswith(ours)
    }
    assert {str(folder / "inputs" / "red.png"), str(folder / "more" / "deep")} <= read
    assert read - known == set()
    weights = {path for path in opened if path.endswith(("weights.pkl", ".h5", ".pth", ".keras"))}
    assert weights <= known


CHANGES = {
    "a picture": lambda folder: (folder / "inputs" / "red.png").write_bytes(
        (folder / "inputs" / "red.png").read_bytes() + b"\0"
    ),
    "a picture more": lambda folder: shutil.copy(folder / "inputs/red.png", folder / "more/deep/again.png"),
    "a folder more": lambda folder: shutil.copytree(folder / "inputs", folder / "more" / "else"),
    "the configuration": lambda folder: (folder / "gallery_config.yml").write_text(
        (folder / "gallery_config.yml").read_text().replace("Sealed", "Changed")
    ),
    "a style sheet": lambda folder: (folder / "theme" / "assets" / "theme.css").write_text("p { }\n"),
    "a template more": lambda folder: shutil.copy(ROOT / "templates" / "404.html", folder / "theme"),
    "a page of the site": lambda folder: (folder / "site" / "index.html").write_text("gone"),
    "a page of the site gone": lambda folder: (folder / "site" / "404.html").unlink(),
}


@pytest.mark.parametrize("change", CHANGES)
def test_any_change_is_built(sealed, tmp_path, monkeypatch, capsys, change):
    original, _ = sealed
    folder = tmp_path / "gallery"
    shutil.copytree(original, folder)
    monkeypatch.chdir(folder)
    monkeypatch.setenv("GALLERY_CACHE", str(folder / "cache"))
    CHANGES[change](folder)
    assert cli.main(["build", "-q"]) == 0
    assert capsys.readouterr().err == ""
    fresh = tmp_path / "fresh"
    shutil.copytree(folder, fresh, ignore=shutil.ignore_patterns("site"))
    monkeypatch.chdir(fresh)
    assert cli.main(["build", "-q"]) == 0
    assert tree(folder / "site") == tree(fresh / "site")


def tree(folder):
    return {
        path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()
    }


def test_a_date_and_an_address_are_built(sealed, monkeypatch, capsys):
    folder, _ = sealed
    monkeypatch.chdir(folder)
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1700000000")
    address = ["--base-url", "https://example.org/"]
    assert cli.main(["build", "-q", "-o", "dated", *address]) == 0
    assert "2023-11-14" in (folder / "dated" / "feed.xml").read_text()
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "0")
    assert cli.main(["build", "-q", "-o", "dated", *address]) == 0
    assert "1970-01-01" in (folder / "dated" / "feed.xml").read_text()
    assert cli.main(["build", "-q", "-o", "dated"]) == 0
    assert not (folder / "dated" / "feed.xml").exists()
    shutil.rmtree(folder / "dated")


def test_a_build_with_nothing_to_do_forgets_no_reason(sealed, monkeypatch, capsys):
    folder, _ = sealed
    monkeypatch.chdir(folder)
    assert cli.main(["build", "--force", "-q"]) == 0
    assert cli.main(["why", "red"]) == 0
    *lines, summary = capsys.readouterr().out.splitlines()
    assert {line.split()[0] for line in lines} == {"redone"}
    assert summary.startswith(f"{len(lines)} artifacts: {len(lines)} redone; ")
    assert cli.main(["build", "-q"]) == 0
    assert cli.main(["why", "red"]) == 0
    assert capsys.readouterr().out.splitlines() == [*lines, f"{summary}; nothing has changed since"]


def test_strict_refuses_what_is_only_warned_of(sealed, monkeypatch, capsys):
    folder, _ = sealed
    monkeypatch.chdir(folder)
    lines = ["2 pictures have no alt text, their titles are used instead: red, blue"]
    before = tree(folder / "site")
    assert cli.main(["build", "--strict"]) == 1
    assert capsys.readouterr().err.splitlines() == ["gallery: --strict makes these warnings errors:", *lines]
    assert tree(folder / "site") == before
    assert cli.main(["check"]) == 0
    said = capsys.readouterr()
    assert said.err.splitlines() == [f"warning: {line}" for line in lines]
    assert said.out == "2 pictures, 1 network, 1 layer: 1 warning\n"
    assert cli.main(["check", "--strict"]) == 1
    assert capsys.readouterr().err.splitlines() == lines


def test_a_picture_added_to_a_folder_with_a_bracket_breaks_the_seal(sealed, tmp_path):
    folder, _ = sealed
    named = tmp_path / "trip [2024]"
    shutil.copytree(folder / "inputs", named)
    (tmp_path / "gallery_config.yml").write_text(
        "inputs: ['trip [2024]/', 'trip [2024]/*.png']\ntop_features: 1\n"
        "models: [{name: squeezenet, layers: [maxpool1]}]\n"
    )
    time.sleep(RACY_NS / 1e9 + 0.05)
    built(tmp_path)
    (_, loaded), _ = built(tmp_path)
    assert "numpy" not in loaded
    shutil.copy(named / "red.png", named / "later.png")
    (status, loaded), lines = built(tmp_path)
    assert (status, "numpy" in loaded) == (0, True)
    assert lines == [f"2 pictures: {tmp_path / 'site' / 'index.html'}"]
    assert (tmp_path / "site" / "images" / "later" / "index.html").is_file()
