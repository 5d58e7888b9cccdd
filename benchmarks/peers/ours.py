"""This engine, through what users call, ``deconvolve``: in one sweep, one a layer, or forward alone."""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np

from benchmarks import serving, work
from convnet_gallery import deconvolve, load_network
from generator.engine.deconvnet import Deconvnet

ROOT = Path(__file__).parents[2]
PICTURE = ROOT / "inputs" / "jaguar.jpg"
COUNT = 3


def prepare(path: Path) -> None:
    """Write the work: the photograph, the weights `hed`, and the strongest features of the five pools."""
    network = vgg16()
    chosen = deconvolve(network, PICTURE, top_features=COUNT)
    batch = network.preprocess(chosen.input)
    layers = [layer for layer in network.model.layers if layer.name != "input"]
    kernels = [[np.asarray(weight) for weight in layer.get_weights()] for layer in layers]
    named = [work.Layer(layer.name, *arrays) for layer, arrays in zip(layers, kernels, strict=True)]
    work.write(
        work.Work(batch, tuple(named), {name: result.features for name, result in chosen.layers.items()}),
        path,
    )


def vgg16():
    """Return VGG16 with the weights ``hed``."""
    return load_network("vgg16", weights="hed")


def sweep(given: work.Work, full: bool) -> serving.Run:
    """Return the function that makes all reconstructions, in one sweep or in one a layer."""
    network = vgg16()
    features = {name: chosen.tolist() for name, chosen in given.features.items()}

    def run() -> dict[str, np.ndarray]:
        result = deconvolve(network, given.batch, features=features, full=full)
        return {name: network.colours(layer.reconstructions) for name, layer in result.layers.items()}

    return run


def forward(given: work.Work) -> serving.Run:
    """Return the function that only goes forward, switches included."""
    engine = Deconvnet(vgg16().model)

    def run() -> dict[str, np.ndarray]:
        trace = engine.forward(given.batch, list(given.features))
        return {name: engine.to_numpy(maps) for name, maps in trace.activations.items()}

    return run


PARTS = {
    "sweep": lambda given: sweep(given, full=True),
    "loop": lambda given: sweep(given, full=False),
    "forward": forward,
}

if __name__ == "__main__":
    if sys.argv[2] == "prepare":
        prepare(Path(sys.argv[1]))
    else:
        serving.serve(PARTS[sys.argv[2]])
