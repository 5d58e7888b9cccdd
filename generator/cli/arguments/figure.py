"""Arguments of the command ``figure``: keys of a configuration as options."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

from generator import environment
from generator.cli.arguments.shared import OFFLINE
from generator.cli.arguments.values import channels, count, size
from generator.cli.arguments.verbs import add_verb
from generator.records.choices import (
    BIASES,
    FITS,
    METHODS,
    PAIR,
    PREPROCESSINGS,
    SCALES,
    SEEDS,
    VARIANTS,
    VIEWS,
    either,
)


def add_figure(verbs: Any, shared: list[argparse.ArgumentParser]) -> None:
    """Add the arguments of ``figure``."""
    figure = add_verb(verbs, "figure", shared)
    figure.add_argument(
        "image", metavar="IMAGE", help="the path of a picture, or its slug in the configuration"
    )
    figure.add_argument(
        "-o",
        "--output",
        required=True,
        type=lambda text: str(environment.expanded(text)),
        metavar="FILE",
        help="the file to write: .svg, .png or .pdf; - prints SVG",
    )
    _add_model(figure)
    _add_settings(figure)
    _add_settings_of_own(figure)
    _add_resolution(figure)
    figure.add_argument("--offline", action="store_true", default=environment.offline(), help=OFFLINE)
    figure.add_argument(
        "-f", "--force", action="store_true", help="compute everything again, even if it is in the cache"
    )
    figure.add_argument(
        *("-c", "--config"),
        type=environment.expanded,
        default=Path("gallery_config.yml"),
        metavar="FILE",
        help="the configuration in which slugs and models are looked up (default: gallery_config.yml)",
    )


def _add_model(figure: argparse.ArgumentParser) -> None:
    """Add the options that choose the model, its layers and their features."""
    figure.add_argument(
        "-m",
        "--model",
        metavar="M",
        help="a network, the slug of a model in the configuration, or a .keras, .onnx or .h5 file; a model "
        "of the configuration uses the settings there unless options change them (default: the first there)",
    )
    figure.add_argument(
        "-l",
        "--layer",
        action="append",
        metavar="L",
        help="a layer to show; may be repeated (default: as in the configuration, or the pools)",
    )
    figure.add_argument(
        "--features", metavar="N,N", help="features of the one layer, in this order (default: the strongest)"
    )
    figure.add_argument(
        "--top-features",
        type=count,
        metavar="K",
        help="number of features of each layer (default: as in the configuration, or 3)",
    )


def _add_settings(figure: argparse.ArgumentParser) -> None:
    """Add the keys of a configuration that change the numbers or how they are shown."""
    settings = {"method": METHODS, "seed": SEEDS, "bias": BIASES, "scale": SCALES, "fit": FITS}
    for key, choices in settings.items():
        text = f"{either(choices)} (default: as in the configuration, or {choices[0]})"
        figure.add_argument(f"--{key}", help=text)
    figure.add_argument(
        "--views",
        metavar="VIEW,VIEW",
        help=f"what is shown of each feature: {', '.join(VIEWS)} (default: as in the configuration, or "
        f"{','.join(PAIR)})",
    )
    figure.add_argument(
        "--weights",
        help="the name of weights of the network, or a path (default: as in the configuration, or the first "
        "in 'gallery models')",
    )
    figure.add_argument(
        "--variant", help=f"{either(VARIANTS)} (default: as in the configuration, or {VARIANTS[0]})"
    )
    figure.add_argument(
        "--input-size",
        type=size,
        metavar="HxW",
        help="size of the network's input, or one number for both sides (default: that of the network)",
    )


def _add_settings_of_own(figure: argparse.ArgumentParser) -> None:
    """Add the keys of a user's own model."""
    figure.add_argument(
        "--preprocessing", help=f"for a .keras, .onnx or .h5 file: {either(PREPROCESSINGS)} (default: none)"
    )
    figure.add_argument(
        "--labels",
        metavar="FILE",
        help="for a .keras, .onnx or .h5 file: a text file with one label on each line (default: numbers)",
    )
    figure.add_argument(
        "--predictions",
        metavar="NAME",
        help="for a .keras, .onnx or .h5 file with several outputs: the one with the classes (default: none)",
    )
    figure.add_argument(
        "--display",
        type=channels,
        metavar="N,N,N",
        help="for your own file: channels of its input to show, three as red, green and blue, or one as grey "
        "(default: the first)",
    )
    figure.add_argument(
        "--code",
        metavar="FILE",
        help="for your own file: a Python file with its custom layers, which is run (default: none)",
    )


def _add_resolution(figure: argparse.ArgumentParser) -> None:
    """Add the options that choose the size of a PNG."""
    pixels = figure.add_mutually_exclusive_group()
    pixels.add_argument(
        "--width", type=count, metavar="PX", help="width of a PNG (default: twice that of the SVG)"
    )
    pixels.add_argument(
        "--dpi",
        type=count,
        metavar="N",
        help="resolution of a PNG; the SVG has 96 px per inch (default: by its width)",
    )
