"""What a configuration leaves to be desired; with ``--strict`` it is wrong."""

from __future__ import annotations

from collections.abc import Iterator

from generator.errors import GalleryError
from generator.records import GalleryConfig


def refuse_remarks(config: GalleryConfig, strict: bool) -> None:
    """Refuse a configuration that there is something to remark on, if that is wanted.

    Raises:
        GalleryError: with a line for each remark.
    """
    found = list(remarks(config)) if strict else []
    if found:
        raise GalleryError("\n".join(["--strict allows no warning:", *found]))


def remarks(config: GalleryConfig) -> Iterator[str]:
    """Yield a line for each picture without an alt text."""
    for image in config.images:
        if not image.alt:
            yield f"{image.slug}: no alt text; its title stands in for it"
