"""A site by hand, a user's repository and its remote: real git, on disk."""

import json
import os
import shutil
import subprocess

import pytest

from generator import publish

MADE = {
    "index.html": "<title>Gallery</title>",
    ".nojekyll": "",
    "images/a b.svg": "<svg/>",
    "images/café.svg": "<svg/>",
}


@pytest.fixture(autouse=True)
def home(tmp_path, monkeypatch):
    """A home of one's own, with a name and without what the machine's user has set; return it."""
    for name in [name for name in os.environ if name.startswith("GIT_") or name == "SOURCE_DATE_EPOCH"]:
        monkeypatch.delenv(name)
    folder = tmp_path / "home"
    folder.mkdir()
    (folder / ".gitconfig").write_text(
        "[user]\n\tname = Ann\n\temail = ann@example.org\n[init]\n\tdefaultBranch = main\n"
        '[protocol "file"]\n\tallow = always\n'
    )
    monkeypatch.setenv("HOME", str(folder))
    monkeypatch.setenv("GIT_CONFIG_NOSYSTEM", "1")
    return folder


@pytest.fixture
def site(tmp_path):
    """A folder as a build leaves it, with names that need care."""
    folder = tmp_path / "the site"
    write(folder, MADE)
    listed = {"generator": {"name": "convnet-gallery"}, "artifacts": [*sorted(MADE), "gallery.json"]}
    write(folder, {"gallery.json": json.dumps(listed), ".gallery-site": "x", ".gitkeep": ""})
    return folder


@pytest.fixture(scope="session")
def template(tmp_path_factory):
    """A folder with a user's repository, a commit on main, and with the remote that it was pushed to."""
    folder = tmp_path_factory.mktemp("template")
    work, bare = folder / "my work", folder / "the remote.git"
    git(folder, "init", "--quiet", "--initial-branch=main", "--bare", str(bare))
    git(folder, "init", "--quiet", "--initial-branch=main", str(work))
    write(work, {"paper.txt": "draft"})
    git(work, "add", ".")
    git(work, "-c", "user.name=Ann", "-c", "user.email=ann@example.org", "commit", "--quiet", "-m", "Draft")
    git(work, "push", "--quiet", str(bare), "main")
    return folder


@pytest.fixture
def bare(tmp_path, template):
    """The remote repository."""
    return shutil.copytree(template / "the remote.git", tmp_path / "the remote.git")


@pytest.fixture
def repository(tmp_path, template, bare):
    """A user's repository whose ``origin`` is the remote."""
    folder = shutil.copytree(template / "my work", tmp_path / "my work")
    git(folder, "remote", "add", "origin", str(bare))
    return folder


def git(folder, *arguments):
    command = ["git", "-C", str(folder), *arguments]
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout.strip()


def write(folder, files):
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")


def sent(folder, site, remote="origin", branch="gh-pages", cname="", message="Publish", **options):
    """Publish a site from a folder and return the outcome."""
    with publish.opened(publish.find_remote(folder, str(remote), branch)) as publication:
        publication.add(publish.contents(site, cname))
        return publication.send(message, **options)


def tree(repository, branch="gh-pages"):
    """Return the files on a branch, with their bytes."""
    names = git(repository, "ls-tree", "-r", "-z", "--name-only", branch).split("\0")
    return {name: git(repository, "cat-file", "blob", f"{branch}:{name}") for name in names if name}


def refs(repository):
    return git(repository, "for-each-ref", "--format=%(refname) %(objectname)")


def everything(folder):
    """Return every file below a folder, git's own too, with its bytes and times."""
    found = (path for path in sorted(folder.rglob("*")) if path.is_file())
    return {path: (path.read_bytes(), path.stat().st_mtime_ns) for path in found}
