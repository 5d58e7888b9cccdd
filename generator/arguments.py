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
    _add_questions(verbs, [place])
    _add_networks(verbs, [talk])
    _add_clean(verbs, [place])
    return commands


def _add_build(verbs: Any, shared: list[argparse.ArgumentParser]) -> None:
    """Add what builds: ``build`` and ``serve``."""
    shared = [*shared, _building()]
    verbs.add_parser("build", parents=shared, help="compute, render and swap the new site in")
    serve = verbs.add_parser(
        "serve", parents=shared, help="build, serve on 127.0.0.1, build anew and reload on every change"
    )
    serve.add_argument(
        "--port", type=_port, default=8000, help="port to serve on; 0: any that is free (default: 8000)"
    )


def _add_questions(verbs: Any, shared: list[argparse.ArgumentParser]) -> None:
    """Add what changes nothing: ``check`` and ``why``."""
    check = verbs.add_parser(
        "check", parents=shared, help="validate configuration, pictures, models and layers; compute nothing"
    )
    check.add_argument(
        "--site", action="store_true", help="walk the built site instead: links, ids, images, sizes"
    )
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
