"""All pages of a gallery, those that are kept and the others made on every core.

Python renders one page at a time, whatever the number of threads. Where many pages must be made, processes
share them: each is given the same records, makes every so many-th page that is missing, and hands the bytes
back. Fewer pages than that are made here, for a process takes a moment to start.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass

from generator import pages
from generator.recipes import page_key
from generator.records import Exhibit, GalleryConfig, Output
from generator.store.keeper import Keeper
from generator.workers import shared_out

FEWEST = 400
"""Pages that are worth a second process."""

Pages = dict[str, bytes]


@dataclass(frozen=True)
class Gallery:
    """All that pages are made of; it goes to other processes. ``further`` are files made elsewhere."""

    config: GalleryConfig
    exhibits: Sequence[Exhibit]
    version: str
    config_hash: str
    epoch: int
    further: Sequence[Output] = ()

    def render(self, kept: pages.Kept) -> Iterator[Output]:
        """Give every page; ``kept`` says how one is had."""
        return pages.render(
            self.config, self.exhibits, self.version, self.config_hash, self.epoch, kept, self.further
        )


def rendered(gallery: Gallery, keeper: Keeper, jobs: int) -> Iterator[Output]:
    """Give every page of a gallery, from what is kept or made now by at most so many processes.

    Raises:
        PageError: a template is wrong.
    """
    made: Pages = {}
    if jobs > 1 and len(gallery.exhibits) * 2 > FEWEST:
        made = _made_elsewhere(gallery, _missing(gallery, keeper), jobs)

    def kept(path: str, parts: Mapping[str, str], make: Callable[[], bytes]) -> bytes:
        content: bytes = keeper.kept(page_key(path, parts), lambda: made.pop(path, None) or make())
        return content

    return gallery.render(kept)


def _missing(gallery: Gallery, keeper: Keeper) -> list[str]:
    """Return the paths of the pages that are not kept."""
    missing: list[str] = []

    def kept(path: str, parts: Mapping[str, str], _make: Callable[[], bytes]) -> bytes:
        if not keeper.has(page_key(path, parts)):
            missing.append(path)
        return b""

    for _ in gallery.render(kept):
        pass
    return missing


def _made_elsewhere(gallery: Gallery, paths: Sequence[str], jobs: int) -> Pages:
    """Return pages made by other processes, none where there are too few for that."""
    if len(paths) <= FEWEST:
        return {}
    made: Pages = {}
    for some in shared_out(_made, gallery, paths, jobs):
        made |= some
    return made


def _made(gallery: Gallery, paths: Collection[str]) -> Pages:
    """Return some pages of a gallery."""
    wanted, made = frozenset(paths), dict[str, bytes]()

    def kept(path: str, _parts: Mapping[str, str], make: Callable[[], bytes]) -> bytes:
        if path in wanted:
            made[path] = make()
        return b""

    for _ in gallery.render(kept):
        pass
    return made
