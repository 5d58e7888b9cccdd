"""The parser of the command line: the arguments of each command, with defaults and help."""

from __future__ import annotations

import argparse

from generator.cli.arguments.asking import add_clean, add_completion, add_networks, add_questions
from generator.cli.arguments.figure import add_figure
from generator.cli.arguments.making import add_build, add_export, add_init, add_publish, add_scan
from generator.cli.arguments.shared import gallery_options, output_options
from generator.cli.arguments.verbs import ending
from generator.version import __version__


def parser() -> argparse.ArgumentParser:
    """Return the parser of the whole command line; parsed options have the command's name in ``verb``."""
    commands = argparse.ArgumentParser(
        prog="gallery",
        description="A static-site generator for convnet-visualization galleries.",
        epilog=ending(("init my-gallery", "build", "build --help")),
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    commands.add_argument("--version", action="version", version=f"gallery {__version__}")
    verbs = commands.add_subparsers(metavar="VERB", required=True, dest="verb")
    output, gallery = output_options(), gallery_options()
    add_init(verbs)
    add_build(verbs, [gallery, output])
    add_scan(verbs, [gallery, output])
    add_publish(verbs, [gallery, output])
    add_export(verbs, [gallery, output])
    add_questions(verbs, [gallery])
    add_figure(verbs, [output])
    add_networks(verbs, [output])
    add_clean(verbs, [gallery])
    add_completion(verbs)
    return commands
