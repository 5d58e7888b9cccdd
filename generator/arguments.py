"""The arguments of each verb of the command line: names, defaults and one line of help each."""

from __future__ import annotations

import argparse
import os
from pathlib import Path
from typing import Any

from generator.version import __version__


def parser() -> argparse.ArgumentParser:
    """Return the parser of the whole command line; what it returns has the verb's name in ``verb``."""
    commands = argparse.ArgumentParser(
        prog="gallery", description="A static-site generator for convnet-visualization galleries."
    )
    commands.add_argument("--version", action="version", version=f"gallery {__version__}")
    verbs = commands.add_subparsers(metavar="VERB", required=True, dest="verb")
    talk, place = _talking(), _placing()
    _add_build(verbs, [place, talk])
    _add_publish(verbs, [place, talk])
    _add_export(verbs, [place, talk])
    _add_questions(verbs, [place])
    _add_figure(verbs, [talk])
    _add_networks(verbs, [talk])
    _add_clean(verbs, [place])
    return commands


def _add_build(verbs: Any, shared: list[argparse.ArgumentParser]) -> None:
    """Add what builds: ``build`` and ``serve``."""
    build = verbs.add_parser("build", parents=shared, help="compute, render and swap the new site in")
    _add_building(build)
    _add_archive(build.add_mutually_exclusive_group()).add_argument(
        "-f", "--force", action="store_true", help="make everything anew, whatever is kept"
    )
    serve = verbs.add_parser(
        "serve", parents=shared, help="build, serve on 127.0.0.1, build anew and reload on every change"
    )
    _add_building(serve)
    _add_archive(serve)
    serve.add_argument("-f", "--force", action="store_true", help="make everything anew at the start")
    serve.add_argument(
        "--port", type=_port, default=8000, help="port to serve on; 0: any that is free (default: 8000)"
    )


def _add_publish(verbs: Any, shared: list[argparse.ArgumentParser]) -> None:
    publish = verbs.add_parser(
        "publish", parents=shared, help="build and put the site on a branch of a remote"
    )
    _add_building(publish)
    _add_archive(publish)
    publish.add_argument("--remote", default="origin", help="a name or an address (default: origin)")
    publish.add_argument("--branch", default="gh-pages", help="where the site goes (default: gh-pages)")
    publish.add_argument("-m", "--message", metavar="TEXT", help="of the commit")
    publish.add_argument(
        "--orphan", action="store_true", help="leave the branch with one commit, without those before it"
    )
    publish.add_argument("--dry-run", action="store_true", help="build, and say what would be sent")


def _add_building(parser: argparse.ArgumentParser) -> None:
    """Add what a verb that builds can be told of how."""
    parser.add_argument(
        "-j",
        "--jobs",
        type=_count,
        default=_cores(),
        help="read, draw and render so much at once (default: a job a core)",
    )
    parser.add_argument("--offline", action="store_true", default=_offline(), help="never fetch weights")
    _add_strict(parser)


def _add_strict(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--strict", action="store_true", help="refuse what is only warned of, such as no alt text"
    )


def _add_archive(parser: Any) -> Any:
    """Add the results of another machine, and return what they were added to."""
    parser.add_argument(
        "--from",
        type=Path,
        metavar="FILE",
        dest="archive",
        help="use the results that 'export' wrote elsewhere",
    )
    return parser


def _add_export(verbs: Any, shared: list[argparse.ArgumentParser]) -> None:
    export = verbs.add_parser(
        "export", parents=shared, help="compute what is missing and write all results into a file"
    )
    export.add_argument("file", type=Path, metavar="FILE", help="the archive, for 'build --from' elsewhere")
    export.add_argument("--offline", action="store_true", default=_offline(), help="never fetch weights")


def _add_figure(verbs: Any, shared: list[argparse.ArgumentParser]) -> None:
    figure = verbs.add_parser(
        "figure", parents=shared, help="make one figure without a site: SVG, PNG or PDF"
    )
    figure.add_argument("image", metavar="IMAGE", help="a picture's path, or its slug in the configuration")
    figure.add_argument(
        "-o", "--output", required=True, metavar="FILE", help=".svg, .png or .pdf; - prints SVG"
    )
    figure.add_argument("-m", "--model", metavar="M", help="a network's name, or the path of a .keras file")
    figure.add_argument(
        "-l", "--layer", action="append", metavar="L", help="may be repeated; default: the pools"
    )
    figure.add_argument(
        "--features", metavar="N,N", help="of the one layer, in this order, not the strongest"
    )
    figure.add_argument(
        "--top-features", type=_count, metavar="K", help="how many of each layer (default: 3)"
    )
    _add_seeing(figure)
    pixels = figure.add_mutually_exclusive_group()
    pixels.add_argument("--width", type=_count, metavar="PX", help="of a PNG (default: twice the SVG's)")
    pixels.add_argument("--dpi", type=_count, metavar="N", help="of a PNG, where the SVG has 96 px an inch")
    figure.add_argument("--offline", action="store_true", default=_offline(), help="never fetch weights")
    figure.add_argument("-f", "--force", action="store_true", help="compute anew, whatever is kept")
    figure.add_argument(
        *("-c", "--config"),
        type=Path,
        default=Path("gallery_config.yml"),
        metavar="FILE",
        help="where slugs are looked up",
    )


