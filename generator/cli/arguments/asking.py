"""Verbs about what is there: ``check``, ``why``, ``models``, ``weights`` and ``clean``."""

from __future__ import annotations

import argparse
from typing import Any

from generator import environment
from generator.cli.arguments.shared import add_strict
from generator.cli.arguments.values import days


def add_questions(verbs: Any, shared: list[argparse.ArgumentParser]) -> None:
    """Add what changes nothing: ``check`` and ``why``."""
    check = verbs.add_parser(
        "check", parents=shared, help="validate configuration, pictures, models and layers; compute nothing"
    )
    check.add_argument(
        "--site", action="store_true", help="walk the built site instead: links, ids, images, sizes"
    )
    add_strict(check)
    why = verbs.add_parser(
        "why",
        parents=shared,
        help="print for each artifact of a picture, model or feature whether it was reused, or why not",
    )
    why.add_argument(
        "name", metavar="NAME", help="name in addresses of a picture or model; a feature: MODEL/LAYER/NUMBER"
    )


def add_networks(verbs: Any, shared: list[argparse.ArgumentParser]) -> None:
    """Add ``models`` and ``weights``."""
    models = verbs.add_parser(
        "models", help="list the models, their layers and their weights, or say whether your own is supported"
    )
    models.add_argument(
        "name", nargs="?", metavar="NAME", help="one model, with its layers; or the path of a .keras file"
    )
    models.add_argument(
        *("-v", "--verbose", "--layers"),
        action="store_true",
        dest="layers",
        help="without NAME: every model with its layers",
    )
    weights = verbs.add_parser("weights", parents=shared, help="fetch and verify a model's weights")
    weights.add_argument("name", metavar="NAME")
    weights.add_argument(
        "--no-classifier", action="store_true", help="the smaller file, where there is one: no predictions"
    )
    weights.add_argument(
        "--offline", action="store_true", default=environment.offline(), help="verify only, fetch nothing"
    )


def add_clean(verbs: Any, shared: list[argparse.ArgumentParser]) -> None:
    """Add ``clean``."""
    clean = verbs.add_parser("clean", parents=shared, help="remove the generated site")
    clean.add_argument("--cache", action="store_true", help="and the cache, with the weights fetched into it")
    clean.add_argument(
        "--older-than",
        type=days,
        metavar="DAYS",
        help="only remove from the cache what was last used more than this many days ago",
    )
