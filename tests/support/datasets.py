"""A gallery with a data set: two tiny models, and a few dozen pictures in parts of a few files."""

from __future__ import annotations

import io
import tarfile
from pathlib import Path

import numpy as np
from PIL import Image

CONFIG = """\
inputs: [photos/cats/01.png]
models:
  - name: tiny.keras
    layers: [pool1]
    dataset: [pool1, predictions]
  - name: grey.keras
    layers: [edges]
    fit: stretch
dataset: {source: photos, examples: 3}
"""
COUNT = 30
MOST_FILES = 12
"""So that the folder has four parts."""


def grey():
    """Return a seeded model with one channel."""
    import keras

    keras.utils.set_random_seed(5)
    image = keras.Input((12, 12, 1))
    maps = keras.layers.Conv2D(5, 3, activation="relu", name="edges")(image)
    return keras.Model(image, keras.layers.Dense(3, name="digits")(keras.layers.Flatten()(maps)), name="grey")


def fill(folder: Path) -> None:
    """Write models, configuration and pictures: two classes, three copies, two that cannot be decoded."""
    from tests.support import tiny

    tiny.network().save(folder / "tiny.keras")
    grey().save(folder / "grey.keras")
    (folder / "gallery_config.yml").write_text(CONFIG)
    photos, random = folder / "photos", np.random.default_rng(8)
    for number in range(COUNT):
        path = photos / ("cats" if number % 2 else "dogs") / f"{number:02}.png"
        path.parent.mkdir(parents=True, exist_ok=True)
        Image.fromarray(random.integers(0, 256, (*random.integers(10, 40, 2), 3), np.uint8)).save(path)
    for number in range(3):
        (photos / f"copy{number}.png").write_bytes((photos / "dogs" / f"{number * 2:02}.png").read_bytes())
    (photos / "cats" / "bad.png").write_bytes(b"no picture")
    (photos / "empty.jpg").write_bytes(b"")


def pack(paths, file: Path, root: Path) -> None:
    """Write a shard of some pictures, by their paths below a folder."""
    with tarfile.open(file, "w") as archive:
        for path in paths:
            member, content = tarfile.TarInfo(path.relative_to(root).as_posix()), path.read_bytes()
            member.size = len(content)
            archive.addfile(member, io.BytesIO(content))
