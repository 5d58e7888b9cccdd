"""Two galleries on one site: links between them, and that neither build removes a file of the other."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from generator import cli
from generator.check import broken
from tests.build.test_mutations import write_network, write_picture

OUTER = """\
title: Outer
inputs: [red.png]
models: [{name: own.keras, preprocessing: unit, input_size: [24, 32], layers: [conv]}]
top_features: 1
output: site/
links: [{title: Inner gallery, address: inner/}, {title: Elsewhere, address: "https://example.org/a"}]
"""
INNER = (
    OUTER.replace("Outer", "Inner")
    .replace("red", "blue")
    .replace("site/", "site/inner/")
    .replace("Inner gallery, address: inner/", "Outer gallery, address: ../")
)


def run(*arguments: str) -> int:
    return cli.main([*arguments])


def files(folder: Path) -> dict[str, bytes]:
    return {
        path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()
    }


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("two")
    write_network(folder)
    write_picture(folder / "red.png", (200, 30, 40))
    write_picture(folder / "blue.png", (20, 60, 220))
    for name, text in (("outer", OUTER), ("inner", INNER)):
        (folder / f"{name}.yml").write_text(text)
    return folder


@pytest.fixture(autouse=True)
def built(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Build both, the outer one first, and enter their folder."""
    monkeypatch.chdir(folder)
    monkeypatch.setenv("GALLERY_CACHE", str(folder / "cache"))
    if not (folder / "site").exists():
        assert [run("build", "-q", "-c", f"{name}.yml") for name in ("outer", "inner")] == [0, 0]
    return folder / "site"


def test_each_links_to_the_other_from_every_page(built: Path) -> None:
    link = '<a href="{}" rel="external">'
    for path, outer in (
        ("index.html", "inner/index.html"),
        ("images/red/index.html", "../../inner/index.html"),
    ):
        assert link.format(outer) in (built / path).read_text()
        assert link.format("https://example.org/a") in (built / path).read_text()
    for path, inner in (("index.html", "../index.html"), ("images/blue/index.html", "../../../index.html")):
        assert link.format(inner) in (built / "inner" / path).read_text()
    assert broken(built) == []
    assert run("check", "--site", "-c", "inner.yml") == 0


def test_a_build_of_one_keeps_the_other(folder: Path, built: Path) -> None:
    before = files(built)
    for name in ("outer", "inner"):
        config = folder / f"{name}.yml"
        config.write_text(config.read_text().replace("title: ", "title: New ", 1))
        assert run("build", "-q", "-c", f"{name}.yml") == 0
        of_other = [path for path in before if path.startswith("inner/") == (name == "outer")]
        after = files(built)
        assert {path: after.get(path) for path in of_other} == {path: before[path] for path in of_other}
        assert after != before
        before = after


def test_both_are_published_from_the_outer_one(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    git = ["git", "-c", "init.defaultBranch=main"]
    subprocess.run([*git, "init", "-q", "--bare", "remote"], check=True, cwd=folder)
    subprocess.run([*git, "init", "-q"], check=True, cwd=folder)
    subprocess.run(["git", "remote", "add", "origin", "remote"], check=True, cwd=folder)
    assert run("publish", "-q", "-c", "outer.yml") == 0
    listed = subprocess.run(
        ["git", "ls-tree", "-r", "--name-only", "gh-pages"],
        check=True,
        cwd=folder / "remote",
        capture_output=True,
    ).stdout.decode()
    assert {"index.html", "inner/index.html", "inner/images/blue/own.svg"} <= set(listed.split("\n"))
    assert ".gallery-site" not in listed
    assert run("publish", "-q", "-c", "inner.yml") == 1
    said = f"{folder / 'site/inner'}: lies in the site {folder / 'site'}; publish that gallery, whose branch"
    assert said in capsys.readouterr().err
