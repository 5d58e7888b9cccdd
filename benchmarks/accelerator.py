"""The engine under JAX or PyTorch on whatever this machine has: a GPU, or else the processor.

    python -m benchmarks.accelerator --backend jax|torch [--rounds 10] [--networks squeezenet vgg16]

Prints a table in Markdown: the forward pass, the single pass and the loop over layers with three features
of each pooling (of SqueezeNet also of ``fire9``), three methods in one go, and a scan in batches of eight
beside the bare forward pass. SqueezeNet has its trained weights if they are fetched (``GALLERY_WEIGHTS`` is
their folder), otherwise seeded ones; VGG16 has seeded ones.
The last column is the share of the card's own rate that the needed multiplications reach: that of the fastest
of a few large convolutions, timed in the same process by the same backend, in float32.

It needs Keras, NumPy, Pillow, h5py and pydantic beside the backend, and nothing else of this project's
dependencies; Python 3.11 or newer.
"""

from __future__ import annotations

import argparse
import os
import platform
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from importlib.metadata import version
from statistics import median
from typing import TYPE_CHECKING, Any

import numpy as np

from benchmarks.machine import processor
from benchmarks.measures import spread

if TYPE_CHECKING:
    from generator.engine.deconvnet import Deconvnet

BACKENDS = ("jax", "torch")
POOLS = {
    "squeezenet": ("maxpool1", "maxpool3", "maxpool5", "fire9"),
    "vgg16": tuple(f"block{number}_pool" for number in range(1, 6)),
}
FEATURES = 3
LARGE = ((8, 112, 128), (16, 56, 256), (32, 28, 512))
"""Convolutions that fill a card: pictures, their side in pixels, and their channels before and after."""
HEAD = (
    "| {} | seconds, median | between quartiles | a second | share of the card's rate |",
    "|---|---:|---:|---:|---:|",
)


@dataclass(frozen=True)
class Task:
    """Something to time: how many pictures, reconstructions or methods it makes, and what it multiplies."""

    name: str
    run: Callable[[], object]
    makes: int
    unit: str
    multiplications: float


