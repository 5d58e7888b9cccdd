"""``gallery figure IMAGE``: write one figure without a site, as SVG, PNG or PDF."""

from __future__ import annotations

import argparse
import os
import sys
from functools import partial
from pathlib import Path

from generator import environment
from generator.build import protected
from generator.build.figure import Titled, figure
from generator.build.models import Fetch, open_models
from generator.build.run import Run
from generator.cli.commands import DONE
from generator.cli.console import console
from generator.cli.setup import describe_own_model
from generator.cli.warnings import unscaled_warning
from generator.config import load_single
from generator.errors import ConfigError, FigureError
from generator.figures import conversion
from generator.networks import choice, registry
from generator.records import GalleryConfig
from generator.store import Store

STDOUT = "-"
SVG, PNG, PDF = ".svg", ".png", ".pdf"
SHARPNESS = 2
"""The pixels of a PNG per pixel of the figure, unless ``--width`` or ``--dpi`` is given."""


def run(options: argparse.Namespace) -> int:
    """Draw one figure and write it to a file or to standard output.

    Raises:
        ConfigError: the options contradict each other, or name something that does not exist.
        FigureError: the figure cannot be converted or written.
        ImageError: the picture cannot be read.
        NetworkError: the model cannot be loaded.
        WeightsError: the weights cannot be fetched or read.
    """
    suffix = _suffix(options)
    with console(options.quiet, options.verbose) as progress:
        store = Store(environment.cache_folder(), "figures", progress.warn, options.force)
        config = _configuration(options, store)
        _refuse_inputs(options.output, config)
        for network in config.networks:
            if network.own and network.own.is_unscaled:
                progress.warn(unscaled_warning(network.own.path.name))
        fetch = Fetch(progress, options.offline)
        (model,) = open_models(config.networks, store.digest, progress.say, fetch)
        name = "-".join(model.spec.layers) if options.output == STDOUT else Path(options.output).stem
        made = figure(config, model, store.digest, Run(store, progress), name)
        store.save()
    _write(options.output, _converted(made, suffix, options))
    return DONE


def _suffix(options: argparse.Namespace) -> str:
    """Return the suffix of the file to write; refuse wrong options before anything is computed."""
    suffix = SVG if options.output == STDOUT else Path(options.output).suffix.lower()
    if suffix not in (SVG, PNG, PDF):
        raise ConfigError(
            f"--output: expected a name that ends in {SVG}, {PNG} or {PDF}, found {options.output!r}"
        )
    if suffix != PNG and (options.width or options.dpi):
        raise ConfigError(f"{'--width' if options.width else '--dpi'}: only a {PNG} has pixels, not {suffix}")
    if options.output != STDOUT and not Path(options.output).absolute().parent.is_dir():
        raise ConfigError(f"--output: no folder {str(Path(options.output).parent)!r}")
    if suffix != SVG:
        conversion.require_converter()
    return suffix


def _configuration(options: argparse.Namespace, store: Store) -> GalleryConfig:
    """Return a configuration of one picture and one network, made from the options."""
    named = [part.strip() for part in (options.features or "").split(",")]
    if options.features and len(options.layer or ()) != 1:
        raise ConfigError("--features: needs exactly one --layer, the layer of these features")
    features = [int(part) if part.isdecimal() else part for part in named]
    model = {
        "name": options.model,
        "weights": options.weights,
        "variant": options.variant,
        "input_size": options.input_size,
        "preprocessing": options.preprocessing,
        "labels": options.labels,
        "layers": options.layer,
        "features": {options.layer[0]: features} if options.features else None,
    }
    settings = {key: getattr(options, key) for key in ("top_features", "method", "seed", "bias", "scale")}
    return load_single(
        options.image,
        model,
        settings,
        options.config,
        registry.catalogue(),
        choice.known,
        partial(describe_own_model, store=store),
    )


def _refuse_inputs(output: str, config: GalleryConfig) -> None:
    """Refuse to overwrite an input of the figure."""
    if output == STDOUT:
        return
    for path in protected(config):
        if path.exists() and Path(output).exists() and path.samefile(output):
            raise ConfigError(f"--output: {output!r} is an input of the figure; choose another file")


def _converted(made: Titled, suffix: str, options: argparse.Namespace) -> bytes:
    """Return the figure as the bytes of a file with this suffix."""
    if suffix == SVG:
        return made.figure.svg.encode()
    if suffix == PDF:
        return conversion.pdf(made.figure, made.title)
    width = options.width or SHARPNESS * made.figure.width_px
    return conversion.png(made.figure, made.title, options.dpi or conversion.dpi_of_width(made.figure, width))


def _write(output: str, content: bytes) -> None:
    """Write a file atomically, replacing an existing one; or print it."""
    if output == STDOUT:
        sys.stdout.buffer.write(content)  # UTF-8, as its first line says, whatever the terminal takes
        return
    path = Path(output).resolve()  # replace the target of a symbolic link, not the link
    temporary = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        temporary.write_bytes(content)
        temporary.replace(path)
    except OSError as error:
        temporary.unlink(missing_ok=True)
        raise FigureError(f"{output}: {error.strerror or error}") from error
