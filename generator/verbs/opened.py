"""The configuration and the memory of the gallery that the command line names."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from functools import partial

from generator import lenses
from generator.config import load_config
from generator.keeper import Keeper
from generator.networks import choice, registry
from generator.networks import weights as shelf
from generator.records import GalleryConfig
from generator.verbs.sealed import name_of


def configuration(options: argparse.Namespace, keeper: Keeper | None = None) -> GalleryConfig:
    """Return the configuration that the command line names.

    Raises:
        ConfigError: it is wrong.
    """
    keeper = keeper or keeper_of(options, lambda _: None)
    return load_config(
        options.config,
        registry.catalogue(),
        choice.known,
        partial(lenses.described, keeper=keeper),
        options.output,
        options.base_url,
    )


def keeper_of(options: argparse.Namespace, report: Callable[[str], None], fresh: bool = False) -> Keeper:
    """Return the memory of the gallery that the command line names."""
    return Keeper(shelf.cache_folder(), name_of(options), report, fresh)
