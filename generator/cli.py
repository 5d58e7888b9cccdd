"""Arguments, exit codes and the printing of errors. No logic: each verb is one call into the project.

Exit status: 0 done; 1 something failed; 2 wrong usage or configuration, nothing touched; 130 and 143 after
SIGINT and SIGTERM; 141 when whoever reads the output has gone, as in ``gallery models | head``.
"""

from __future__ import annotations

import argparse
import os
import signal
import sys
from collections.abc import Sequence
from pathlib import Path
from types import FrameType
from typing import Any

from generator.errors import ConfigError, GalleryError, NetworkError
from generator.version import __version__

DONE, FAILED, WRONG_USE = 0, 1, 2
UNREAD = 141
"""What a shell sees of a program that SIGPIPE ended."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one verb and return the exit status."""
    try:
        try:
            return _run(arguments)
        finally:
            sys.stdout.flush()  # here, where a reader that has gone can still be met quietly
    except BrokenPipeError:
        _silence()
        return UNREAD


def _run(arguments: Sequence[str] | None) -> int:
    options = _parser().parse_args(arguments)
    signal.signal(signal.SIGTERM, _terminated)
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")  # TensorFlow's chatter is no message of ours
    try:
        status: int = options.run(options)
        return status
    except (ConfigError, NetworkError) as error:
        print(error, file=sys.stderr)
        return WRONG_USE
    except GalleryError as error:
        print(f"gallery: {error}", file=sys.stderr)
        return FAILED
    except KeyboardInterrupt:
        return 128 + signal.SIGINT


def _build(options: argparse.Namespace) -> int:
    from generator import verbs

    return FAILED if verbs.build(options).failed else DONE


def _check(options: argparse.Namespace) -> int:
    from generator import verbs

    if options.site:
        problems, remarks = verbs.check_site(options), verbs.site_sizes(options)
    else:
        problems, remarks = verbs.check(options), verbs.warnings(options)
    for remark in remarks:
        print(remark, file=sys.stdout if options.site else sys.stderr)
    for problem in problems:
        print(problem, file=sys.stderr)
    return FAILED if problems else DONE


def _models(options: argparse.Namespace) -> int:
    from generator import verbs

    if options.name and options.name.endswith(".keras"):
        problems = verbs.problems_of_model(Path(options.name))
        print("\n".join(problems) or f"{options.name}: supported, every operation has a rule")
        for line in [] if problems else verbs.layers_of_model(Path(options.name)):
            print(line)
        return FAILED if problems else DONE
    for line in verbs.models(options.name):
        print(line)
    return DONE


def _weights(options: argparse.Namespace) -> int:
    from generator import verbs

    for line in verbs.weights(options):
        print(line)
    return DONE


def _clean(options: argparse.Namespace) -> int:
    from generator import verbs

    for line in verbs.clean(options):
        print(line)
    return DONE


def _why(options: argparse.Namespace) -> int:
    from generator import verbs

    for line in verbs.why(options):
        print(line)
    return DONE


def _silence() -> None:
    """Send what is still to be printed nowhere: Python flushes again when it ends, and would complain."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    for stream in (sys.stdout, sys.stderr):
        os.dup2(nowhere, stream.fileno())


def _terminated(_signal: int, _frame: FrameType | None) -> None:
    sys.exit(128 + signal.SIGTERM)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="gallery", description="A static-site generator for convnet-visualization galleries."
    )
    parser.add_argument("--version", action="version", version=f"gallery {__version__}")
    verbs = parser.add_subparsers(metavar="VERB", required=True)
    talk, place = _talking(), _placing()
    _add_build(verbs, [place, talk])
    _add_questions(verbs, [place])
    _add_networks(verbs, [talk])
    _add_clean(verbs, [place])
    return parser


def _add_build(verbs: Any, shared: list[argparse.ArgumentParser]) -> None:
    build = verbs.add_parser("build", parents=shared, help="compute, render and swap the new site in")
    build.add_argument("-j", "--jobs", type=_count, default=2, help="pictures drawn at once (default: 2)")
    build.add_argument("--offline", action="store_true", default=_offline(), help="never fetch weights")
    build.add_argument("-f", "--force", action="store_true", help="make everything anew, whatever is kept")
    build.set_defaults(run=_build)


def _add_questions(verbs: Any, shared: list[argparse.ArgumentParser]) -> None:
    """Add what changes nothing: ``check`` and ``why``."""
    check = verbs.add_parser(
        "check", parents=shared, help="validate configuration, pictures, models and layers; compute nothing"
    )
    check.add_argument(
        "--site", action="store_true", help="walk the built site instead: links, ids, images, sizes"
    )
    check.set_defaults(run=_check)
    why = verbs.add_parser(
        "why", parents=shared, help="say for each artifact of a picture whether it was reused, or why not"
    )
    why.add_argument("image", metavar="IMAGE", help="the picture's name in addresses")
    why.set_defaults(run=_why)


def _add_networks(verbs: Any, shared: list[argparse.ArgumentParser]) -> None:
    models = verbs.add_parser(
        "models", help="list the models, their layers and their weights, or say whether your own is supported"
    )
    models.add_argument(
        "name", nargs="?", metavar="NAME", help="one model only, or the path of a .keras file"
    )
    models.set_defaults(run=_models)
    weights = verbs.add_parser("weights", parents=shared, help="fetch and verify a model's weights")
    weights.add_argument("name", metavar="NAME")
    weights.add_argument(
        "--no-classifier", action="store_true", help="the smaller file, where there is one: no predictions"
    )
    weights.add_argument(
        "--offline", action="store_true", default=_offline(), help="verify only, fetch nothing"
    )
    weights.set_defaults(run=_weights)


def _add_clean(verbs: Any, shared: list[argparse.ArgumentParser]) -> None:
    clean = verbs.add_parser("clean", parents=shared, help="remove the generated site")
    clean.add_argument("--cache", action="store_true", help="and the cache, with the weights fetched into it")
    clean.add_argument(
        "--older-than",
        type=_days,
        metavar="DAYS",
        help="remove nothing but what of the cache was not used for so many days",
    )
    clean.set_defaults(run=_clean)


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


def _count(text: str) -> int:
    if not text.isdecimal() or int(text) < 1:
        raise argparse.ArgumentTypeError(f"expected a whole number of at least 1. Received: {text!r}")
    return int(text)
