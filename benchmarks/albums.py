"""What a changed title costs in a gallery with albums: ``python -m benchmarks.albums``.

Builds a gallery of pictures in ten albums, with tags and texts, seen through a tiny network. Then a title is
changed in the configuration, and the gallery is built again. It prints the CPU seconds of that build, the
files that it wrote and those whose bytes differ, and fails if it wrote others, or took longer than it may.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from PIL import Image

ROOT = Path(__file__).parents[1]
ALBUMS, TAGS = 10, 12
MOST_CPU_SECONDS = 3.0
SETTLING_SECONDS = 2.1
"""After which a file that has changed is known by its mark."""
NETWORK = """
import keras
keras.utils.set_random_seed(5)
image = x = keras.Input((48, 64, 3))
for number, features in enumerate((8, 16), start=1):
    x = keras.layers.Conv2D(features, 3, activation="relu", name=f"conv{number}")(x)
    x = keras.layers.MaxPooling2D(name=f"pool{number}")(x)
x = keras.layers.Dense(10, name="predictions")(keras.layers.GlobalAveragePooling2D()(x))
keras.Model(image, x).save("network.keras")
"""
BUILD = "import sys; from generator.cli import main; sys.exit(main(sys.argv[1:]))"


@dataclass(frozen=True)
class Rebuild:
    """What a build took and did: CPU seconds, of the program and of the system, and paths of files."""

    user: float
    system: float
    written: Sequence[str]
    differing: Sequence[str]

    @property
    def seconds(self) -> float:
        """The CPU seconds of all its processes."""
        return self.user + self.system


def main() -> int:
    """Measure, print and return the exit status."""
    parser = argparse.ArgumentParser(prog="benchmarks.albums", description=__doc__)
    parser.add_argument("--pictures", type=int, default=200)
    parser.add_argument("--rounds", type=int, default=3, help="how many titles are changed (3)")
    parser.add_argument("--folder", type=Path, help="keep the gallery here, and use the one that is here")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = options.folder or Path(name)
        if not (folder / "site").is_dir():
            write_gallery(folder, options.pictures)
            build(folder)
        found = [retitled(folder, f"Another title, {number}") for number in range(options.rounds)]
    for one in found:
        print(
            f"{one.seconds:.2f} CPU seconds ({one.user:.2f} user, {one.system:.2f} system), "
            f"{len(one.written)} files written, {len(one.differing)} of them with other bytes"
        )
    return int(not is_good(found))


def is_good(found: Sequence[Rebuild]) -> bool:
    """Return whether builds wrote no file that stayed the same, and the fastest was fast enough."""
    wrote_only_changes = all(set(one.written) <= set(one.differing) for one in found)
    return wrote_only_changes and min(one.seconds for one in found) < MOST_CPU_SECONDS


def write_gallery(folder: Path, pictures: int) -> None:
    """Write a configuration, albums of seeded pictures with texts and tags, and a network."""
    random = np.random.default_rng(16)
    for number in range(pictures):
        path = folder / _picture(number)
        path.parent.mkdir(parents=True, exist_ok=True)
        Image.fromarray(random.integers(0, 256, (48, 64, 3), np.uint8)).save(path)
    for album in range(min(ALBUMS, pictures)):
        text = f"---\ntitle: Album {album}\n---\nThe *text* of album {album}.\n"
        (folder / f"inputs/album-{album}" / "index.md").write_text(text, encoding="utf-8")
    _configure(folder, {number: f"Picture {number}" for number in range(pictures)})
    command = [sys.executable, "-c", NETWORK]
    subprocess.run(command, cwd=folder, env={**os.environ, "TF_CPP_MIN_LOG_LEVEL": "3"}, check=True)


def _picture(number: int) -> str:
    return f"inputs/album-{number % ALBUMS}/picture-{number:03}.png"


def _configure(folder: Path, titles: dict[int, str]) -> None:
    listed = [
        {
            "path": _picture(number),
            "title": title,
            "tags": [f"tag {number % TAGS}", f"tag {number * 7 % TAGS}, too"],
            "caption": f"The *caption* of picture {number}.",
        }
        for number, title in titles.items()
    ]
    model = {"name": "./network.keras", "layers": ["pool1", "pool2", "predictions"]}
    config = {"inputs": ["inputs/**", *listed], "models": [model], "top_features": 2}
    (folder / "gallery_config.yml").write_text(json.dumps(config, indent=1), encoding="utf-8")


def retitled(folder: Path, title: str, number: int = 7) -> Rebuild:
    """Change the title of a picture, build, and return what that took."""
    path = folder / "gallery_config.yml"
    config = json.loads(path.read_text(encoding="utf-8"))
    config["inputs"][1 + number]["title"] = title
    path.write_text(json.dumps(config, indent=1), encoding="utf-8")
    before = _files(folder / "site")
    user, system = build(folder)
    after = _files(folder / "site")
    written = [name for name in after if name not in before or before[name][1] != after[name][1]]
    differing = [name for name in after if name not in before or before[name][0] != after[name][0]]
    return Rebuild(user, system, written, [*differing, *(set(before) - set(after))])


def build(folder: Path) -> tuple[float, float]:
    """Build the gallery in a process of its own and return its CPU seconds, of the program and the system.

    Raises:
        CalledProcessError: the build failed.
    """
    time.sleep(SETTLING_SECONDS)
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "GALLERY_CACHE": str(folder / "cache")}
    environment.pop(
        "PYTHONDONTWRITEBYTECODE", None
    )  # as installed: without it, each build compiles the program
    process = subprocess.Popen([sys.executable, "-c", BUILD, "build", "-q"], cwd=folder, env=environment)
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise subprocess.CalledProcessError(process.returncode, "gallery build")
    return usage.ru_utime, usage.ru_stime


def _files(site: Path) -> dict[str, tuple[bytes, tuple[int, int]]]:
    """Return the bytes of each file of a site, and numbers that change when it is written."""
    return {path.relative_to(site).as_posix(): (path.read_bytes(), _stamp(path)) for path in _paths(site)}


def _paths(site: Path) -> Iterator[Path]:
    return (path for path in sorted(site.rglob("*")) if path.is_file())


def _stamp(path: Path) -> tuple[int, int]:
    found = path.stat()
    return found.st_ino, found.st_mtime_ns


if __name__ == "__main__":
    sys.exit(main())
