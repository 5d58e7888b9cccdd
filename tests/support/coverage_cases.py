"""The networks of the table of coverage: what the engine reads, what the tape walks, and what they see."""

import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import keras
import numpy as np

from generator import images, load_network
from generator.networks import choice, registry
from tests.support import applications, own_models

PHOTOGRAPH = Path(__file__).parents[2] / "inputs" / "chelsea.jpg"
SEEDED = "seeded"

LARGE = "Larger Keras Applications"
AMPLIFYING = "Keras Applications in float64"
GROUPS = {
    "Known networks": "The networks that a configuration knows by name.",
    "Keras Applications": "Networks of `keras.applications` that have no name of their own here.",
    LARGE: 'Measured by `make coverage-table ARGS="--all --write docs/reference/coverage.md"`, each in a '
    "process of its own of up to 7.5 GB.",
    AMPLIFYING: "Measured likewise, with the network in float64 in every column. With random weights these "
    "amplify the rounding of float32, whose errors in `gradient` were 1e-5 to 7e-5, 2e-4 for "
    "`EfficientNetV2L` and 7e-3 for `NASNetLarge`.",
    "Models of your own": "Small models as users have them. The tape walks a model of plain layers with the "
    "same weights, which float16 has rounded.",
    "ONNX": "The packaged SqueezeNet, written as an ONNX file with its channels first. The tape walks the "
    "packaged network.",
}
"""The tables of networks, in order: heading -> what it says."""

OWN = {
    "grey, 28 x 28 x 1": own_models.grey,
    **{f"policy {name}": own_models.in_policy(name) for name in own_models.POLICIES},
    "uint8 before Rescaling": own_models.whole_numbers,
    "channels_first": own_models.channels_first,
    "whole .h5": own_models.whole_h5,
    "custom layer": own_models.custom_layer,
    "subclassed model": own_models.subclassed,
    "registered rule": own_models.own_rule,
}
LAYERS = {
    "channels_first": ("pool1", "conv2", "classes"),
    "custom layer": ("block.conv", "block", "classes"),
    "subclassed model": ("pool", "deep", "classes"),
}
"""Layers that a model and its twin both have; else they are spread over the depth of the twin."""


@dataclass(frozen=True)
class Case:
    """One network: its table and name, whose weights it has, its model in a type, and what it looks at.

    Without ``layers`` they are spread over the depth. ``is_exact``: the model is also built in float64.
    """

    group: str
    name: str
    weights: str
    build: Callable[[str], keras.Model]
    batch: np.ndarray
    layers: tuple[str, ...] = ()
    is_exact: bool = False

    @property
    def is_large(self):
        """Whether it is measured only on demand."""
        return self.group in (LARGE, AMPLIFYING)

    @property
    def dtype(self):
        """The type in which the network runs in all columns but the last."""
        return "float64" if self.group == AMPLIFYING else "float32"

    def models(self, dtype):
        """Return the model that the engine reads and its twin that the tape walks."""
        model = self.build(dtype)
        return model if isinstance(model, tuple) else (model, model)

    def chosen(self, twin, batch):
        """Return {layer: features}."""
        return applications.chosen(twin, batch, names=self.layers)


def cases():
    """Yield all networks, table by table."""
    for name in registry.names():
        for weights in registry.entry(name).weights:
            yield _seeded(name) if choice.to_fetch(name, weights) else _trained(name, weights)
    for name in applications.SIZES:
        if name.lower() not in registry.names():
            yield _application("Keras Applications", name)
    for name in applications.FURTHER:
        yield _application(LARGE, name)
    for name in applications.AMPLIFYING:
        yield _application(AMPLIFYING, name)
    for name, make in OWN.items():
        yield _own(name, make)
    if not choice.to_fetch("squeezenet", "imagenet"):
        batch, layers = _trained("squeezenet", "imagenet").batch, ("maxpool3", "maxpool5", "fire9")
        make = _in_a_folder(own_models.squeezenet)
        yield Case("ONNX", "squeezenet.onnx", "imagenet", make, batch, layers)


def _trained(name, weights):
    """Return a network whose weights are at hand."""
    network = load_network(name, weights)
    picture = images.fit(images.read(PHOTOGRAPH), network.input_shape[:2])
    return Case("Known networks", name, weights, lambda _: network.model, network.preprocess(picture))


def _seeded(name):
    """Return a network of the registry with random weights, small."""
    known = next(known for known in applications.SIZES if known.lower() == name)
    size = applications.SIZES[known]

    def build(dtype):
        return applications.seeded(registry.build(name, input_size=(size, size), dtype=dtype))

    picture = applications.picture(known)
    return Case("Known networks", name, SEEDED, build, picture, is_exact=True)


def _application(group, name):
    build, picture = partial(applications.build, name), applications.picture(name)
    return Case(group, name, SEEDED, build, picture, is_exact=group not in (LARGE, AMPLIFYING))


def _own(name, make):
    """Return a model as users have them; one with whole numbers as its input sees a picture's values."""
    random, channels = np.random.default_rng(6), 1 if name.startswith("grey") else 3
    shape = (1, 28, 28, channels)
    batch = random.integers(0, 256, shape) if name.startswith("uint8") else random.normal(0, 1, shape)
    return Case("Models of your own", name, SEEDED, _in_a_folder(make), batch, LAYERS.get(name, ()))


def _in_a_folder(make):
    """Return what builds a model and its twin, whatever the type, with a folder for its files."""

    def build(_):
        with tempfile.TemporaryDirectory() as folder:
            return make(Path(folder))

    return build
