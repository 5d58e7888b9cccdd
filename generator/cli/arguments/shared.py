"""Options that several verbs have."""

from __future__ import annotations

import argparse
from pathlib import Path


def placing() -> argparse.ArgumentParser:
    """Return the options that name a gallery."""
    parser = argparse.ArgumentParser(add_help=False)
    parser.add_argument(
        "-c", "--config", type=Path, default=Path("gallery_config.yml"), metavar="FILE", help="configuration"
    )
    parser.add_argument("-o", "--output", type=Path, metavar="FOLDER", help="where the site goes")
    parser.add_argument("--base-url", metavar="URL", help="where the site will be published")
    return parser


def talking() -> argparse.ArgumentParser:
    """Return the options that say how much is told."""
    parser = argparse.ArgumentParser(add_help=False)
    loudness = parser.add_mutually_exclusive_group()
    loudness.add_argument("-v", "--verbose", action="store_true", help="say each step and its seconds")
    loudness.add_argument("-q", "--quiet", action="store_true", help="say only what fails")
    return parser


def add_strict(parser: argparse.ArgumentParser) -> None:
    """Add the option that makes errors of warnings."""
    parser.add_argument(
        "--strict", action="store_true", help="refuse what is only warned of, such as no alt text"
    )
