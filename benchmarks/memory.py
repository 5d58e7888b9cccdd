"""Whether the memory of a build grows with its gallery: ``python -m benchmarks.memory``.

Builds galleries of 20 and of 200 small pictures (SqueezeNet, one layer), each in a process of its own, and
compares the peaks. The exit status is 1 where the larger gallery takes more than a tenth more.
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

import numpy as np
from PIL import Image

from benchmarks.checkouts import Checkout

ROOT = Path(__file__).parents[1]
SIZES = 20, 200
LARGEST_RATIO = 1.10

CONFIG = """\
title: Many pictures
inputs: [inputs/]
models:
  - name: squeezenet
    layers: [maxpool1]
top_features: 1
"""


def main() -> int:
    """Measure, print and return the exit status."""
    peaks = []
    for count in SIZES:
        with tempfile.TemporaryDirectory() as folder:
            write_gallery(Path(folder), count)
            peaks.append(Checkout(ROOT, sys.executable).build(Path(folder)).peak_bytes)
        print(f"{count} pictures: peak {peaks[-1] / 2**20:.0f} MiB", flush=True)
    ratio = peaks[1] / peaks[0]
    print(f"{ratio:.3f} times the memory for {SIZES[1] // SIZES[0]} times the pictures")
    return int(ratio > LARGEST_RATIO)


def write_gallery(folder: Path, count: int) -> None:
    """Write a configuration and so many seeded pictures."""
    random = np.random.default_rng(20)
    (folder / "inputs").mkdir()
    for number in range(count):
        pixels = random.integers(0, 256, (48, 64, 3), np.uint8)
        Image.fromarray(pixels).save(folder / "inputs" / f"picture-{number:03}.png")
    (folder / "gallery_config.yml").write_text(CONFIG, encoding="utf-8")


if __name__ == "__main__":
    sys.exit(main())
