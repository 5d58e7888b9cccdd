"""Options that several commands share."""

from __future__ import annotations

import argparse
from pathlib import Path

from generator.environment import expanded

OFFLINE = "never fetch weights (default: only if GALLERY_OFFLINE is set)"


def gallery_options() -> argparse.ArgumentParser:
    """Return a parser of the options that choose a gallery."""
    parser = argparse.ArgumentParser(add_help=False)
    parser.add_argument(
        "-c",
        "--config",
        type=expanded,
        default=Path("gallery_config.yml"),
        metavar="FILE",
        help="the configuration (default: gallery_config.yml)",
    )
    parser.add_argument(
        "-o",
        "--output",
        type=expanded,
        metavar="FOLDER",
        help="the folder of the site (default: that of the configuration)",
    )
    parser.add_argument(
        "--base-url",
        metavar="URL",
        help="the address of the published site (default: that of the configuration)",
    )
    return parser


def output_options() -> argparse.ArgumentParser:
    """Return a parser of the options that choose how much is printed."""
    parser = argparse.ArgumentParser(add_help=False)
    verbosity = parser.add_mutually_exclusive_group()
    verbosity.add_argument("-v", "--verbose", action="store_true", help="print each step with its seconds")
    verbosity.add_argument("-q", "--quiet", action="store_true", help="print only failures")
    return parser


def add_strict(parser: argparse.ArgumentParser) -> None:
    """Add the option that turns warnings into errors."""
    parser.add_argument(
        "--strict", action="store_true", help="treat warnings as errors, such as a missing alt text"
    )
