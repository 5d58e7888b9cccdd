"""The same inputs give the same bytes: in any folder, at any time, for any user."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from PIL import Image

ROOT = Path(__file__).parents[2]
CONFIG = """\
title: Crème & brûlée
base_url: https://example.org/gallery/
inputs: [inputs/]
models:
  - {name: squeezenet, layers: [maxpool1]}
top_features: 2
"""
NAMES = ("a.png", "B.png", "Crème brûlée.png", "z i.png")
COMMON = {"SOURCE_DATE_EPOCH": "1700000000", "PYTHONPATH": str(ROOT)}
ONE = {
    "PYTHONHASHSEED": "1",
    "TZ": "Pacific/Kiritimati",
    "LC_ALL": "C",
    "LANG": "C",
}
OTHER = {"PYTHONHASHSEED": "4242", "TZ": "America/St_Johns", "LC_ALL": "C.UTF-8", "LANG": "tr_TR.UTF-8"}


def gallery(folder: Path, names: tuple[str, ...]) -> Path:
    """Write the same pictures in an order of its own, as a folder may list them, with other times."""
    (folder / "inputs").mkdir(parents=True)
    for name in names:
        picture = Image.new("RGB", (60, 40), (len(name) * 17 % 256, 60, 220))
        picture.paste((250, 240, 90), (10, 5, 30, 35))
        picture.save(folder / "inputs" / name)
        os.utime(folder / "inputs" / name, (len(folder.name), 10**9 + len(folder.name)))
    (folder / "gallery_config.yml").write_text(CONFIG, encoding="utf-8")
    return folder


def built(folder: Path, umask: int, jobs: int, settings: dict[str, str]) -> Path:
    """Return the site that a process of its own builds from nothing."""
    command = [sys.executable, "-m", "generator", "build", "-q", "-j", str(jobs)]
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("LC_", "PYTHON"))}
    environment = kept | COMMON | settings | {"GALLERY_CACHE": str(folder / "cache")}
    done = subprocess.run(
        command, cwd=folder, env=environment, umask=umask, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr[-2000:]
    return folder / "site"


def files(folder: Path) -> dict[str, bytes]:
    return {
        path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()
    }


@pytest.fixture(scope="module")
def sites(tmp_path_factory: pytest.TempPathFactory) -> list[dict[str, bytes]]:
    one = gallery(tmp_path_factory.mktemp("one"), NAMES)
    other = gallery(tmp_path_factory.mktemp("other") / "of a longer näme", tuple(reversed(NAMES)))
    return [files(built(one, 0o022, 1, ONE)), files(built(other, 0o077, 4, OTHER))]


def test_two_builds_in_different_surroundings_give_the_same_bytes(sites: list[dict[str, bytes]]) -> None:
    one, other = sites
    assert sorted(one) == sorted(other)
    assert [path for path in sorted(one) if one[path] != other[path]] == []
    assert len([path for path in one if path.startswith("images/") and path.endswith(".svg")]) >= len(NAMES)


def test_the_only_clock_is_the_one_given(sites: list[dict[str, bytes]]) -> None:
    assert b"2023-11-14T22:13:20" in sites[0]["feed.xml"]
