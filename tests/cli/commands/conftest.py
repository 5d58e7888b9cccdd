"""A tiny gallery that is computed once, and its folder and cache, copied for each test."""

import os
import shutil

import pytest

from generator import cli, environment
from tests.support.gallery import fill


@pytest.fixture(scope="session")
def computed(tmp_path_factory):
    """A folder with a gallery, its site, its cache and the archive of its results."""
    folder = tmp_path_factory.mktemp("computed")
    fill(folder)
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        patch.setenv("GALLERY_CACHE", str(folder / "cache"))
        assert cli.main(["build", "-q"]) == 0
        assert cli.main(["export", "-q", "results.zip"]) == 0
    return folder


@pytest.fixture
def gallery(computed, tmp_path, monkeypatch):
    """Enter a copy of the gallery, with a cache of its own, and return its folder."""
    folder = shutil.copytree(computed, tmp_path / "my gallery")
    monkeypatch.chdir(folder)
    monkeypatch.setenv("GALLERY_CACHE", str(folder / "cache"))
    return folder


@pytest.fixture
def elsewhere(gallery, monkeypatch):
    """The gallery on another machine: the cache is empty, and keys name another number of threads."""
    shutil.rmtree(gallery / "cache")
    monkeypatch.setenv("OMP_NUM_THREADS", f"{(os.cpu_count() or 1) + 5}")
    environment.machine.cache_clear()
    yield gallery
    environment.machine.cache_clear()
