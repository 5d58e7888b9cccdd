"""``gallery completion SHELL``: print the script that completes commands in a shell.

Question: who writes the script? Options: we, by hand for three shells; argcomplete, whose script starts
Python at every press of the key; shtab, which reads the parser and writes a script that starts nothing; click
or typer instead of the parser, which start Python too. Choice: shtab. Cost: a dependency, which has none of
its own, and the names of pictures are not completed.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from typing import Any

import shtab

from generator.cli.arguments import parser
from generator.cli.arguments.verbs import VERBS
from generator.cli.commands import DONE
from generator.networks import registry
from generator.records import choices

_CHOICES: dict[str, tuple[str, ...]] = {
    "method": choices.METHODS,
    "seed": choices.SEEDS,
    "bias": choices.BIASES,
    "scale": choices.SCALES,
    "preprocessing": choices.PREPROCESSINGS,
    "variant": choices.VARIANTS,
}
"""Option of ``figure`` -> its values, which the parser leaves to the configuration's messages."""
_PLACES = {"FILE": shtab.FILE, "IMAGE": shtab.FILE, "FOLDER": shtab.DIRECTORY}
"""Name of a value in the help -> what the shell offers for it."""
_OF_MODELS = ("models", "weights")


def run(options: argparse.Namespace) -> int:
    """Print the script."""
    commands = parser()
    for verb, known in _verbs(commands):
        known.description = VERBS[verb].summary  # zsh shows one line
        for action in known._actions:
            _describe(verb, action)
    print(shtab.complete(commands, options.shell))
    return DONE


def _verbs(commands: argparse.ArgumentParser) -> Iterator[tuple[str, argparse.ArgumentParser]]:
    for action in commands._actions:
        if isinstance(action, argparse._SubParsersAction):
            yield from action.choices.items()


def _describe(verb: str, action: Any) -> None:
    """Say of an argument which values it takes; only in this parser, which parses nothing."""
    if action.dest in _CHOICES:
        action.choices = _CHOICES[action.dest]
    elif action.dest == "model" or (action.dest == "name" and verb in _OF_MODELS):
        action.choices = registry.names()
    elif action.metavar in _PLACES:
        action.complete = _PLACES[action.metavar]
