"""What a configuration leaves to be desired; with ``--strict`` it is wrong."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from generator.errors import GalleryError
from generator.records import GalleryConfig


def weigh(config: GalleryConfig, strict: bool, warn: Callable[[str], None]) -> None:
    """Warn before a build of what there is to doubt, or refuse whatever there is to remark on.

    Raises:
        GalleryError: with a line for each remark, if none is allowed.
    """
    found = list(remarks(config)) if strict else []
    if found:
        raise GalleryError("\n".join(["--strict allows no warning:", *found]))
    for doubt in doubts(config):
        warn(doubt)


def remarks(config: GalleryConfig) -> Iterator[str]:
    """Yield a line for each picture without an alt text, and what there is to doubt."""
    for image in config.images:
        if not image.alt:
            yield f"{image.slug}: no alt text; its title stands in for it"
    yield from doubts(config)


def doubts(config: GalleryConfig) -> Iterator[str]:
    """Yield a line for each network that may see its pictures in another range than it was trained on."""
    for index, network in enumerate(config.networks):
        if network.own and network.own.is_unscaled:
            yield f"models[{index}]: {unscaled(network.own.path.name)}"


def unscaled(name: str) -> str:
    """Return what to say of a model that scales nothing where nobody said a preprocessing."""
    return (
        f"{name} scales nothing itself and gets 0 to 255; say preprocessing: unit if it was "
        "trained on 0 to 1 (preprocessing: none if not)"
    )
