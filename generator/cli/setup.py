"""The gallery that the command line names: its name, seal, configuration and store.

Question: when are the large modules loaded? Options: at once; when a gallery is opened. Choice: when it is
opened, because a build with nothing to do only reads the seal. Cost: imports inside functions.
"""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from generator import environment
from generator.paths import TEMPLATES
from generator.store.key import text_digest
from generator.store.marks import mark
from generator.store.seal import Seal
from generator.store.versions import PACKAGES, everything, packages

if TYPE_CHECKING:
    from generator.records import GalleryConfig, NetworkInfo, OwnNetwork
    from generator.store import Store


def name_of(options: argparse.Namespace) -> str:
    """Return a name that no other gallery has: a hash of the paths of configuration and output."""
    output = options.output.absolute() if options.output else ""
    return text_digest(f"{options.config.absolute()}\n{output}")[:32]


def seal_of(options: argparse.Namespace) -> Seal:
    """Return the seal of the gallery's last build."""
    return Seal(environment.cache_folder() / environment.SEALS / f"{name_of(options)}.json")


def _archive(path: Path | None) -> str:
    """Identify the archive of results by path and time of change; empty without one."""
    try:
        return f"{path.absolute()} {mark(path)}" if path else ""
    except OSError:
        return f"{path}"


def facts_of(options: argparse.Namespace) -> dict[str, str]:
    """Return everything that a build depends on, except the files that its configuration names.

    The configuration is small enough to be hashed here. If it cannot be read its digest is empty, which
    differs from that of every sealed build.
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
        "code": everything(TEMPLATES),
        "date": os.environ.get("SOURCE_DATE_EPOCH", ""),
        "machine": environment.machine(),
        "weights": str(environment.weights_folder()),
        "python": sys.version,
        **{f"packages of {stage}": packages(stage) for stage in PACKAGES},
    }


def configuration(options: argparse.Namespace, store: Store | None = None) -> GalleryConfig:
    """Return the configuration that the command line names.

    Raises:
        ConfigError: it is wrong.
    """
    from generator.config import load_config
    from generator.networks import choice, registry

    return load_config(
        options.config,
        registry.catalogue(),
        choice.known,
        partial(describe_own_model, store=store or store_of(options, lambda _: None)),
        options.output,
        options.base_url,
    )


def describe_own_model(own: OwnNetwork, store: Store) -> NetworkInfo:
    """Return what is known of a user's own model, which a configuration that names it is checked against.

    Raises:
        NetworkError: it cannot be loaded, has an operation without a rule, or not a label for each class.
    """
    from generator.build.models import describe_own
    from generator.build.run import Run
    from generator.cli.console import Plain

    return Run(store, Plain(quiet=True), jobs=1).value(describe_own(own, store.digest))


def store_of(
    options: argparse.Namespace,
    report: Callable[[str], None],
    fresh: bool = False,
    archive: Path | None = None,
) -> Store:
    """Return the store of the gallery that the command line names, with an archive of results.

    Raises:
        ArchiveError: it is damaged, or not for this version.
    """
    from generator.store import Store
    from generator.store.archive import Archive

    found = Archive(archive) if archive else None
    return Store(environment.cache_folder(), name_of(options), report, fresh, found)
