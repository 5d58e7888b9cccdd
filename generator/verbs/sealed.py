"""The gallery that the command line names, before it is opened: its name, its seal and what is sealed."""

from __future__ import annotations

import argparse
import os
import sys
from pathlib import Path

from generator.cache import Seal, text_digest
from generator.cache.marks import mark
from generator.cache.versions import PACKAGE, PACKAGES, everything, machine, packages
from generator.networks.weights import cache_folder


def name_of(options: argparse.Namespace) -> str:
    """Return the name of a gallery among others: of its configuration and of where its site goes."""
    output = options.output.absolute() if options.output else ""
    return text_digest(f"{options.config.absolute()}\n{output}")[:32]


def seal_of(options: argparse.Namespace) -> Seal:
    """Return the seal on the gallery's last build."""
    return Seal(cache_folder() / "seals" / f"{name_of(options)}.json")


def _archive(path: Path | None) -> str:
    """Return what tells one archive of results from another, nothing where none is named."""
    try:
        return f"{path.absolute()} {mark(path)}" if path else ""
    except OSError:
        return f"{path}"


def facts_of(options: argparse.Namespace) -> dict[str, str]:
    """Return all that a build depends on besides files that are named in its configuration.

    The configuration is among it, and so small that it is hashed; where it cannot be read, its text is empty,
    which no sealed build had.
    """
    try:
        text = options.config.read_bytes().hex()
    except OSError:
        text = ""
    return {
        "configuration": text_digest(text) if text else "",
        "base_url": options.base_url or "",
        "archive": _archive(options.archive),
        "strict": str(options.strict),
        "code": everything(PACKAGE.parent / "templates"),
        "date": os.environ.get("SOURCE_DATE_EPOCH", ""),
        "machine": machine(),
        "python": sys.version,
        **{f"packages of {stage}": packages(stage) for stage in PACKAGES},
    }
