"""``gallery models``: the models, their layers and their weights, or whether a user's own is supported."""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from pathlib import Path

from generator import own_networks
from generator.errors import NetworkError
from generator.networks import model_file, registry
from generator.networks import weights as shelf
from generator.networks.known import Variant
from generator.records import NetworkInfo, OwnNetwork
from generator.verbs import DONE, FAILED


def run(options: argparse.Namespace) -> int:
    """Describe one model, all of them, or a user's own.

    Raises:
        NetworkError: no such model, or the file cannot be loaded.
    """
    if options.name and options.name.endswith(".keras"):
        return _own(Path(options.name))
    for name in [options.name] if options.name else registry.names():
        for line in _known(registry.describe(name)):
            print(line)
    return DONE


def _own(path: Path) -> int:
    """Say whether a user's own model can be deconvolved: its layers, or each operation without a rule."""
    model = model_file.load(path)
    from generator.engine import graph  # after what loads Keras quietly

    problems = [f"{path}: {problem}" for problem in graph.unsupported(model)]
    print("\n".join(problems) or f"{path}: supported, every operation has a rule")
    for line in [] if problems else _own_layers(path):
        print(line)
    return FAILED if problems else DONE


def _own_layers(path: Path) -> Iterator[str]:
    """Yield the layers of a user's own model that is supported, or why a gallery cannot show it."""
    try:
        yield from _layers(own_networks.describe(OwnNetwork(path, preprocessing="none")))
    except NetworkError as error:
        yield f"  in a gallery: {error}"


def _known(info: NetworkInfo) -> Iterator[str]:
    yield f"{info.name}: {info.title}, input {_shape(info.input_shape)}, {info.reference_url}"
    cache = shelf.cache_folder()
    for name, known in registry.entry(info.name).weights.items():
        yield f"  weights: {name} ({known.summary})"
        yield from (f"    {shelf.status(source, cache)}" for source in known.files)
    for variant in registry.variants(info.name):
        form = registry.form(info.name, variant)
        yield f"  variant: {variant or registry.PLAIN} ({form.summary}; {_sizes(form)})"
    yield from _layers(info)
    yield ""


def _layers(info: NetworkInfo) -> Iterator[str]:
    width = max(len(layer.name) for layer in info.layers)
    for layer in info.layers:
        yield f"  {layer.name:{width}}  {layer.kind:22}  {_shape(layer.shape)}"


def _sizes(form: Variant) -> str:
    """Return what sizes of input a form of a network takes."""
    bare, classifying = (
        "this input only" if px is None else f"input from {px} px" for px in form.smallest_px
    )
    return classifying if bare == classifying else f"{classifying}, without classes {bare}"


def _shape(shape: tuple[int, ...]) -> str:
    return " x ".join(map(str, shape))
