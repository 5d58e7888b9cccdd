"""``gallery init``: what it writes works, what exists stays, what cannot be is refused."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import yaml

from generator.cli import main
from generator.cli.arguments import parser
from generator.cli.commands.init import STARTER
from generator.config.globs import search
from generator.version import __version__
from tests.support.gallery import ROOT

WRITTEN = (
    *("gallery_config.yml", ".gitignore", ".github/workflows/pages.yml"),
    *("inputs/CREDITS.md", "inputs/chelsea.jpg", "inputs/scarlet-macaw.jpg"),
)


def begun(folder: Path, capsys: pytest.CaptureFixture[str]) -> str:
    assert main(["init", str(folder)]) == 0
    return capsys.readouterr().out


def content(folder: Path) -> dict[str, bytes]:
    return {
        path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()
    }


def inputs(folder: Path) -> list[str]:
    text = (folder / "gallery_config.yml").read_text(encoding="utf-8")
    return yaml.safe_load(text)["inputs"]


def picture(path: Path) -> bytes:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes((ROOT / "inputs" / "chelsea.jpg").read_bytes())
    return path.read_bytes()


def test_a_new_folder_passes_the_check(tmp_path, monkeypatch, capsys):
    said = begun(tmp_path / "my gallery", capsys)
    assert said.splitlines() == [
        *(f"wrote {name}" for name in WRITTEN),
        *("next:", f"  cd '{tmp_path}/my gallery'"),
        *("  gallery check", "  gallery build", "  gallery serve"),
    ]
    assert sorted(content(tmp_path / "my gallery")) == sorted(WRITTEN)
    monkeypatch.chdir(tmp_path / "my gallery")
    assert main(["check", "--strict"]) == 0
    assert capsys.readouterr().out == "2 pictures, 1 network, 3 layers: no problems\n"


def test_this_folder_needs_no_cd(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    assert main(["init"]) == 0
    assert "next:\n  gallery check\n" in capsys.readouterr().out


def test_a_second_time_changes_nothing(tmp_path, capsys):
    begun(tmp_path, capsys)
    before = content(tmp_path)
    said = begun(tmp_path, capsys)
    assert content(tmp_path) == before
    assert said.splitlines()[:3] == [f"left {name} as it is" for name in WRITTEN[:3]]


def test_what_is_the_users_stays(tmp_path, capsys):
    (tmp_path / "gallery_config.yml").symlink_to("elsewhere.yml")
    (tmp_path / ".gitignore").write_text("*.pyc\n")
    said = begun(tmp_path, capsys)
    assert "left gallery_config.yml as it is\nleft .gitignore as it is; add the line /site/\n" in said
    assert list(content(tmp_path)) == [".gitignore", ".github/workflows/pages.yml"]
    assert content(tmp_path)[".gitignore"] == b"*.pyc\n"


def test_own_pictures_are_named_instead_of_ours(tmp_path, capsys):
    for name in ("a.JPG", "holiday [1]/b.jpg", "trips/2024/spring/c.jpg", ".hidden/d.jpg", "env/e.jpg"):
        picture(tmp_path / name)
    (tmp_path / "env" / "pyvenv.cfg").touch()
    begun(tmp_path, capsys)
    assert inputs(tmp_path) == ["*.JPG", "holiday [1]/", "trips/*/**/*"]
    found = [path.name for entry in inputs(tmp_path) for path in search(entry, tmp_path, tmp_path / "site")]
    assert found == ["a.JPG", "b.jpg", "c.jpg"]
    assert not (tmp_path / "inputs").exists()
    assert main(["check", "-c", str(tmp_path / "gallery_config.yml")]) == 0


@pytest.mark.parametrize("name", [".github", ".github/workflows", "inputs", ""])
def test_a_file_in_the_way_is_refused(tmp_path, capsys, name):
    path = tmp_path / "new" / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("mine")
    before = content(tmp_path)
    assert main(["init", str(tmp_path / "new")]) == 2
    told = capsys.readouterr().err
    assert told == f"{path}: expected a folder, found a file; choose another folder or move it\n"
    assert content(tmp_path) == before


def test_a_site_is_refused(tmp_path, capsys):
    (tmp_path / ".gallery-site").touch()
    assert main(["init", str(tmp_path / "new")]) == 2
    told = capsys.readouterr().err
    assert told == f"{tmp_path}: is a site that gallery made; choose a folder outside it\n"
    assert not (tmp_path / "new").exists()


def test_what_the_system_refuses_is_said(tmp_path, capsys):
    assert main(["init", str(tmp_path / ("x" * 300))]) == 1
    assert capsys.readouterr().err == f"gallery: {tmp_path / ('x' * 300)}: File name too long\n"


def test_a_workflow_is_only_written_where_github_reads_it(tmp_path, capsys):
    (tmp_path / ".git").mkdir()
    said = begun(tmp_path / "gallery", capsys)
    line = "GitHub reads workflows only at the root of a repository"
    assert f"no .github/workflows/pages.yml: {line}, {tmp_path}\n" in said
    assert not (tmp_path / "gallery" / ".github").exists()
    begun(tmp_path, capsys)
    assert (tmp_path / ".github/workflows/pages.yml").exists()


def test_the_workflow_runs_what_exists(tmp_path, capsys):
    begun(tmp_path, capsys)
    text = (tmp_path / ".github/workflows/pages.yml").read_text(encoding="utf-8")
    ours = (ROOT / ".github/workflows/pages.yml").read_text(encoding="utf-8")
    actions, of_ours = (set(re.findall(r"uses: (\S+)", one)) for one in (text, ours))
    assert actions == of_ours
    assert f'pip install "convnet-gallery[cpu]=={__version__}"' in text
    calls = re.findall(r"^ +(?:- )?(?:run: )?gallery (.*)$", text, flags=re.MULTILINE)
    verbs = [parser().parse_args(call.replace('"', "").split()) for call in calls]
    assert [options.verb for options in verbs] == ["build", "check"]
    steps = [step for job in yaml.safe_load(text)["jobs"].values() for step in job["steps"]]
    assert [step for step in steps if "${{" in step.get("run", "")] == []


def test_the_photographs_are_those_of_the_example():
    known = (ROOT / "inputs" / "CREDITS.md").read_text(encoding="utf-8")
    copied = sorted((STARTER / "inputs").glob("*.jpg"))
    assert [path.read_bytes() for path in copied] == [
        (ROOT / "inputs" / path.name).read_bytes() for path in copied
    ]
    rows = re.findall(r"^\| `.*$", (STARTER / "inputs" / "CREDITS.md").read_text("utf-8"), flags=re.MULTILINE)
    assert len(rows) == len(copied) == 2
    assert all(row in known for row in rows)


@pytest.mark.parametrize("verb", ["check", "build", "serve"])
def test_an_empty_folder_is_told_of_it(tmp_path, monkeypatch, capsys, verb):
    monkeypatch.chdir(tmp_path)
    assert main([verb]) == 2
    told = capsys.readouterr().err
    assert told == "gallery_config.yml: no such file; 'gallery init' writes one, -c chooses another\n"
