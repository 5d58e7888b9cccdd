"""One cell of the table of passes, in a process of its own.

``python -m examples.study.cell DEVICE PASS PHOTOGRAPH`` answers one line of JSON to each line that comes
in, as the benchmarks' peers do: ``check PATH`` runs for the first time, compiling included, and writes
the reconstructions; ``run`` runs again. Memory on a GPU is what TensorFlow's allocator held at most; on a CPU
what the process held at most. Both are told whole and above what the loaded network held.
"""

from __future__ import annotations

import json
import os
import sys
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.serving import high_water_bytes
from convnet_gallery import deconvolve, load_network
from examples.study.scope import BLOCKS

LAYERS = tuple(f"{block}_pool" for block in BLOCKS)
COUNT = 3


def main() -> None:
    """Make the network ready and answer until the pipe closes."""
    answers = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)  # libraries print where they like; the pipe is for answers
    device, passes, path = sys.argv[1:4]
    network = load_network("vgg16", weights="hed")
    loaded = memory_bytes(device, "current")
    _say(answers, note=device)
    for line in sys.stdin:
        command, _, target = line.strip().partition(" ")
        before = time.perf_counter()
        result = deconvolve(network, path, LAYERS, COUNT, full=passes == "single")
        seconds = time.perf_counter() - before
        if command == "check":
            np.savez(target, **{name: layer.reconstructions for name, layer in result.layers.items()})
        peak = memory_bytes(device, "peak")
        facts = {"peak_bytes": peak, "above_bytes": peak - loaded, "sweeps": result.sweeps}
        _say(answers, seconds=seconds, parts=facts, **facts)


def memory_bytes(device: str, kind: str) -> int:
    """Return what the device holds now, or has held at most; of a process only the latter is known."""
    if device == "cpu":
        return _held_bytes()
    import tensorflow as tf

    known: Mapping[str, int] = tf.config.experimental.get_memory_info("GPU:0")
    return known[kind]


def _held_bytes() -> int:
    """Return the most memory this process has held since it began to run this program.

    The maximum that the system tells of a process counts what its parent held; Linux knows better.
    """
    status = Path("/proc/self/status")
    lines = status.read_text(encoding="ascii").splitlines() if status.exists() else ()
    kilobytes = [int(line.split()[1]) for line in lines if line.startswith("VmHWM:")]
    return kilobytes[0] * 1024 if kilobytes else high_water_bytes()


def _say(answers: Any, **answer: Any) -> None:
    answers.write(json.dumps(answer) + "\n")
    answers.flush()


if __name__ == "__main__":
    main()
