"""``gallery figure IMAGE``: write one figure without a site, as SVG, PNG or PDF."""

from __future__ import annotations

import argparse
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
from generator.cli.warnings import (
    display_warning,
    fewer_warning,
    has_default_display,
)
from generator.config import load_single
from generator.errors import ConfigError
from generator.figures import files
from generator.networks import choice, registry
from generator.records import GalleryConfig
from generator.records.model_remarks import IN_FILE, remarks
from generator.store import Store

STDOUT = "-"


def run(options: argparse.Namespace) -> int:
    """Draw one figure and write it to a file or to standard output.

    Raises:
        ConfigError: the options contradict each other, or name something that does not exist.
        FigureError: the figure cannot be converted or written.
        ImageError: the picture cannot be read.
        NetworkError: the model cannot be loaded.
        WeightsError: the weights cannot be fetched or read.
    """
    _refuse_output(options)
    with console(options.quiet, options.verbose) as progress:
        store = Store(environment.cache_folder(), "figures", progress.warn, options.force)
        config = _configuration(options, store)
        _refuse_inputs(options.output, config)
        for network in config.networks:
            for remark in remarks(network.own, IN_FILE) if network.own else ():
                progress.warn(remark)
            if has_default_display(network):
                progress.warn(display_warning(network))
            if network.fewer:
                progress.warn(fewer_warning(network, config.top_features))
        fetch = Fetch(progress, options.offline)
        (model,) = open_models(config.networks, store.digest, progress.say, fetch)
        name = "-".join(model.spec.layers) if options.output == STDOUT else Path(options.output).stem
        made = figure(config, model, store.digest, Run(store, progress), name)
        store.save()
    _write(made, options)
    return DONE


def _refuse_output(options: argparse.Namespace) -> None:
    """Refuse a wrong file or resolution before anything is computed."""
    name = f"-{files.SVG}" if options.output == STDOUT else options.output
    if found := files.mistake(name, options.width, options.dpi):
        option = "output" if found.option == "path" else found.option
        raise ConfigError(f"--{option}: {found.text}")


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
        "predictions": options.predictions,
        "code": options.code,
        "display": options.display,
        "fit": options.fit,
        "layers": options.layer,
        "features": {options.layer[0]: features} if options.features else None,
    }
    keys = "top_features", "method", "seed", "bias", "scale"
    settings: dict[str, object] = {key: getattr(options, key) for key in keys}
    settings["views"] = [view.strip() for view in options.views.split(",")] if options.views else None
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
        if files.is_same(output, path):
            raise ConfigError(f"--output: {output!r} is an input of the figure; choose another file")


def _write(made: Titled, options: argparse.Namespace) -> None:
    """Write the figure into its file, or print it."""
    if options.output == STDOUT:
        # UTF-8, as its first line says, whatever the terminal takes
        sys.stdout.buffer.write(made.figure.svg.encode())
        return
    content = files.content(made.figure, made.title, options.output, options.width, options.dpi)
    files.write(options.output, content)
