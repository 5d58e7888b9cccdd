"""The verb ``figure``: keys of a configuration as options."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

from generator import environment
from generator.cli.arguments.values import count, size
from generator.records.choices import BIASES, METHODS, PREPROCESSINGS, SCALES, SEEDS, either


def add_figure(verbs: Any, shared: list[argparse.ArgumentParser]) -> None:
    """Add ``figure``."""
    figure = verbs.add_parser(
        "figure", parents=shared, help="make one figure without a site: SVG, PNG or PDF"
    )
    figure.add_argument("image", metavar="IMAGE", help="a picture's path, or its slug in the configuration")
    figure.add_argument(
        "-o", "--output", required=True, metavar="FILE", help=".svg, .png or .pdf; - prints SVG"
    )
    figure.add_argument(
        "-m",
        "--model",
        metavar="M",
        help="a network, the slug of one in the configuration, or a .keras file; one that the "
        "configuration has brings its settings along, which options change (default: its first)",
    )
    figure.add_argument(
        "-l", "--layer", action="append", metavar="L", help="may be repeated; default: the pools"
    )
    figure.add_argument(
        "--features", metavar="N,N", help="of the one layer, in this order, not the strongest"
    )
    figure.add_argument("--top-features", type=count, metavar="K", help="how many of each layer (default: 3)")
    _add_seeing(figure)
    pixels = figure.add_mutually_exclusive_group()
    pixels.add_argument("--width", type=count, metavar="PX", help="of a PNG (default: twice the SVG's)")
    pixels.add_argument("--dpi", type=count, metavar="N", help="of a PNG, where the SVG has 96 px an inch")
    figure.add_argument(
        "--offline", action="store_true", default=environment.offline(), help="never fetch weights"
    )
    figure.add_argument("-f", "--force", action="store_true", help="compute anew, whatever is kept")
    figure.add_argument(
        *("-c", "--config"),
        type=Path,
        default=Path("gallery_config.yml"),
        metavar="FILE",
        help="where slugs and models are looked up",
    )


def _add_seeing(figure: argparse.ArgumentParser) -> None:
    """Add the keys of a configuration that change what a network sees and how it is shown."""
    figure.add_argument("--method", help=either(METHODS))
    figure.add_argument("--seed", help=either(SEEDS))
    figure.add_argument("--bias", help=either(BIASES))
    figure.add_argument("--scale", help=either(SCALES))
    figure.add_argument("--weights", help="a name the network knows, or a path")
    figure.add_argument("--variant", help="plain, convolutional or atrous")
    figure.add_argument(
        "--input-size", type=size, metavar="HxW", help="of the network's input; or one number"
    )
    figure.add_argument("--preprocessing", help=f"of a .keras file: {either(PREPROCESSINGS)}")
    figure.add_argument("--labels", metavar="FILE", help="of a .keras file: a label on every line")
