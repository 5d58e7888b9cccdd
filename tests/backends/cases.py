"""What is compared between backends: networks, pictures and layers, the same in every process.

Each family of operations is one network: every operation reads a stem of its own with ReLUs, and where
something can read a picture after it, a convolution does. So signals come to it both as one channel that
joins and whole. Weights and pictures are seeded noise, in which no two values tie.
"""

import itertools
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import keras
import numpy as np
from keras import layers

from generator import images, load_network
from generator.engine.methods import METHODS
from generator.engine.seeds import SEEDS
from generator.engine.translation import BIASES
from tests.backends.operations import FAMILIES
from tests.support import applications, tiny
from tests.support.precision import building_in

OPTIONS = tuple(itertools.product(METHODS, SEEDS, BIASES))
"""Every method with every seed and every treatment of biases."""

FEWER = tuple(
    (method, seed, bias)
    for (method, bias), seed in zip(itertools.product(METHODS, BIASES), itertools.cycle(SEEDS), strict=False)
)
"""Every method with every treatment of biases, the seeds in turn: a seed is sown before any rule is asked."""

PHOTOGRAPH = Path(__file__).parents[2] / "inputs" / "jaguar.jpg"


@dataclass(frozen=True)
class Case:
    """A model, its input batch, the layers whose strongest features come back, and how many of each.

    ``options`` are the (method, seed, bias) by which they do. ``exact`` returns the same model in float64,
    with other weights; a large network has none.
    """

    model: Any
    batch: Any
    layers: tuple[str, ...]
    features: int
    options: tuple[tuple[str, str, str], ...] = FEWER
    exact: Callable[[], Any] | None = None


def family(name):
    """Return a network in which each operation of a family stands on a branch of its own."""
    model = _with_branches(FAMILIES[name], "float32")
    random = np.random.default_rng(7)
    for variable in model.weights:
        variable.assign(applications.drawn(random, variable))
    names = tuple(end._keras_history.operation.name for end in model.outputs)
    picture = random.normal(0, 1, (1, 9, 8, 3)).astype("float32")
    return Case(model, picture, names, 2, exact=partial(_with_branches, FAMILIES[name], "float64"))


def _with_branches(operations, dtype):
    """Return a model with a branch for each operation, computing in a type."""
    keras.backend.clear_session(free_memory=False)  # so that Keras numbers bare operations alike everywhere
    with building_in(dtype):
        image = layers.Input((9, 8, 3), name="picture")
        return keras.Model(
            image, [end for kind, call in operations.items() for end in _branch(image, kind, call)]
        )


def _branch(image, kind, call):
    """Yield the end of an operation's branch, and what reads it."""
    word = kind.rpartition(".")[2]  # PyTorch wants no dot in a name
    end = call(layers.Conv2D(4, 3, padding="same", activation="relu", name=f"{word}_stem")(image))
    yield end
    if len(end.shape) == 4:
        yield layers.Conv2D(3, 1, name=f"{word}_reader")(end)


def branches():
    """Return the small network with branches, overlaps and dilation that other tests use too."""
    names = ("pool1", "left", "right", "both", "pool2", "dense", "predictions")
    return Case(tiny.network(), tiny.picture(), names, 2, OPTIONS, exact=_exact_branches)


def _exact_branches():
    with building_in("float64"):
        return tiny.network()


def application(name):
    """Return a network of ``keras.applications`` with random weights, three layers over its depth."""
    model, picture = applications.build(name), applications.picture(name).astype("float32")
    exact = partial(applications.build, name, "float64")
    return Case(model, picture, applications.spread(model, 3), 2, exact=exact)


def packaged(name, weights, names, features):
    """Return a network with its real weights, seeing a photograph."""
    network = load_network(name, weights)
    rgb = images.fit(images.read(PHOTOGRAPH), network.input_shape[:2])
    return Case(network.model, network.preprocess(rgb), names, features)


FIRES = ("maxpool1", "fire3", "maxpool5", "fire9", "predictions")
POOLS = tuple(f"block{number}_pool" for number in range(1, 6))
SMALL: dict[str, Callable[[], Case]] = {
    **{name: partial(family, name) for name in FAMILIES},
    "branches": branches,
    **{name: partial(application, name) for name in ("EfficientNetB0", "MobileNetV2")},
}
REAL: dict[str, Callable[[], Case]] = {
    "squeezenet": lambda: packaged("squeezenet", None, FIRES, 2),
    "vgg16": lambda: packaged("vgg16", "hed", POOLS, 1),
}
CASES = SMALL | REAL
