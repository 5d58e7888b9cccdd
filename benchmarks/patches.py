"""``python -m benchmarks.patches FOLDER``: cut the places of all features of SqueezeNet's shown layers.

Print the CPU seconds of decoding, of the forward passes and of the reconstructions alone, and how much of the
whole they are; and the bytes of the figures. ``--every N`` takes one feature of N.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Callable
from dataclasses import replace
from functools import reduce
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from generator.records import Place

LAYERS = ["maxpool1", "maxpool3", "maxpool5", "fire7", "fire9"]


def seconds(work: Callable[[], Any]) -> float:
    """Return the CPU seconds of some work."""
    started = time.process_time()
    work()
    return time.process_time() - started


def rows_alone(seen: Any, layer: str, count: int = 16) -> float:
    """Return the CPU seconds of one reconstruction."""
    features = np.arange(count, dtype=np.int32)
    return seconds(lambda: dict(seen.reconstruct({layer: features}, seed="peak"))) / count


def measure(folder: Path, every: int) -> None:
    """Scan a folder, cut all places, and print what it took."""
    from generator import images, load_network
    from generator.analysis.cutting import cut_all
    from generator.analysis.forward_pass import look
    from generator.analysis.scanner import Scanner
    from generator.datasets.opening import opened
    from generator.datasets.places import by_picture, pictures, places
    from generator.datasets.table import merged
    from generator.figures.montage import draw_montage
    from generator.figures.patches import encode_patch

    network, shards = load_network("squeezenet"), opened(folder)
    table = replace(reduce(merged, map(Scanner(network, LAYERS).table, shards)), shown=9)
    wanted: list[Place] = []
    features = [(layer, one) for layer in LAYERS for one in range(len(table.layers[layer].values))][::every]
    for layer, feature in features:
        wanted += places(table, layer, feature)
    grouped, contents = by_picture(wanted), {}
    contents = {item.name: item.content for item in pictures(shards, grouped)}
    some = [*contents.values()][:: max(1, len(contents) // 50)]
    arrays = [images.decode(content) for content in some]
    seen = [look(network, array, LAYERS) for array in arrays[:2]][-1]
    decoding = seconds(lambda: [images.decode(content) for content in some]) / len(some) * len(grouped)
    forward = seconds(lambda: [look(network, array, LAYERS) for array in arrays]) / len(some) * len(grouped)
    each = {layer: min(rows_alone(seen, layer) for _ in range(3)) for layer in LAYERS}
    backward = sum(each[place.layer] for place in wanted)
    encoded: dict[tuple[str, int], list[Any]] = {}
    encoding = 0.0

    def cut() -> None:
        nonlocal encoding
        for patch in cut_all(network, shards, wanted):
            started = time.thread_time()  # threads of TensorFlow may wait busily
            key = patch.place.layer, patch.place.feature
            encoded.setdefault(key, []).append(encode_patch(patch))
            encoding += time.thread_time() - started

    whole = seconds(cut)
    sizes = {key: len(draw_montage("a", own, title="A").svg) for key, own in encoded.items()}
    print(f"{len(features)} features, {len(wanted)} places in {len(grouped)} of {table.seen} pictures")
    print(f"CPU seconds: decode {decoding:.1f}, forward {forward:.1f}, backward {backward:.1f}")
    print(f"in all {whole:.1f}, of it encoding {encoding:.1f}: {len(wanted) / whole:.1f} places a second")
    share = (decoding + forward + backward) / whole
    print(f"share of the three alone {share:.2f}; of decode and forward {(decoding + forward) / whole:.2f}")
    kilobytes = np.array([*sizes.values()]) / 1000
    print(f"montages: largest {kilobytes.max():.1f} KB, mean {kilobytes.mean():.1f} KB")


def main() -> int:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--every", type=int, default=1)
    options = parser.parse_args()
    measure(options.folder, options.every)
    return 0


if __name__ == "__main__":
    sys.exit(main())
