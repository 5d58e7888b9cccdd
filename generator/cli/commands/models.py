"""``gallery models``: list models with layers and weights, or check whether a user's own is supported."""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

from generator import environment
from generator.analysis import inspection
from generator.cli.commands import DONE, FAILED
from generator.errors import NetworkError, first_lines
from generator.networks import backend, channel_order, model_file, registry
from generator.networks import own as own_files
from generator.networks import weights as weights_files
from generator.networks.known import Variant
from generator.records import NetworkInfo, OwnNetwork
from generator.records.model_files import OWN, OWN_SUFFIXES, way_from
from generator.records.model_remarks import IN_FILE, remarks

FIRST = "its channels are first; it is read with them last, and the shapes are (height, width, channels)"
OPEN_PX = 224
"""The input size at which the layers of a model with an open size are listed; it is the most common one."""


def run(options: argparse.Namespace) -> int:
    """Describe one model or a user's own; without a name, list all models, or with ``--layers`` describe all.

    Raises:
        NetworkError: no such model, or the file cannot be loaded.
    """
    if options.device:
        return _device()
    name = options.name or ""
    if name.lower().endswith(OWN_SUFFIXES):
        code = environment.expanded(options.code) if options.code else None
        return _own(environment.expanded(name), code, options.predictions)
    if way := way_from(environment.expanded(name)) if name else "":
        raise NetworkError(f"{name} is {way}")
    for option in ("code", "predictions"):
        if getattr(options, option):
            raise NetworkError(f"--{option} applies only to {OWN} files")
    lines = _known(registry.describe(name)) if name else _all() if options.layers else _listed()
    for line in lines:
        print(line)
    return DONE


def _device() -> int:
    """Print where models compute, and why a GPU of this machine is not used."""
    backend.load()
    from generator.engine.device import device

    found = device()
    print(found)
    if found.unused:
        print(found.unused)
    return DONE


def _listed() -> Iterator[str]:
    """Yield a line for each network."""
    rows = [(info.name, info.title, _shape(info.input_shape), _weights(info)) for info in _infos()]
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    for row in rows:
        yield "  ".join(f"{cell:{width}}" for cell, width in zip(row, widths, strict=True)).rstrip()
    yield "'gallery models NAME' lists the layers, weights and variants of a network, --layers those of all"


def _weights(info: NetworkInfo) -> str:
    """Return the names of a network's weights, each with its download size."""
    return ", ".join(
        f"{name} ({summary.rpartition('; ')[2]})" for name, summary in info.weights_choices.items()
    )


def _all() -> Iterator[str]:
    for info in _infos():
        yield from _known(info)


def _infos() -> list[NetworkInfo]:
    return [registry.describe(name) for name in registry.names()]


def _own(path: Path, code: Path | None, predictions: str) -> int:
    """Print the layers of a user's own model, or every reason why it is not supported."""
    model = model_file.load(path, (OPEN_PX, OPEN_PX), code)
    is_first = channel_order.is_first(model)
    size = None if is_first else _open_size(path, model)
    own = OwnNetwork(path, preprocessing="none", input_size=size, predictions=predictions)
    try:
        network = own_files.fed(model, own)
    except NetworkError as error:
        if error.key == "predictions":  # the option is wrong, not the model
            raise
        print(f"{path}: not usable in a gallery: {str(error).removeprefix(f'{path}: ')}")
        return FAILED
    problems = [f"{path}: {problem}" for problem in inspection.unsupported(network.model)]
    print("\n".join(first_lines(problems)) or f"{path}: supported, every operation has a rule")
    if is_first and not problems:
        print(f"{path}: {FIRST}")
    for line in [] if problems else _own_layers(inspection.described(network, own), own):
        print(line)
    return FAILED if problems else DONE


def _open_size(path: Path, model: Any) -> tuple[int, int] | None:
    """Return a size for a model whose input size is open, ``None`` for any other."""
    shape = tuple(model.inputs[0].shape) if getattr(model, "inputs", None) else ()
    if model_file.has_open_size(path):
        return shape[1], shape[2]
    if len(shape) != 4 or None not in shape[1:3]:
        return None
    return shape[1] or OPEN_PX, shape[2] or OPEN_PX


def _own_layers(info: NetworkInfo, own: OwnNetwork) -> Iterator[str]:
    """Yield the layers of a user's own model, and what its configuration must set."""
    yield from _layers(info)
    for alias, original in info.aliases.items():
        yield f"  {alias} = {original}, before any softmax"
    if own.input_size:
        size = _shape(own.input_size)
        yield f"the input has no fixed size; set one with `input_size` (the shapes above are for {size})"
    yield from remarks(replace(own, is_unscaled=not info.scales, outputs=info.outputs), IN_FILE)


def _known(info: NetworkInfo) -> Iterator[str]:
    yield f"{info.name}: {info.title}, input {_shape(info.input_shape)}, {info.reference_url}"
    folder = environment.weights_folder()
    for name, known in registry.entry(info.name).weights.items():
        yield f"  weights: {name} ({known.summary})"
        yield from (f"    {weights_files.status(source, folder)}" for source in known.files)
    for variant in registry.variants(info.name):
        form = registry.form(info.name, variant)
        yield f"  variant: {variant or registry.PLAIN} ({form.summary}; {_sizes(form)})"
    yield from _layers(info)
    yield ""


def _layers(info: NetworkInfo) -> Iterator[str]:
    width = max(len(layer.name) for layer in info.distinct_layers)
    for layer in info.distinct_layers:
        yield f"  {layer.name:{width}}  {layer.kind:22}  {_shape(layer.shape)}"


def _sizes(form: Variant) -> str:
    """Return the input sizes that a form of a network accepts."""
    bare, classifying = (
        "this input only" if px is None else f"input from {px} px" for px in form.smallest_px
    )
    return classifying if bare == classifying else f"{classifying}, without classes {bare}"


def _shape(shape: tuple[int, ...]) -> str:
    return " x ".join(map(str, shape))
