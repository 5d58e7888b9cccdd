"""``gallery publish`` as a user meets it: what is built, refused, sent, and said."""

import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from generator import cli
from tests.publish.conftest import everything, git, refs

ROOT = Path(__file__).parents[3]


@pytest.fixture
def bare(gallery, monkeypatch):
    """Make the gallery's folder a repository, nothing committed; return its empty remote."""
    for who in ("AUTHOR", "COMMITTER"):
        monkeypatch.setenv(f"GIT_{who}_NAME", "Ann")
        monkeypatch.setenv(f"GIT_{who}_EMAIL", "ann@example.org")
    folder = gallery.with_name("remote.git")
    git(gallery, "init", "--quiet", "--initial-branch=main")
    git(gallery, "init", "--quiet", "--bare", str(folder))
    git(gallery, "remote", "add", "origin", str(folder))
    return folder


def run(*arguments):
    return cli.main(list(arguments))


def published(site):
    return {
        path.relative_to(site).as_posix()
        for path in site.rglob("*")
        if path.is_file() and path.name not in (".gallery-site", ".gitkeep")
    }


def test_a_gallery_is_published_updated_and_left_alone(gallery, bare, capsys):
    (gallery / "site" / ".gitkeep").touch()
    count = len(published(gallery / "site"))
    place = f"branch 'gh-pages' of {bare}"
    lacking = "base_url is not set, so the site has no feed, sitemap or social cards\n"
    before = everything(gallery / ".git")
    assert run("publish", "--dry-run") == 0
    files = f"{count} files ({count} new, 0 changed, 0 removed): {place}\n"
    assert capsys.readouterr().out == f"would publish {files}{lacking}"
    assert refs(bare) == ""
    assert run("publish") == 0
    assert capsys.readouterr().out == f"published {files}{lacking}"
    assert git(bare, "ls-tree", "-r", "--name-only", "gh-pages").splitlines() == sorted(
        published(gallery / "site")
    )
    assert run("publish") == 0
    assert capsys.readouterr().out == f"nothing changed: {count} files, {place}\n"
    config = gallery / "gallery_config.yml"
    config.write_text(f"{config.read_text()}description: More of it\ncname: gallery.example\n")
    assert run("publish", "-m", "More words") == 0
    assert f"published {count + 1} files (1 new, " in capsys.readouterr().out
    assert run("publish", "--dry-run", "--base-url", "https://gallery.example") == 0
    assert "base_url" not in capsys.readouterr().out
    assert run("build", "-q") == 0
    assert git(bare, "show", "gh-pages:CNAME") == "gallery.example"
    changed = git(bare, "diff", "--name-only", "gh-pages^", "gh-pages").splitlines()
    assert "index.html" in changed
    assert not [name for name in changed if name.endswith((".svg", ".jpg"))]
    titles = git(bare, "log", "--format=%s", "gh-pages").splitlines()
    assert titles == ["More words", "Gallery: Tiny"]
    assert run("publish", "-q", "--orphan", "--from", "results.zip") == 0
    assert git(bare, "rev-list", "--count", "gh-pages") == "1"
    assert "computed_on" in git(bare, "show", "gh-pages:images/red/result.json")
    assert capsys.readouterr().out == ""
    assert everything(gallery / ".git") == before


def test_what_is_broken_or_incomplete_is_not_published(gallery, bare, capsys):
    (gallery / "site" / "mine.html").write_text('<a href="gone.html">x</a>')
    assert run("publish", "-q") == 1
    assert (
        capsys.readouterr().err
        == "mine.html:1: href 'gone.html': no such file\ngallery: nothing was published\n"
    )
    (gallery / "site" / "mine.html").unlink()
    (gallery / "inputs" / "broken.png").write_text("no picture")
    assert run("publish", "-q") == 1
    assert capsys.readouterr().err.endswith(
        "gallery: nothing was published, because these pictures failed: broken\n"
    )
    assert refs(bare) == ""


def test_a_wrong_remote_is_told_before_anything_is_built(gallery, bare, capsys):
    shutil.rmtree(gallery / "site")
    assert run("publish", "--remote", "orign") == 2
    assert capsys.readouterr().err.startswith("--remote: no remote 'orign'; nearest: origin; ")
    assert not (gallery / "site").exists()


def test_a_signal_while_sending_leaves_nothing_behind(gallery, bare):
    hook = bare / "hooks" / "pre-receive"
    hook.write_text(f"#!/bin/sh\ntouch '{gallery}/waiting'\nsleep 2\nexit 1\n")
    hook.chmod(0o755)
    (gallery / "tmp").mkdir()
    environment = os.environ | {"PYTHONPATH": str(ROOT), "TMPDIR": str(gallery / "tmp")}
    command = [sys.executable, "-m", "generator", "publish"]
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True, env=environment) as process:
        while not (gallery / "waiting").exists():
            assert process.poll() is None
            time.sleep(0.02)
        process.send_signal(signal.SIGTERM)
        assert process.wait(timeout=20) == 143
        assert "Traceback" not in process.stderr.read()
    assert list((gallery / "tmp").iterdir()) == []
    assert refs(bare) == ""
