"""Arguments of the commands that do not build: ``check``, ``why``, ``models``, ``weights``, ``clean``."""

from __future__ import annotations

import argparse
from typing import Any

from generator import environment
from generator.cli.arguments.shared import add_strict
from generator.cli.arguments.values import days


def add_questions(verbs: Any, shared: list[argparse.ArgumentParser]) -> None:
    """Add the arguments of ``check`` and ``why``."""
    check = verbs.add_parser(
        "check", parents=shared, help="validate configuration, pictures, models and layers; compute nothing"
    )
    check.add_argument(
        "--site", action="store_true", help="check the built site instead: links, ids, images, sizes"
    )
    add_strict(check)
    why = verbs.add_parser(
        "why", parents=shared, help="print for each artifact of a picture whether it was reused, or why not"
    )
    why.add_argument("image", metavar="IMAGE", help="the picture's name in addresses")


def add_networks(verbs: Any, shared: list[argparse.ArgumentParser]) -> None:
    """Add the arguments of ``models`` and ``weights``."""
    models = verbs.add_parser(
        "models", help="list the models with their layers and weights, or check whether your own is supported"
    )
    models.add_argument(
        "name",
        nargs="?",
        metavar="NAME",
        help="a model to list with its layers, or the path of a .keras file",
    )
    models.add_argument(
        *("-v", "--verbose", "--layers"),
        action="store_true",
        dest="layers",
        help="without NAME: every model with its layers",
    )
    weights = verbs.add_parser("weights", parents=shared, help="fetch and verify a model's weights")
    weights.add_argument("name", metavar="NAME", help="a model that 'gallery models' lists")
    weights.add_argument(
        "--no-classifier",
        action="store_true",
        help="fetch the smaller file without a classifier, if there is one; no predictions",
    )
    weights.add_argument(
        "--offline", action="store_true", default=environment.offline(), help="only verify, fetch nothing"
    )


def add_clean(verbs: Any, shared: list[argparse.ArgumentParser]) -> None:
    """Add the arguments of ``clean``."""
    clean = verbs.add_parser(
        "clean", parents=shared, help="remove the generated site, and the cache if you ask for it"
    )
    clean.add_argument("--cache", action="store_true", help="also remove the cache, with the fetched weights")
    clean.add_argument(
        "--older-than",
        type=days,
        metavar="DAYS",
        help="instead remove only cache entries that were not used for DAYS days",
    )
