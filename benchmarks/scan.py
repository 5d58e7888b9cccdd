"""What scanning a data set costs: its rate beside the bare forward pass and decoding, memory, exactness.

The pictures are crops of ``inputs/``, drawn with a fixed seed, as JPEG in a temporary folder.

    python -m benchmarks.scan [--pictures 1000] [--rounds 5] [--all-maps]

The rate is compared in CPU seconds of this process, in turns, so that other load on the machine slows all
parts equally. With ``--all-maps`` the table is compared with the maxima of all maps of all layers, as Keras
computes them; the exit status is 1 if they differ by more than 1e-5.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import time
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
from PIL import Image

ROOT = Path(__file__).parents[1]
LAYERS = ("maxpool1", "maxpool3", "maxpool5", "fire9", "conv10")
BATCH = 8
LARGEST_DIFFERENCE = 1e-5
"""Relative to the value; a batch of another size may have other bits."""


def fill(folder: Path, count: int) -> None:
    """Write ``count`` crops of the example pictures into folders of classes."""
    random = np.random.default_rng(1)
    pictures = [Image.open(path).convert("RGB") for path in sorted((ROOT / "inputs").glob("*.jpg"))]
    for number in range(count):
        place = number % len(pictures)
        picture = pictures[place]
        side = int(random.integers(150, min(picture.size)))
        left, top = (int(random.integers(0, length - side + 1)) for length in picture.size)
        crop = picture.crop((left, top, left + side, top + side)).resize((256, 256))
        path = folder / f"class{place:02}" / f"{number:06}.jpg"
        path.parent.mkdir(exist_ok=True)
        crop.save(path, quality=90)


def rate(folder: Path, rounds: int, every_layer: bool) -> None:
    """Print the CPU seconds of a scan, the bare forward pass and decoding, and their ratio."""
    import keras
    import tensorflow as tf

    from generator import images, load_network
    from generator.analysis.feeding import fed
    from generator.analysis.scanner import Scanner
    from generator.datasets.opening import opened

    network = load_network("squeezenet")
    names = [layer.name for layer in network.model.layers if layer.weights] if every_layer else LAYERS
    scanner = Scanner(network, names)
    (shard,) = opened(folder)
    contents = [item.content for item in shard.items()]

    def decode() -> list[np.ndarray]:
        return [fed(network, images.decode(content))[1][0] for content in contents]

    forward = tf.function(lambda x: network.model(x, training=False), autograph=False)
    inputs = np.stack(decode())

    def bare() -> None:
        for start in range(0, len(inputs), BATCH):
            forward(keras.ops.convert_to_tensor(inputs[start : start + BATCH]))

    spent = {"scan": 0.0, "forward": 0.0, "decode": 0.0}
    parts = {"scan": lambda: scanner.table(shard), "forward": bare, "decode": decode}
    for turn in range(rounds + 1):  # the first one compiles
        for name, part in parts.items():
            begun = time.process_time()
            part()
            spent[name] += (time.process_time() - begun) * bool(turn)
    per = {name: 1000 * seconds / rounds / len(contents) for name, seconds in spent.items()}
    reached = (per["forward"] + per["decode"]) / per["scan"]
    print(f"{len(names)} layers, ms a picture: {per}; share of the bare rate: {reached:.3f}")


def peak(folder: Path) -> None:
    """Scan and print the peak memory of this process in MB."""
    import resource

    from generator import scan

    begun = time.process_time()
    scan("squeezenet", folder, LAYERS)
    seconds = time.process_time() - begun
    print(
        f"peak {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:.0f} MiB; {seconds:.1f} CPU seconds"
    )


def all_maps(folder: Path) -> int:
    """Compare the table with that of all maps of all layers with weights; return the exit status."""
    import keras

    from generator import load_network
    from generator.analysis.feeding import fed
    from generator.analysis.scanner import Scanner
    from generator.datasets.opening import opened
    from generator.datasets.table import merged

    network = load_network("squeezenet")
    names = [layer.name for layer in network.model.layers if layer.weights]
    tables = [Scanner(network, names).table(shard) for shard in opened(folder)]
    table = tables[0]
    for other in tables[1:]:
        table = merged(table, other)
    outputs = keras.Model(network.model.input, [network.model.get_layer(name).output for name in names])
    paths = sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*.jpg"))
    rows: dict[str, list[np.ndarray]] = {name: [] for name in names}
    for start in range(0, len(paths), 40):
        inputs = np.concatenate([fed(network, folder / path)[1] for path in paths[start : start + 40]])
        for name, maps in zip(names, outputs.predict(inputs, verbose=0), strict=True):
            rows[name].append(maps.reshape(len(maps), -1, maps.shape[-1]).max(axis=1))
    places, differences, swapped = {path: place for place, path in enumerate(paths)}, [0.0], 0
    for name in names:
        every = np.concatenate(rows[name])
        strongest = -np.sort(-np.maximum(every, 0), axis=0)[:25].T
        found = table.layers[name]
        differences.append(float(np.max(np.abs(found.values - strongest) / np.maximum(strongest, 1e-3))))
        for feature, (values, pictures) in enumerate(zip(found.values, found.pictures, strict=True)):
            own = [every[places[table.pictures[one].name], feature] for one in pictures]
            order = np.argsort(-every[:, feature], kind="stable")[:25]
            swapped += int(
                sum(
                    table.pictures[one].name != paths[other]
                    for one, other, value in zip(pictures, order, values, strict=True)
                    if value > 0
                )
            )
            apart = np.abs(own - values) / np.maximum(values, 1e-3)
            differences.append(float(np.max(np.where(values > 0, apart, 0))))
    features = sum(len(layer.values) for layer in table.layers.values())
    print(
        f"{table.seen} pictures, {features} features: largest relative difference {max(differences):.1e}; "
        f"{swapped} of {features * 25} places have another picture, by ties within that"
    )
    return int(max(differences) > LARGEST_DIFFERENCE)


def main() -> int:
    """Measure, print and return the exit status."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--pictures", type=int, default=1000)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--all-maps", action="store_true")
    parser.add_argument("--peak", type=Path)
    options = parser.parse_args()
    if options.peak:
        peak(options.peak)
        return 0
    with TemporaryDirectory() as name:
        folder = Path(name)
        fill(folder, options.pictures)
        if options.all_maps:
            return all_maps(folder)
        rate(folder, options.rounds, False)
        rate(folder, options.rounds, True)
        again = [sys.executable, "-m", "benchmarks.scan", "--peak", name]
        subprocess.run(again, cwd=ROOT, check=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
