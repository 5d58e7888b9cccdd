"""Verbs that build nothing: ``check``, ``why``, ``models``, ``weights``, ``clean`` and ``completion``."""

from __future__ import annotations

import argparse
from typing import Any

from generator import environment
from generator.cli.arguments.shared import add_strict
from generator.cli.arguments.values import days
from generator.cli.arguments.verbs import add_verb
from generator.records.choices import either

SHELLS = ("bash", "zsh", "fish")


def add_questions(verbs: Any, shared: list[argparse.ArgumentParser]) -> None:
    """Add what changes nothing: ``check`` and ``why``."""
    check = add_verb(verbs, "check", shared)
    check.add_argument(
        "--site", action="store_true", help="walk the built site instead: links, ids, images, sizes"
    )
    check.add_argument("-v", "--verbose", action="store_true", help="print every line of a long list")
    add_strict(check)
    why = add_verb(verbs, "why", shared)
    why.add_argument(
        "name", metavar="NAME", help="name in addresses of a picture or model; a feature: MODEL/LAYER/NUMBER"
    )


def add_networks(verbs: Any, shared: list[argparse.ArgumentParser]) -> None:
    """Add ``models`` and ``weights``."""
    _add_models(verbs)
    weights = add_verb(verbs, "weights", shared)
    weights.add_argument("name", metavar="NAME", help="the model, as in 'gallery models'")
    weights.add_argument(
        "--weights", metavar="WEIGHTS", help="only these of the model's weights, such as hed (default: all)"
    )
    weights.add_argument(
        "--no-classifier", action="store_true", help="the smaller file, where there is one: no predictions"
    )
    weights.add_argument(
        "--offline",
        action="store_true",
        default=environment.offline(),
        help="verify only, and say what would be fetched (default: only if GALLERY_OFFLINE is set)",
    )


def _add_models(verbs: Any) -> None:
    models = add_verb(verbs, "models")
    models.add_argument(
        "name",
        nargs="?",
        metavar="NAME",
        help="one model, with its layers, or the path of a .keras, .onnx or .h5 file (default: all, a line "
        "each)",
    )
    models.add_argument(
        *("-v", "--verbose", "--layers"),
        action="store_true",
        dest="layers",
        help="without NAME: every model with its layers",
    )
    models.add_argument(
        "--code",
        metavar="FILE",
        help="for your own file: a Python file with its custom layers, which is run (default: none)",
    )
    models.add_argument(
        "--predictions",
        metavar="NAME",
        default="",
        help="for your own file with several outputs: the one with the classes (default: none)",
    )
    models.add_argument(
        "--device", action="store_true", help="say instead where models compute, and why a GPU is not used"
    )


def add_clean(verbs: Any, shared: list[argparse.ArgumentParser]) -> None:
    """Add ``clean``."""
    clean = add_verb(verbs, "clean", shared)
    clean.add_argument("--cache", action="store_true", help="and the cache, with the weights fetched into it")
    clean.add_argument(
        "--older-than",
        type=days,
        metavar="DAYS",
        help="only remove from the cache what was last used more than this many days ago (default: the site)",
    )


def add_completion(verbs: Any) -> None:
    """Add ``completion``."""
    completion = add_verb(verbs, "completion")
    completion.add_argument("shell", choices=SHELLS, help=either(SHELLS))
