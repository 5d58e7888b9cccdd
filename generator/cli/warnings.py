"""Warnings about a valid configuration; with ``--strict`` they are errors."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from generator.errors import GalleryError
from generator.records import GalleryConfig


def warn_or_refuse(config: GalleryConfig, strict: bool, warn: Callable[[str], None]) -> None:
    """Print the warnings that a build should not hide, or with ``strict`` refuse any warning.

    Raises:
        GalleryError: ``strict`` is set and there are warnings; the text has a line for each.
    """
    found = list(all_warnings(config)) if strict else []
    if found:
        raise GalleryError("\n".join(["--strict makes these warnings errors:", *found]))
    for warning in preprocessing_warnings(config):
        warn(warning)


def all_warnings(config: GalleryConfig) -> Iterator[str]:
    """Yield every warning: a line for each picture without an alt text, then those on preprocessing."""
    for image in config.images:
        if not image.alt:
            yield f"{image.slug}: no alt text; its title is used instead"
    yield from preprocessing_warnings(config)


def preprocessing_warnings(config: GalleryConfig) -> Iterator[str]:
    """Yield a line for each model that may get values in another range than it was trained on."""
    for index, network in enumerate(config.networks):
        if network.own and network.own.is_unscaled:
            yield f"models[{index}]: {unscaled_warning(network.own.path.name)}"


def unscaled_warning(name: str) -> str:
    """Return the warning about a model that neither scales its input nor has a configured preprocessing."""
    return (
        f"{name} does not scale its input and gets values from 0 to 255; set preprocessing: unit if it was "
        "trained on 0 to 1, or preprocessing: none if not"
    )
