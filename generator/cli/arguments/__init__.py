"""The arguments of each verb of the command line: names, defaults and one line of help each."""

from __future__ import annotations

import argparse

from generator.cli.arguments.asking import add_clean, add_networks, add_questions
from generator.cli.arguments.figure import add_figure
from generator.cli.arguments.making import add_build, add_export, add_publish
from generator.cli.arguments.shared import placing, talking
from generator.version import __version__


def parser() -> argparse.ArgumentParser:
    """Return the parser of the whole command line; what it returns has the verb's name in ``verb``."""
    commands = argparse.ArgumentParser(
        prog="gallery", description="A static-site generator for convnet-visualization galleries."
    )
    commands.add_argument("--version", action="version", version=f"gallery {__version__}")
    verbs = commands.add_subparsers(metavar="VERB", required=True, dest="verb")
    talk, place = talking(), placing()
    add_build(verbs, [place, talk])
    add_publish(verbs, [place, talk])
    add_export(verbs, [place, talk])
    add_questions(verbs, [place])
    add_figure(verbs, [talk])
    add_networks(verbs, [talk])
    add_clean(verbs, [place])
    return commands