def main() -> int:
    """Measure and print; return the exit status."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--backend", choices=BACKENDS, required=True)
    parser.add_argument("--rounds", type=int, default=10)
    parser.add_argument("--networks", nargs="+", choices=POOLS, default=list(POOLS))
    options = parser.parse_args()
    os.environ["KERAS_BACKEND"] = options.backend  # before anything imports Keras
    rate = card_rate(options.rounds)
    print(f"{described(options.backend)}; its own convolutions reach {2 * rate / 1e12:.3g} TFLOP/s.")
    for name in options.networks:
        model, weights = network(name)
        print("\n" + "\n".join(HEAD).format(f"{name}, {weights}"))
        for task in tasks(model, POOLS[name]):
            print(line(task, seconds_of(task.run, options.rounds), rate), flush=True)
    return 0


def line(task: Task, seconds: Sequence[float], rate: float) -> str:
    """Return the row of a task in the table.

    >>> line(Task("scan", list, 8, "pictures", 4e9), [2.0, 2.0], 1e10)
    '| scan | 2.0000 | 0.0000 | 4.0 pictures | 0.20 |'
    """
    middle = median(seconds)
    share = task.multiplications / middle / rate
    return (
        f"| {task.name} | {middle:.4f} | {spread(seconds):.4f} | {task.makes / middle:.1f} {task.unit} | "
        f"{share:.2f} |"
    )


def seconds_of(run: Callable[[], object], rounds: int) -> list[float]:
    """Return the seconds of each round after one that compiles."""
    run()
    found = []
    for _ in range(rounds):
        before = time.perf_counter()
        run()
        found.append(time.perf_counter() - before)
    return found


def described(backend: str) -> str:
    """Return one line about the device and the versions."""
    from generator.engine.device import CPU, device

    name = processor() if device().name == CPU else device().name
    title = {"jax": "JAX", "torch": "PyTorch"}[backend]
    return (
        f"{name}; Python {platform.python_version()}, Keras {version('keras')}, {title} {version(backend)}, "
        f"NumPy {version('numpy')}"
    )


def network(name: str) -> tuple[Any, str]:
    """Return a model and a word on its weights."""
    import keras

    from generator.errors import WeightsError
    from generator.networks import squeezenet, vgg

    if name == "squeezenet":
        with suppress(WeightsError, ModuleNotFoundError):  # where they lie needs a package more
            from generator.networks.network import load_known

            return load_known(name, None, None, None).model, "trained weights"
    keras.utils.set_random_seed(1)
    return (squeezenet.squeezenet() if name == "squeezenet" else vgg.vgg16()), "seeded weights"


def tasks(model: Any, layers: Sequence[str]) -> Iterator[Task]:
    """Yield what is timed with a model, from its input as an array to results as arrays."""
    from benchmarks import multiplications
    from generator.engine.deconvnet import Deconvnet
    from generator.engine.maxima import BATCH, Maxima
    from generator.engine.methods import METHODS

    engine = Deconvnet(model)
    pictures = np.random.default_rng(2).normal(0, 60, (BATCH, *model.input_shape[1:])).astype(np.float32)
    features = strongest(engine, pictures[:1], layers)
    there = multiplications.forward(engine.steps, layers)
    back = multiplications.backward(engine.steps, dict.fromkeys(layers, FEATURES))
    alone = sum(multiplications.backward(engine.steps, {layer: FEATURES}) for layer in layers)
    rows = FEATURES * len(layers)

    def forward() -> object:
        trace = engine.forward(pictures[:1], layers)
        return [engine.to_numpy(maps) for maps in trace.activations.values()]

    def methods(*chosen: str, full: bool = True) -> object:
        trace = engine.forward(pictures[:1], layers, any(METHODS[one].needs_slopes for one in chosen))
        sweeps = [features] if full else [{layer: numbers} for layer, numbers in features.items()]
        return [engine.backward(trace, sweep, one) for one in chosen for sweep in sweeps]

    yield Task("forward", forward, 1, "pictures", there)
    yield Task("single pass", lambda: methods("deconvnet"), rows, "reconstructions", there + back)
    yield Task(
        "loop over layers", lambda: methods("deconvnet", full=False), rows, "reconstructions", there + alone
    )
    every = ("deconvnet", "guided", "gradient")
    yield Task("three methods", lambda: methods(*every), 3 * rows, "reconstructions", there + 3 * back)
    yield Task("bare forward pass of 8", bare(model, layers, pictures), BATCH, "pictures", BATCH * there)
    maxima = Maxima(engine.steps, layers, engine.dtype)
    yield Task("scan", lambda: maxima.of(pictures), BATCH, "pictures", BATCH * there)


def strongest(engine: Deconvnet, picture: Any, layers: Sequence[str]) -> Mapping[str, Any]:
    """Return the strongest features of each layer."""
    from generator.analysis.selection import strengths
    from generator.analysis.selection import strongest as first

    maps = engine.forward(picture, layers).activations
    return {layer: first(strengths(engine.to_numpy(maps[layer])[0]), FEATURES) for layer in layers}


def bare(model: Any, layers: Sequence[str], pictures: Any) -> Callable[[], object]:
    """Return the function that computes the last of the layers alone, by Keras itself."""
    import keras
    from keras import ops

    from generator.engine.compiled import compiled

    inner = keras.Model(model.input, model.get_layer(layers[-1]).output)
    run = compiled(lambda images: ops.max(inner(images, training=False)))
    return lambda: ops.convert_to_numpy(run(ops.convert_to_tensor(pictures)))


def card_rate(rounds: int) -> float:
    """Return the multiplications a second of the fastest of some large convolutions, in float32."""
    from keras import ops

    from generator.engine.compiled import compiled

    random, rates = np.random.default_rng(3), []
    for count, side, channels in LARGE:
        images = ops.convert_to_tensor(random.normal(size=(count, side, side, channels)).astype(np.float32))
        kernel = ops.convert_to_tensor(random.normal(size=(3, 3, channels, channels)).astype(np.float32))
        run = compiled(
            lambda images, kernel: ops.max(
                ops.conv(images, kernel, padding="same", data_format="channels_last")
            )
        )
        # Converting the one number that is left waits for the device.
        seconds = seconds_of(lambda run=run, x=images, k=kernel: ops.convert_to_numpy(run(x, k)), rounds)
        rates.append(count * side**2 * 9 * channels**2 / min(seconds))
    return max(rates)


if __name__ == "__main__":
    sys.exit(main())