def _add_seeing(figure: argparse.ArgumentParser) -> None:
    """Add the keys of a configuration that change what a network sees and how it is shown."""
    figure.add_argument("--method", help="deconvnet, guided or gradient")
    figure.add_argument("--seed", help="map, peak or unit")
    figure.add_argument("--bias", help="none or subtract")
    figure.add_argument("--scale", help="symmetric or minmax")
    figure.add_argument("--weights", help="a name the network knows, or a path")
    figure.add_argument("--variant", help="plain, convolutional or atrous")
    figure.add_argument(
        "--input-size", type=_size, metavar="HxW", help="of the network's input; or one number"
    )
    figure.add_argument("--preprocessing", help="of a .keras file: none, unit, tf, torch or caffe")
    figure.add_argument("--labels", metavar="FILE", help="of a .keras file: a label on every line")


def _add_questions(verbs: Any, shared: list[argparse.ArgumentParser]) -> None:
    """Add what changes nothing: ``check`` and ``why``."""
    check = verbs.add_parser(
        "check", parents=shared, help="validate configuration, pictures, models and layers; compute nothing"
    )
    check.add_argument(
        "--site", action="store_true", help="walk the built site instead: links, ids, images, sizes"
    )
    _add_strict(check)
    why = verbs.add_parser(
        "why", parents=shared, help="say for each artifact of a picture whether it was reused, or why not"
    )
    why.add_argument("image", metavar="IMAGE", help="the picture's name in addresses")


def _add_networks(verbs: Any, shared: list[argparse.ArgumentParser]) -> None:
    models = verbs.add_parser(
        "models", help="list the models, their layers and their weights, or say whether your own is supported"
    )
    models.add_argument(
        "name", nargs="?", metavar="NAME", help="one model only, or the path of a .keras file"
    )
    weights = verbs.add_parser("weights", parents=shared, help="fetch and verify a model's weights")
    weights.add_argument("name", metavar="NAME")
    weights.add_argument(
        "--no-classifier", action="store_true", help="the smaller file, where there is one: no predictions"
    )
    weights.add_argument(
        "--offline", action="store_true", default=_offline(), help="verify only, fetch nothing"
    )


def _add_clean(verbs: Any, shared: list[argparse.ArgumentParser]) -> None:
    clean = verbs.add_parser("clean", parents=shared, help="remove the generated site")
    clean.add_argument("--cache", action="store_true", help="and the cache, with the weights fetched into it")
    clean.add_argument(
        "--older-than",
        type=_days,
        metavar="DAYS",
        help="remove nothing but what of the cache was not used for so many days",
    )


def _building() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(add_help=False)
    parser.add_argument(
        "-j",
        "--jobs",
        type=_count,
        default=_cores(),
        help="read, draw and render so much at once (default: a job a core)",
    )
    parser.add_argument("--offline", action="store_true", default=_offline(), help="never fetch weights")
    parser.add_argument("-f", "--force", action="store_true", help="make everything anew, whatever is kept")
    return parser


def _placing() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(add_help=False)
    parser.add_argument(
        "-c", "--config", type=Path, default=Path("gallery_config.yml"), metavar="FILE", help="configuration"
    )
    parser.add_argument("-o", "--output", type=Path, metavar="FOLDER", help="where the site goes")
    parser.add_argument("--base-url", metavar="URL", help="where the site will be published")
    return parser


def _talking() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(add_help=False)
    loudness = parser.add_mutually_exclusive_group()
    loudness.add_argument("-v", "--verbose", action="store_true", help="say each step and its seconds")
    loudness.add_argument("-q", "--quiet", action="store_true", help="say only what fails")
    return parser


def _offline() -> bool:
    return os.environ.get("GALLERY_OFFLINE", "") not in ("", "0")


def _days(text: str) -> float:
    try:
        days = float(text)
    except ValueError:
        days = -1.0
    if not 0 <= days < 1e6:
        raise argparse.ArgumentTypeError(f"expected a number of days, such as 30. Received: {text!r}")
    return days


def _port(text: str) -> int:
    if not (text.isdecimal() and len(text) <= 5 and int(text) < 65_536):
        raise argparse.ArgumentTypeError(f"expected a port, 0 to 65535. Received: {text!r}")
    return int(text)


def _cores() -> int:
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def _count(text: str) -> int:
    if not text.isdecimal() or int(text) < 1:
        raise argparse.ArgumentTypeError(f"expected a whole number of at least 1. Received: {text!r}")
    return int(text)


def _size(text: str) -> list[int]:
    """Return height and width.

    >>> _size("224"), _size("240x320")
    ([224, 224], [240, 320])
    """
    height, _, width = text.partition("x")
    return [_count(height), _count(width or height)]
